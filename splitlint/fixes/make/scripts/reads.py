"""The places of a script that read a variable, and the output that each of them wants."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from tree_sitter import Node

from splitlint.analysis.model import paths
from splitlint.analysis.model.uses import DIRECT
from splitlint.findings.finding import Edit
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.others.wishes import UNKNOWN_WISH, Wishes, output_of
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass

_READ = lazy_pattern(rb"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)[}:/%#\[])")
#: Bytes of a line before a variable that are looked at.
_FAR = 4000
#: What begins a comment of the shell on a line.
_COMMENT = lazy_pattern(rb"(?:\A|\s)#")


@dataclass(frozen=True, slots=True)
class Read:
    """Where a string reads a variable (the bytes of its name), and its wish (see `Wishes.wish`)."""

    start: int
    end: int
    wish: str | None


@dataclass(frozen=True, slots=True)
class Reads:
    """All reads of a variable that is set to a package."""

    reads: tuple[Read, ...]
    output: str

    @property
    def wanting(self) -> tuple[Read, ...]:
        """Those that want the output."""
        return tuple(one for one in self.reads if one.wish == self.output)

    @property
    def agree(self) -> bool:
        """Whether no read surely wants another output."""
        return all(one.wish in (self.output, None, UNKNOWN_WISH) for one in self.reads)

    @property
    def are_sure(self) -> bool:
        """Whether every read can do with the output, as far as can be told."""
        return all(one.wish in (self.output, None) for one in self.reads)

    def renamed(self, path: str, name: str) -> list[Edit]:
        """The edits that let those that want the output read another variable."""
        return [Edit(path, one.start, one.end, name) for one in self.wanting]


class Variables:
    """The variables that some strings read: looked for once, however many of them are asked for."""

    def __init__(self, data: bytes, strings: Iterable[Node]) -> None:
        self._by_name: dict[bytes, list[_Place]] = {}
        for string in strings:
            for found in _READ.finditer(data, string.start_byte, string.end_byte):
                group = 1 if found[1] is not None else 2
                place = _Place(string.start_byte, string.end_byte, found.start(), *found.span(group))
                self._by_name.setdefault(found[group], []).append(place)

    def places(self, name: str) -> list[_Place]:
        """Where a variable is read."""
        return self._by_name.get(name.encode(), [])


class _Place(NamedTuple):
    """Bytes: those of a string, the `$` in it, and the name behind that."""

    string_start: int
    string_end: int
    dollar: int
    start: int
    end: int


def reads_of(job: Job, wishes: Wishes, variables: Variables, name: str) -> Reads:
    """All reads of `$name`, but for those in comments."""
    places = variables.places(name)
    known = _by_uses(job, wishes, sorted(place.dollar for place in places))
    reads: list[Read] = []
    data = job.source.data
    for place in places:
        begin = max(place.string_start, place.dollar - _FAR)
        line = data[max(begin, data.rfind(b"\n", begin, place.dollar) + 1) : place.dollar]
        said = known.get(place.dollar, ())
        if said:
            wish = said[0] if len(set(said)) == 1 else UNKNOWN_WISH
        elif _COMMENT.search(line) is not None:
            continue
        else:
            wish = _by_text(wishes, data[place.end : min(place.end + 300, place.string_end)], line)
        reads.append(Read(place.start, place.end, wish))
    return Reads(tuple(reads), wishes.output)


def _by_uses(job: Job, wishes: Wishes, places: Sequence[int]) -> dict[int, list[str | None]]:
    """By sorted bytes: what the uses of the job's package there want, through a variable."""
    found: dict[int, list[str | None]] = {}
    for use in wishes.view.uses(job.package) if places else ():
        span = use.span
        if use.way == DIRECT or span is None or span.path != job.source.path:
            continue
        here = places[bisect_left(places, span.start) : bisect_left(places, span.end)]
        wish = wishes.wish(use, job.package) if here else None
        for at in here:
            found.setdefault(at, []).append(wish)
    return found


def _by_text(wishes: Wishes, after: bytes, line: bytes) -> str:
    """What the path behind a variable tells, where nothing else is known."""
    spelled, _ = paths.word(after.lstrip(b"}\"'").decode("utf-8", "replace"), "`" * line.count(b"`"))
    chosen = {output_of(path, wishes.moved, wishes.first) if path else UNKNOWN_WISH for path in spelled}
    return chosen.pop() if len(chosen) == 1 else "several"
