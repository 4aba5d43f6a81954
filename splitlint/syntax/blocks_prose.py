"""The commands in documents: fenced and indented code, and code within a line that calls Nix.

Where lines have a prompt (`$ nix build ..`), the others are what the commands print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from splitlint.syntax.nix_text import Piece

_SHELL = frozenset(
    {b"", b"sh", b"bash", b"shell", b"zsh", b"console", b"terminal", b"shellsession", b"shell-session", b"sh-session"}
)
_FENCE = re.compile(rb"^(?P<in>[ \t>]*)(?P<mark>`{3,}|~{3,})[ ]*\{?\.?(?P<info>[^\s`,}]*)[^\n]*\n", re.MULTILINE)
_INDENTED = re.compile(rb"(?:(?<=\n)[ \t]*\r?\n|\A)((?:(?:[ ]{4}|\t)[^\n]*\S[^\n]*\n?|[ \t]*\r?\n(?=[ ]{4}|\t))+)")
_INLINE = re.compile(rb"(?<![`=~+\\])(`{1,2}|[=~+](?=\S))([^`\n]{4,400}?)\1(?![`\w])")
_COMMAND = re.compile(rb"\bnix[ -]|\bresult[\w-]*/")
_PROMPT = re.compile(rb"[ \t]*(?:\[?[\w.-]+@[\w.-]+[^\n$#]{0,40}[$#]|[$%>]|\xe2\x9d\xaf|\xce\xbb)[ ]+(?=\S)")
_MARKUP = re.compile(
    rb"""
    ^\[source,[ ]*(?P<adoc>sh|bash|shell|console|terminal)[^\]\n]*\]\r?\n(?:\.[^\n]*\n)?----+\r?\n(?P<a>.*?)^----
    | ^\[,[ ]*(?:sh|bash|shell|console)\]\r?\n----+\r?\n(?P<b>.*?)^----
    | ^(?:----|\.{4})\r?\n(?P<c>.*?)^(?:----|\.{4})
    | ^[ ]*\.\.[ ](?:code-block|code|sourcecode|prompt)::[ ]*(?:sh|bash|shell|console)[^\n]*\n
      (?:[ ]+:[^\n]*\n)*(?:[ \t]*\r?\n)+(?P<d>(?:[ ]{2,}[^\n]*\n?|[ \t]*\r?\n)+)
    | ^(?!\.\.)[^\n]*::[ ]*\r?\n(?:[ \t]*\r?\n)+(?P<e>(?:[ ]{2,}[^\n]*\n?|[ \t]*\r?\n)+)
    | ^[ ]*\#\+begin_src[ ]+(?:sh|bash|shell|console)[^\n]*\n(?P<f>.*?)^[ ]*\#\+end_src
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


def cut_markdown(data: bytes) -> Iterator[tuple[list[Piece], str]]:
    """The pieces of the examples in Markdown, in order."""
    found: list[tuple[int, int]] = []
    outside: list[tuple[int, int]] = []
    at = 0
    for fence, end, past in _fenced(data):
        outside.append((at, fence.start()))
        if fence["info"].lower() in _SHELL:
            found.append((fence.end(), end))
        at = past
    outside.append((at, len(data)))
    for start, end in outside:
        indented = [one.span(1) for one in _INDENTED.finditer(data, start, end)]
        found += indented
        found += _inline(data, start, end, indented)
    yield from ((_commands(data, start, end), "") for start, end in sorted(found))


#: The definition at the end of a page of splitlint's own rules.
_RULE_PAGE = re.compile(rb"^## Definition\s+```toml\s", re.MULTILINE)


def nix_examples(data: bytes) -> list[tuple[int, int]]:
    """The Nix code in the fences of Markdown: bytes, from and to, in order; none of what rule pages break."""
    if _RULE_PAGE.search(data) is not None:
        return []
    return [(fence.end(), end) for fence, end, _ in _fenced(data) if fence["info"].lower() == b"nix"]


def _fenced(data: bytes) -> Iterator[tuple[re.Match[bytes], int, int]]:
    """The fences of Markdown: the line that opens one, where what is in it ends, and where the next one may begin."""
    at = 0
    while fence := _FENCE.search(data, at):
        closing = re.compile(rb"^[ \t>]*" + fence["mark"][:1] + rb"{%d,}[ \t]*\r?$" % len(fence["mark"]), re.MULTILINE)
        closed = closing.search(data, fence.end())
        at = closed.end() if closed is not None else len(data)
        yield fence, closed.start() if closed is not None else len(data), at


def cut_markup(data: bytes) -> Iterator[tuple[list[Piece], str]]:
    """The same for AsciiDoc, reStructuredText and Org."""
    found = [one.span(one.lastgroup) for one in _MARKUP.finditer(data) if one.lastgroup is not None]
    found += _inline(data, 0, len(data), found)
    yield from ((_commands(data, start, end), "") for start, end in sorted(found))


def _inline(data: bytes, start: int, end: int, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for one in _INLINE.finditer(data, start, end):
        if _COMMAND.search(one[2]) and not any(begin <= one.start() < past for begin, past in taken):
            yield one.span(2)


def _commands(data: bytes, start: int, end: int) -> list[Piece]:
    """The commands of an example: its lines without their common indentation, or those that have a prompt."""
    lines: list[tuple[int, int]] = []
    at = start
    while at < end:
        past = data.find(b"\n", at, end) + 1 or end
        lines.append((at, past))
        at = past
    prompted = any(_PROMPT.match(data, *line) for line in lines)
    pieces: list[Piece] = []
    goes_on = False
    for at, past in lines:
        prompt = _PROMPT.match(data, at, past)
        inner = prompt.end() if prompt is not None and prompted else at
        if not prompted:
            inner += len(data[at:past]) - len(data[at:past].lstrip(b" \t>"))
        if prompt is not None or goes_on or not prompted:
            pieces.append(Piece(inner, past))
        goes_on = data[at:past].rstrip().endswith(b"\\")
    if pieces and not data[pieces[-1].start : pieces[-1].end].endswith(b"\n"):
        pieces.append(Piece(end, end, b"\n"))
    return [one for one in pieces if one.end > one.start or one.text]
