"""Writing a mended file: whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path


class WriteRefusedError(OSError):
    """A file that must not be written; the message says why, without the file's name."""


def write_atomically(path: str | Path, data: bytes, *, expected: bytes | None = None, root: str | Path = ".") -> bool:
    """Replace the content of a file by `data`; False, and nothing touched, if it has it already.

    Goes through a temporary file in the same folder, so that a reader sees the old or the new file; mode
    and, where allowed, owner are kept. A symbolic link stays one: its target is written, if it lies under `root`.
    `expected` is what the file must still contain. Raises WriteRefusedError, or OSError from the system.
    """
    target = _target(Path(path), Path(root))
    with _folder_lock(target.parent):
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            raise WriteRefusedError("it is not a regular file")
        if not os.access(target, os.W_OK):
            raise WriteRefusedError("it is read-only")
        current = target.read_bytes()
        if current == data:
            return False
        if expected is not None and current != expected:
            raise WriteRefusedError("it changed while it was being fixed; run splitlint again")
        _replace(target, data, status)
    return True


def _target(path: Path, root: Path) -> Path:
    if not path.is_symlink():
        return path
    target = path.resolve(strict=True)
    if not target.is_relative_to(root.resolve()):
        raise WriteRefusedError(f"it is a link to {target}, outside of the tree that is being fixed")
    return target


@contextlib.contextmanager
def _folder_lock(folder: Path) -> Iterator[None]:
    """Keep other splitlint processes from writing in the same folder between our look and our write."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Some network file systems have no locks; the write is still atomic there.
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(target: Path, data: bytes, status: os.stat_result) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".splitlint-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            with contextlib.suppress(PermissionError):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
