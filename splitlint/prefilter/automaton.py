"""Many byte strings looked for in one pass, where the extra `fast` is installed (ahocorasick_rs, written in Rust).

Over the 45 MB of a nixpkgs that takes a tenth of the time of one search for each. Without the extra the same is found
by plain searches; a hook, which looks at few files, does not ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

#: The matches in a text: the number of the string, the bytes from and to.
Matches = Callable[[bytes], list[tuple[int, int, int]]]


def apart(wanted: Sequence[bytes]) -> Matches | None:
    """Finds matches that do not overlap, of those that begin at one byte the longest; None without the extra."""
    library = _library()
    if library is None or not wanted or not all(wanted):
        return None
    found: Matches = _made(library, wanted, library.MatchKind.LeftmostLongest).find_matches_as_indexes
    return found


def overlapping(wanted: Sequence[bytes]) -> Matches | None:
    """Finds all matches; None without the extra."""
    library = _library()
    if library is None or not wanted or not all(wanted):
        return None
    find = _made(library, wanted, library.MatchKind.Standard).find_matches_as_indexes
    return lambda data: find(data, overlapping=True)


@cache
def _library() -> Any:
    try:
        return import_module("ahocorasick_rs")
    except ImportError:
        return None


def _made(library: Any, wanted: Sequence[bytes], kind: Any) -> Any:
    return library.BytesAhoCorasick(list(wanted), matchkind=kind, implementation=library.Implementation.DFA)


def may_hide(longer: bytes, other: bytes) -> bool:
    """Whether a match of one string may lie over one of another, so that of both only one is found."""
    if other in longer or longer in other:
        return True
    shorter = min(len(longer), len(other))
    return any(longer.endswith(other[:size]) or longer.startswith(other[-size:]) for size in range(1, shorter))
