"""Where a package is written in the same script, or elsewhere outside of scripts: places that hang together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tree_sitter import Node

from splitlint.analysis.model.uses import Command, Use
from splitlint.analysis.model.values import Package
from splitlint.fixes.make.others.textual import is_textual
from splitlint.matching.syntax_around import Nearest
from splitlint.matching.views import NixView
from splitlint.startup.beside import beside
from splitlint.syntax import nix

#: What a group of places has in common: a string (by its node), a script (by its text), or that it is in none.
Tie = int | str
_OUTSIDE = "outside"
#: A group, a package, and its name in nixpkgs or how it is written.
_Same = tuple[Tie, Package, str, str]


class Groups:
    """The places of a file at which packages are written, in groups: one for each script, one for what is in none."""

    def __init__(self, view: NixView) -> None:
        self._parents: dict[Tie, Tie] = {}
        #: The places at which a package is written in the same way in a group, and which of these are read as text.
        self._same: dict[_Same, list[Node]] = {}
        self._textual: set[_Same] = set()
        uses: dict[tuple[int, int], list[Use]] = {}
        for use in view.file.uses:
            if isinstance(use.value.shape, Package):
                uses.setdefault((use.place.start, use.place.end), []).append(use)
        placed = [(node, found) for place, found in uses.items() if (node := view.node_at(*place)) is not None]
        nearest = Nearest(view.tree.root_node, *nix.STRINGS, "binding")
        strings = [tuple(_strings_around(nearest, node)) for node, _ in placed]
        scripted = {
            one for (_, found), around in zip(placed, strings, strict=True) if _scripts(found) for one in around
        }
        tied = [
            (node, found, list(_ties(around, found, scripted)))
            for (node, found), around in zip(placed, strings, strict=True)
        ]
        for _, _, ties in tied:
            for tie in ties[1:]:
                self._parents[self._root(tie)] = self._root(ties[0])
        for node, found, ties in tied:
            root = self._root(ties[0])
            packages = dict.fromkeys(use.value.shape for use in found if isinstance(use.value.shape, Package))
            same = [one for package in packages for one in _ways(root, node, package)]
            for one in same:
                self._same.setdefault(one, []).append(node)
            if any(is_textual(view.source, use) for use in found):
                self._textual.update(same)
        self._by_node = {(node.start_byte, node.end_byte): self._root(ties[0]) for node, _, ties in tied}

    def _root(self, tie: Tie) -> Tie:
        root = tie
        while (parent := self._parents.get(root, root)) != root:
            root = parent
        while tie != root:
            self._parents[tie], tie = root, self._parents[tie]
        return root

    def with_text(self, node: Node, package: Package, most: int) -> list[Node]:
        """The places in the group of a node at which the same package is written, if one of them takes its path as
        text; none else. There may be more than `most`, then not all of them are given."""
        root = self._by_node.get((node.start_byte, node.end_byte))
        same = _ways(root, node, package) if root is not None else []
        if self._textual.isdisjoint(same):
            return []
        places = dict.fromkeys(place for one in same for place in islice(self._same.get(one, ()), most + 1))
        return sorted(places, key=lambda place: place.start_byte)


def _ways(group: Tie, node: Node, package: Package) -> list[_Same]:
    """What the same package in a group is known by: its name in nixpkgs, how it is written."""
    written = nix.node_text(nix.skip_parentheses(node))
    return [(group, package, "", written), *([(group, package, package.root, "")] if package.root else ())]


@beside
def groups_of(view: NixView) -> Groups:
    """The groups of a file, made once."""
    return Groups(view)


def _ties(strings: tuple[int, ...], uses: list[Use], scripted: set[int]) -> Iterator[Tie]:
    yield from strings
    scripts = _scripts(uses)
    yield from scripts
    if not scripts and not scripted.intersection(strings):
        yield _OUTSIDE


def _scripts(uses: list[Use]) -> list[str]:
    return [use.sink.script for use in uses if isinstance(use.sink, Command) and use.sink.script]


def _strings_around(nearest: Nearest, node: Node) -> Iterator[int]:
    """The strings in which a node stands, the innermost first, up to the binding that it is written in."""
    around = nearest.around(node)
    while around is not None and around.type != "binding":
        yield around.id
        around = nearest.around(around)
