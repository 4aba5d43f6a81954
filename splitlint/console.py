"""The only way to a terminal: what to write, in which colours, and what to do when nobody reads it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


class UsageError(Exception):
    """Something that whoever ran the command has to put right. The message says what, and how."""


def write(text: str) -> None:
    """Writes to standard output; a reader who has gone away (`| head`) is no error."""
    _write(sys.stdout, text)


def write_error(text: str) -> None:
    """Writes to standard error."""
    _write(sys.stderr, text)


def complain(message: str) -> None:
    """Writes one message to standard error, after the name of the program."""
    _write(sys.stderr, f"splitlint: {message}\n")


def _write(stream: TextIO, text: str) -> None:
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # Python flushes once more at exit: that must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
    return sys.stdout.isatty()


def width() -> int:
    """Columns of the terminal; 100 without one."""
    try:
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return 100


def save(path: str, text: str) -> None:
    """Writes a report to a file: whole, or not at all, so that an old one stays if the disk is full.

    Raises UsageError.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        _save_into(path, text)
        return
    target = os.path.realpath(path)
    draft = f"{target}.{os.getpid()}.tmp"
    try:
        _save_into(draft, text)
        os.replace(draft, target)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)


def _save_into(path: str, text: str) -> None:
    """Writes to a path as it is: a new file, `/dev/stderr`, a pipe."""
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
