"""Which parts of a file are worth a visit: those in which something of the packs stands, and those that read them.

Most of a file has nothing to do with any package of a family. What does, says a word of a pack, or a name that is
bound to something that does.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence

from splitlint.analysis.eval.environment import Unit
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding, Entry, Inherited, Let
from splitlint.syntax.nix_tree.nodes import Lambda, Node, With

#: Files up to this size (bytes) are visited as a whole.
SMALL = 3_000
_MOST_NAMES = 120
_NAME_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_'-")

#: The bytes of a file at which something of interest is written, in any order; None for all of them.
Positions = Callable[[Unit], "Iterable[int] | None"]


class Interest:
    """Asks `positions` once for each file, and follows names from there."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions
        self._known: dict[str, list[int] | None] = {}
        self._names: dict[str, set[str]] = {}
        self._said: set[tuple[str, int]] = set()
        self._opened: set[tuple[str, int]] = set()
        #: The entries that were found to be worth a visit, by file and first byte.
        self._visited: set[tuple[str, int]] = set()

    def open(self, unit: Unit, node: With) -> None:
        """Told of a `with`, before what follows: that may read the names of its set."""
        if isinstance(node.environment, AttrSet):
            self._opened.add((unit.path, node.environment.start))
            self.entries(unit, node.environment)

    def enter(self, unit: Unit, node: Lambda) -> None:
        """Told of a function, before its body: that may read what a parameter is by default."""
        found = self._at(unit)
        for formal in node.formals or ():
            if found is not None and formal.default is not None and self.wants(unit, formal.start, formal.default.end):
                self._follow(unit, found, formal.name)

    def entries(self, unit: Unit, node: Let | AttrSet) -> Sequence[Entry]:
        """The entries of a set or a `let` that are worth a visit: all of them, if the name of the set says so."""
        found = self._at(unit)
        if found is None:
            return node.entries
        entries = self._entries(unit, node, found)
        self._visited.update((unit.path, entry.start) for entry in entries)
        return entries

    def _entries(self, unit: Unit, node: Let | AttrSet, found: list[int]) -> Sequence[Entry]:
        if (unit.path, node.start) in self._said:
            for entry in node.entries:
                self._say(unit, found, entry)
            return node.entries
        names_count = isinstance(node, Let) or node.is_recursive or (unit.path, node.start) in self._opened
        wanted: dict[int, Entry] = {}
        waiting = list(node.entries)
        while waiting:
            later = []
            added = False
            for entry in waiting:
                if not _holds(found, entry):
                    later.append(entry)
                    continue
                wanted[entry.start] = entry
                self._say(unit, found, entry)
                if names_count:
                    name = entry.name if isinstance(entry, Inherited) else _first_name(entry)
                    added = self._follow(unit, found, name) or added
            if not added:
                break
            waiting = later
        return [wanted[start] for start in sorted(wanted)]

    def has_visited(self, unit: Unit, entry: Entry) -> bool:
        """Whether an entry of a set or a `let` was found to be worth a visit."""
        return self._at(unit) is None or (unit.path, entry.start) in self._visited

    def wants(self, unit: Unit, start: int, end: int) -> bool:
        """Whether bytes of a file are worth a visit."""
        found = self._at(unit)
        if found is None:
            return True
        at = bisect_left(found, start)
        return at < len(found) and found[at] < end

    def _at(self, unit: Unit) -> list[int] | None:
        if unit.path not in self._known:
            positions = self._positions(unit) if unit.source is not None else None
            self._known[unit.path] = sorted(set(positions)) if positions is not None else None
        return self._known[unit.path]

    def _say(self, unit: Unit, found: list[int], entry: Entry) -> None:
        """Notes the sets in `NAME = { .. }` of which it is the name that says something."""
        if not isinstance(entry, Binding):
            return
        at = bisect_left(found, entry.name_start)
        if at < len(found) and found[at] < entry.name_end:
            self._said.update((unit.path, one.start) for one in _sets_of(entry.value))

    def _follow(self, unit: Unit, found: list[int], name: str | None) -> bool:
        """Makes every place that reads a name interesting; False if there are none."""
        names = self._names.setdefault(unit.path, set())
        if name is None or name in names or len(names) >= _MOST_NAMES or unit.source is None:
            return False
        names.add(name)
        added = False
        for position in places_of(unit.source.data, name.encode()):
            at = bisect_left(found, position)
            if at == len(found) or found[at] != position:
                insort(found, position)
                added = True
        return added


def _holds(found: list[int], entry: Entry) -> bool:
    source = entry.source if isinstance(entry, Inherited) else None
    return _has(found, entry.start, entry.end) or (source is not None and _has(found, source.start, source.end))


def _has(found: list[int], start: int, end: int) -> bool:
    at = bisect_left(found, start)
    return at < len(found) and found[at] < end


def _sets_of(value: Node) -> Iterator[AttrSet]:
    """The sets that a value is, or is made from: those in a set or a function of it are not."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, AttrSet):
            yield node
        elif not isinstance(node, Lambda):
            waiting.extend(node.children())


def _first_name(entry: Binding) -> str | None:
    first = entry.path[0] if entry.path else None
    return first if isinstance(first, str) else None


def places_of(data: bytes, name: bytes) -> Iterable[int]:
    """The bytes at which a name stands alone."""
    at = data.find(name)
    while at >= 0:
        end = at + len(name)
        if (at == 0 or data[at - 1] not in _NAME_BYTES) and (end == len(data) or data[end] not in _NAME_BYTES):
            yield at
        at = data.find(name, end)


def everything(unit: Unit) -> None:
    """All of every file is of interest."""
    return None
