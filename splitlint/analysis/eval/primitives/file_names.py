"""Primitives over paths: the last name, and the folder."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.primitives.pieces import end_of, literal_piece, pieces_in
from splitlint.analysis.model.texts import known_text, plain
from splitlint.analysis.model.values import (
    UNKNOWN,
    Literal,
    Piece,
    Text,
    Thunk,
    Value,
)

Primitive = Callable[..., Value]


def _base_name(machine: Machine, text: Thunk, site: Site) -> Value:
    value = text()
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "path":
        name = shape.text.rpartition("/")[2]
        return plain(name) if name not in ("", ".", "..") and not shape.text.startswith("<") else UNKNOWN
    known = known_text(value)
    if known is None:
        # The last piece decides if a slash stands before what is the name.
        end = end_of(value)
        known = end if "/" in end[:-1] else None
    if known is None:
        return UNKNOWN
    trimmed = known[:-1] if len(known) > 1 and known.endswith("/") else known
    return plain(trimmed.rpartition("/")[2])


def _dir_name(machine: Machine, path: Thunk, site: Site) -> Value:
    """`dirOf`: of a path below a package, as far as it is known."""
    value = path()
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "path":
        folder = shape.text.rpartition("/")[0]
        return value.as_shape(Literal("path", folder or (shape.text and ".")))
    known = known_text(value)
    if known is not None:
        folder, slash, _ = known.rpartition("/")
        return plain(folder or slash or ".", path.place)
    parts = pieces_in(value)
    last = literal_piece(parts[-1]) if parts else None
    if last is None or "/" not in last or not isinstance(shape, Text):
        return UNKNOWN
    folder = last.rpartition("/")[0]
    return value.as_shape(Text((*parts[:-1], Piece(folder)) if folder else tuple(parts[:-1])))


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__baseNameOf": (1, _base_name),
    "__dirOf": (1, _dir_name),
}
