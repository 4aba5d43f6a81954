"""The text of a Nix string as Nix makes it, in pieces that know where they are written.

Escapes are undone, and the indentation that the lines of a `''` string share is stripped as `stripIndentation` in
Nix's parser does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax import nix


class Piece(NamedTuple):
    """A piece of a Nix string: plain (`text` None), an escape (`text`) or an interpolation (`node`)."""

    start: int
    end: int
    text: bytes | None = None
    node: Node | None = None


def pieces_of(string: Node, data: bytes) -> list[Piece]:
    """The pieces of a `"..."` or `''..''` string in order, none of them empty."""
    pieces = _between_quotes(string, data)
    if string.type == "indented_string_expression":
        return list(stripped(pieces, data))
    return pieces


def _between_quotes(string: Node, data: bytes) -> list[Piece]:
    """The pieces between the quotes in order, none of them empty, every byte in one of them."""
    children = string.children
    if len(children) < 2:
        return []
    pieces: list[Piece] = []
    at = children[0].end_byte
    escape_from: int | None = None
    for child in children[1:-1]:
        start, end = child.start_byte, child.end_byte
        if start > at and escape_from is None:
            pieces.append(Piece(at, start))
        at = max(at, end)
        if child.type == "interpolation":
            pieces.append(Piece(start, end, node=child))
        elif child.type == "escape_sequence":
            pieces.append(Piece(start, end, text=nix.unescape(nix.node_text(child)).encode()))
        elif child.type == "dollar_escape":
            # The grammar gives `''$` as an escape node `''` that is followed by a fragment `$..`.
            escape_from = start
        elif escape_from is not None and end > start:
            pieces.append(Piece(escape_from, start + 1, text=data[start : start + 1]))
            escape_from = None
            start += 1
            if end > start:
                pieces.append(Piece(start, end))
        elif end > start:
            pieces.append(Piece(start, end))
    if children[-1].start_byte > at:
        pieces.append(Piece(at, children[-1].start_byte))
    return list(_without_carriage_returns(pieces, data)) if b"\r" in data else pieces


def _without_carriage_returns(pieces: Iterable[Piece], data: bytes) -> Iterator[Piece]:
    """The pieces without the `\\r` of each `\\r\\n`, which Nix leaves in `''` strings and bash would trip over."""
    for piece in pieces:
        if piece.text is not None or piece.node is not None:
            yield piece
            continue
        at = piece.start
        while (found := data.find(b"\r\n", at, piece.end)) >= 0:
            if found > at:
                yield Piece(at, found)
            at = found + 1
        if piece.end > at:
            yield Piece(at, piece.end)


def stripped(pieces: list[Piece], data: bytes) -> Iterator[Piece]:
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
                yield Piece(begin, end)


_NEWLINE = ord("\n")


def _without_outer_lines(pieces: list[Piece], data: bytes) -> list[Piece]:
    """Nix drops a first line of nothing but spaces, and the spaces that a last line consists of."""
    pieces = list(pieces)
    if pieces and pieces[0].text is None and pieces[0].node is None:
        start, end = pieces[0][:2]
        past = start + _spaces(data, start, end)
        if past < end and data[past] == _NEWLINE:
            pieces[0] = Piece(past + 1, end)
    if pieces and pieces[-1].text is None and pieces[-1].node is None:
        start, end = pieces[-1][:2]
        last_line = data.rfind(b"\n", start, end) + 1
        if last_line and not data[last_line:end].strip(b" "):
            pieces[-1] = Piece(start, last_line)
    return [piece for piece in pieces if piece.end > piece.start]


def _common_indentation(pieces: list[Piece], data: bytes) -> int:
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


def _lines(piece: Piece, data: bytes) -> Iterator[tuple[int, int]]:
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
