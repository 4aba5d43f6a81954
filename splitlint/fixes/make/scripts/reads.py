"""The places of a script that read a variable, and the output that each of them wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from tree_sitter import Node

from splitlint.analysis.model import paths
from splitlint.analysis.model.uses import DIRECT
from splitlint.findings.finding import Edit
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.others.wishes import UNKNOWN_WISH, Wishes, output_of
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass

_READ = lazy_pattern(rb"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)[}:/%#\[])")
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


def reads_of(job: Job, wishes: Wishes, strings: Iterable[Node], name: str) -> Reads:
    """All reads of `$name` in strings, but for those in comments."""
    return Reads(tuple(one for string in strings for one in _in_string(job, wishes, string, name)), wishes.output)


def _in_string(job: Job, wishes: Wishes, string: Node, name: str) -> Iterator[Read]:
    data = job.source.data
    for found, start, end in _all_reads(data, string.start_byte, string.end_byte).get(name.encode(), ()):
        line = data[data.rfind(b"\n", string.start_byte, found) + 1 : found]
        known = list(_by_uses(job, wishes, found))
        if known:
            wish = known[0] if len(set(known)) == 1 else UNKNOWN_WISH
        elif _COMMENT.search(line) is not None:
            continue
        else:
            wish = _by_text(wishes, data[end : min(end + 300, string.end_byte)], line)
        yield Read(start, end, wish)


@lru_cache(maxsize=16)
def _all_reads(data: bytes, start: int, end: int) -> dict[bytes, list[tuple[int, int, int]]]:
    """By the name of a variable, where a string reads it: where the `$` stands, where the name begins and ends."""
    reads: dict[bytes, list[tuple[int, int, int]]] = {}
    for found in _READ.finditer(data, start, end):
        group = 1 if found[1] is not None else 2
        reads.setdefault(found[group], []).append((found.start(), found.start(group), found.end(group)))
    return reads


def _by_uses(job: Job, wishes: Wishes, at: int) -> Iterator[str | None]:
    """What the uses of the job's package at a byte want, through a variable."""
    for use in wishes.view.uses(job.package):
        span = use.span
        if use.way != DIRECT and span is not None and span.path == job.source.path and span.start <= at < span.end:
            yield wishes.wish(use, job.package)


def _by_text(wishes: Wishes, after: bytes, line: bytes) -> str:
    """What the path behind a variable tells, where nothing else is known."""
    spelled, _ = paths.word(after.lstrip(b"}\"'").decode("utf-8", "replace"), "`" * line.count(b"`"))
    chosen = {output_of(path, wishes.moved) if path else UNKNOWN_WISH for path in spelled}
    return chosen.pop() if len(chosen) == 1 else "several"
