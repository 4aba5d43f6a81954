"""What packs say of their families, as the stand-in takes it; and where a piece of code finds such packages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from splitlint.analysis.model.families import Family, World
from splitlint.analysis.model.homes import Home
from splitlint.analysis.model.path_globs import alternatives
from splitlint.analysis.model.values import Package, PackageSet
from splitlint.authoring.proofs.evaluation import string
from splitlint.rulebook.rule import Pack
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax import nix

#: What the world before all changes is called; the others are called by the release that brought one.
BEFORE = ""
#: The element that stands for all that is in a list of a package, whatever that is.
_REST = "what-%s-has"
#: What every package of the stand-in has.
_OF_ALL = frozenset({"version", "pname", "src", "passthru", "meta", "name"})
#: What the name of a derivation cannot have, or what ends a root in one.
_ODD = re.compile(r"[^A-Za-z0-9+._?-]")
#: What a set of packages is called where code has it.
_SETS = frozenset({"pkgs", "final", "prev", "self", "super"})


class Place(NamedTuple):
    """Where a package of a family, a set with one, or what makes one of these, is found; `root`: by which name."""

    path: tuple[str, ...]
    family: str
    kind: str
    root: str

    @property
    def row(self) -> dict[str, object]:
        """As the stand-in takes it."""
        return {"path": list(self.path), "family": self.family, "kind": self.kind, "root": _ODD.sub("_", self.root)}


def worlds_of(world: World, packs: Sequence[Pack]) -> tuple[str, ...]:
    """The worlds that packs tell apart, oldest first: before all changes, and each release that brings some."""
    moved = (home.since for family in world.families for home in family.moved.values())
    releases = {release for release in (*moved, *(pack.since for pack in packs)) if release}
    return (BEFORE, *sorted(releases or {"26.05"}))


def facts_of(world: World, packs: Sequence[Pack]) -> str:
    """The facts of all families by world, as an expression in Nix."""
    worlds = worlds_of(world, packs)
    since = {pack.name: pack.since for pack in packs}
    families = {
        family.name: _family(family, worlds, since.get(family.pack, ""))
        for family in world.families
        if family.is_package
    }
    release = {one: one or _before(worlds[1]) for one in worlds}
    return f"(builtins.fromJSON {string(json.dumps({'families': families, 'release': release}))})"


def _before(release: str) -> str:
    """The release before one, as releases are called."""
    year, month = release.split(".")
    return f"{int(year) - 1:02d}.11" if month == "05" else f"{year}.05"


def _family(family: Family, worlds: Sequence[str], since: str) -> dict[str, object]:
    named = (family.has | family.evidence) - frozenset(family.outputs) - family.lists.keys() - _OF_ALL
    last = worlds[-1]
    lists = {name: [_REST % family.name, *new] for name, new in family.lists.items()}
    return {
        "name": family.name,
        "member": family.member or "package",
        "outputs": {one: outputs_in(family, one, since) for one in worlds},
        "attributes": {one: sorted(named - family.gone if one == last else named | family.gone) for one in worlds},
        "gone": {one: [] if one == last else sorted(family.gone) for one in worlds},
        "lists": {one: lists if one >= since else {} for one in worlds},
        "homes": [
            {"regex": _regex(glob), "output": {one: output_in(home, one) or None for one in worlds}}
            for glob, home in family.moved.items()
        ],
    }


def outputs_in(family: Family, world: str, since: str) -> list[str]:
    """The outputs that a package has in a world; `since`: when those came of which `moved` says nothing."""

    def came(output: str) -> str:
        return min(
            (home.since for home in family.moved.values() if home.output == output and home.since), default=since
        )

    return [one for one in family.outputs if one not in family.new_outputs or came(one) <= world]


def output_in(home: Home, world: str) -> str:
    """The output that has a path in a world, "" if none has."""
    return home.output if home.since <= world else home.left


def _regex(glob: str) -> str:
    """A glob of a path as an extended regular expression of POSIX, for a path with a slash before every name."""
    return "|".join(
        "".join("(/[^/]+)*" if name == "**" else "/" + _name(name) for name in one.split("/")) + "/?"
        for one in alternatives(glob)
    )


def _name(name: str) -> str:
    return "".join("[^/]*" if one == "*" else f"[{one}]" if one in ".+()|$?{}" else one for one in name)


def names_in(text: str) -> tuple[str, ...]:
    """The names that code uses without saying where they come from, its parameters too."""
    root = nix.parse(text.encode()).root_node
    return tuple(dict.fromkeys(_names(root)))


def _names(root: Node) -> Iterator[str]:
    for node in _nodes(root):
        if node.type == "variable_expression":
            yield nix.node_text(node)
        elif node.type == "formal" and (name := node.child_by_field_name("name")) is not None:
            yield nix.node_text(name)
        elif node.type == "select_expression" and (path := _selected(node))[:1] == ("pkgs",):
            yield path[1]


def kind_of(name: str, world: World) -> Place | None:
    """What something is by its name alone: as an attribute of `pkgs`, else by convention. None if nothing."""
    place = _place(("pkgs", name), world)
    if place is not None:
        return place
    family = world.by_name(name)
    if family is not None and family.is_package:
        return Place((name,), family.name, "package", name)
    family = world.by_set_name(name)
    if family is not None and family.is_package:
        return Place((name,), family.name, "set", name)
    return None


def places_in(text: str, world: World) -> tuple[Place, ...]:
    """The places at which code finds packages of families, by their global names; the shortest first."""
    root = nix.parse(text.encode()).root_node
    found: dict[tuple[str, ...], Place] = {}
    for node in _nodes(root):
        if node.type == "select_expression":
            path = _selected(node)
            for end in range(2, len(path) + 1):
                place = _place(path[:end], world)
                if place is not None:
                    found.setdefault(place.path, place)
                    break
    for name in names_in(text):
        place = _place(("pkgs", name), world)
        if place is not None:
            found.setdefault(place.path, place)
    return tuple(sorted(found.values(), key=lambda one: (len(one.path), one.path)))


def _place(path: tuple[str, ...], world: World) -> Place | None:
    shape = world.shape_of(path)
    root = ".".join(path[1:])
    if isinstance(shape, Package | PackageSet):
        family = world.family(shape.family)
        if family is None or not family.is_package:
            return None
        return Place(path, family.name, "package" if isinstance(shape, Package) else "set", root)
    made = world.made_by(".".join(path))
    if made is None or not made[0].is_package:
        return None
    return Place(path, made[0].name, "set_maker" if made[1] else "maker", root)


def _selected(select: Node) -> tuple[str, ...]:
    """The global path that is selected: `pkgs.a.b`, `config.a.b`; () if it begins otherwise."""
    base, attrpath = select.child_by_field_name("expression"), select.child_by_field_name("attrpath")
    base = nix.skip_parentheses(base) if base is not None else None
    if base is None or attrpath is None or base.type != "variable_expression":
        return ()
    name = nix.node_text(base)
    names = nix.attribute_names(attrpath)
    known = tuple(one for one in names if one is not None)
    if len(known) != len(names):
        return ()
    if name in _SETS:
        return ("pkgs", *known)
    return (name, *known) if name == "config" else ("pkgs", name, *known)


def _nodes(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.named_children)
