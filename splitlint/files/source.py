"""A file as splitlint reads it: its bytes, its language, and positions in it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from splitlint.files.languages import NIX
from splitlint.files.positions import Excerpt, Span
from splitlint.startup.records import dataclass, field

#: Bytes between places of a long line at which its characters have been counted.
_COUNTED = 4096
#: Bytes of a line that people look at; a longer one would be carried by each of its findings.
_LONGEST_SHOWN = 4000


@dataclass(frozen=True)
class Source:
    """The bytes of one file under the name that findings give it.

    `path` uses `/` and is relative to where the command ran, where that is possible.
    """

    path: str
    data: bytes = field(repr=False)
    language: str = NIX

    @cached_property
    def line_starts(self) -> list[int]:
        """Byte offset of the first byte of each line."""
        starts = [0]
        find = self.data.find
        at = find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = find(b"\n", at + 1)
        return starts

    def line_of(self, offset: int) -> int:
        """1-based line of a byte offset (0 to len(data))."""
        return bisect_right(self.line_starts, offset)

    def line_bytes(self, line: int) -> bytes:
        """The bytes of a 1-based line, without its line end; empty beyond the last."""
        starts = self.line_starts
        if not 1 <= line <= len(starts):
            return b""
        end = starts[line] if line < len(starts) else len(self.data)
        return self.data[starts[line - 1] : end].rstrip(b"\r\n")

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column (characters) of a byte offset."""
        line = self.line_of(offset)
        start = self.line_starts[line - 1]
        if self._is_ascii:
            return line, offset - start + 1
        counted = 0
        if offset - start > _COUNTED:
            places, counts = self._counted(start)
            at = bisect_right(places, offset) - 1
            start, counted = places[at], counts[at]
        return line, counted + len(self.data[start:offset].decode("utf-8", "replace")) + 1

    @cached_property
    def _is_ascii(self) -> bool:
        return self.data.isascii()

    @cached_property
    def _long_lines(self) -> dict[int, tuple[list[int], list[int]]]:
        return {}

    def _counted(self, start: int) -> tuple[list[int], list[int]]:
        """Places in the line that begins at an offset, and the characters before each; counted once."""
        known = self._long_lines.get(start)
        if known is None:
            known = self._long_lines[start] = _places_counted(self.data, start)
        return known

    def span(self, start: int, end: int) -> Span:
        """The Span of the bytes `start` to `end` (exclusive)."""
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Span(start, end, line, column, end_line, end_column)

    def excerpt(self, span: Span, around: int = 2) -> Excerpt:
        """The lines of a span with `around` lines on either side; at most 12 lines, and none beyond a very long one."""
        first = max(1, span.line - around)
        last = min(len(self.line_starts), span.end_line + around, first + 11)
        raw = [self.line_bytes(number) for number in range(first, last + 1)]
        own = span.line - first
        begin = next((at + 1 for at in range(own, -1, -1) if len(raw[at]) > _LONGEST_SHOWN), 0)
        end = next((at for at in range(own, len(raw)) if len(raw[at]) > _LONGEST_SHOWN), len(raw))
        return Excerpt(first + begin, tuple(line.decode("utf-8", "replace") for line in raw[begin:end]))

    def text(self, start: int, end: int) -> str:
        """The bytes `start` to `end` as text, undecodable bytes replaced."""
        return self.data[start:end].decode("utf-8", "replace")


def _places_counted(data: bytes, start: int) -> tuple[list[int], list[int]]:
    """Places where a character begins in the line from `start` on, and the characters between `start` and each."""
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    places, counts = [start], [0]
    while places[-1] + _COUNTED < end:
        place = places[-1] + _COUNTED
        # The bytes of a character behind its first are 0b10xxxxxx, and there are three at most.
        place = next((at for at in range(place, place - 4, -1) if data[at] & 0xC0 != 0x80), place)
        counts.append(counts[-1] + len(data[places[-1] : place].decode("utf-8", "replace")))
        places.append(place)
    return places, counts
