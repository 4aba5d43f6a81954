"""The commands in CI files: the values of `run:`, `script:` and their like, cut from YAML line by line.

A scanner, not a parser: it knows keys by their indentation, block scalars, plain and quoted scalars, and lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from splitlint.syntax.nix_text import Piece

_COMMANDS = frozenset(b"run script before_script after_script command commands cmd cmds shell sh bash".split())
#: `  - key: value`, the key in quotes or not.
_KEY = re.compile(rb"([ ]*)((?:-[ ]+)*)([\"']?)([\w./-][\w ./-]*)\3[ ]*:(?:[ \t]+(.*?))?[ \t]*\r?\n?\Z", re.DOTALL)
_ITEM = re.compile(rb"([ ]*)((?:-[ ]+)+)(.*?)[ \t]*\r?\n?\Z", re.DOTALL)
_BLOCK = re.compile(rb"([|>])[-+0-9]*[ \t]*(?:#.*)?\Z")
_EXPRESSION = re.compile(rb"\$\{\{.*?\}\}", re.DOTALL)
_ESCAPES = {b'"': re.compile(rb"\\(.)", re.DOTALL), b"'": re.compile(rb"'(')")}
_CLOSED = {b'"': re.compile(rb'(?:[^"\\]|\\.)*"', re.DOTALL), b"'": re.compile(rb"(?:[^']|'')*'", re.DOTALL)}


def cut(data: bytes) -> Iterator[tuple[list[Piece], str]]:
    """The pieces of each command in a YAML file, and the job that it belongs to."""
    file = _Lines(data)
    above: list[tuple[int, str]] = []
    at = 0
    while at < len(file.spans):
        start = file.spans[at][0]
        found = _KEY.match(file.line(at))
        at += 1
        if found is None:
            continue
        column = len(found[1]) + len(found[2])
        while above and above[-1][0] >= column:
            above.pop()
        name, value = found[4], found[5] or b""
        if name in _COMMANDS:
            past = file.extent(at, column)
            if value and not value.startswith(b"#"):
                yield file.scalar(at, past, start + found.start(5), start + found.end(5)), _job(above)
            else:
                yield from ((pieces, _job(above)) for pieces in file.listed(at, past))
            at = past
            continue
        above.append((column, name.decode("utf-8", "replace")))
        if _BLOCK.match(value):
            at = file.extent(at, column)


def _job(above: Sequence[tuple[int, str]]) -> str:
    names = [name for _, name in above]
    return "/".join(names[: names.index("steps")] if "steps" in names else names)


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" "))


class _Lines:
    """The lines of a YAML file, by their numbers from 0; `spans` are their bytes, line ends included."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.spans = [found.span() for found in re.finditer(rb"[^\n]*\n|[^\n]+", data)]

    def line(self, at: int) -> bytes:
        return self.data[slice(*self.spans[at])]

    def extent(self, at: int, column: int) -> int:
        """The number of the first line from `at` on that does not belong to the value of a key in `column`."""
        while at < len(self.spans):
            line = self.line(at)
            deep = _indent(line)
            listed = deep == column and line[deep : deep + 2] == b"- "
            if line.strip() and deep <= column and not listed:
                break
            at += 1
        return at

    def listed(self, at: int, past: int) -> Iterator[list[Piece]]:
        """The pieces of each item of the list in the lines `at` to `past`."""
        while at < past:
            start = self.spans[at][0]
            found = _ITEM.match(self.line(at))
            at += 1
            if found is None:
                continue
            deep = len(found[1]) + len(found[2])
            last = at
            while last < past and (_indent(self.line(last)) >= deep or not self.line(last).strip()):
                last += 1
            yield self.scalar(at, last, start + found.start(3), start + found.end(3))
            at = last

    def scalar(self, at: int, past: int, start: int, end: int) -> list[Piece]:
        """The pieces of the scalar that is at first the bytes `start` to `end`, and goes on in lines `at` to `past`."""
        text = self.data[start:end]
        block = _BLOCK.match(text)
        if block is not None:
            return self._block(at, past, block[1] == b">")
        quote = text[:1]
        if quote in _CLOSED:
            stop = self.spans[past - 1][1] if past > at else end
            found = _CLOSED[quote].match(self.data, start + 1, stop)
            return _replaced(self.data, start + 1, found.end() - 1, _ESCAPES[quote]) if found is not None else []
        pieces = _replaced(self.data, start, end, None)
        for begin, until in self.spans[at:past]:
            line = self.data[begin:until]
            inner = begin + _indent(line)
            pieces += [Piece(inner, inner, b" "), *_replaced(self.data, inner, until - len(_line_end(line)), None)]
        return pieces

    def _block(self, at: int, past: int, folded: bool) -> list[Piece]:
        """The pieces of a block scalar, the common indentation cut off."""
        deep = next((_indent(self.line(number)) for number in range(at, past) if self.line(number).strip()), 0)
        pieces: list[Piece] = []
        for begin, end in self.spans[at:past]:
            line = self.data[begin:end]
            stop = end - len(_line_end(line))
            pieces += _replaced(self.data, begin + min(deep, _indent(line)), stop, None)
            if stop < end:
                pieces.append(Piece(stop, end, b" " if folded and line.strip() else b"\n"))
        return pieces


def _line_end(line: bytes) -> bytes:
    return line[len(line.rstrip(b"\r\n")) :]


def _replaced(data: bytes, start: int, end: int, escape: re.Pattern[bytes] | None) -> list[Piece]:
    """The bytes as pieces: escapes undone, `${{ .. }}` as a variable of the shell."""
    pattern = _EXPRESSION if escape is None else re.compile(_EXPRESSION.pattern + b"|" + escape.pattern, re.DOTALL)
    pieces: list[Piece] = []
    at = start
    for found in pattern.finditer(data, start, end):
        if found.start() > at:
            pieces.append(Piece(at, found.start()))
        escaped = found[1] if escape is not None else None
        pieces.append(Piece(found.start(), found.end(), b"${__expression}" if escaped is None else escaped))
        at = found.end()
    if at < end:
        pieces.append(Piece(at, end))
    return pieces
