"""Text in pieces with a style each: written plain, or in colour by rich. Imports nothing until it paints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text

Piece = tuple[str, str]
Line = tuple[Piece, ...]

#: What a style looks like, in rich's words. Every style also shows in the words or signs themselves.
STYLES = {
    "": "",
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold cyan",
    "ignored": "bold bright_black",
    "strong": "bold",
    "faint": "bright_black",
    "gutter": "blue",
    "note": "cyan",
    "good": "green",
}


def line(*pieces: Piece | str) -> Line:
    """A line from pieces; a bare string has no style."""
    return tuple((piece, "") if isinstance(piece, str) else piece for piece in pieces)


def clean(text: str) -> str:
    """Text from outside as it may be written to a terminal: tabs as four spaces, control characters as `?`.

    Undecodable bytes of file names become `?` too.
    """
    if text.isprintable():
        return text
    return "".join(_clean_character(character) for character in text)


def _clean_character(character: str) -> str:
    if character == "\t":
        return "    "
    return character if character.isprintable() else "?"


def plain(lines: Iterable[Line]) -> str:
    """The lines without styles, each with a line end and no blanks before it."""
    return "".join("".join(text for text, _ in one).rstrip() + "\n" for one in lines)


def painted(lines: Sequence[Line], width: int) -> str:
    """The lines with ANSI colours; `width` is that of the terminal, in columns. Longer lines are left to it to wrap."""
    import io

    from rich.console import Console

    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system="standard", width=width, legacy_windows=False)
    for text in rich_lines(lines):
        console.print(text, soft_wrap=True, highlight=False)
    return stream.getvalue()


def rich_lines(lines: Iterable[Line]) -> Iterable[Text]:
    """The lines as rich's Text."""
    from rich.text import Text

    for one in lines:
        yield Text.assemble(*((text, STYLES[style]) for text, style in one))
