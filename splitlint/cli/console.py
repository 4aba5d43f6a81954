"""The only way to a terminal: what to write, in which colours, and what to do when nobody reads it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


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


def write_error(text: str) -> None:
    """Writes to standard error, if that can be done."""
    with suppress(OSError):
        _write(sys.stderr, text)


def complain(message: str) -> None:
    """Writes one message to standard error, after the name of the program."""
    write_error(f"splitlint: {message}\n")


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
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


def width() -> int:
    """Columns of the terminal; 100 without one."""
    try:
        return max(40, os.get_terminal_size(1).columns)
    except OSError:
        return 100


def save(path: str, text: str) -> None:
    """Writes a report to a file: whole, or not at all, so that an old one stays if the disk is full.

    Raises UsageError.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            _write_file(path, text)
        else:
            _replace_file(os.path.realpath(path), text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def _replace_file(path: str, text: str) -> None:
    draft = f"{path}.{os.getpid()}.tmp"
    try:
        _write_file(draft, text)
        os.replace(draft, path)
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)


def _write_file(path: str, text: str) -> None:
    """Writes to a path as it is: a new file, `/dev/stderr`, a pipe."""
    with open(path, "w", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(text)
