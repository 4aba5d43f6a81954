"""What counts as speaking of a package in a Nix file, and what is only said in passing."""

from __future__ import annotations

import pytest

from splitlint.prefilter.keyword_occurrences import has_occurrence, prepared, regions, searched_part

WORDS = prepared((b"kernel", b" linux "), (b"kernel.org", b"kernelModules"))


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"{ stdenv, kernel }:", id="a parameter"),
        pytest.param(b"  kernel", id="an element on a line of its own"),
        pytest.param(b"  paths = [ kernel kmod ]; # the kernel and its tools", id="code before a comment"),
        pytest.param(b'description = "of ${kernel.version}";', id="a value in a description"),
        pytest.param(b'description = "x"; src = kernel.src;', id="another attribute behind a description"),
        pytest.param(b"  # the kernel\n  kernel", id="code below a comment"),
        pytest.param(b"  echo the kernel is in $kernel/lib", id="a sentence of a script that reads a variable"),
        pytest.param(b"boot.kernelModules = [ ]; kernel", id="a word of its own behind another"),
        pytest.param(b'x = "a # b ${kernel}/lib";', id="a value behind a hash in a string"),
        pytest.param(b"kernel", id="nothing else"),
    ],
)
def test_code_that_may_name_a_package_is_a_mention(line: bytes) -> None:
    assert has_occurrence(line, WORDS)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"# kernel", id="a comment"),
        pytest.param(b"  x = 1; # for the kernel", id="a comment behind code"),
        pytest.param(b'  description = "Tools of the kernel";', id="a description"),
        pytest.param(b'  meta.homepage = "https://example.org/kernel";', id="a home page"),
        pytest.param(b'  url = "mirror://kernel/x.tar.xz";', id="a URL"),
        pytest.param(b"  platforms = with platforms; darwin ++ linux ;", id="platforms"),
        pytest.param(b"        Modules that the kernel loads are listed here.", id="a sentence"),
        pytest.param(b"https://www.kernel.org/", id="a word in which it means something else"),
        pytest.param(b"boot.kernelModules = [ ];", id="another attribute"),
        pytest.param(b"", id="an empty file"),
    ],
)
def test_what_is_said_in_passing_is_no_mention(line: bytes) -> None:
    assert not has_occurrence(line, WORDS)


def test_a_large_file_is_looked_into_near_its_words() -> None:
    large = b" " * 300_000
    assert regions(b"kernel" + b" " * 100, WORDS) == []
    assert regions(large, ()) == []
    assert regions(large + b"kernel" + large, WORDS) == [(298_000, 302_000)]
    assert len(regions(b"kernel" + large + b"kernel", WORDS)) == 2
    assert regions(b"kernel kernel" + large, WORDS) == [(0, 2_007)]


def test_rules_search_a_large_file_near_its_words_only() -> None:
    data = b"needle" + b" " * 300_000 + b"kernel" + b" " * 10
    assert b"needle" not in searched_part(data, WORDS)
    assert b"kernel" in searched_part(data, WORDS)
    assert searched_part(b"needle kernel", WORDS) == b"needle kernel"
