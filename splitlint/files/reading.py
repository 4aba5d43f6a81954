"""The bytes of a file, or why it is not read. On the start-up path."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from splitlint.files.discover import File

#: Larger files are not source code; they are named and left out.
LARGEST = 32 * 1024 * 1024
#: What is read at once of a file that does not say how large it is.
_PIECE = 65536


class UnreadableError(Exception):
    """A file that cannot or should not be read. `fatal` if whoever ran the command should do something about it."""

    def __init__(self, message: str, *, fatal: bool = True) -> None:
        super().__init__(message)
        self.fatal = fatal


class AbsentError(Exception):
    """A file that was listed and is not there: deleted since, or a link."""


def read_file(file: File) -> bytes:
    """The bytes of a regular file. Links are followed only where the caller named them.

    Raises UnreadableError, or AbsentError for what discovery listed and is no file (any more).
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if file.named else os.O_NOFOLLOW)
    try:
        descriptor = os.open(file.full, flags)
    except OSError as error:
        if not file.named and (isinstance(error, FileNotFoundError) or os.path.islink(file.full)):
            raise AbsentError from error
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    try:
        return _read(descriptor, file)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _read(descriptor: int, file: File) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        if not file.named:
            raise AbsentError
        raise UnreadableError("is not a regular file: not checked")
    if status.st_size > LARGEST:
        raise UnreadableError(f"is larger than {LARGEST >> 20} MB: not checked", fatal=False)
    pieces = []
    # A file of /proc says that its size is 0; a file that grows says too little. To ask for more than there is leaves
    # gaps in memory.
    wanted = status.st_size + 1 if status.st_size else _PIECE
    while piece := os.read(descriptor, wanted):
        pieces.append(piece)
        if len(piece) < wanted and status.st_size:
            break
        wanted = _PIECE
        if sum(map(len, pieces)) > LARGEST:
            raise UnreadableError(f"grew beyond {LARGEST >> 20} MB: not checked", fatal=False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
