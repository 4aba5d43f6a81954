"""String literals of programs in any language."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.syntax.text import FAMILIES, string_literals


def texts(code: str, suffix: str) -> list[str]:
    return [literal.text for literal in string_literals(code.encode(), suffix)]


def test_rust_comments_lifetimes_and_characters_are_no_strings() -> None:
    code = """fn f<'a>(x: &'a str) { c == '"'; "yes" } // "no" it's
    /* "no" */ let u = '\\u{1F}'; b"bytes" """
    assert texts(code, "rs") == ["yes", "bytes"]


def test_rust_raw_string_keeps_its_quotes() -> None:
    assert texts('r#"a "b" c"#', "rs") == ['a "b" c']


def test_perl_quoting_operators_and_pod() -> None:
    code = '# it\'s "no"\nmy $n = $#list; qq{a/{b}}; q(c); \'d\';\n=pod\n"no"\n=cut\n"e"'
    assert texts(code, "pl") == ["a/{b}", "c", "d", "e"]


def test_go_raw_string_and_comment() -> None:
    assert texts('x := `a"b` + "c" // "d"', "go") == ['a"b', "c"]


def test_cpp_raw_string() -> None:
    assert texts('auto x = R"x(a "b")x";', "cpp") == ['a "b"']


def test_python_triple_quotes_and_comment() -> None:
    assert texts('x = """a "b" c"""  # "no"\ny = \'d\'', "py") == ['a "b" c', "d"]


def test_haskell_prime_is_no_quote() -> None:
    assert texts('foldl\' f x "a" -- "no"', "hs") == ["a"]


def test_unknown_language_has_quoted_stretches_of_a_line() -> None:
    assert texts('a "b" c\nd "e\nf"', "xyz") == ["b"]


def test_unclosed_quote_ends_with_its_line() -> None:
    assert texts('x := "open\ny := "closed"', "go") == ["closed"]


def test_positions_are_bytes() -> None:
    data = 'let é = "ü/kernel";'.encode()
    (literal,) = string_literals(data, "rs")
    assert data[literal.start : literal.end].decode() == "ü/kernel"


@pytest.mark.parametrize("suffix", ["rs", "pl", "go", "cpp", "js", "lua", "py"])
@pytest.mark.parametrize("pattern", [b'\\"', b'r#"', b'"', b"'", b"\\'", b"qq{", b'R"x(', b"`"])
def test_stray_quotes_cost_little(suffix: str, pattern: bytes) -> None:
    before = time.process_time()
    string_literals(pattern * 8000, suffix)
    assert time.process_time() - before < 3


@given(st.one_of(st.binary(max_size=60), st.text(alphabet="\"'`\\#rbR({})/*-=q\n é", max_size=60).map(str.encode)))
def test_any_bytes_give_literals_inside_the_file(data: bytes) -> None:
    for suffix in ("", *sorted({family: suffix for suffix, family in FAMILIES.items()}.values())):
        for literal in string_literals(data, suffix):
            assert 0 < literal.start <= literal.end < len(data)
