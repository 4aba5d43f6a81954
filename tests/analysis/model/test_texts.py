"""Texts of which a part may not be known."""

from __future__ import annotations

from splitlint.analysis.model.holes import HOLE, Hole
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import HOLE_MARK, flat, joined, shown
from splitlint.analysis.model.values import NO_TEXT, Beside, Package, Piece, Real, Text, Value

FROB = Value(Package("frob"))


def test_text_spelled_out() -> None:
    inner = Value(Text((Piece("b"), Piece(HOLE))))
    whole = Text((Piece("a"), Piece(inner), Piece(FROB)))
    assert flat(whole) == f"ab{HOLE_MARK}{HOLE_MARK}"


def test_texts_one_behind_the_other() -> None:
    text = Value(Text((Piece("c"), Piece(HOLE))))
    assert joined("a", "", joined("b"), text, FROB).parts == (Piece("abc"), Piece(HOLE), Piece(FROB))
    assert joined("", NO_TEXT) == NO_TEXT


def test_a_value_that_is_put_behind_a_text_stays_where_it_is_written() -> None:
    piece = Piece(FROB, Place("x.nix", 1, 2))
    assert joined("/", piece, joined(piece, "/a")).parts == (Piece("/"), piece, piece, Piece("/a"))


def test_text_for_people() -> None:
    target = joined(Hole("top"), "/frob")
    assert shown(joined(Real(target), "/a")) == "realpath({top}/frob)/a"
    assert shown(joined(Beside(target), "/", FROB, HOLE)) == "dirname(realpath({top}/frob))/{..}{..}"
