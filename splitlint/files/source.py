"""A file as splitlint reads it: its bytes, its language, and positions in it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from splitlint.files.languages import NIX
from splitlint.files.positions import Excerpt, Span
from splitlint.startup.records import dataclass, field


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
        before = self.data[self.line_starts[line - 1] : offset]
        return line, len(before.decode("utf-8", "replace")) + 1

    def span(self, start: int, end: int) -> Span:
        """The Span of the bytes `start` to `end` (exclusive)."""
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Span(start, end, line, column, end_line, end_column)

    def excerpt(self, span: Span, around: int = 2) -> Excerpt:
        """The lines of a span with `around` lines on either side; at most 12 lines."""
        first = max(1, span.line - around)
        last = min(len(self.line_starts), span.end_line + around, first + 11)
        lines = tuple(self.line_bytes(n).decode("utf-8", "replace") for n in range(first, last + 1))
        return Excerpt(first, lines)

    def text(self, start: int, end: int) -> str:
        """The bytes `start` to `end` as text, undecodable bytes replaced."""
        return self.data[start:end].decode("utf-8", "replace")
