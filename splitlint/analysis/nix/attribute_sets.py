"""The attributes of a set that is written out in a file, as thunks that are made when they are asked for.

Which places define which name is read once for a set; what they denote depends on the frame that it is evaluated in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Node

from splitlint.analysis.model.value import Attrs, Package, PackageSet, Value
from splitlint.analysis.nix import names
from splitlint.analysis.nix.scope import inherited
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator, Frame, Thunk

#: An expression, and the names under which it stands below the first: `a.b.c = x` is (("b", "c"), x) of `a`.
Place = tuple[tuple[str | None, ...], Node]


class Table(NamedTuple):
    """What a set's entries say: the places of each name, the inherited names, whether some names are computed."""

    places: dict[str, tuple[Place, ...]]
    inherited: dict[str, tuple[Node, Node]]
    computed: bool


def table_of(ev: Evaluator, node: Node) -> Table:
    """The table of an attribute set or a `let`."""
    known = ev.structure.tables.get(node.id)
    if known is None:
        known = ev.structure.tables[node.id] = _read(node)
    return known


def _read(node: Node) -> Table:
    places: dict[str, list[Place]] = {}
    taken: dict[str, tuple[Node, Node]] = {}
    computed = False
    for entry in nix.bindings(node):
        if entry.type == "binding":
            path, expression = entry.child_by_field_name("attrpath"), entry.child_by_field_name("expression")
            if path is None or expression is None:
                continue
            steps = nix.attribute_names(path)
            computed = computed or None in steps
            if steps and steps[0] is not None:
                places.setdefault(steps[0], []).append((steps[1:], expression))
            continue
        for attr in inherited(entry):
            name = nix.attribute_name(attr)
            if name is not None:
                taken[name] = (entry, attr)
    return Table({name: tuple(found) for name, found in places.items()}, taken, computed)


class Members(Mapping[str, "Thunk"]):
    """The attributes of a set in a frame. Those of nixpkgs' own set of packages are what the packs say of them."""

    def __init__(self, ev: Evaluator, node: Node, frame: Frame | None) -> None:
        self._ev = ev
        self._table = table_of(ev, node)
        self._frame = frame
        self._is_nixpkgs = names.is_top_level(ev.source.path) and _is_outermost(ev, node)

    def __getitem__(self, name: str) -> Thunk:
        own = self._ev.world.shape_of(("pkgs", name)) if self._is_nixpkgs and name in self else None
        if isinstance(own, Package | PackageSet):
            known = Value(own)
            return lambda: known
        places = self._table.places.get(name)
        if places is not None:
            return _placed(self._ev, places, self._frame)
        entry, attr = self._table.inherited[name]
        ev, frame = self._ev, self._frame
        if entry.type == "inherit":
            return lambda: names.value_of_name(ev, attr, name, frame)
        return lambda: names.inherited_from(ev, attr, name, frame)

    def __contains__(self, name: object) -> bool:
        return name in self._table.places or name in self._table.inherited

    def __iter__(self) -> Iterator[str]:
        yield from self._table.inherited
        yield from (name for name in self._table.places if name not in self._table.inherited)

    def __len__(self) -> int:
        return len(self._table.places.keys() | self._table.inherited.keys())


def members(ev: Evaluator, node: Node, frame: Frame | None) -> Mapping[str, Thunk]:
    """The attributes of a set written out in the file, as thunks."""
    return Members(ev, node, frame)


def _is_outermost(ev: Evaluator, node: Node) -> bool:
    """Whether a set stands in no other set and is nobody's argument."""
    parent = ev.scopes.parent(node)
    while parent is not None and parent.type not in (*nix.ATTRSETS, "apply_expression", "list_expression"):
        parent = ev.scopes.parent(parent)
    return parent is None


def _placed(ev: Evaluator, places: tuple[Place, ...], frame: Frame | None) -> Thunk:
    """The value of `a` where `a = x` or `a.b = x; a.c.d = y`."""
    whole = next((expression for rest, expression in places if not rest), None)
    if whole is not None and len(places) == 1:
        return lambda: names.told_at(ev, ev.value(whole, frame), whole)

    def build() -> Value:
        deeper: dict[str, list[Place]] = {}
        is_open = False
        for rest, expression in places:
            if rest and rest[0] is not None:
                deeper.setdefault(rest[0], []).append((rest[1:], expression))
            else:
                is_open = True
        inner = {name: _placed(ev, tuple(more), frame) for name, more in deeper.items()}
        if whole is not None:
            shape = ev.value(whole, frame).shape
            if isinstance(shape, Attrs):
                return Value(Attrs({**shape.names, **inner}, shape.open, shape.node))
        return Value(Attrs(inner, is_open))

    return build
