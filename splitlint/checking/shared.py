"""Many files of one tree checked by several processes, which share what is known of its other files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from splitlint.checking.processes import in_processes
from splitlint.files.languages import NIX, PYTHON

if TYPE_CHECKING:
    from splitlint.analysis.project.repository import Repository
    from splitlint.rulebook.prefilter import Hit

T = TypeVar("T")

#: Bytes of a load; a larger file is a load of its own.
_BYTES_IN_LOAD = 1 << 15
#: What a file costs in any case, in bytes.
_AT_LEAST = 1 << 11
#: libcst reads half a megabyte a second, the rest is as much quicker.
_SLOW_PYTHON = 20


def checked_by_copies(
    check: Callable[[int], T], hits: Sequence[Hit], repository: Repository, jobs: int
) -> dict[int, T]:
    """What `check` gives for the files with these numbers, of those that were done.

    The largest Nix file is checked here first: what that loads and parses is then there for all.
    """
    nix = [number for number, hit in enumerate(hits) if hit.language == NIX and hit.rules]
    first = max(nix, key=lambda number: len(hits[number].data), default=None)
    found = {} if first is None else {first: check(first)}
    repository.prepare()
    doubtful = set(repository.doubtful)

    def noted(number: int) -> tuple[T, frozenset[str]]:
        checked = check(number)
        fresh = repository.doubtful - doubtful
        doubtful.update(fresh)
        return checked, frozenset(fresh)

    def weight(number: int) -> int:
        hit = hits[number]
        return _AT_LEAST + len(hit.data) * (_SLOW_PYTHON if hit.language == PYTHON else 1)

    numbers = [number for number in range(len(hits)) if number != first]
    for number, (checked, fresh) in in_processes(noted, in_loads(numbers, weight, _BYTES_IN_LOAD), jobs).items():
        found[number] = checked
        repository.doubtful |= fresh
    return found


def in_loads(numbers: Iterable[int], weight: Callable[[int], int], most: int) -> list[tuple[int, ...]]:
    """Numbers in loads of about the same weight: heavy ones first, so that none comes last, the rest in their order.

    Neighbours ask the same files about what they are given.
    """
    heavy = sorted((one for one in numbers if weight(one) > most), key=lambda one: (-weight(one), one))
    return [*((one,) for one in heavy), *_light((one for one in numbers if weight(one) <= most), weight, most)]


def _light(numbers: Iterable[int], weight: Callable[[int], int], most: int) -> Iterator[tuple[int, ...]]:
    load: list[int] = []
    size = 0
    for one in numbers:
        if load and size + weight(one) > most:
            yield tuple(load)
            load, size = [], 0
        load.append(one)
        size += weight(one)
    if load:
        yield tuple(load)
