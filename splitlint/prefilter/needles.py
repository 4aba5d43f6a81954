"""Which of many files can matter at all: reads them as fast as the machine gives them, and searches a few anchors.

An anchor is a piece of a needle, chosen so that no file without an anchor can satisfy any rule. A search over
150 MB costs 50 ms for each anchor as it does for each needle, so a rule set of forty needles is first asked for the
two or three pieces that they have in common. Nothing here parses, and nothing here raises on a bad file: what is
not plainly a small regular file is handed back as `odd`, for the caller to look at closely.
"""

from __future__ import annotations

import os
from functools import lru_cache
from heapq import heapify, heappop, heapreplace
from math import ceil
from typing import TYPE_CHECKING

from splitlint.files.languages import BY_SUFFIX, TEXT, is_text_file, language_of
from splitlint.prefilter import automaton
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from splitlint.files.discover import File

#: One read is enough for 99.8 % of the files of nixpkgs. More would cost: malloc maps larger blocks anew each time.
CHUNK = 65536
#: Pieces shorter than this stand in so many files that they save nothing.
SHORTEST = 5
#: A piece that is less than this of a needle stands in too many files, too: `build` of `build-support/vm`.
_SHARE = 0.5
#: Bytes in the opposite order.
_BACKWARDS = bytes(range(255, -1, -1))
#: How well a piece would do as an anchor, the best first: how much it covers, its length, and what only breaks ties.
_Rank = tuple[int, int, bytes, bytes]

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW


class Searched(NamedTuple):
    """What is left of a list of files.

    `candidates`: files with an anchor, and their bytes. `odd`: files that could not be read in one go (larger, empty,
    no regular files, unreadable). `read`: how many others were read and hold no anchor. `skipped`: named files in
    another language.
    """

    candidates: tuple[tuple[File, bytes], ...]
    odd: tuple[File, ...]
    read: int
    skipped: int


class Sieve(NamedTuple):
    """The anchors of each language that is asked for; other languages are skipped.

    With an anchor stands a longer word in which it does not count, b"" if there is none.
    """

    anchors: Mapping[str, tuple[tuple[bytes, bytes], ...]]

    def may_matter(self, data: bytes, language: str) -> bool:
        """Whether a file in a language may satisfy a rule. Never False where one does."""
        return _matters(self.anchors.get(language, ()))(data)


@lru_cache(maxsize=16)
def _matters(anchors: tuple[tuple[bytes, bytes], ...]) -> Callable[[bytes], bool]:
    """What tells whether a text has one of some anchors, other than in the word in which it does not count."""

    words = [anchor for anchor, _ in anchors]
    longer = [passing for anchor, passing in anchors if passing and _is_plain(anchor, passing, words)]
    matches = automaton.apart([*words, *longer])
    if matches is None:
        return _plain(anchors)
    #: Of each anchor whether it counts wherever it is found; if not, those are counted that it may lie over, too.
    counts = [not passing or passing in longer for _, passing in anchors]
    doubtful = [anchor for (anchor, _), is_sure in zip(anchors, counts, strict=True) if not is_sure]
    plain = _plain([one for one in anchors if any(automaton.may_hide(word, one[0]) for word in doubtful)])

    def fast(data: bytes) -> bool:
        is_doubtful = False
        for number, _, _ in matches(data):
            if number < len(counts):
                if counts[number]:
                    return True
                is_doubtful = True
        return is_doubtful and plain(data)

    return fast


def _plain(anchors: Sequence[tuple[bytes, bytes]]) -> Callable[[bytes], bool]:
    """The same by a search for each."""

    def plain(data: bytes) -> bool:
        for anchor, passing in anchors:
            if anchor in data and not (passing and data.count(anchor) == data.count(passing)):
                return True
        return False

    return plain


def _is_plain(anchor: bytes, passing: bytes, words: Sequence[bytes]) -> bool:
    """Whether where a longer word stands its anchor does once, and no other."""
    return passing.count(anchor) == 1 and not any(automaton.may_hide(passing, word) for word in words if word != anchor)


