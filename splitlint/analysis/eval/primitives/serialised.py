"""Primitives that write values as text, and read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from splitlint.analysis.eval.elements import is_open
from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.primitives.strings import PACKAGES
from splitlint.analysis.eval.sets import doubtful, is_closed
from splitlint.analysis.eval.texts import MOST_PIECES, composed, joined_text, made_of, maybe
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.literals import NULL, boolean, integer, number
from splitlint.analysis.model.texts import known_text, plain, text_of
from splitlint.analysis.model.values import UNKNOWN, Attrs, Given, Listing, Literal, Piece, Text, Thunk, Value
from splitlint.findings.finding import Confidence

Primitive = Callable[..., Value]


def _serialised(machine: Machine, value: Thunk, site: Site) -> Value:
    """`toJSON`."""
    pieces = _json(machine, value(), site, 8)
    text = joined_text(machine, [(piece, value.place) for piece in pieces])
    if text is None:
        return UNKNOWN
    composed(machine, site.environment, site.node, text)
    return made_of(text, pieces)


def _json(machine: Machine, value: Value, site: Site, depth: int) -> list[Value]:
    """The pieces of a value as JSON; what is not known is a hole."""
    shape = value.shape
    if isinstance(shape, Text):
        return [plain('"'), value.as_shape(Text(tuple(_quoted(piece) for piece in shape.parts))), plain('"')]
    if isinstance(shape, PACKAGES):
        return [plain('"'), value, plain('"')]
    if isinstance(shape, Literal):
        known = shape.kind in ("boolean", "null") or number(value) is not None
        return [Value(plain(shape.text).shape, value.confidence) if known and shape.text else UNKNOWN]
    if depth > 0 and isinstance(shape, Listing):
        items = [_json(machine, item(), site, depth - 1) for item in shape.items]
        if is_open(value):
            items = [[*(_optional(one) for one in _separated(items)), UNKNOWN]]
        return [plain("["), *_separated(items), plain("]")]
    if depth > 0 and isinstance(shape, Attrs):
        whole = shape if value.confidence is Confidence.HIGH else doubtful(shape)
        return _json_of_set(machine, whole, site, depth)
    return [UNKNOWN]


def _json_of_set(machine: Machine, shape: Attrs, site: Site, depth: int) -> list[Value]:
    if "outPath" in shape.names:
        return _json(machine, shape.names["outPath"](), site, depth - 1)
    if not is_closed(shape) or "__toString" in shape.names:
        inner = [_json(machine, thunk(), site, depth - 1) for thunk in list(shape.names.values())[:50]]
        return [UNKNOWN, *(_optional(piece) for one in inner for piece in [*one, UNKNOWN])]
    members = [
        [plain(f'"{_escaped(name)}":'), *_json(machine, shape.names[name](), site, depth - 1)]
        for name in sorted(shape.names)
    ]
    return [plain("{"), *_separated(members), plain("}")]


def _optional(value: Value) -> Value:
    """A piece of a text that may be missing."""
    return value.as_shape(maybe(text_of(value)))


def _separated(groups: Sequence[list[Value]]) -> list[Value]:
    found: list[Value] = []
    for group in groups:
        if found:
            found.append(plain(","))
        found.extend(group)
    return found


def _quoted(piece: Piece) -> Piece:
    content = piece.content
    if isinstance(content, str):
        escaped = _escaped(content)
        return piece if escaped == content else piece._replace(content=escaped, verbatim=False)
    return piece


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(char) or (char if char >= " " else f"\\u{ord(char):04x}") for char in text)


def _from_json(machine: Machine, text: Thunk, site: Site) -> Value:
    import json

    value = known_text(text())
    if value is None:
        return UNKNOWN
    try:
        return _of_json(json.loads(value))
    except (ValueError, RecursionError):
        return UNKNOWN


def _of_json(found: object) -> Value:
    if isinstance(found, str):
        return plain(found)
    if isinstance(found, bool):
        return boolean(found)
    if isinstance(found, int):
        return integer(found)
    if isinstance(found, list):
        return Value(Listing(tuple(Given(_of_json(one)) for one in found)))
    if isinstance(found, dict):
        return Value(Attrs({name: Given(_of_json(one)) for name, one in found.items()}))
    return NULL if found is None else integer(None)


def _mentions(machine: Machine, value: Thunk, site: Site) -> Value:
    """A text in some format in which all of a value stands."""
    pieces = _held(value(), 6)[:MOST_PIECES]
    text = joined_text(machine, [(UNKNOWN, None), *((piece, value.place) for piece in pieces), (UNKNOWN, None)], HOLE)
    if text is None:
        return UNKNOWN
    composed(machine, site.environment, site.node, text)
    return made_of(text, pieces)


def _held(value: Value, depth: int) -> list[Value]:
    found: list[Value] = []
    for one in alternatives(value):
        shape = one.shape
        if isinstance(shape, Listing | Attrs) and depth > 0:
            thunks = shape.items if isinstance(shape, Listing) else tuple(shape.names.values())
            found.extend(inner for thunk in thunks for inner in _held(thunk(), depth - 1))
        elif isinstance(shape, (Text, *PACKAGES)):
            found.append(one)
    return found


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__serialised": (1, _serialised),
    "__fromJSON": (1, _from_json),
    "__mentions": (1, _mentions),
}
