"""Texts with unknown parts, piece by piece: how they begin and end."""

from __future__ import annotations

from collections.abc import Sequence

from splitlint.analysis.model.values import (
    Piece,
    Text,
    Value,
)
from splitlint.findings.finding import Confidence


def pieces_in(value: Value) -> Sequence[Piece]:
    """The pieces of a text that is surely meant."""
    shape = value.shape
    return shape.parts if isinstance(shape, Text) and value.confidence is Confidence.HIGH else ()


def literal_piece(piece: Piece) -> str | None:
    """The text of a piece that is surely there."""
    return piece.content if isinstance(piece.content, str) and not piece.optional else None


def beginning_of(value: Value) -> str:
    """The text that a value surely begins with."""
    found = []
    for piece in pieces_in(value):
        text = literal_piece(piece)
        if text is None:
            break
        found.append(text)
    return "".join(found)


def end_of(value: Value) -> str:
    """The text that a value surely ends with."""
    found = []
    for piece in reversed(pieces_in(value)):
        text = literal_piece(piece)
        if text is None:
            break
        found.append(text)
    return "".join(reversed(found))
