"""The one way to read what tells splitlint how to work: configuration, code owners, ignore files, pages, baselines.

Such a file may be a stranger's, so it must be a regular file, of a size that such files have, and not a link out of the
tree that it stands in. On the start-up path.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from splitlint.untrusted.links import way_out

#: Bytes; the largest such file that anybody has written by hand has a tenth of it.
LARGEST = 4 << 20
_BLOCK = 1 << 16


class ReadError(Exception):
    """A file that is not read. The message says why, and does not repeat its name."""


def read_text(path: str, roots: Sequence[str] | None = (), *, most: int = LARGEST) -> str | None:
    """The text of a file, None if it is not there. Raises ReadError, also where it is not UTF-8.

    `roots` say which links are followed: see `links.way_out`; None: all are. `most`: bytes that it may have.
    """
    data = read_bytes(path, roots, most=most)
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadError(f"is not UTF-8: byte 0x{data[error.start]:02x} in line {line}") from error


def read_bytes(path: str, roots: Sequence[str] | None = (), *, most: int = LARGEST) -> bytes | None:
    """The bytes of a file: as `read_text`."""
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            return None
        out = way_out(path, roots) if roots is not None else None
        if out is not None:
            raise ReadError(f"is not read: the link {out}, outside of its tree")
        if not stat.S_ISREG(mode):
            # Not even opened: that alone can do something to a device.
            raise ReadError("is not a regular file")
        return read_regular(path, most)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise ReadError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


def read_regular(path: str, most: int, flags: int = 0) -> bytes:
    """The bytes of a regular file of at most `most` bytes; never waits. `flags`: more of them for `os.open`.

    Raises OSError, and ReadError where it is something else, or larger.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ReadError("is not a regular file")
        pieces = []
        left = most + 1
        # A file of /proc says that its size is 0; a file that grows says too little.
        while left and (piece := os.read(descriptor, min(left, max(status.st_size + 1, _BLOCK)))):
            pieces.append(piece)
            left -= len(piece)
    finally:
        os.close(descriptor)
    if not left:
        raise ReadError(f"has more than {most >> 20} MB")
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
