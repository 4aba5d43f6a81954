"""Where a Nix file may speak of a pack's packages: its words, but for those that stand in comments, prose and URLs.

On the start-up path and asked of thousands of files: byte searches, no regular expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

#: Larger files are lists of thousands of packages, most of which have nothing to do with any family.
LARGE = 1 << 18
#: Bytes before and after a word of a pack that are looked into in a large file.
AROUND = 2000
#: Attributes that describe a package; what a line that sets one of them says in words names nothing.
_DESCRIBING = frozenset({b"description", b"longDescription", b"homepage", b"url", b"urls", b"license", b"maintainers"})
_PLATFORMS = frozenset({b"platforms", b"badPlatforms", b"hydraPlatforms"})
#: Words that make a line a sentence where no value is put into it.
_PROSE = (b" the ", b" of ", b" to ", b" and ", b" is ", b" are ", b" your ", b" be ", b" a ", b" for ")
_CODE = (b";", b"{", b"[", b"$")

#: A word, and the longer ones in which it means something else, each with the place of the word in it.
Word = tuple[bytes, tuple[tuple[bytes, int], ...]]
#: Bytes on either side of a word up to the end of a line of prose: a longer line would be read for each word in it.
_LONGEST_PROSE = 4000


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
    return not _is_prose(data, at, at + len(word))


def _is_prose(data: bytes, at: int, after: int) -> bool:
    """Whether the word from `at` to `after` stands in a comment or in prose: nothing is evaluated there."""
    far, near = max(0, at - _LONGEST_PROSE), after + _LONGEST_PROSE
    start, end = data.rfind(b"\n", far, at) + 1, data.find(b"\n", after - 1, near)
    if (not start and far) or (end < 0 and near < len(data)):
        return False
    line = data[start : end if end >= 0 else len(data)]
    code = line.lstrip()
    if code.startswith(b"#"):
        return True
    comment = line.find(b" # ")
    if comment >= 0:
        # What is put into a string in which a `#` stands is evaluated all the same.
        if start + comment < at and b"${" not in data[start + comment : at]:
            return True
        line = line[:comment]
    if b"${" in line:
        return False
    name, sign, _ = code.partition(b"=")
    if sign:
        last = name.rstrip().rpartition(b".")[2]
        return line.count(b";") <= (last in _DESCRIBING) + 2 * (last in _PLATFORMS) and (
            last in _DESCRIBING or last in _PLATFORMS
        )
    if data[at - 1 : at].strip(b" \n\"'(") or data[after : after + 1].strip(b" \n\"'.,)"):
        return False
    return not any(mark in line for mark in _CODE) and any(word in line for word in _PROSE)


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
