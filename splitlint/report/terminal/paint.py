"""Text in pieces with a style each: written plain, or in colour for a terminal. Imports nothing but types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.untrusted.escapes import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: A text and its style; a style may be followed by a blank and an address that a terminal links to.
Piece = tuple[str, str]
Line = tuple[Piece, ...]

#: What a style looks like, as the parameters of ANSI's SGR: colours of the terminal's own theme that can be read on
#: dark and on light backgrounds, so no yellow and no cyan. Every style also shows in the words or signs themselves.
STYLES = {
    "": "",
    "error": "1;31",
    "warning": "1;35",
    "info": "1;34",
    "ignored": "2",
    "strong": "1",
    "faint": "2",
    "gutter": "94",
    "note": "94",
    "good": "32",
    "bad": "31",
}


def line(*pieces: Piece | str) -> Line:
    """A line from pieces; a bare string has no style."""
    return tuple((piece, "") if isinstance(piece, str) else piece for piece in pieces)


def clean(text: str) -> str:
    """Text from outside as it may be written to a terminal: tabs as four spaces, what cannot be seen as escapes."""
    return visible(text.replace("\t", "    "))


def columns(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def wrapped(pieces: Line, width: int, indent: str = "") -> Iterator[Line]:
    """A line broken between words so that it fits `width` columns; the others begin with `indent`.

    A word that is longer than the width stands alone, and whole: it may be a path.
    """
    done: list[Piece] = []
    used = 0
    for text, style in pieces:
        for word in _words(text):
            size = columns(word)
            if used + columns(word.rstrip()) > width and used > columns(indent):
                yield tuple(done)
                done, used = [(indent, "")], columns(indent)
                word = word.lstrip()
                size = columns(word)
            done.append((word, style))
            used += size
    yield tuple(done)


def _words(text: str) -> Iterator[str]:
    """The words of a text, each with the blanks that follow it."""
    at = 0
    while at < len(text):
        end = text.find(" ", at)
        if end < 0:
            yield text[at:]
            return
        while end < len(text) and text[end] == " ":
            end += 1
        yield text[at:end]
        at = end


def plain(lines: Iterable[Line]) -> str:
    """The lines without styles, each with a line end and no blanks before it. Nothing in them acts on a terminal."""
    return "".join(visible("".join(text for text, _ in one)).rstrip() + "\n" for one in lines)


def painted(lines: Sequence[Line], *, links: bool = False) -> str:
    """The lines with ANSI colours; with hyperlinks (OSC 8) where a style has an address, if `links`."""
    return "".join(_painted_line(one, links) + "\n" for one in lines)


def _painted_line(pieces: Line, links: bool) -> str:
    merged: list[Piece] = []
    for text, style in pieces:
        if not links:
            style = style.partition(" ")[0]
        if merged and merged[-1][1] == style:
            merged[-1] = (merged[-1][0] + text, style)
        elif text:
            merged.append((text, style))
    if merged:
        merged[-1] = (merged[-1][0].rstrip(), merged[-1][1])
    return "".join(_painted_piece(text, style) for text, style in merged)


def _painted_piece(text: str, style: str) -> str:
    name, _, address = visible(style).partition(" ")
    text = visible(text)
    colour = STYLES[name]
    if colour and text:
        text = f"\x1b[{colour}m{text}\x1b[0m"
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if address else text
