"""Scripts as the shell will see them, wherever they stand, with exact positions in their file.

A script in a Nix string has its escapes undone and its indentation stripped as Nix does (`stripIndentation` in
Nix's parser), because a heredoc's end mark counts only at the start of its line. Each Nix interpolation becomes
a placeholder that reads as a plain word: `export ${name}=x`, `$((${n} + 1))` and `"${x}/bin"` stay what they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from tree_sitter import Node, Tree

from splitlint.source import Source
from splitlint.syntax import nix, shell


class ScriptHole(NamedTuple):
    """A Nix interpolation in a script: the placeholder's bytes in the script, and the `interpolation` node."""

    start: int
    end: int
    node: Node


class Mark(NamedTuple):
    """An `@name@` that `substituteAll` or `replaceVars` replaces: its bytes in the script."""

    start: int
    end: int
    name: str


class Run(NamedTuple):
    """Script bytes from `start` on that stand for the file's bytes `file_start` to `file_end`.

    `whole` runs (placeholders, escapes) stand for them all together, others byte for byte.
    """

    start: int
    file_start: int
    file_end: int
    whole: bool


class _Piece(NamedTuple):
    """A piece of a Nix string: plain (`text` None), an escape (`text`) or an interpolation (`node`)."""

    start: int
    end: int
    text: bytes | None = None
    node: Node | None = None


_MARK = re.compile(rb"@([A-Za-z_][A-Za-z0-9_'-]*)@")
_VARIABLE_AT_END = re.compile(rb"\$[A-Za-z_0-9]+\Z")


@dataclass(frozen=True)
class Script:
    """A shell script: `text` is what the shell sees, and offsets into it map to bytes of `source`."""

    source: Source
    text: bytes = field(repr=False)
    holes: tuple[ScriptHole, ...] = ()
    runs: tuple[Run, ...] = field(default=(), repr=False)
    node: Node | None = None

    @cached_property
    def tree(self) -> Tree:
        return shell.parse(self.text)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The `@name@` marks in the text."""
        found = _MARK.finditer(self.text)
        return tuple(Mark(one.start(), one.end(), one[1].decode("ascii")) for one in found)

    @cached_property
    def _starts(self) -> list[int]:
        return [run.start for run in self.runs]

    def to_file(self, offset: int) -> int:
        """The file offset of the script byte at `offset`; in an escape or placeholder, where that begins."""
        if not self.runs:
            return offset
        run = self.runs[max(0, bisect_right(self._starts, offset) - 1)]
        return run.file_start if run.whole else run.file_start + offset - run.start

    def to_file_end(self, offset: int) -> int:
        """The file offset just behind the script byte before `offset`; in an escape or placeholder, its end."""
        if not self.runs:
            return offset
        index = bisect_left(self._starts, offset) - 1
        if index < 0:
            return self.runs[0].file_start
        run = self.runs[index]
        return run.file_end if run.whole else run.file_start + offset - run.start

    def file_span(self, start: int, end: int) -> tuple[int, int]:
        """The file's bytes, from and to, that the script's bytes `start` to `end` are written as."""
        begin = self.to_file(start)
        return begin, max(begin, self.to_file_end(end)) if end > start else begin

    def span(self, node: Node) -> tuple[int, int]:
        """The file's bytes, from and to, that a node of the script's tree is written as."""
        return self.file_span(node.start_byte, node.end_byte)

    def holes_in(self, start: int, end: int) -> tuple[ScriptHole, ...]:
        """The holes that lie within the script's bytes `start` to `end`, in order."""
        if not self.holes:
            return ()
        first = bisect_left(self.holes, start, key=lambda hole: hole.start)
        last = bisect_right(self.holes, end, key=lambda hole: hole.end)
        return self.holes[first:last]


def script_of_file(source: Source) -> Script:
    """A shell file as a script: offsets are the file's own."""
    return Script(source, source.data)


def script_of(string: Node, source: Source) -> Script:
    """The script that a Nix string (`"..."` or `''..''`) of `source` is."""
    pieces = _pieces(string, source.data)
    if string.type == "indented_string_expression":
        pieces = list(_stripped(pieces, source.data))
    return _assemble(pieces, source, string)


def script_of_parts(strings: Iterable[Node], source: Source) -> Script:
    """The script that several Nix strings make when they are put together with `+`. At least one string."""
    pieces: list[_Piece] = []
    first: Node | None = None
    for string in strings:
        first = first or string
        part = _pieces(string, source.data)
        pieces += _stripped(part, source.data) if string.type == "indented_string_expression" else part
    return _assemble(pieces, source, first)


def _assemble(pieces: Iterable[_Piece], source: Source, string: Node | None) -> Script:
    out = bytearray()
    holes: list[ScriptHole] = []
    runs: list[Run] = []
    for piece in pieces:
        start = len(out)
        runs.append(Run(start, piece.start, piece.end, piece.text is not None or piece.node is not None))
        if piece.node is not None:
            # `$out${suffix}`: a word put right behind a variable would lengthen its name.
            dot = b"." if _VARIABLE_AT_END.search(out, max(0, start - 80)) else b""
            out += b"%b__nix_%d__" % (dot, len(holes))
            holes.append(ScriptHole(start, len(out), piece.node))
        elif piece.text is not None:
            out += piece.text
        else:
            out += source.data[piece.start : piece.end]
    if not runs and string is not None:
        inside = min(string.start_byte + (2 if string.type == "indented_string_expression" else 1), string.end_byte)
        runs.append(Run(0, inside, inside, False))
    return Script(source, bytes(out), tuple(holes), tuple(runs), string)


