"""Where the edits of a fix stand in lines and columns, and what they change.

Edits are byte ranges, findings carry only an excerpt. A reader, where the caller has one, gives the
whole file. Without it the excerpt serves as far as it is exact: the byte offset of the finding's own
line is known, that of its neighbours only if the span shows which line ends the file has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from splitlint.files.positions import Span
from splitlint.files.source import Source
from splitlint.findings.finding import Edit, Finding, Fix
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import dataclass

Reader = Callable[[str], Source | None]
"""The file of that path as it was when it was checked, None where it cannot be had."""

_CONTEXT = 2
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def no_reader(path: str) -> Source | None:
    """The reader of those who have only the findings."""
    return None


class Row(NamedTuple):
    """One line of a diff: its mark is `-`, `+` or a space."""

    mark: str
    text: str


class Hunk(NamedTuple):
    """Lines of one file before and after a fix; `line` is the 1-based line of the first row."""

    path: str
    line: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _LineRange:
    """Whole lines of a file: `start` is the byte offset of the first of them, `line` its 1-based number."""

    start: int
    line: int
    data: bytes

    def holds(self, edit: Edit) -> bool:
        return self.start <= edit.start <= edit.end <= self.start + len(self.data)

    def span(self, edit: Edit) -> Span:
        inner = Source("", self.data).span(edit.start - self.start, edit.end - self.start)
        shift = self.line - 1
        return Span(edit.start, edit.end, inner.line + shift, inner.column, inner.end_line + shift, inner.end_column)


def place(edit: Edit, finding: Finding, read: Reader = no_reader) -> Span | None:
    """Lines and columns of an edit, None where neither the file nor the excerpt can tell them."""
    source = read(edit.path)
    if source is not None:
        return source.span(edit.start, edit.end) if edit.end <= len(source.data) else None
    lines = _excerpt_lines(finding, edit.path)
    return lines.span(edit) if lines is not None and lines.holds(edit) else None


def hunks(fix: Fix, finding: Finding, read: Reader = no_reader) -> tuple[Hunk, ...]:
    """What a fix changes, with two lines of context; empty where the lines cannot be had exactly."""
    found: list[Hunk] = []
    for path, edits in groupby(sorted(fix.edits), key=lambda edit: edit.path):
        for lines, close in _groups(finding, path, tuple(edits), read):
            if not all(lines.holds(edit) for edit in close):
                return ()
            found.append(_hunk(path, lines, close))
    return tuple(found)


def _groups(
    finding: Finding, path: str, edits: Sequence[Edit], read: Reader
) -> Iterator[tuple[_LineRange, tuple[Edit, ...]]]:
    """The lines around each group of edits that stand close to each other."""
    source = read(path)
    if source is None:
        lines = _excerpt_lines(finding, path)
        yield (lines or _LineRange(0, 1, b"")), tuple(edits)
        return
    group: list[Edit] = []
    for edit in edits:
        if group and source.line_of(edit.start) - source.line_of(group[-1].end) > 2 * _CONTEXT:
            yield _cut(source, group), tuple(group)
            group = []
        group.append(edit)
    yield _cut(source, group), tuple(group)


def _cut(source: Source, edits: Sequence[Edit]) -> _LineRange:
    starts = source.line_starts
    first = max(1, source.line_of(edits[0].start) - _CONTEXT)
    last = min(len(starts), source.line_of(max(edit.end for edit in edits)) + _CONTEXT)
    end = starts[last] if last < len(starts) else len(source.data)
    return _LineRange(starts[first - 1], first, source.data[starts[first - 1] : end])


def _excerpt_lines(finding: Finding, path: str) -> _LineRange | None:
    """The stretch of the excerpt whose byte offsets are certain: one line, or more if the span tells the line end."""
    span, excerpt = finding.span, finding.excerpt
    index = span.line - excerpt.first_line
    if path != finding.path or not 0 <= index < len(excerpt.lines):
        return None
    own = excerpt.lines[index]
    if _REPLACEMENT in own:
        return None
    start = span.start - len(own[: span.column - 1].encode())
    if start < 0:
        return None
    if span.end_line == span.line:
        return _LineRange(start, span.line, own.encode())
    lines = excerpt.lines[index : index + span.end_line - span.line + 1]
    if _REPLACEMENT in "".join(lines):
        return None
    for line_end in ("\n", "\r\n"):
        ahead = line_end.join((*lines[:-1], lines[-1][: span.end_column - 1])).encode()
        if start + len(ahead) == span.end:
            return _LineRange(start, span.line, line_end.join(lines).encode())
    return None


def _hunk(path: str, lines: _LineRange, edits: Sequence[Edit]) -> Hunk:
    after, at = b"", lines.start
    for edit in edits:
        after += lines.data[at - lines.start : edit.start - lines.start] + edit.text.encode()
        at = max(at, edit.end)
    after += lines.data[at - lines.start :]
    old, new = _lines(lines.data), _lines(after)
    rows: list[Row] = []
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows.extend(Row(" ", line) for line in old[from_old:to_old])
            continue
        rows.extend(Row("-", line) for line in old[from_old:to_old])
        rows.extend(Row("+", line) for line in new[from_new:to_new])
    return Hunk(path, lines.line, tuple(rows))


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").removesuffix("\n").replace("\r\n", "\n").split("\n")
