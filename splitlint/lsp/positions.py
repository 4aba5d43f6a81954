"""Places in a text as the protocol counts them: lines from 0, and code units of the agreed encoding from 0.

A line ends with a line feed, a carriage return, or both, whatever the language says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from splitlint.startup.records import dataclass, field

_LINE_END = re.compile(rb"\r\n|\n|\r")
#: What is said of characters that are no Unicode, which an editor can send all the same.
_ODD = "replace"


def as_bytes(text: str) -> bytes:
    """A text of the protocol as splitlint reads it. Half a character of UTF-16 becomes `?`, which is as long."""
    return text.encode("utf-8", _ODD)


@dataclass(frozen=True)
class Lines:
    """A text (UTF-8) with its lines. `encoding`: `utf-8`, `utf-16` or `utf-32`, whose code units are counted."""

    data: bytes = field(repr=False)
    encoding: str = "utf-16"

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.data))]

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the units before a byte offset (0 to len(data); what is beyond is the end)."""
        offset = min(max(offset, 0), len(self.data))
        line = bisect_right(self._starts, offset) - 1
        return line, self._units(self.data[self._starts[line] : offset])

    def offset(self, line: int, units: int) -> int:
        """The byte offset of a place; the end of the line, or of the text, for one that is beyond it."""
        if line >= len(self._starts):
            return len(self.data)
        start = self._starts[max(line, 0)]
        found = _LINE_END.search(self.data, start)
        code = self.data[start : found.start() if found else len(self.data)]
        if self.encoding == "utf-8" or code.isascii():
            return start + min(max(units, 0), len(code))
        size = 2 if self.encoding == "utf-16" else 4
        wide = code.decode("utf-8", _ODD).encode(f"{self.encoding}-le")[: max(units, 0) * size]
        # A place within a character is that before it.
        return start + len(wide.decode(f"{self.encoding}-le", "ignore").encode())

    def _units(self, part: bytes) -> int:
        if self.encoding == "utf-8" or part.isascii():
            return len(part)
        text = part.decode("utf-8", _ODD)
        return len(text) if self.encoding == "utf-32" else len(text.encode("utf-16-le")) // 2
