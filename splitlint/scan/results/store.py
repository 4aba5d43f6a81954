"""Files that splitlint keeps for itself: private when they are made, and put aside when they cannot be believed."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from splitlint.scan.results.codec import CodecError

#: What sqlite says of a file whose tables or values are not as we write them. Others of its errors are of the moment.
_NOT_OURS = (
    "no such column",
    "no such table",
    "has no column named",
    "Could not decode",
    "malformed",
    "not a database",
)


#: What sqlite raises; the last where the words of an error are bytes of a damaged file.
FAILURES = (sqlite3.Error, UnicodeDecodeError)


class NoFileError(OSError):
    """Something stands where the store should be that is no file."""


def made_private(path: str) -> None:
    """Makes the folder of a store and the store itself, for nobody else to read, if they are not there.

    Raises OSError, also where something else stands in its place.
    """
    folder = os.path.dirname(os.path.abspath(path))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(20, f"{folder} is not a folder") from None
    refuse_no_file(path)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def refuse_no_file(path: str) -> None:
    """Raises NoFileError where a FIFO, a device or a folder stands: sqlite would wait, or worse."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return
    if not stat.S_ISREG(mode):
        raise NoFileError(22, f"{path} is not a regular file")


def is_damaged(error: Exception) -> bool:
    """Whether an error tells of the file and not of the moment, as "locked" and "full" do."""
    if isinstance(error, sqlite3.OperationalError):
        return any(words in str(error) for words in _NOT_OURS)
    return isinstance(error, sqlite3.DatabaseError | ValueError)


def put_aside(path: str, inode: int | None) -> str | None:
    """Gives a store another name, so that a new one can be begun; None if that cannot be done.

    `inode`: that of the file that was found damaged: another process may have put it aside already.
    """
    try:
        if inode is not None and os.stat(path).st_ino != inode:
            return None
        number = 1
        while os.path.lexists(name := f"{path}.damaged" + (f"-{number}" if number > 1 else "")) and number < 100:
            number += 1
        os.replace(path, name)
    except OSError:
        return None
    # It would be played back into the new file.
    with suppress(OSError):
        os.unlink(f"{path}-journal")
    return name


def shown(error: object) -> str:
    """What an error says, shortened; sqlite may quote what is in the file."""
    said = "".join(one if one.isprintable() else "?" for one in str(error))
    return said if len(said) <= 120 else said[:117] + "..."


def typed(row: Sequence[object], *kinds: Any) -> tuple[Any, ...]:
    """The values of a row, which has others than its columns say where it was damaged. Raises CodecError."""
    for value, kind in zip(row, kinds, strict=True):
        if not isinstance(value, kind):
            raise CodecError(f"{type(value).__name__} in the place of {kind}")
    return tuple(row)


def stored(name: str) -> str:
    """A name as sqlite can keep it: bytes that are not UTF-8 as escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
