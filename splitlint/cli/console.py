"""The only way to a terminal: what to write, in which colours, and what to do when nobody reads it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from splitlint.untrusted.escapes import visible
from splitlint.untrusted.links import way_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


#: Columns of a report that no terminal shows.
DEFAULT_WIDTH = 100


class UsageError(Exception):
    """Something that whoever ran the command has to put right. The message says what, and how."""


def write(text: str) -> None:
    """Writes to standard output; a reader who has gone away (`| head`) is no error, a full disk is.

    Raises UsageError.
    """
    try:
        _write(sys.stdout, text)
    except OSError as error:
        raise UsageError(f"standard output cannot be written: {error.strerror}") from error


def write_bytes(data: bytes) -> None:
    """Writes to standard output as it is: as `write`."""
    stream = sys.stdout
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        # Somebody has put something else there that takes only text.
        write(data.decode("utf-8", "surrogateescape"))
        return
    try:
        _quietly(stream, lambda: buffer.write(data))
    except OSError as error:
        raise UsageError(f"standard output cannot be written: {error.strerror}") from error


def ask(prompt: str) -> str | None:
    """The line that somebody answers to a prompt, without its line end; None at the end of the input."""
    write(prompt)
    answer = sys.stdin.readline() if sys.stdin is not None else ""
    return answer.rstrip("\r\n") if answer else None


def write_error(text: str) -> None:
    """Writes to standard error, if that can be done."""
    with suppress(OSError):
        _write(sys.stderr, text)


def complain(message: str) -> None:
    """Writes one message to standard error, after the name of the program, on one line whatever it names."""
    write_error(f"splitlint: {visible(message)}\n")


def _write(stream: TextIO | None, text: str) -> None:
    if stream is not None:
        _quietly(stream, lambda: _encodable(stream, text))


def _encodable(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _quietly(stream: TextIO, act: Callable[[], object]) -> None:
    """Writes to a stream; that nobody reads it is no error. Raises OSError for others."""
    try:
        act()
        stream.flush()
    except OSError as error:
        # What is still in the buffer is flushed once more at exit: that must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def wants_color(choice: str) -> bool:
    """Whether to write colours to standard output; `choice` is `auto`, `always` or `never`.

    `auto` heeds NO_COLOR (https://no-color.org), FORCE_COLOR, TERM=dumb and CI.
    """
    if choice != "auto":
        return choice == "always"
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_terminal() and environment.get("TERM") != "dumb" and not environment.get("CI")


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def wants_links() -> bool:
    """Whether to write hyperlinks (OSC 8) to standard output. FORCE_HYPERLINK says so (1) or forbids it (0).

    A terminal that does not know them shows the text alone; the console of Linux itself is one that does not.
    """
    environment = os.environ
    forced = environment.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    return is_terminal() and environment.get("TERM") not in ("dumb", "linux") and not environment.get("CI")


def width() -> int:
    """Columns of the terminal, or what COLUMNS says; 100 without either. At least 40."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return max(40, int(told))
    try:
        return max(40, os.get_terminal_size(1).columns)
    except OSError:
        return DEFAULT_WIDTH


def save(path: str, text: str | bytes) -> None:
    """Writes a report to a file: whole, or not at all, so that an old one stays if the disk is full.

    Raises UsageError, also where a link in the current folder or in a repository leads out of it.
    """
    refuse_way_out(path)
    data = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            # `/dev/stderr`, a pipe: as it is.
            with open(path, "wb") as stream:
                stream.write(data)
        else:
            _replace(os.path.realpath(path), data)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def _replace(path: str, data: bytes) -> None:
    from splitlint.files.drafts import replace_file

    replace_file(path, data, os.stat(path) if os.path.exists(path) else None)


def refuse_way_out(path: str) -> None:
    """Raises UsageError where a link in the current folder or in a repository leads out of it.

    For files that are named on the command line: what is checked may have been written by others, and they know what
    such files are called.
    """
    out = way_out(path, (os.curdir,))
    if out is not None:
        raise UsageError(f"{path}: is not used: the link {out}, outside of its tree")
