"""Texts that are put together: strings, `+`, and what primitives join."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from splitlint.analysis.eval.environment import Environment, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.holes import HOLE, Hole
from splitlint.analysis.model.literals import integer, number, unsure
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import known_text, literal_text, plain, text_of
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Call,
    Derivation,
    Global,
    Listing,
    Literal,
    Member,
    Package,
    PackageSet,
    Piece,
    Text,
    Tree,
    Union,
    Unknown,
    Value,
)
from splitlint.findings.finding import Confidence
from splitlint.syntax.nix_tree.nodes import Binary, Name, Node
from splitlint.syntax.nix_tree.strings import Fragment, Str

MOST_PIECES = 3_000
_TOO_LONG = "a text of more than 3,000 pieces"
#: What makes `+` put texts together.
_STRINGS = (Text, Package, PackageSet, Tree, Derivation)


def string(machine: Machine, node: Str, environment: Environment) -> Value:
    """A string with what is interpolated into it."""
    unit = environment.unit
    if len(node.parts) == 1 and isinstance(node.parts[0], Fragment) and not node.is_path:
        only = node.parts[0]
        return Value(Text((Piece(only.text, unit.place(only.start, only.end), only.verbatim),)))
    pieces: list[Piece] = []
    values: list[Value] = []
    for part in node.parts:
        if isinstance(part, Fragment):
            pieces.append(Piece(part.text, unit.place(part.start, part.end), part.verbatim))
            continue
        value = machine.value(part.expression, environment)
        values.append(value)
        pieces.extend(put_in(value, place_of(part.expression, environment)))
        if len(pieces) > MOST_PIECES + len(node.parts):
            machine.gave_up(_TOO_LONG)
            return UNKNOWN
    text = Text(tuple(pieces))
    if node.is_path:
        known = literal_text(Value(text))
        if known is not None and not unit.is_library:
            return Value(Literal("path", resolved(unit.path, known)))
    composed(machine, environment, node, text)
    return made_of(text, values)


def made_of(text: Text, values: Sequence[Value]) -> Value:
    """A text that was put together from values: as sure as the texts among them, proved by the first proof."""
    sure = [value.confidence for value in values if isinstance(value.shape, Text | Literal)]
    reasons = next((value.reasons for value in values if value.reasons), ())
    return Value(text, min(sure, default=Confidence.HIGH), reasons)


def put_in(value: Value, place: Place | None) -> Iterable[Piece]:
    """The pieces of a value that is put into a text at a place."""
    pieces = text_of(value, place).parts
    if not isinstance(value.shape, Text):
        return pieces
    return tuple(one if isinstance(one.content, str) else one._replace(via=place) for one in pieces)


def place_of(node: Node, environment: Environment) -> Place | None:
    """Where the user wrote what an expression denotes: in the stand-in, what stands behind its variables."""
    unit = environment.unit
    if not unit.is_library:
        return unit.place(node.start, node.end)
    if isinstance(node, Name):
        thunk = environment.lookup(node.name)
        if thunk is not None and thunk.place is not None:
            return thunk.place
    return environment.site.place if environment.site is not None else None


def composed(machine: Machine, environment: Environment, node: Node, text: Text) -> None:
    """Tells the listener of a text that has something in it which may be a package."""
    if any(isinstance(part.content, Value) for part in text.parts):
        machine.listener.composed(environment, node, text)


def resolved(file: str, literal: str) -> str:
    """The path that a path literal in a file leads to; one that begins otherwise than `.` or `/` is itself."""
    if not literal.startswith("."):
        return literal
    return os.path.normpath(os.path.join(os.path.dirname(file), literal))


def total(machine: Machine, node: Binary, environment: Environment) -> Value:
    """`a + b + c`: texts, paths or numbers."""
    values = [machine.value(operand, environment) for operand in node.operands]
    if any(isinstance(value.shape, Literal) and value.shape.kind == "number" for value in values):
        numbers = [number(value) for value in values]
        return integer(None if None in numbers else sum(one for one in numbers if one is not None))
    first = values[0].shape
    if isinstance(first, Literal) and first.kind == "path":
        return _path(values)
    is_path = any(isinstance(value.shape, Literal) and value.shape.kind == "path" for value in values)
    if not is_path and not any(is_surely_text(value) for value in values):
        # It may be a number.
        return UNKNOWN
    places = [place_of(operand, environment) for operand in node.operands]
    text = joined_text(machine, zip(values, places, strict=True))
    if text is None:
        return UNKNOWN
    composed(machine, environment, node, text)
    made = made_of(text, values)
    return unsure(made) if is_path else made


def _path(values: Sequence[Value]) -> Value:
    texts = [one.shape.text if isinstance(one.shape, Literal) else known_text(one) for one in values]
    whole = "".join(text or "" for text in texts)
    known = all(texts[:1]) and None not in texts
    if known and not whole.startswith("<"):
        whole = os.path.normpath(whole)
    return Value(Literal("path", whole if known else ""), min(value.confidence for value in values))


def joined_text(
    machine: Machine, values: Iterable[tuple[Value, Place | None]], separator: str | Hole = ""
) -> Text | None:
    """Values one after another as text, with their places; None where that is too much."""
    pieces: list[Piece] = []
    for count, (value, place) in enumerate(values):
        if count and separator:
            pieces.append(Piece(separator))
        pieces.extend(put_in(value, place))
        if len(pieces) > MOST_PIECES:
            machine.gave_up(_TOO_LONG)
            return None
    return Text(tuple(pieces))


def as_words(machine: Machine, value: Value, site: Site) -> Value:
    """`toString`: a text as it is, the words of a list, a package as the text of its path."""
    words = _words(machine, value, None, site)
    if words is None:
        return value if isinstance(value.shape, Global | Call | Member) else UNKNOWN
    text = joined_text(machine, words)
    if text is None:
        return UNKNOWN
    if _is_open(value):
        text = maybe(text, HOLE)
    if isinstance(value.shape, Listing):
        composed(machine, site.environment, site.node, text)
    return made_of(text, [value, *(one for one, _ in words)])


def _words(
    machine: Machine, value: Value, place: Place | None, site: Site, depth: int = 8
) -> list[tuple[Value, Place | None]] | None:
    """What `toString` puts one after another, spaces included; None where it is not even known to be text."""
    shape = value.shape
    if isinstance(shape, Text | Package | PackageSet | Tree | Derivation | Union):
        return [(value, place)]
    if isinstance(shape, Listing):
        found: list[tuple[Value, Place | None]] = []
        for count, item in enumerate(shape.items):
            one = item()
            inner = _words(machine, one, item.place, site, depth - 1) if depth else None
            found.extend(inner if inner is not None else [(one, item.place)])
            # Nix puts a space behind each element that has another behind it, but not behind an empty list.
            is_empty = isinstance(one.shape, Listing) and not one.shape.items
            if count + 1 < len(shape.items) and not is_empty:
                found.append((plain(" "), None))
        return found
    if isinstance(shape, Literal):
        return _words_of_literal(value, shape, place)
    if isinstance(shape, Attrs) and "outPath" in shape.names:
        return [(machine.select(value, "outPath", site), place)]
    return None


def _words_of_literal(value: Value, shape: Literal, place: Place | None) -> list[tuple[Value, Place | None]] | None:
    known = shape.text
    if shape.kind == "null":
        known = ""
    elif shape.kind == "boolean" and shape.text:
        known = "1" if shape.text == "true" else ""
    elif shape.kind == "path" or (shape.kind == "number" and not known.lstrip("-").isdecimal()):
        return [(Value(Text((Piece(value if shape.kind == "path" else HOLE, place),))), place)]
    elif not known:
        return [(Value(Text((Piece(HOLE, place),))), place)]
    return [(Value(plain(known, place).shape, value.confidence), place)]


def _is_open(value: Value, depth: int = 8) -> bool:
    """Whether a list, or one in it, may have other elements."""
    shape = value.shape
    if not isinstance(shape, Listing) or depth == 0:
        return False
    return shape.open or value.confidence < Confidence.HIGH or any(_is_open(item(), depth - 1) for item in shape.items)


def maybe(text: Text, more: Hole | None = None) -> Text:
    """A text whose pieces may be missing, perhaps with more behind it."""
    pieces = tuple(piece._replace(optional=True) for piece in text.parts)
    return Text((*pieces, Piece(more)) if more is not None else pieces)


def is_surely_text(value: Value) -> bool:
    """Whether it is text, or a package that becomes text, whatever else is not known of it."""
    return all(isinstance(one.shape, _STRINGS) for one in alternatives(value))


def is_stringlike(value: Value) -> bool:
    """Whether every alternative is text, or becomes text in a string."""
    kinds = (Text, Package, PackageSet, Tree, Derivation, Global)
    return all(isinstance(one.shape, kinds) for one in alternatives(value))


def known_only(values: Iterable[Value]) -> Value:
    """The union of the values about which something is known."""
    return union(tuple(value for value in values if not isinstance(value.shape, Unknown)))
