"""Where a package is written in the same script, or elsewhere outside of scripts: places that hang together."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from tree_sitter import Node

from splitlint.analysis.model.uses import Command, Use
from splitlint.analysis.model.values import Package
from splitlint.fixes.make.others.textual import is_textual
from splitlint.matching.views import NixView
from splitlint.syntax import nix

#: What a group of places has in common: a string (by its node), a script (by its text), or that it is in none.
Tie = int | str
_OUTSIDE = "outside"
_KNOWN: WeakKeyDictionary[NixView, Groups] = WeakKeyDictionary()


class Groups:
    """The places of a file at which packages are written, in groups: one for each script, one for what is in none."""

    def __init__(self, view: NixView) -> None:
        self._parents: dict[Tie, Tie] = {}
        self._places: dict[Tie, list[tuple[Node, Package]]] = {}
        self._textual: set[Tie] = set()
        uses: dict[tuple[int, int], list[Use]] = {}
        for use in view.file.uses:
            if isinstance(use.value.shape, Package):
                uses.setdefault((use.place.start, use.place.end), []).append(use)
        placed = [(node, found) for place, found in uses.items() if (node := view.node_at(*place)) is not None]
        scripted = {one.id for node, found in placed if _scripts(found) for one in strings_around(node)}
        tied = [(node, found, list(_ties(node, found, scripted))) for node, found in placed]
        for _, _, ties in tied:
            for tie in ties[1:]:
                self._parents[self._root(tie)] = self._root(ties[0])
        for node, found, ties in tied:
            root = self._root(ties[0])
            packages = dict.fromkeys(use.value.shape for use in found if isinstance(use.value.shape, Package))
            self._places.setdefault(root, []).extend((node, package) for package in packages)
            if any(is_textual(view.source, use) for use in found):
                self._textual.add(root)
        self._by_node = {(node.start_byte, node.end_byte): self._root(ties[0]) for node, _, ties in tied}

    def _root(self, tie: Tie) -> Tie:
        while (parent := self._parents.get(tie, tie)) != tie:
            tie = parent
        return tie

    def with_text(self, node: Node, package: Package) -> Iterator[Node]:
        """The places in the group of a node at which the same package is written; none in groups without text uses."""
        root = self._by_node.get((node.start_byte, node.end_byte))
        if root is None or root not in self._textual:
            return
        written = nix.node_text(nix.skip_parentheses(node))
        for place, other in self._places[root]:
            if other == package and (
                (other.root and other.root == package.root) or nix.node_text(nix.skip_parentheses(place)) == written
            ):
                yield place


def groups_of(view: NixView) -> Groups:
    """The groups of a file, made once."""
    known = _KNOWN.get(view)
    if known is None:
        known = _KNOWN[view] = Groups(view)
    return known


def _ties(node: Node, uses: list[Use], scripted: set[int]) -> Iterator[Tie]:
    strings = [one.id for one in strings_around(node)]
    yield from strings
    scripts = _scripts(uses)
    yield from scripts
    if not scripts and not scripted.intersection(strings):
        yield _OUTSIDE


def _scripts(uses: list[Use]) -> list[str]:
    return [use.sink.script for use in uses if isinstance(use.sink, Command) and use.sink.script]


def strings_around(node: Node) -> Iterator[Node]:
    """The strings in which a node stands, the innermost first, up to the binding that it is written in."""
    parent = node.parent
    while parent is not None and parent.type != "binding":
        if parent.type in nix.STRINGS:
            yield parent
        parent = parent.parent
