"""Who binds and who names what, found without a search for each."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.analysis.project.index import FullIndex, binds, is_one_word, names_bound, paths_written

_PIECES = st.sampled_from(
    [
        b"a",
        b"frob",
        b"x-1",
        b"_b'",
        b".",
        b"=",
        b"==",
        b"!=",
        b'"',
        b" ",
        b"\n",
        b"\t",
        b"\v",
        b"{",
        b";",
        b"$",
        b"\xff",
    ]
)
_TEXTS = st.lists(_PIECES, max_size=24).map(b"".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a = 1; b.c= 2;", {b"a", b"c"}),
        (b'"a" = 1; "b c"\n= 2;', {b"a", b"c"}),
        (b"a == b; c != d; e <= f", set()),
        (b"inherit a; b", set()),
        (b"${a} = 1;", set()),
        (b"a=", {b"a"}),
        (b"a==", set()),
    ],
)
def test_what_stands_before_an_equals_sign_is_bound(text: bytes, expected: set[bytes]) -> None:
    assert names_bound(text) == expected


@given(_TEXTS, st.sampled_from([b"a", b"frob", b"x-1", b"_b'", b"afrob"]))
def test_a_name_is_bound_where_a_search_for_it_says_so(text: bytes, name: bytes) -> None:
    assert is_one_word(name)
    assert (name in names_bound(text)) is binds(text, name)


@given(
    st.lists(st.sampled_from([b".", b"/", b"./", b"../", b"a", b"x.nix", b" ", b"\n", b"-"]), max_size=20).map(b"".join)
)
def test_every_path_literal_is_found(text: bytes) -> None:
    expected = {one.rstrip(b"/") for one in re.findall(rb"\.{1,2}/[A-Za-z0-9_.+/-]*", text)}
    assert {literal for found in paths_written("f/a.nix", text).values() for literal in found} == expected


def test_a_name_of_several_words_is_searched_for() -> None:
    texts = {"a.nix": b'{ "a.b" = 1; }', "b.nix": b"{ a.b = 1; }", "c.nix": b"{ b = 1; }"}
    index = FullIndex(lambda: sorted(texts), texts.get)
    assert index.binding("a.b", ()) == ["a.nix", "b.nix"]
    assert index.binding("b", ()) == ["a.nix", "b.nix", "c.nix"]


def test_a_file_that_has_changed_binds_what_it_binds_now() -> None:
    texts = {"a.nix": b"a = 1;", "b.nix": b"b = 1;", "c.nix": b"a = 1; b = 1;"}
    index = FullIndex(lambda: sorted(texts), texts.get)
    assert index.binding("a", ()) == ["a.nix", "c.nix"]
    index.take("b.nix", b"a = 2; c = 1;")
    assert (index.binding("a", ()), index.binding("b", ())) == (["a.nix", "b.nix", "c.nix"], ["c.nix"])
    assert index.binding("c", ()) == ["b.nix"]
