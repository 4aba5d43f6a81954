"""Files that are replaced whole or not at all: by a draft beside them, which takes their place when it is complete.

A run that is killed leaves its draft behind; the next one that writes in the same folder takes it away.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_DRAFT = re.compile(r"\.splitlint-draft-[0-9a-f]{16}\.tmp")
#: Folders in which this process has looked for drafts already.
_tidied: set[tuple[int, int]] = set()


def replace_file(path: str, data: bytes, like: os.stat_result | None = None) -> None:
    """Gives a file another content: a reader sees the old one or the new one. `path` is no link.

    `like`: the status of the file as it is, whose mode, extended attributes and, where allowed, owner are kept. Without
    it the file is new. Raises OSError, and leaves everything as it was.
    """
    with folder_lock(os.path.dirname(path)):
        replace_in_locked_folder(path, data, like)


def replace_in_locked_folder(path: str, data: bytes, like: os.stat_result | None) -> None:
    """As `replace_file`, for those who hold the lock of the folder already."""
    draft = os.path.join(os.path.dirname(path), f".splitlint-draft-{os.urandom(8).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(draft, flags, 0o666 if like is None else 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            if like is not None:
                _keep(descriptor, path, like)
            os.fsync(descriptor)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise


@contextmanager
def folder_lock(folder: str) -> Iterator[None]:
    """Keeps other processes (and threads) of splitlint from writing in a folder. Raises OSError."""
    handle = os.open(folder or os.curdir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Some network file systems have no locks; what is written is still whole there.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
            status = os.fstat(handle)
            _tidy(folder or os.curdir, (status.st_dev, status.st_ino))
        yield
    finally:
        os.close(handle)


def _tidy(folder: str, place: tuple[int, int]) -> None:
    """Removes the drafts in a folder. Whoever writes one holds the lock of the folder, so nobody does now."""
    if place in _tidied:
        return
    _tidied.add(place)
    with os.scandir(folder) as entries:
        drafts = [entry.path for entry in entries if _DRAFT.fullmatch(entry.name)]
    for draft in drafts:
        with suppress(OSError):
            os.unlink(draft)


def _keep(descriptor: int, path: str, like: os.stat_result) -> None:
    """Gives a draft what the file has beside its content, as far as the system allows."""
    with suppress(PermissionError):
        os.fchown(descriptor, like.st_uid, like.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
    if not hasattr(os, "listxattr"):
        return
    with suppress(OSError):
        for name in os.listxattr(path):
            # The system's own (`security.selinux`) may not be ours to set.
            with suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(path, name))
