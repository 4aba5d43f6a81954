"""Places in source code, their lines underlined and labelled, as a compiler shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.report.terminal.paint import Line, Piece, clean, columns, line, wrapped
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from splitlint.files.positions import Span

    ReadLine = Callable[[str, int], str | None]

#: A span of more lines is shown by its first.
_MOST_LINES = 3


class Place(NamedTuple):
    """A span of a file, the sign that underlines it (`^`, `-`), what to write beside it, and its style.

    `becomes`: the line that stands there after the fix, None if that is not one line for one.
    """

    path: str
    span: Span
    sign: str
    label: str
    style: str
    becomes: str | None = None


class _Mark(NamedTuple):
    """What to underline on one line: 1-based columns in characters, `end` exclusive."""

    column: int
    end: int
    place: Place


def snippets(places: Sequence[Place], read_line: ReadLine, width: int) -> tuple[list[Line], int]:
    """The lines of some places, the file of the first one first, and the width of the line numbers.

    `read_line` gives a line of a file, 1-based, None where there is none. Nothing is wider than `width` columns.
    """
    files: dict[str, list[Place]] = {}
    for place in places:
        files.setdefault(place.path, []).append(place)
    texts = {path: _texts(path, some, read_line) for path, some in files.items()}
    numbers = [number for lines in texts.values() for number in lines]
    gutter = len(str(max(numbers, default=0)))
    lines: list[Line] = []
    for path, some in files.items():
        if not texts[path]:
            continue
        if lines:
            head, some = _other_file(some, gutter, width)
            lines.append(head)
        for number, text in texts[path].items():
            marks = [_mark(place) for place in some if place.span.line == number]
            lines += _numbered(number, text, gutter, marks, width)
    return lines, gutter


def _other_file(places: list[Place], gutter: int, width: int) -> tuple[Line, list[Place]]:
    """The line that names another file, and its places: a single one has its label there, if it fits."""
    first = places[0]
    where = f"{clean(first.path)}:{first.span.line}:{first.span.column}"
    sign: Piece = (" " * gutter + " ::: ", "gutter")
    if len(places) > 1 or gutter + 7 + columns(where) + columns(first.label) > width:
        return line(sign, where), places
    return line(sign, where, ": ", (clean(first.label), first.style)), [first._replace(label="")]


def _texts(path: str, places: Sequence[Place], read_line: ReadLine) -> Mapping[int, str]:
    """The lines to show of a file, by their numbers."""
    wanted: set[int] = set()
    for place in places:
        span = place.span
        wanted.add(span.line)
        if place.sign == "^" and span.end_line - span.line < _MOST_LINES:
            wanted.update(range(span.line, span.end_line + 1))
    found = ((number, read_line(path, number)) for number in sorted(wanted))
    return {number: text for number, text in found if text is not None}


def _mark(place: Place) -> _Mark:
    """Underlines the first line of a span to its end."""
    span = place.span
    one_line = span.end_line == span.line
    return _Mark(span.column, max(span.end_column, span.column + 1) if one_line else 1 << 30, place)


def _numbered(number: int, text: str, gutter: int, marks: Sequence[_Mark], width: int) -> Iterator[Line]:
    """A line of source, its underlines and labels, and what it becomes."""
    room = max(width - gutter - 3, 20)
    text = text.rstrip()
    start = min((mark.column - 1 for mark in marks), default=0)
    first, last = window(text, start, room)
    becomes = next((mark.place.becomes for mark in marks if mark.place.becomes is not None), None)
    sign: Piece = ("- ", "bad") if becomes is not None else ("| ", "gutter")
    yield line((f"{number:>{gutter}} ", "gutter"), sign, *_shown(text, first, last, ""))
    for mark in sorted(marks, key=lambda one: (one.column, one.end)):
        yield from _underlined(mark, text, (first, last), gutter, room)
    if becomes is not None:
        yield line(" " * gutter, " ", ("+ ", "good"), *_shown(becomes, *window(becomes, start, room), "good"))


def _underlined(mark: _Mark, text: str, shown: tuple[int, int], gutter: int, room: int) -> Iterator[Line]:
    first, last = shown
    below: Piece = (" " * gutter + " | ", "gutter")
    start = min(max(mark.column - 1, first), last)
    end = min(max(mark.end - 1, start), last)
    indent = " " * ((3 if first else 0) + columns(clean(text[first:start])))
    under = mark.place.sign * max(1, columns(clean(text[start:end])))
    style, label = mark.place.style, clean(mark.place.label)
    if not label or columns(label) < room - len(indent) - len(under):
        yield line(below, indent, (f"{under} {label}", style))
        return
    yield line(below, indent, (under, style))
    # Under the underline if it has room there, else as far to the left as it needs.
    indent = indent[: max(room - columns(label), 0)]
    yield from (line(below, indent, *row) for row in wrapped(((label, style),), room - len(indent)))


def _shown(text: str, first: int, last: int, style: str) -> Iterator[Piece]:
    yield "..." if first else "", "faint"
    yield clean(text[first:last]), style
    yield "..." if last < len(text) else "", "faint"


def window(text: str, start: int, room: int) -> tuple[int, int]:
    """The part of a line that fits and has the character at `start` in it: 0-based characters, end exclusive."""
    if columns(clean(text)) <= room:
        return 0, len(text)
    widths = [columns(clean(one)) for one in text]
    fits = room - len("......")
    first = last = min(start, len(text))
    # A third of the room goes to what is ahead of the place; what the end of the line leaves, too.
    used = 0
    while first and used + widths[first - 1] <= fits // 3:
        first -= 1
        used += widths[first]
    while last < len(text) and used + widths[last] <= fits:
        used += widths[last]
        last += 1
    while first and used + widths[first - 1] <= fits:
        first -= 1
        used += widths[first]
    return first, last
