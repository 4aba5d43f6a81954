"""The commands in Makefiles, justfiles and container files: all recipes of a file as one script.

A variable of make or just that is surely one word, or what a command prints, becomes an assignment of the shell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from splitlint.syntax.nix_text import Piece

_LINE = re.compile(rb"[^\n]*\n?")
_MAKE_ASSIGNMENT = re.compile(rb"(?:export[ ]+|override[ ]+)*([A-Za-z_]\w*)[ \t]*(:{0,3}|[?!+])=[ \t]*")
_MAKE_VARIABLE = re.compile(
    rb"\$\$|\$\(shell[ \t]+|\$[({]([A-Za-z_]\w*)[)}]|\$[@<^?+*|%]|\$\([^()]*(?:\([^()]*\)[^()]*)*\)"
)
_JUST_ASSIGNMENT = re.compile(rb"(?:export[ ]+)?([A-Za-z_][\w-]*)[ \t]*:=[ \t]*")
_JUST_VARIABLE = re.compile(rb"\{\{[ ]*([A-Za-z_]\w*)[ ]*\}\}|\{\{.*?\}\}")
_ONE_WORD = re.compile(rb"[\w./+,:@%$(){}-]+[ \t]*(?:#.*)?\r?\n?\Z")


def cut_make(data: bytes) -> Iterator[tuple[list[Piece], str]]:
    """The pieces of the recipes in a Makefile."""
    pieces: list[Piece] = []
    goes_on = False
    for start, end in _lines(data):
        line = data[start:end]
        if line.startswith(b"\t"):
            inner = start + 1
            while not goes_on and data[inner : inner + 1] in (b"@", b"-", b"+", b"\t", b" ") and inner < end:
                inner += 1
            pieces += _in_make(data, inner, end)
        else:
            found = _MAKE_ASSIGNMENT.match(line)
            if found is not None:
                pieces += _make_assignment(data, start, end, found)
        goes_on = line.rstrip(b"\r\n").endswith(b"\\")
    yield pieces, ""


def _make_assignment(data: bytes, start: int, end: int, found: re.Match[bytes]) -> Iterator[Piece]:
    """`NAME := $(shell command)`, `NAME != command`, `NAME = word` as the shell has it."""
    value = start + found.end()
    name = Piece(start + found.start(1), start + found.end(1))
    rest = data[value:end]
    if found[2] == b"!":
        yield from (name, Piece(value, value, b"=$("), *_in_make(data, value, value + len(rest.rstrip())))
        yield Piece(end, end, b")\n")
    elif found[2] != b"+" and (rest.startswith(b"$(shell") or _ONE_WORD.match(rest)):
        yield from (name, Piece(value, value, b"="), *_in_make(data, value, end))


def _in_make(data: bytes, start: int, end: int) -> Iterator[Piece]:
    """What make hands to the shell: `$$x` is `$x`, `$(X)` reads as a variable."""
    at = start
    while at < end:
        found = _MAKE_VARIABLE.search(data, at, end)
        if found is None:
            break
        if found.start() > at:
            yield Piece(at, found.start())
        yield Piece(found.start(), found.end(), _make_text(found))
        at = found.end()
    if at < end:
        yield Piece(at, end)


def _make_text(found: re.Match[bytes]) -> bytes:
    if found[0] == b"$$":
        return b"$"
    if found[0].startswith(b"$(shell"):
        return b"$("
    return b"${%b}" % found[1] if found[1] else b"${__make}"


def cut_just(data: bytes) -> Iterator[tuple[list[Piece], str]]:
    """The pieces of the recipes in a justfile; recipes of another language than the shell are left out."""
    pieces: list[Piece] = []
    other = first = False
    for start, end in _lines(data):
        line = data[start:end]
        if not line.strip():
            continue
        if line[:1] not in (b" ", b"\t"):
            other, first = False, True
            found = _JUST_ASSIGNMENT.match(line)
            if found is not None:
                pieces += _just_assignment(data, start, end, found)
            continue
        inner = start + len(line) - len(line.lstrip())
        if first and data.startswith(b"#!", inner):
            other = re.search(rb"sh\s*\Z|sh -", line) is None
        first = False
        while data[inner : inner + 1] in (b"@", b"-") and inner < end:
            inner += 1
        if not other:
            pieces += _in_just(data, inner, end)
    yield pieces, ""


def _just_assignment(data: bytes, start: int, end: int, found: re.Match[bytes]) -> Iterator[Piece]:
    """`name := \\`command\\`` and `name := "text"` as the shell has it."""
    value = start + found.end()
    last = start + len(data[start:end].rstrip())
    quote = data[value : value + 1]
    if quote not in (b"`", b'"', b"'") or data[last - 1 : last] != quote or last - value < 2:
        return
    yield Piece(start + found.start(1), start + found.end(1))
    yield Piece(value, value + 1, b"=$(" if quote == b"`" else b"=" + quote)
    yield from _in_just(data, value + 1, last - 1)
    yield Piece(last - 1, end, (b")" if quote == b"`" else quote) + b"\n")


def _in_just(data: bytes, start: int, end: int) -> Iterator[Piece]:
    at = start
    for found in _JUST_VARIABLE.finditer(data, start, end):
        if found.start() > at:
            yield Piece(at, found.start())
        yield Piece(found.start(), found.end(), b"${%b}" % (found[1] or b"__just"))
        at = found.end()
    if at < end:
        yield Piece(at, end)


_RUN = re.compile(rb"^[ \t]*RUN[ \t]+(?:--\S+[ \t]+)*((?:[^\n]*\\\r?\n)*[^\n]*\n?)", re.MULTILINE | re.IGNORECASE)


def cut_image(data: bytes) -> Iterator[tuple[list[Piece], str]]:
    """The pieces of the `RUN` commands in a Dockerfile."""
    yield [Piece(found.start(1), found.end(1)) for found in _RUN.finditer(data) if found[1].strip()], ""


def _lines(data: bytes) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _LINE.finditer(data) if found[0])
