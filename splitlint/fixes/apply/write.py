"""Writing a mended file: whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from splitlint.files.drafts import folder_lock, replace_in_locked_folder
from splitlint.files.reading import LARGEST
from splitlint.startup.named_tuples import NamedTuple
from splitlint.untrusted.links import way_out
from splitlint.untrusted.small_files import ReadError, read_regular


class WriteRefusedError(OSError):
    """A file that must not be written; the message says why, without the file's name."""


class Written(NamedTuple):
    """A file that was written. `other_names`: how many hard links to it still have the old text."""

    other_names: int = 0


def write_atomically(
    path: str | Path, data: bytes, *, expected: bytes | None = None, root: str | Path = "."
) -> Written | None:
    """Replace the content of a file by `data`; None, and nothing touched, if it has it already.

    Goes through a draft in the same folder, so that a reader sees the old or the new file; mode, extended attributes
    and, where allowed, owner are kept. A symbolic link stays one: its target is written, if it lies under `root`; a
    folder on the way may be a link if that does not lead out of its tree. Hard links are broken.
    `expected` is what the file must still contain. Raises WriteRefusedError, or OSError from the system.
    """
    target = _target(Path(path), Path(root))
    with folder_lock(str(target.parent)):
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            raise WriteRefusedError("it is not a regular file")
        if not os.access(target, os.W_OK):
            raise WriteRefusedError("it is read-only")
        try:
            current = read_regular(str(target), LARGEST, os.O_NOFOLLOW)
        except ReadError as error:
            raise WriteRefusedError(f"it {error}") from error
        if current == data:
            return None
        if expected is not None and current != expected:
            raise WriteRefusedError("it changed while it was being fixed; run splitlint again")
        replace_in_locked_folder(str(target), data, status)
    return Written(status.st_nlink - 1)


def _target(path: Path, root: Path) -> Path:
    """The file to write. Raises WriteRefusedError where links lead out of the tree."""
    target = path
    if path.is_symlink():
        target = path.resolve(strict=True)
        if not target.is_relative_to(root.resolve()):
            raise WriteRefusedError(f"it is a link to {target}, outside of the tree that is being fixed")
    out = way_out(str(path), (str(root),), anywhere=True)
    if out is not None:
        raise WriteRefusedError(f"a link on its path leads outside of the tree: {out}")
    return target
