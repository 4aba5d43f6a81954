"""Where a Nix file may speak of a pack's packages: its words, but for those that stand in comments, prose and URLs.

On the start-up path and asked of thousands of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from splitlint.prefilter.in_passing import is_in_passing

#: Larger files are lists of thousands of packages, most of which have nothing to do with any family.
LARGE = 1 << 18
#: Bytes before and after a word of a pack that are looked into in a large file.
AROUND = 2000
#: A word, and the longer ones in which it means something else, each with the place of the word in it.
Word = tuple[bytes, tuple[tuple[bytes, int], ...]]


@lru_cache(maxsize=64)
def prepared(words: tuple[bytes, ...], unless: tuple[bytes, ...]) -> tuple[Word, ...]:
    """The words of a pack, each with those of `unless` that it is a part of."""
    # Most words are in none of them.
    every = b"\0".join(unless)
    return tuple(
        (word, tuple((one, one.find(word)) for one in unless if word in one) if word in every else ()) for word in words
    )


def has_occurrence(data: bytes, words: Sequence[Word]) -> bool:
    """Whether a Nix file may speak of a package that goes by these words."""
    return next(occurrences(data, words), None) is not None


def occurrences(data: bytes, words: Sequence[Word]) -> Iterator[int]:
    """The bytes (0-based) at which a Nix file does so, word by word."""
    for word, longer in words:
        at = data.find(word)
        while at >= 0:
            if is_occurrence(data, at, word, longer):
                yield at
            at = data.find(word, at + len(word))


def is_occurrence(data: bytes, at: int, word: bytes, longer: tuple[tuple[bytes, int], ...]) -> bool:
    """Whether the word that stands at a place means what it says there."""
    if any(data.startswith(one, at - before) for one, before in longer if at >= before):
        return False
    return not is_in_passing(data, at, at + len(word))


def regions(data: bytes, words: Sequence[Word]) -> list[tuple[int, int]]:
    """The bytes of a large file that are near an occurrence; nothing for a file that is looked into as a whole."""
    if len(data) < LARGE or not words:
        return []
    return regions_around(data, sorted(occurrences(data, words)))


def regions_around(data: bytes, found: Sequence[int]) -> list[tuple[int, int]]:
    """The regions around some places, in order."""
    spans: list[tuple[int, int]] = []
    for at in found:
        start, end = max(0, at - AROUND), min(len(data), at + AROUND)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def searched_part(data: bytes, words: Sequence[Word]) -> bytes:
    """What of a Nix file is searched for the needles of rules: all of it, of a large one what is near an occurrence."""
    if len(data) < LARGE or not words:
        return data
    return joined_regions(data, regions(data, words))


def joined_regions(data: bytes, spans: Sequence[tuple[int, int]]) -> bytes:
    """Regions of a file, with a line end between them."""
    return b"\n".join(data[start:end] for start, end in spans)
