"""Overridden attributes, to be looked up by the bytes of a file that their values have."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from splitlint.analysis.model.uses import Override

#: First and last byte, and the number of the override.
_Stretch = tuple[int, int, int]


class OverridesByPlace:
    """The overrides in one file. Their values are expressions: of two, one lies in the other, or they are apart."""

    def __init__(self, overrides: Sequence[Override], path: str) -> None:
        self._overrides = overrides
        wholes: list[_Stretch] = []
        pieces: list[_Stretch] = []
        for number, one in enumerate(overrides):
            for place in one.places:
                if place.path == path:
                    found = wholes if place is one.places[0] else pieces
                    found.append((place.start, place.end, number))
        self._wholes = sorted(wholes, key=lambda one: (one[0], -one[1]))
        self._around = _around(self._wholes)
        self._pieces = sorted(pieces)

    def at(self, start: int, end: int) -> list[Override]:
        """The overrides in whose values some bytes lie, or pieces of whose values lie in them; in their order."""
        found: set[int] = set()
        at = bisect_right(self._wholes, start, key=lambda one: one[0]) - 1
        while at >= 0:
            if end <= self._wholes[at][1]:
                found.add(self._wholes[at][2])
            at = self._around[at]
        first = bisect_left(self._pieces, (start,))
        last = bisect_right(self._pieces, (end, end, len(self._overrides)))
        found.update(number for _, past, number in self._pieces[first:last] if past <= end)
        return [self._overrides[number] for number in sorted(found)]


def _around(places: Sequence[_Stretch]) -> list[int]:
    """For each of sorted places the number of the one that it lies in, -1 for none."""
    found: list[int] = []
    open_places: list[int] = []
    for number, (_, end, _) in enumerate(places):
        while open_places and places[open_places[-1]][1] < end:
            open_places.pop()
        found.append(open_places[-1] if open_places else -1)
        open_places.append(number)
    return found
