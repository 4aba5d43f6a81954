"""Primitives over how a text begins and ends, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.primitives.pieces import beginning_of, end_of, literal_piece, pieces_in
from splitlint.analysis.model.literals import boolean, unsure
from splitlint.analysis.model.texts import known_text, plain
from splitlint.analysis.model.values import (
    UNKNOWN,
    Piece,
    Text,
    Thunk,
    Value,
)

Primitive = Callable[..., Value]


def _has_prefix(machine: Machine, prefix: Thunk, text: Thunk, site: Site) -> Value:
    wanted, value = known_text(prefix()), text()
    if wanted is None:
        return boolean(None)
    whole, start = known_text(value), beginning_of(value)
    if whole is not None:
        return boolean(whole.startswith(wanted))
    return boolean(True if start.startswith(wanted) else None if wanted.startswith(start) else False)


def _has_suffix(machine: Machine, suffix: Thunk, text: Thunk, site: Site) -> Value:
    wanted, value = known_text(suffix()), text()
    if wanted is None:
        return boolean(None)
    whole, end = known_text(value), end_of(value)
    if whole is not None:
        return boolean(whole.endswith(wanted))
    return boolean(True if end.endswith(wanted) else None if wanted.endswith(end) else False)


def _has_infix(machine: Machine, infix: Thunk, text: Thunk, site: Site) -> Value:
    wanted, value = known_text(infix()), text()
    if wanted is None:
        return boolean(None)
    whole = known_text(value)
    if whole is not None:
        return boolean(wanted in whole)
    there = any(wanted in text for text in map(literal_piece, pieces_in(value)) if text is not None)
    return boolean(True if there else None)


def _remove_prefix(machine: Machine, prefix: Thunk, text: Thunk, site: Site) -> Value:
    """`removePrefix`: also from a text that has values in it, behind its known beginning."""
    before, value = prefix(), text()
    cut, whole = known_text(before), known_text(value)
    if cut is None:
        return _removed_value(before, value)
    if whole is not None:
        return plain(whole.removeprefix(cut), text.place)
    parts = pieces_in(value)
    first = literal_piece(parts[0]) if parts else None
    if first is None:
        return UNKNOWN
    if first.startswith(cut):
        rest = (Piece(first[len(cut) :]),) if len(first) > len(cut) else ()
        return value.as_shape(Text((*rest, *parts[1:])))
    return value if not cut.startswith(first) else UNKNOWN


def _removed_value(prefix: Value, value: Value) -> Value:
    """A path without the package that it begins with, or something that is not known."""
    cut, parts = pieces_in(prefix), pieces_in(value)
    if not cut or len(cut) > len(parts):
        return UNKNOWN
    if all(one.content == other.content for one, other in zip(cut, parts, strict=False)):
        return unsure(value.as_shape(Text(tuple(parts[len(cut) :]))))
    return UNKNOWN


def _remove_suffix(machine: Machine, suffix: Thunk, text: Thunk, site: Site) -> Value:
    cut, value = known_text(suffix()), text()
    whole = known_text(value)
    if cut is None:
        return UNKNOWN
    if whole is not None:
        return plain(whole.removesuffix(cut), text.place)
    parts = pieces_in(value)
    last = literal_piece(parts[-1]) if parts else None
    if last is None:
        return UNKNOWN
    if cut and last.endswith(cut):
        rest = (Piece(last[: -len(cut)]),) if len(last) > len(cut) else ()
        return value.as_shape(Text((*parts[:-1], *rest)))
    return value if not cut.endswith(last) else UNKNOWN


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__hasPrefix": (2, _has_prefix),
    "__hasSuffix": (2, _has_suffix),
    "__hasInfix": (2, _has_infix),
    "__removePrefix": (2, _remove_prefix),
    "__removeSuffix": (2, _remove_suffix),
}
