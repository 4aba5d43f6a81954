"""The source lines of a finding, underlined, as a compiler shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from splitlint.report.paint import Line, clean, line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from splitlint.files.positions import Excerpt, Span
    from splitlint.findings.finding import Finding

_MOST_LINES = 6
_WIDEST = 140


class Mark(NamedTuple):
    """What to underline on one line: 1-based columns in characters, `end` exclusive; what to write beside it."""

    column: int
    end: int
    sign: str
    label: str
    style: str


def snippet(finding: Finding, style: str, read_line: Callable[[str, int], str | None]) -> list[Line]:
    """The place of a finding and the related places in the same file; `read_line` gives a line of a file, 1-based."""
    marks = _marks(finding, style)
    texts = {number: _text(finding.excerpt, finding.path, number, read_line) for number in sorted(marks)}
    known = {number: text for number, text in texts.items() if text is not None}
    if not known:
        return []
    gutter = len(str(max(known)))
    lines = [line((" " * gutter + " |", "gutter"))]
    previous = None
    for number, text in known.items():
        if previous is not None and number > previous + 1:
            lines.append(line(("...", "gutter")))
        lines.extend(_numbered(number, text, gutter, marks[number]))
        previous = number
    lines.append(line((" " * gutter + " |", "gutter")))
    return lines


def _marks(finding: Finding, style: str) -> dict[int, list[Mark]]:
    marks: dict[int, list[Mark]] = {}
    _add_span(marks, finding.span, "^", "", style)
    for related in finding.related:
        if related.path == finding.path and related.span != finding.span:
            _add_span(marks, related.span, "-", related.message, "note")
    return marks


def _add_span(marks: dict[int, list[Mark]], span: Span, sign: str, label: str, style: str) -> None:
    """Underlines the first line of a span to its end; shows the others, as far as they are few."""
    one_line = span.end_line == span.line
    end = max(span.end_column, span.column + 1) if one_line else 1 << 30
    marks.setdefault(span.line, []).append(Mark(span.column, end, sign, label, style))
    if span.end_line - span.line < _MOST_LINES:
        for number in range(span.line + 1, span.end_line + 1):
            marks.setdefault(number, [])


def _text(excerpt: Excerpt, path: str, number: int, read_line: Callable[[str, int], str | None]) -> str | None:
    index = number - excerpt.first_line
    if 0 <= index < len(excerpt.lines):
        return excerpt.lines[index]
    return read_line(path, number)


def _numbered(number: int, text: str, gutter: int, marks: Sequence[Mark]) -> list[Line]:
    first, last = _window(text, marks)
    shown = clean(text[first:last])
    ahead, behind = "..." if first else "", "..." if last < len(text) else ""
    lines = [line((f"{number:>{gutter}} | ", "gutter"), (ahead, "faint"), shown, (behind, "faint"))]
    for mark in sorted(marks, key=lambda one: one.column):
        start = min(max(mark.column - 1, first), last)
        end = min(max(mark.end - 1, start), last, len(text.rstrip()) if mark.end > len(text) + 1 else last)
        indent = " " * (len(ahead) + _width(clean(text[first:start])))
        under = mark.sign * max(1, _width(clean(text[start:end])))
        label = " " + clean(mark.label) if mark.label else ""
        lines.append(line((" " * gutter + " | ", "gutter"), indent, (under + label, mark.style)))
    return lines


def _window(text: str, marks: Sequence[Mark]) -> tuple[int, int]:
    """The part of a long line that is worth showing: 0-based characters, end exclusive."""
    if len(text) <= _WIDEST:
        return 0, len(text)
    middle = min((mark.column - 1 for mark in marks), default=0)
    first = max(0, min(middle - _WIDEST // 3, len(text) - _WIDEST))
    return first, min(len(text), first + _WIDEST)


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)
