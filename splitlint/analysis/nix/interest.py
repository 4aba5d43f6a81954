"""Which parts of a file are worth a visit: those in which something of the packs stands, and those that read them.

Most of a file has nothing to do with any package of a family. What does, says a word of a pack, or a name that is
bound to something that does.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence

from splitlint.analysis.eval.environment import Unit
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding, Entry, Inherited, Let

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

    def entries(self, unit: Unit, node: Let | AttrSet) -> Sequence[Entry]:
        """The entries of a set or a `let` that are worth a visit."""
        found = self._at(unit)
        if found is None:
            return node.entries
        names_count = isinstance(node, Let) or node.is_recursive
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
                if names_count:
                    added = self._follow(unit, found, entry) or added
            if not added:
                break
            waiting = later
        return [wanted[start] for start in sorted(wanted)]

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
            self._known[unit.path] = sorted(positions) if positions is not None else None
        return self._known[unit.path]

    def _follow(self, unit: Unit, found: list[int], entry: Entry) -> bool:
        """Makes every place that reads a name interesting; False if there are none."""
        name = entry.name if isinstance(entry, Inherited) else _first_name(entry)
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
    at = bisect_left(found, entry.start)
    return at < len(found) and found[at] < entry.end


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
