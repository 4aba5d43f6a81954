"""What a commit would change: the index against HEAD, or against another commit.

Files that are as the index knows them are read from the work tree, all others from git.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import TracebackType

from splitlint.files.blobs import Blobs
from splitlint.files.discover import File
from splitlint.files.git import NO_REASON, GitError, Repository, repository_of
from splitlint.files.index import entries
from splitlint.files.reading import LARGEST, AbsentError, UnreadableError, read_file
from splitlint.files.renames import renamed
from splitlint.files.revisions import RevisionError, files_of, left_at
from splitlint.untrusted.links import RealFolders


class StagedError(Exception):
    """The index cannot be compared. The message says why."""


class StagedChange:
    """The files before and after a commit that is still to be made, by their paths relative to the current folder.

    A context manager, since git is kept running. `changed`: the files that are new or hold something else now, also
    those whose name is new; `old_names`: what these were called. Raises StagedError.
    """

    def __init__(self, base: str | None = None) -> None:
        found = repository_of(os.curdir)
        if found is None:
            raise StagedError("needs a git work tree, and git")
        self._repository = Repository(found.top, of_hook=True)
        self._blobs = Blobs(self._repository)
        self._here = os.path.relpath(found.top)
        try:
            self._before = {self._shown(name): blob for name, blob in self._files_of(base)}
            self._after: dict[str, str] = {}
            self._on_disk: set[str] = set()
            real = RealFolders(found.top)
            for entry in entries(self._repository):
                if entry.is_file:
                    name = self._shown(entry.name)
                    self._after[name] = entry.blob
                    # What is changed is compared as git has it: filters may have written something else to disk.
                    if self._before.get(name) == entry.blob and entry.settled and entry.plain and real.hold(entry.name):
                        self._on_disk.add(name)
        except RevisionError as error:
            raise StagedError(str(error)) from error
        except GitError as error:
            raise StagedError(f"git cannot tell what is staged: {error}") from error
        self.changed = frozenset(name for name, blob in self._after.items() if self._before.get(name) != blob)
        self.gone = frozenset(self._before.keys() - self._after.keys())

    def __enter__(self) -> StagedChange:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._blobs.__exit__(kind, error, trace)

    @property
    def files(self) -> Mapping[str, str]:
        """The blob ids of the files after the commit."""
        return self._after

    def old_names(self) -> dict[str, str]:
        """The names that files had before the commit, by the new ones, as far as these were renamed."""
        added = {name: self.read(name) for name in sorted(self.changed) if name not in self._before}
        texts = {name: data for name, data in added.items() if data is not None}
        gone = {name: self._before[name] for name in sorted(self.gone)}
        by_blob = {blob: name for name, blob in gone.items()}
        try:
            return {new: by_blob[blob] for new, blob in renamed(texts, gone, self._blobs).items()}
        except GitError as error:
            raise StagedError(f"git cannot tell what was renamed: {error}") from error

    def read(self, path: str) -> bytes | None:
        """The bytes of a file after the commit; None if there is none, or it is too large."""
        blob = self._after.get(path)
        if blob is None:
            return None
        if path in self._on_disk:
            try:
                return read_file(File(path, path))
            except (UnreadableError, AbsentError):
                return self._blob(blob)
        return self._blob(blob)

    def read_before(self, path: str) -> bytes | None:
        """The bytes of a file before the commit; None if there was none, or it was too large."""
        blob = self._before.get(path)
        if blob is None:
            return None
        return self.read(path) if self._after.get(path) == blob else self._blob(blob)

    def _blob(self, blob: str) -> bytes | None:
        try:
            return self._blobs.read(blob, LARGEST)
        except GitError as error:
            raise StagedError(f"git cannot read what is staged: {error}") from error

    def _files_of(self, base: str | None) -> list[tuple[str, str]]:
        """The files of the commit to compare with; none before the first commit."""
        if base is not None:
            return list(files_of(self._repository, left_at(self._repository, base)))
        try:
            head = self._repository.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
        except GitError as error:
            if str(error) != NO_REASON:
                raise
            return []
        return list(files_of(self._repository, head))

    def _shown(self, name: str) -> str:
        return name if self._here == os.curdir else os.path.normpath(f"{self._here}/{name}")
