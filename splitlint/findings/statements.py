"""Which lines of a file are one statement, by their indentation, and which one string: what a comment speaks for.

All of a file is looked at once, however many comments are in it.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from splitlint.files.source import Source

if TYPE_CHECKING:
    from tree_sitter import Tree

_CLOSING = (b"}", b"]", b")", b"''", b"fi", b"done", b"esac", b"EOF")
_OPENING = (b"{", b"[", b"(", b"''")


class Statements:
    """The statements and strings of one file. Lines are 1-based."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def below(self, line: int) -> range:
        """The lines of the statement below a line.

        That is the next line of code with all that is indented deeper, and the bracket that closes it.
        """
        first = self._next_code[line]
        return range(first, self._ends[first] + 1)

    @cached_property
    def _lines(self) -> list[bytes]:
        """The lines, the first one at 1, and an empty one behind the last."""
        count = len(self._source.line_starts)
        return [b"", *map(self._source.line_bytes, range(1, count + 1)), b""]

    @cached_property
    def _next_code(self) -> list[int]:
        """For each line the next one that is neither blank nor a comment, or else the one behind the last."""
        lines = self._lines
        following = [len(lines) - 1] * len(lines)
        for number in range(len(lines) - 2, 0, -1):
            below = lines[number + 1].strip()
            is_code = bool(below) and not below.startswith(b"#")
            following[number] = number + 1 if is_code else following[number + 1]
        return following

    @cached_property
    def _ends(self) -> list[int]:
        """The last line of the statement that begins with each line."""
        lines = self._lines
        ends = list(range(len(lines)))
        # Lines further down and their depths, the nearest last, each indented less deeply than those behind it.
        open_lines: list[tuple[int, int]] = []
        above = 0
        last_above = []
        for number, text in enumerate(lines):
            last_above.append(above)
            above = number if text.strip() else above
        for number in range(len(lines) - 1, 0, -1):
            text = lines[number]
            if not text.strip():
                continue
            depth = _indentation(text)
            while open_lines and open_lines[-1][1] > depth:
                open_lines.pop()
            ends[number] = self._end(number, depth, open_lines[-1] if open_lines else None, ends, last_above)
            if open_lines and open_lines[-1][1] == depth:
                open_lines.pop()
            open_lines.append((number, depth))
        return ends

    def _end(
        self, number: int, depth: int, below: tuple[int, int] | None, ends: list[int], last_above: list[int]
    ) -> int:
        """`below`: the next line that is not indented deeper."""
        if below is None:
            return max(number, last_above[-1])
        line, other_depth = below
        text = self._lines[line].strip()
        if other_depth < depth or not text.startswith(_CLOSING):
            return last_above[line]
        return ends[line] if text.endswith(_OPENING) else line

    def string_before(self, start: int, line: int) -> int:
        """The line where the outermost `''` string that ends on a line before an offset begins; else the line."""
        ending = self._strings.get(line)
        if ending is None:
            return line
        ends, firsts = ending
        before = bisect_right(ends, start)
        return firsts[before - 1] if before else line

    def is_comment(self, start: int, end: int) -> bool:
        """Whether the bytes are a comment of Nix, and no part of a string."""
        node = self._tree.root_node.descendant_for_byte_range(start, end)
        return node is not None and node.type == "comment"

    @cached_property
    def _tree(self) -> Tree:
        from splitlint.syntax import nix

        return nix.parse(self._source.data)

    @cached_property
    def _strings(self) -> dict[int, tuple[list[int], list[int]]]:
        """By the line on which strings end: where they end, in order, and the first line of any up to each."""
        found: dict[int, list[tuple[int, int]]] = {}
        pending = [self._tree.root_node]
        while pending:
            node = pending.pop()
            if node.type == "indented_string_expression":
                found.setdefault(node.end_point.row + 1, []).append((node.end_byte, node.start_point.row + 1))
            pending.extend(node.named_children)
        return {line: _in_order(strings) for line, strings in found.items()}


def _in_order(strings: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    strings.sort()
    return [end for end, _ in strings], list(accumulate((first for _, first in strings), min))


def _indentation(text: bytes) -> int:
    text = text.expandtabs(8)
    return len(text) - len(text.lstrip())
