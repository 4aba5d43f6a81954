"""The files of a target, streamed: a million names are never in memory together."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice

from splitlint.config import Config
from splitlint.files.discover import Trouble, Walk, display
from splitlint.files.git import GitError, Repository, ended, repository_at, repository_of
from splitlint.scan.targets.targets import Target
from splitlint.startup import globs
from splitlint.startup.named_tuples import NamedTuple
from splitlint.untrusted.links import RealFolders


class Listed(NamedTuple):
    """A file of a target: its path in the target, and its blob id where git knows it, else ""."""

    path: str
    blob: str = ""


class Listing:
    """The files of one target that may be checked; counts what is left out, and notes what cannot be read."""

    def __init__(self, target: Target, config: Config, languages: Collection[str]) -> None:
        self._problems: list[Trouble] = []
        self._target = target
        self._exclude = config.exclude
        self._excluded = 0
        self._real = RealFolders(target.folder)
        # Patterns of the configuration mean paths in the target, wherever it is.
        self._walk = Walk(config._replace(root=os.path.abspath(target.folder)), languages, self._problems)

    @property
    def problems(self) -> tuple[Trouble, ...]:
        """What could not be read, by its path in the target; "" is the target itself."""
        top = display(self._target.folder.rstrip("/"))
        return tuple(one._replace(path=one.path.removeprefix(top).lstrip("/")) for one in self._problems)

    @property
    def skipped(self) -> int:
        """Files left out by the configuration and by ignore files."""
        return self._excluded + self._walk.skipped

    def keeps(self, name: str) -> bool:
        """Whether a file of a work tree that git knows of may be checked; counts what is left out."""
        return self._keeps(name) and self._real.hold(name)

    def leaves_out(self, name: str) -> bool:
        """Whether the configuration leaves out a file that might be checked."""
        matched = bool(self._exclude) and globs.matches(self._exclude, name)
        return matched and self._walk.may_be_checked(name.rpartition("/")[2])

    def chunks(self, size: int, names: Collection[str] = ()) -> Iterator[tuple[Listed, ...]]:
        """All files, `size` at a time. Raises GitError if git cannot list those of a commit.

        `names`: the files of the work tree that git knows of, if somebody has asked it.
        """
        files: Iterator[Listed] = self._of_commit() if self._target.commit else self._of_folder()
        if names:
            files = (Listed(name) for name in names if self.keeps(name))
        while chunk := tuple(islice(files, size)):
            yield chunk

    def _of_folder(self) -> Iterator[Listed]:
        folder = self._target.folder
        prefix = folder.rstrip("/") + "/"
        repository = repository_of(folder)
        if repository is None:
            yield from self._walked(prefix, frozenset())
            return
        found = False
        try:
            for name in self._of_work_tree(repository):
                found = True
                if self.keeps(name):
                    yield Listed(name)
        except GitError as error:
            what = f"git cannot list its files, so splitlint lists them itself: {error}"
            self._problems.append(Trouble(display(prefix.rstrip("/")), what))
            yield from self._walked(prefix, self._tracked(repository))
            return
        if not found and repository.is_ignored():
            yield from self._walked(prefix, frozenset())

    def _walked(self, prefix: str, but: Collection[str]) -> Iterator[Listed]:
        names = (path[len(prefix) :] for path in self._walk.below(prefix))
        return (Listed(name) for name in names if name not in but)

    def _of_work_tree(self, repository: Repository) -> Iterator[str]:
        """Tracked files first: while they are being checked, git looks for untracked ones (0.3 s in nixpkgs)."""
        asked = (("--cached",), ("--others", "--exclude-standard"))
        last = ""
        with ExitStack() as stack:
            processes = [
                stack.enter_context(repository.start("ls-files", "-z", *options, *repository.inside()))
                for options in asked
            ]
            for process in processes:
                for row in _split(ended(process)):
                    name = repository.inner(row)
                    # A file in conflict is listed once for each side.
                    if name is not None and name != last:
                        yield name
                        last = name

    def _tracked(self, repository: Repository) -> frozenset[str]:
        """The files that were listed before git failed."""
        try:
            return frozenset(repository.names("ls-files", "-z", "--cached", *repository.inside()))
        except GitError:
            return frozenset()

    def _of_commit(self) -> Iterator[Listed]:
        repository = repository_at(self._target.folder)
        for row in _split(repository.blocks("ls-tree", "-r", "-z", "--full-tree", self._target.commit)):
            about, _, name = row.partition(b"\t")
            mode, kind, blob = about.split(b" ")
            path = os.fsdecode(name)
            if kind == b"blob" and mode != b"120000" and self._keeps(path):
                yield Listed(path, blob.decode())

    def _keeps(self, path: str) -> bool:
        if not self._walk.may_be_checked(path.rpartition("/")[2]):
            return False
        if self._exclude and globs.matches(self._exclude, path):
            self._excluded += 1
            return False
        return True


def _split(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What stands between NULs, from blocks of bytes."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\0")
        yield from whole
    if rest:
        yield rest
