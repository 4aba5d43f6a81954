"""What a fix changes, as lines that go (`-`) and lines that come (`+`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.report.terminal.paint import Line, clean, line
from splitlint.report.terminal.snippet import window
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from splitlint.files.source import Source
    from splitlint.findings.finding import Edit, Fix

    Reader = Callable[[str], Source | None]

#: A fix that changes more lines is told by its title only.
_MOST_LINES = 16


class Change(NamedTuple):
    """Lines of one file that a fix replaces: the 1-based number of the first, and the lines before and after."""

    path: str
    number: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def changes(fix: Fix, read: Reader) -> list[Change]:
    """What a fix changes, file by file; nothing if a file cannot be read or it is too much to show."""
    found: list[Change] = []
    by_path: dict[str, list[Edit]] = {}
    for edit in sorted(fix.edits):
        by_path.setdefault(edit.path, []).append(edit)
    for path, edits in by_path.items():
        source = read(path)
        if source is None or edits[-1].end > len(source.data):
            return []
        found += (_change(source, near) for near in _near(source, edits))
    return found if sum(len(one.old) + len(one.new) for one in found) <= _MOST_LINES else []


def _near(source: Source, edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Edits that touch the same or neighbouring lines, together."""
    group: list[Edit] = []
    for edit in edits:
        if group and source.line_of(edit.start) > source.line_of(group[-1].end) + 1:
            yield group
            group = []
        group.append(edit)
    yield group


def _change(source: Source, edits: Sequence[Edit]) -> Change:
    data = source.data
    first = source.line_of(edits[0].start)
    start = source.line_starts[first - 1]
    last = source.line_of(max(edit.end for edit in edits))
    end = source.line_starts[last] if last < len(source.line_starts) else len(data)
    after, at = b"", start
    for edit in edits:
        after += data[at : edit.start] + edit.text.encode()
        at = max(at, edit.end)
    old, new = _lines(data[start:end]), _lines(after + data[at:end])
    ahead = _alike(old, new)
    old, new = old[ahead:], new[ahead:]
    behind = _alike(old[::-1], new[::-1])
    if behind:
        old, new = old[:-behind], new[:-behind]
    return Change(source.path, first + ahead, tuple(old), tuple(new))


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\n")
    return text.split("\n") if data else []


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines both begin with."""
    at = 0
    while at < min(len(old), len(new)) and old[at] == new[at]:
        at += 1
    return at


def change_lines(found: Sequence[Change], path: str, gutter: int, width: int) -> Iterator[Line]:
    """The lines of changes, none wider than `width`; files other than `path` are named."""
    named = path
    margin = " " * gutter
    for one in found:
        if one.path != named:
            named = one.path
            yield line((f"{margin} ::: ", "gutter"), f"{clean(named)}:{one.number}")
        room = max(width - gutter - 3, 20)
        pairs = zip(one.old, one.new, strict=False)
        start = min((first_difference(old, new) for old, new in pairs), default=0)
        for at, text in enumerate(one.old):
            yield line((f"{one.number + at:>{gutter}} ", "gutter"), (f"- {_cut(text, start, room)}", "bad"))
        for text in one.new:
            yield line(f"{margin} ", (f"+ {_cut(text, start, room)}", "good"))


def first_difference(old: str, new: str) -> int:
    """How many characters two lines both begin with."""
    at = 0
    while at < min(len(old), len(new)) and old[at] == new[at]:
        at += 1
    return at


def _cut(text: str, start: int, room: int) -> str:
    """As much of a line as fits, with what is at `start` in it."""
    text = text.rstrip()
    first, last = window(text, start, room)
    return f"{'...' if first else ''}{clean(text[first:last])}{'...' if last < len(text) else ''}"
