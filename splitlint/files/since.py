"""What files were before a change: for `--since REV`, which shows only what the change brought.

The change is what lies between the merge base of REV and HEAD, and the files as they are on disk.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from splitlint.files.blobs import Blobs
from splitlint.files.git import GitError, Repository, repository_of
from splitlint.files.index import entries, holds
from splitlint.files.renames import renamed
from splitlint.files.revisions import RevisionError, files_of, left_at
from splitlint.startup.records import dataclass, field
from splitlint.untrusted.links import RealFolders
from splitlint.untrusted.small_files import ReadError, read_regular

#: Larger files are not checked, so nobody asks what they were.
_LARGEST = 32 << 20


class SinceError(Exception):
    """A revision that cannot be compared with. The message says why."""


@dataclass
class _Change:
    """What a change did to the files of a repository, by their paths in it.

    `changed`: the blob ids that files had before, `added`: files that were not there, with what they hold, `gone`: the
    blob ids of files that are not there any more.
    """

    changed: dict[str, str] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)


def texts_before(revision: str, folder: str = ".") -> Mapping[str, bytes | None]:
    """The bytes before the change of every file that it touched, by its present path relative to the current folder.

    None for files that are new. A renamed file is what it was under its old name. `folder` is in the repository.
    Raises SinceError.
    """
    found = repository_of(folder)
    if found is None:
        raise SinceError("--since needs a git work tree, and git")
    repository = Repository(found.top, of_hook=True)
    try:
        base = left_at(repository, revision)
        change = _change(repository, base)
        with Blobs(repository) as blobs:
            old = renamed(change.added, change.gone, blobs)
            before: dict[str, bytes | None] = dict.fromkeys(change.added)
            wanted = {**change.changed, **old}
            before |= zip(wanted, blobs.read_many(list(wanted.values()), _LARGEST), strict=True)
    except RevisionError as error:
        raise SinceError(f"--since: {error}") from error
    except GitError as error:
        raise SinceError(f"--since: git cannot compare `{revision}` with the work tree: {error}") from error
    return {os.path.relpath(os.path.join(repository.top, name)): data for name, data in before.items()}


def _change(repository: Repository, base: str) -> _Change:
    """What lies between a commit and the files on disk. Raises GitError."""
    old = dict(files_of(repository, base))
    real = RealFolders(repository.top)
    change = _Change(gone=dict(old))
    for entry in entries(repository):
        name, before = entry.name, old.get(entry.name)
        if not entry.is_file or not real.hold(name):
            continue
        if entry.settled and before == entry.blob:
            del change.gone[name]
            continue
        data = _read(repository, name)
        if data is None:
            continue
        change.gone.pop(name, None)
        if before is None:
            change.added[name] = data
        elif not holds(data, before):
            change.changed[name] = before
    for name in repository.names("ls-files", "-z", "--others", "--exclude-standard"):
        data = _read(repository, name)
        if data is None:
            continue
        before = change.gone.pop(name, None)
        if before is None:
            change.added[name] = data
        elif not holds(data, before):
            change.changed[name] = before
    return change


def _read(repository: Repository, name: str) -> bytes | None:
    """A file of the work tree; None if it is none (any more), or cannot be read."""
    try:
        return read_regular(os.path.join(repository.top, name), _LARGEST, os.O_NOFOLLOW)
    except (OSError, ReadError):
        return None
