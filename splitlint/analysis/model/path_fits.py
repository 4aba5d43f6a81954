"""Whether a path of which only a part is known is meant by a glob, and how likely."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.path_globs import LONGEST, alternatives, name_pattern, pattern
from splitlint.analysis.model.texts import HOLE_MARK, joined
from splitlint.analysis.model.values import Beside, Content, Piece, Real, Text
from splitlint.startup.enums import IntEnum
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass


class Fit(IntEnum):
    """Whether a path is meant by a glob."""

    NO = 0
    MAYBE = 1
    LIKELY = 2
    YES = 3


def fits(path: Text, globs: Sequence[str]) -> Fit:
    """How well a path fits any of the globs; one that surely fits a glob after `!` fits none.

    Globs are those of `path_globs`, and `paths.matches` says YES or no by the same patterns.
    `beside(GLOB)/rest` is for paths next to the real place of a link. A hole may be anything: where the
    glob asks for certain text there, the answer is MAYBE, or LIKELY where the hole's name speaks of that text,
    unless its options are known. Where links are followed, the path is asked for that they are followed from.
    """
    best = Fit.NO
    if sum(len(piece.content) if isinstance(piece.content, str) else 1 for piece in path.parts) > LONGEST:
        return best
    only = path.parts[0].content if len(path.parts) == 1 else None
    if isinstance(only, Real):
        return fits(only.target, globs)
    for choice in _choices(path):
        segments = _segments(choice)
        if any(_fit_glob(segments, glob[1:]) is Fit.YES for glob in globs if glob.startswith("!")):
            continue
        best = max([best, *(_fit_glob(segments, glob) for glob in globs if not glob.startswith("!"))])
    return best


def _choices(path: Text, limit: int = 16) -> list[Text]:
    """The path with each hole of known options replaced by each of them."""
    found: list[tuple[str | Piece, ...]] = [()]
    for piece in path.parts:
        content = piece.content
        options: tuple[str | Piece, ...] = (piece,)
        if isinstance(content, Hole) and content.options and len(found) * len(content.options) <= limit:
            options = content.options
        found = [(*one, option) for one in found for option in options]
    return [joined(*one) for one in found]


Segment = tuple[Content, ...]


def _segments(path: Text) -> tuple[Segment, ...]:
    """The path cut at its slashes, `.` and empty segments dropped, `..` applied."""
    rows: list[list[Content]] = [[]]
    for piece in path.parts:
        if not isinstance(piece.content, str):
            rows[-1].append(piece.content)
            continue
        first, *rest = piece.content.split("/")
        if first:
            rows[-1].append(first)
        rows.extend([text] if text else [] for text in rest)
    out: list[Segment] = []
    for row in rows:
        if row == [".."] and out:
            last = out.pop()
            if len(last) == 1 and isinstance(last[0], Real):
                out.append((Beside(last[0].target),))
        elif row and row != ["."]:
            out.append(tuple(row))
    return tuple(out)


def _flat(segment: Segment) -> str:
    """A segment as a string; what fits with HOLE_MARK for what is not known, fits whatever that is."""
    return "".join(content if isinstance(content, str) else HOLE_MARK for content in segment)


@dataclass(frozen=True, slots=True)
class _Side:
    """`beside(GLOB)`."""

    wants: tuple[_Want, ...]


_Want = str | _Side
_DEEP_BRACES = lazy_pattern(r"\{[^{}]*/[^{}]*\}")
#: For a segment without and with one further left that the glob names.
_Both = tuple[Fit, Fit]


@cache
def _pattern(glob: str) -> tuple[_Want, ...]:
    if glob.startswith("beside(") and ")" in glob:
        inner, _, rest = glob.removeprefix("beside(").rpartition(")")
        return (_Side(_pattern(inner)), *_pattern(rest))
    return tuple(part for part in glob.split("/") if part)


def _fit_glob(path: Sequence[Segment], glob: str) -> Fit:
    if not glob.startswith("beside("):
        if pattern(glob).fullmatch("".join("/" + _flat(segment) for segment in path)):
            return Fit.YES
        if not any(_may_vary(segment) for segment in path):
            return Fit.NO
    return max(_fit(path, _pattern(one)) for one in (alternatives(glob) if _DEEP_BRACES.search(glob) else (glob,)))


def _may_vary(segment: Segment) -> bool:
    """Whether a segment has a part that can be any text."""
    return not all(isinstance(content, str | Real | Beside) for content in segment)


def _fit(path: Sequence[Segment], wants: Sequence[_Want]) -> Fit:
    if wants and path and wants[0] != "**" and _fit_segment(path[0], wants[0], False) is Fit.NO:
        return Fit.NO
    # How well what is behind a segment fits what is behind a part of the glob, from the ends of both. For each of them
    # twice: where no segment further left is literally the one that the glob names, and where one is.
    behind = [(Fit.NO, Fit.NO)] * len(path) + [(Fit.YES, Fit.YES)]
    for want in reversed(wants):
        behind = _behind_any(behind) if want == "**" else _behind_one(path, want, behind)
    return behind[0][False]


def _behind_any(behind: list[_Both]) -> list[_Both]:
    """For any number of segments."""
    best = [behind[-1]]
    for loose, anchored in reversed(behind[:-1]):
        best.append((max(loose, best[-1][0]), max(anchored, best[-1][1])))
    return best[::-1]


def _behind_one(path: Sequence[Segment], want: _Want, behind: list[_Both]) -> list[_Both]:
    """For a segment that is wanted."""
    named = isinstance(want, _Side) or "*" not in want
    found: list[_Both] = []
    for at, segment in enumerate(path):
        both = []
        for anchored in (False, True):
            here = _fit_segment(segment, want, anchored) if behind[at + 1] != (Fit.NO, Fit.NO) else Fit.NO
            both.append(min(here, behind[at + 1][anchored or (named and here is Fit.YES)]))
        found.append((both[0], both[1]))
    return [*found, (Fit.NO, Fit.NO)]


def _fit_segment(segment: Segment, want: _Want, anchored: bool) -> Fit:
    if isinstance(want, _Side):
        only = segment[0]
        if len(segment) != 1 or not isinstance(only, Beside):
            return Fit.NO
        return _fit(_segments(only.target), want.wants)
    if name_pattern(want).fullmatch(_flat(segment)):
        return Fit.YES
    if not _may_vary(segment) or any(isinstance(content, Real | Beside) for content in segment):
        return Fit.NO
    return _may_be(segment, want, anchored)


def _may_be(segment: Segment, want: str, anchored: bool) -> Fit:
    """Whether some text in the holes makes the segment one that is wanted, and something speaks for it."""
    options = alternatives(want)
    first = segment[0]
    if len(segment) == 1 and isinstance(first, Hole):
        names, name = set(map(_plain, options)), _plain(first.name)
        if name in names or (anchored and names & set(name.split("-"))):
            return Fit.LIKELY
    if not anchored and not any(isinstance(content, str) for content in segment):
        return Fit.NO
    holed = re.compile("".join(re.escape(piece) if isinstance(piece, str) else ".*" for piece in segment), re.DOTALL)
    head = first if isinstance(first, str) else ""
    can_be = any(_agree(head, option) if "*" in option else holed.fullmatch(option) is not None for option in options)
    return Fit.MAYBE if can_be else Fit.NO


def _agree(head: str, option: str) -> bool:
    """Whether text that begins with `head` can fit a wildcard."""
    start = option.partition("*")[0]
    return head.startswith(start) or start.startswith(head)


def _plain(name: str) -> str:
    """A variable's name as a file's: `self.frob_data_dir` is about `frob-data`."""
    last = name.rpartition(".")[2].lower().replace("_", "-").strip("-$")
    return last.removesuffix("-path").removesuffix("-dir").removesuffix("-file")
