"""What counts as speaking of a package in a Nix file, and what is only said in passing."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.prefilter.in_passing import is_in_passing
from tests.prefilter.test_nix_lexer import CODE, PIECES, by_the_rules


def says(text: str, word: str = "kernel") -> bool:
    """Whether some place of a word in a text counts."""
    data, wanted = text.encode(), word.encode()
    places = [at for at in range(len(data)) if data.startswith(wanted, at)]
    assert places
    return any(not is_in_passing(data, at, at + len(wanted)) for at in places)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{ stdenv, kernel }:", id="a parameter"),
        pytest.param('{ x ? "a", kernel }:', id="a parameter behind a string"),
        pytest.param("  kernel", id="an element on a line of its own"),
        pytest.param("  paths = [ kernel kmod ]; # the kernel and its tools", id="code before a comment"),
        pytest.param("  # the kernel\n  kernel", id="code below a comment"),
        pytest.param("/* the kernel */ kernel", id="code behind a comment"),
        pytest.param('description = "of ${kernel.version}";', id="a value in a description"),
        pytest.param('description = "of ${f { x = kernel; }} and";', id="a value among braces in a description"),
        pytest.param('description = "x"; src = kernel.src;', id="another attribute behind a description"),
        pytest.param('description = "x"; name = "kernel";', id="a string behind a description"),
        pytest.param('# description =\n"kernel"', id="a description in a comment before a string"),
        pytest.param('mydescription = "the kernel";', id="an attribute whose name ends as that of a description"),
        pytest.param('{ description ? "kernel" }: x', id="what a description is if nobody gives one"),
        pytest.param('f [ "a" "b" "kernel" ]', id="a list that describes nothing"),
        pytest.param('x = "kernel";', id="a string"),
        pytest.param("x = ''\n  echo the kernel: $kernel/lib\n'';", id="a sentence of a script that reads a variable"),
        pytest.param("x = ''\n  # ${kernel}\n'';", id="a value in a comment of a script"),
        pytest.param("x = ''\n  # $kernel\n'';", id="a variable in a comment of a script"),
        pytest.param("x = ''\n  echo 'a\n  # b' kernel\n'';", id="what stands behind a text with a hash"),
        pytest.param("x = ''\n  cp \"a # b\" kernel\n'';", id="what stands behind a hash in quotes"),
        pytest.param("x = ''\n  cp '\"' \" # \" kernel\n'';", id="what stands behind a hash in quotes in quotes"),
        pytest.param("x = ''\n  cp a#b kernel\n'';", id="what stands behind a hash in a word"),
        pytest.param("x = ''\n  cp a \\# kernel\n'';", id="what stands behind a hash that is none"),
        pytest.param("x = ''a ${y {}} # kernel ${z {}}'';", id="what is between two values"),
        pytest.param('x = "a # b ${kernel}/lib";', id="a value behind a hash in a string"),
        pytest.param('"http://h/${kernel}"', id="a value in an address"),
        pytest.param('"http://h/${kernel.src {}}"', id="a value in an address, called"),
        pytest.param('"http://h/ kernel"', id="a word behind an address"),
        pytest.param('"file://kernel/x"', id="the address of a file"),
        pytest.param("x:kernel", id="what only looks like a URI"),
        pytest.param("platforms = x; kernel", id="code behind platforms"),
        pytest.param("platforms = [ { x = kernel; } ];", id="a set among platforms"),
        pytest.param('platforms = "${kernel}";', id="a string as platforms"),
        pytest.param("# platforms =\n kernel", id="platforms in a comment before code"),
        pytest.param("x = ''\n  make platforms = a\n  ls $kernel\n'';", id="platforms in a script"),
        pytest.param("'' kernel", id="a string that does not end"),
        pytest.param('description = "kernel', id="a description that does not end"),
        pytest.param('description = "kernel"; x = "', id="a description before a string that does not end"),
        pytest.param("# kernel\n/*", id="a comment before one that does not end"),
        pytest.param("kernel", id="nothing else"),
    ],
)
def test_what_may_name_a_package_counts(text: str) -> None:
    assert says(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# kernel", id="a comment"),
        pytest.param("  x = 1; # for the kernel", id="a comment behind code"),
        pytest.param("x = [ a/* \n kernel */ ];", id="a comment of several lines"),
        pytest.param("# x = ${kernel}", id="code in a comment"),
        pytest.param("x = ''${f {# kernel\n}}'';", id="a comment in a value in a string"),
        pytest.param('  description = "Tools of the kernel";', id="a description"),
        pytest.param("description = ''\n  Tools\n  of the kernel,\n  in C'';", id="a description of several lines"),
        pytest.param('description =\n  "a kernel"', id="a description on the next line"),
        pytest.param('meta.description = "a kernel"', id="a description in a set that is not written"),
        pytest.param('description = "a " + "kernel"', id="a description in two parts"),
        pytest.param('description = lib.mdDoc "a kernel"', id="a description in Markdown"),
        pytest.param('description = "a ${x {}} kernel"', id="a description with a value"),
        pytest.param('enable = mkEnableOption (lib.mdDoc "the kernel")', id="a switch"),
        pytest.param('enable = mkEnableOption "the kernel"', id="a switch without Markdown"),
        pytest.param('x = throw "no kernel"', id="an error"),
        pytest.param('  meta.homepage = "https://example.org/kernel";', id="a home page"),
        pytest.param('  url = "mirror://kernel/x.tar.xz";', id="an address"),
        pytest.param('  urls = [\n    "a"\n    "kernel"\n  ];', id="one of several addresses"),
        pytest.param("homepage = http://h/kernel;", id="an address without quotes"),
        pytest.param('f "x" "https://h/kernel/y"', id="an address anywhere"),
        pytest.param("''curl https://h/kernel/y''", id="an address in a script"),
        pytest.param("  platforms = with platforms; darwin ++ kernel ;", id="platforms"),
        pytest.param("platforms =\n  [ a\n kernel ];", id="platforms on several lines"),
        pytest.param("x = ''\n  # load the kernel\n'';", id="a comment in a script"),
        pytest.param("x = ''\n  # we don't need the kernel\n'';", id="a comment with an apostrophe in a script"),
        pytest.param("x = ''# the kernel\n'';", id="a comment at the beginning of a script"),
        pytest.param("x = ''\n  # the kernel'';", id="a comment at the end of a script"),
        pytest.param("x = ''\n  rm -r \"$out/x\" # of the kernel\n'';", id="a comment behind a command in a script"),
        pytest.param('x = "\n # the kernel\n";', id="a comment in a script in quotes"),
    ],
)
def test_what_is_said_in_passing_does_not(text: str) -> None:
    assert not says(text)


def test_a_word_and_what_is_around_it_have_to_be_said_in_passing() -> None:
    assert not says('description = "modules";', '"modules"')
    assert says('description = "x"+ "/lib";', '+ "/lib')
    assert says('url = "${openssl}/bin/x";', "openssl}/bin/")
    assert says('url = "${f {}.openssl}/bin/x";', "openssl}/bin/")
    assert says('url = "${openssl}/bin/x";', "}/bin/")
    assert says("# a\nlinux, b", "\nlinux,")
    assert not says("x # linux\ny", " linux\n")


def test_a_list_of_addresses_is_followed_to_what_it_is() -> None:
    assert not says("urls = [ " + '"a" ' * 500 + '"kernel" ]')
    assert says("x = [ " + '"a" ' * 500 + '"kernel" ]')


WORDS = [*PIECES, b"kernel", b" kernel ", b"description = ", b'url = "', b"throw ''", b"\n  # "]


@given(st.lists(st.sampled_from(WORDS), max_size=16).map(b"".join))
def test_code_always_counts(data: bytes) -> None:
    where, is_whole = by_the_rules(data)
    for at in range(len(data)):
        if data.startswith(b"kernel", at) and (where[at] == CODE or not is_whole):
            assert not is_in_passing(data, at, at + 6)


@pytest.mark.parametrize("start", [b"x = ''", b"description = [ "])
@pytest.mark.parametrize("piece", [b"kernel ", b'"kernel" ', b'"${f {}} kernel" '])
def test_time_is_in_proportion_to_the_words(piece: bytes, start: bytes) -> None:
    def seconds(count: int) -> float:
        data = start + piece * count
        begun = process_time()
        for found in re.finditer(b"kernel", data):
            is_in_passing(data, *found.span())
        return process_time() - begun

    assert seconds(16000) < 24 * min(map(seconds, (2000, 2001, 2002)))
