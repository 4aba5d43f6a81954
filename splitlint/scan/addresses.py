"""Where a scanned target is to be seen on the web, by the remote of its repository."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from splitlint.files.blobs import Blobs
from splitlint.files.git import GitError, Repository, bare, repository_of
from splitlint.scan.targets.remotes import remote_of
from splitlint.scan.targets.targets import Target
from splitlint.scan.workers.others import reader
from splitlint.startup.named_tuples import NamedTuple


class Seen(NamedTuple):
    """Addresses of a repository, of the scanned commit, and of what the path of a file in the target is appended to.

    Each is "" where nobody knows. `changed`: files that are not in the commit as they were scanned.
    """

    address: str = ""
    commit: str = ""
    base: str = ""
    changed: tuple[str, ...] = ()

    def permalinks(self, target: Target | None = None) -> list[tuple[str, str]]:
        """Permalinks for paths in the target; of a `target`, as findings show them."""
        if not self.base:
            return []
        shown = target.shown if target is not None else str
        return [*((shown(path), "") for path in self.changed), (shown(""), self.base)]


def seen(target: Target, head: str, paths: Iterable[str]) -> Seen:
    """Where a target that is at the commit `head` is to be seen, and these files in it."""
    repository = (bare(target.folder) if target.commit else None) or repository_of(target.folder)
    remote = remote_of(repository) if repository is not None else None
    if repository is None or remote is None:
        return Seen()
    inside = "" if target.commit else repository.folder
    base = remote.base(head)
    if base and inside:
        base = f"{base}/{quote(inside, safe='/', errors='surrogateescape')}"
    changed = tuple(_changed(target, repository, head, paths)) if base and not target.commit else ()
    return Seen(remote.address, remote.commit(head), base, changed)


def _changed(target: Target, repository: Repository, head: str, paths: Iterable[str]) -> Iterator[str]:
    """The files that the commit has with other contents, or not at all."""
    with Blobs(repository) as git:
        read = reader(target, git)
        for path in sorted(set(paths)):
            try:
                committed = git.read(f"{head}:{os.path.join(repository.folder, path)}")
            except GitError:
                committed = None
            if committed is None or committed != read(path):
                yield path
