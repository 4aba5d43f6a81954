"""What a target holds, as one short text: a tree that holds what it held before need not be searched again.

Of a work tree git knows most: the index has the blob ids of all tracked files, and their times and sizes tell which
were changed since. Only these and the untracked files are read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from splitlint.files.discover import File
from splitlint.files.git import GitError, Repository, ended, repository_of
from splitlint.files.index import blob_id, entries
from splitlint.files.reading import AbsentError, UnreadableError, read_file
from splitlint.scan.targets.targets import Target
from splitlint.untrusted.links import RealFolders

#: With more changed and untracked files it is quicker to search them all.
_MOST_CHANGED = 2000
#: Stands for the blob id of what is a link or a submodule to git.
_NO_FILE = "none"


class _UnknownError(Exception):
    """The state of a work tree cannot be told, or not cheaply."""


def state_of(target: Target) -> str:
    """The state of a commit, or of a work tree; "" where git cannot tell."""
    if target.commit:
        return f"commit {target.commit}"
    repository = repository_of(target.folder)
    if repository is None:
        return ""
    try:
        return f"tree {_digest(repository, target.folder)}"
    except (GitError, _UnknownError):
        return ""


def _digest(repository: Repository, folder: str) -> str:
    """A digest of the index, of the changed files and of the untracked ones. Raises GitError, _UnknownError."""
    # git looks for untracked files while the tracked ones are looked at here.
    with repository.start("ls-files", "-o", "-z", "--exclude-standard", *repository.inside()) as untracked:
        staged = hashlib.blake2b(digest_size=20)
        changed: list[tuple[str, str]] = []
        found = False
        for entry in entries(repository):
            # Any other: a file about whose changes git was told not to ask, or one in conflict.
            if not entry.plain:
                raise _UnknownError
            found = True
            staged.update(f"{entry.mode} {entry.blob} {entry.name}\0".encode("utf-8", "surrogateescape"))
            if not entry.settled:
                changed.append((entry.name, entry.blob if entry.is_file else _NO_FILE))
                if len(changed) > _MOST_CHANGED:
                    raise _UnknownError
        if not found:
            raise _UnknownError
        names = b"".join(ended(untracked)).split(b"\0")
    digest = hashlib.blake2b(staged.digest(), digest_size=20)
    new = sorted(name for row in names if (name := repository.inner(row)) is not None)
    if len(new) + len(changed) > _MOST_CHANGED:
        raise _UnknownError
    for name, held in _held(folder, changed, new):
        digest.update(f"\0{name}\0{held}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _held(folder: str, changed: list[tuple[str, str]], new: list[str]) -> Iterator[tuple[str, str]]:
    """What files hold that is not what the index says: blob ids, "" for what is no file (any more).

    Raises _UnknownError if one cannot be read.
    """
    real = RealFolders(folder)
    for name, blob in sorted([*changed, *((name, "") for name in new)]):
        try:
            data = read_file(File(name, os.path.join(folder, name))) if real.hold(name) else None
        except AbsentError:
            data = None
        except UnreadableError as error:
            raise _UnknownError from error
        if data is None:
            if blob != _NO_FILE:
                yield name, ""
        elif not blob or blob_id(data, len(blob)) != blob:
            yield name, blob_id(data)
