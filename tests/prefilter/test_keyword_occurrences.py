"""Where a Nix file speaks of a pack's packages."""

from __future__ import annotations

import pytest

from splitlint.prefilter.keyword_occurrences import has_occurrence, prepared, regions, searched_part

WORDS = prepared((b"kernel", b" linux "), (b"kernel.org", b"kernelModules"))


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        pytest.param(b"{ stdenv, kernel }:", True, id="code"),
        pytest.param(b"# kernel", False, id="a comment"),
        pytest.param(b"# kernel\nkernel", True, id="code below a comment"),
        pytest.param(b"boot.kernelModules = [ ]; kernel", True, id="a word of its own behind another"),
        pytest.param(b"https://www.kernel.org/", False, id="a word in which it means something else"),
        pytest.param(b"boot.kernelModules = [ ];", False, id="another attribute"),
        pytest.param(b"", False, id="an empty file"),
    ],
)
def test_a_file_speaks_of_a_package_by_its_words(text: bytes, speaks: bool) -> None:
    assert has_occurrence(text, WORDS) is speaks


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
