"""Places in files as findings tell them.

Offsets are bytes from the start of the file, 0-based, `end` exclusive;
lines and columns are 1-based, columns count characters, `end_column` is one past the last.
"""

from __future__ import annotations

from splitlint.startup.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one file."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Source lines around a finding, without their line ends; `first_line` is 1-based."""

    first_line: int
    lines: tuple[str, ...]