def _pieces(string: Node, data: bytes) -> list[_Piece]:
    """The pieces between the quotes in order, none of them empty, every byte in one of them."""
    children = string.children
    if len(children) < 2:
        return []
    pieces: list[_Piece] = []
    at = children[0].end_byte
    escape_from: int | None = None
    for child in children[1:-1]:
        start, end = child.start_byte, child.end_byte
        if start > at and escape_from is None:
            pieces.append(_Piece(at, start))
        at = max(at, end)
        if child.type == "interpolation":
            pieces.append(_Piece(start, end, node=child))
        elif child.type == "escape_sequence":
            pieces.append(_Piece(start, end, text=nix.unescape(nix.node_text(child)).encode()))
        elif child.type == "dollar_escape":
            # The grammar gives `''$` as an escape node `''` that is followed by a fragment `$..`.
            escape_from = start
        elif escape_from is not None and end > start:
            pieces.append(_Piece(escape_from, start + 1, text=data[start : start + 1]))
            escape_from = None
            start += 1
            if end > start:
                pieces.append(_Piece(start, end))
        elif end > start:
            pieces.append(_Piece(start, end))
    if children[-1].start_byte > at:
        pieces.append(_Piece(at, children[-1].start_byte))
    return list(_without_carriage_returns(pieces, data)) if b"\r" in data else pieces


def _without_carriage_returns(pieces: Iterable[_Piece], data: bytes) -> Iterator[_Piece]:
    """The pieces without the `\\r` of each `\\r\\n`, which Nix leaves in `''` strings and bash would trip over."""
    for piece in pieces:
        if piece.text is not None or piece.node is not None:
            yield piece
            continue
        at = piece.start
        while (found := data.find(b"\r\n", at, piece.end)) >= 0:
            if found > at:
                yield _Piece(at, found)
            at = found + 1
        if piece.end > at:
            yield _Piece(at, piece.end)


def _stripped(pieces: list[_Piece], data: bytes) -> Iterator[_Piece]:
    """The pieces of a `''` string without the indentation that its lines share."""
    pieces = _without_outer_lines(pieces, data)
    common = _common_indentation(pieces, data)
    at_start, dropped = True, 0
    for piece in pieces:
        if piece.text is not None or piece.node is not None:
            at_start, dropped = piece.text == b"\n", 0
            yield piece
            continue
        for start, end in _lines(piece, data):
            begin = start
            if at_start:
                spaces = _spaces(data, start, end)
                begin += min(spaces, max(0, common - dropped))
                at_start = start + spaces == end
                dropped = dropped + spaces if at_start else 0
            if data[end - 1] == _NEWLINE:
                at_start, dropped = True, 0
            if end > begin:
                yield _Piece(begin, end)


_NEWLINE = ord("\n")


def _without_outer_lines(pieces: list[_Piece], data: bytes) -> list[_Piece]:
    """Nix drops a first line of nothing but spaces, and the spaces that a last line consists of."""
    pieces = list(pieces)
    if pieces and pieces[0].text is None and pieces[0].node is None:
        start, end = pieces[0][:2]
        past = start + _spaces(data, start, end)
        if past < end and data[past] == _NEWLINE:
            pieces[0] = _Piece(past + 1, end)
    if pieces and pieces[-1].text is None and pieces[-1].node is None:
        start, end = pieces[-1][:2]
        last_line = data.rfind(b"\n", start, end) + 1
        if last_line and not data[last_line:end].strip(b" "):
            pieces[-1] = _Piece(start, last_line)
    return [piece for piece in pieces if piece.end > piece.start]


def _common_indentation(pieces: list[_Piece], data: bytes) -> int:
    """The spaces that all lines with something on them start with."""
    common, current, at_start = 1_000_000, 0, True
    for piece in pieces:
        if piece.text is not None or piece.node is not None:
            if at_start:
                common, at_start = min(common, current), False
            continue
        for start, end in _lines(piece, data):
            if at_start:
                spaces = _spaces(data, start, end)
                current += spaces
                if start + spaces < end and data[start + spaces] != _NEWLINE:
                    common, at_start = min(common, current), False
            if data[end - 1] == _NEWLINE:
                current, at_start = 0, True
    return common


def _lines(piece: _Piece, data: bytes) -> Iterator[tuple[int, int]]:
    """The lines of a plain piece, each with its line end."""
    at = piece.start
    while at < piece.end:
        end = data.find(b"\n", at, piece.end) + 1 or piece.end
        yield at, end
        at = end


def _spaces(data: bytes, start: int, end: int) -> int:
    """How many spaces the bytes `start` to `end` begin with."""
    line = data[start:end]
    return len(line) - len(line.lstrip(b" "))
