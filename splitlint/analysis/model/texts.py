"""Values as text, and text with values in it."""

from __future__ import annotations

from splitlint.analysis.model.holes import HOLE, Hole
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.values import (
    Beside,
    Closure,
    Content,
    Failure,
    Listing,
    Literal,
    Member,
    Native,
    Piece,
    Real,
    Text,
    Unknown,
    Value,
)
from splitlint.findings.finding import Confidence


def text_of(value: Value, place: Place | None = None) -> Text:
    """What a value becomes inside a string: its own pieces if it is text, else itself as one piece."""
    shape = value.shape
    if isinstance(shape, Text):
        return shape
    if isinstance(shape, Unknown | Failure | Closure | Native | Listing):
        return Text((Piece(HOLE, place),))
    if isinstance(shape, Literal) and shape.kind in ("number", "boolean", "null"):
        return Text((Piece(shape.text or HOLE, place),))
    return Text((Piece(value, place),))


def literal_text(value: Value) -> str | None:
    """The text that a value is, None unless all of it is known."""
    shape = value.shape
    if isinstance(shape, Text) and all(isinstance(part.content, str) and not part.optional for part in shape.parts):
        return "".join(str(part.content) for part in shape.parts)
    if isinstance(shape, Literal) and shape.kind in ("uri", "number") and shape.text:
        return shape.text
    if isinstance(shape, Member) and shape.element:
        return shape.element
    return None


def known_text(value: Value) -> str | None:
    """The text that a value surely is, None unless all of it is known.

    An element of a package's attribute is its text, however sure it is that it is that package.
    """
    if isinstance(value.shape, Member) and value.shape.element:
        return value.shape.element
    return literal_text(value) if value.confidence is Confidence.HIGH else None


def plain(text: str, place: Place | None = None) -> Value:
    """A text that is known."""
    return Value(Text((Piece(text, place),) if text else ()))


def joined(*contents: Content | Piece | Text) -> Text:
    """One text of these; literal pieces side by side are one. What is no piece yet has no place in it."""
    parts: list[Piece] = []
    for content in contents:
        pieces: tuple[Piece, ...]
        if isinstance(content, Text):
            pieces = content.parts
        elif isinstance(content, Piece):
            pieces = (content,)
        elif isinstance(content, Value) and isinstance(content.shape, Text):
            pieces = tuple(Piece(part.content) for part in content.shape.parts)
        else:
            pieces = (Piece(content),)
        for piece in pieces:
            text = piece.content
            last = parts[-1].content if parts else None
            if isinstance(text, str) and isinstance(last, str):
                parts[-1] = Piece(last + text)
            elif text != "":
                parts.append(piece)
    return Text(tuple(parts))


HOLE_MARK = "\x00"


def flat(text: Text) -> str:
    """A text as a string in which HOLE_MARK stands for values and for what is not known."""
    pieces = []
    for part in text.parts:
        content = part.content
        if isinstance(content, str):
            pieces.append(content)
        elif isinstance(content, Value) and isinstance(content.shape, Text):
            pieces.append(flat(content.shape))
        else:
            pieces.append(HOLE_MARK)
    return "".join(pieces)


def shown(text: Text) -> str:
    """A text for people: `{name}` for what is not known."""
    return "".join(map(_shown, text.parts))


def _shown(piece: Piece) -> str:
    content = piece.content
    match content:
        case str():
            return content
        case Real():
            return f"realpath({shown(content.target)})"
        case Beside():
            return f"dirname(realpath({shown(content.target)}))"
    return "{" + ((content.name if isinstance(content, Hole) else "") or "..") + "}"