def sieve(
    needles: Mapping[str, Iterable[tuple[bytes, ...]]],
    always: Sequence[bytes] = (),
    in_passing: Callable[[str, bytes], bytes] = lambda language, anchor: b"",
) -> Sieve:
    """The sieve for the needles of each language: any of these sets, all of a set; and any of `always` alone.

    `in_passing` gives the longer word in which an anchor does not count in a language.
    """
    return Sieve(
        {
            language: tuple((one, in_passing(language, one)) for one in (*anchors(options, _SHARE), *always))
            for language, options in needles.items()
        }
    )


def anchors(options: Iterable[tuple[bytes, ...]], share: float = 0) -> tuple[bytes, ...]:
    """Few byte strings such that whatever has all of any option has one of them.

    `share`: how much of a needle an anchor has to be, for the sake of which it is chosen.

    >>> anchors([(b"share/frob",), (b"frobPackages",), (b"frob", b"makeFlags"), (b"frob", b"outputs")])
    (b'frob',)

    An option without needles asks for every file:

    >>> anchors([()])
    (b'',)
    """
    wanted = {tuple(option) for option in options}
    if not all(wanted):
        return (b"",)
    covers: dict[bytes, set[tuple[bytes, ...]]] = {}
    for option in wanted:
        for needle in option:
            for piece in _pieces(needle, share):
                covers.setdefault(piece, set()).add(option)
    chosen: list[bytes] = []
    # How much a piece covers only falls: one that still covers what it did when it was put here is the best.
    queue: list[_Rank] = []
    alone: dict[tuple[bytes, ...], _Rank] = {}
    for piece, covered in covers.items():
        rank = -len(covered), -len(piece), piece.translate(_BACKWARDS), piece
        if len(covered) > 1:
            queue.append(rank)
            continue
        # Of those that cover no other option only the best would ever be chosen.
        (option,) = covered
        alone[option] = min(rank, alone.get(option, rank))
    queue.extend(alone.values())
    heapify(queue)
    while wanted:
        count, length, order, piece = queue[0]
        left = len(covers[piece] & wanted)
        if left != -count:
            heapreplace(queue, (-left, length, order, piece))
            continue
        heappop(queue)
        chosen.append(piece)
        wanted = {option for option in wanted if not any(piece in needle for needle in option)}
    return tuple(chosen)


def _pieces(needle: bytes, share: float) -> set[bytes]:
    least = min(max(SHORTEST, ceil(share * len(needle))), len(needle))
    return {needle[start:end] for start in range(len(needle)) for end in range(start + least, len(needle) + 1)}


def search(files: Iterable[File], sieve: Sieve) -> Searched:
    """Reads each file and keeps those that may matter, in their order."""
    candidates: list[tuple[File, bytes]] = []
    odd: list[File] = []
    read = skipped = 0
    open_, read_, close = os.open, os.readv, os.close
    # Bytes made of a buffer are as many as were read: those that are read for a chunk are cut to size, and leave gaps
    # in memory that nothing else fits into.
    buffer = bytearray(CHUNK)
    buffers, chunk = [buffer], memoryview(buffer)
    by_suffix = BY_SUFFIX
    matters = {language: _matters(anchors) for language, anchors in sieve.anchors.items()}
    for file in files:
        try:
            descriptor = open_(file.full, _FLAGS)
        except OSError:
            odd.append(file)
            continue
        try:
            data = bytes(chunk[: read_(descriptor, buffers)])
        except OSError:
            data = b""
        finally:
            close(descriptor)
        if not data or len(data) == CHUNK:
            odd.append(file)
            continue
        language = by_suffix.get(file.path.rpartition(".")[2]) or language_of(file.path, data)
        if language not in matters:
            skipped += file.named
        elif matters[language](data):
            candidates.append((file, data))
        elif language != TEXT or is_text_file(file.path, data):
            read += 1
        else:
            skipped += file.named
    return Searched(tuple(candidates), tuple(odd), read, skipped)
