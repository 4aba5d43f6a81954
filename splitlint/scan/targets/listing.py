"""The files of a target, streamed: a million names are never in memory together."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import IO, NamedTuple

from splitlint.config import Config
from splitlint.files.discover import Trouble, Walk, display
from splitlint.files.git import in_work_tree, is_ignored
from splitlint.scan.targets.targets import Target, TargetError, complaint, git_environment
from splitlint.startup import globs

_BLOCK = 1 << 16


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
        # Patterns of the configuration mean paths in the target, wherever it is.
        self._walk = Walk(config._replace(root=os.path.abspath(target.folder)), languages, self._problems)

    @property
    def problems(self) -> tuple[Trouble, ...]:
        """Folders that could not be read, by their paths in the target; "" is the target itself."""
        top = display(self._target.folder.rstrip("/"))
        return tuple(one._replace(path=one.path.removeprefix(top).lstrip("/")) for one in self._problems)

    @property
    def skipped(self) -> int:
        """Files left out by the configuration and by ignore files."""
        return self._excluded + self._walk.skipped

    def chunks(self, size: int) -> Iterator[tuple[Listed, ...]]:
        """All files, `size` at a time. Raises TargetError if git cannot list them."""
        files = self._of_commit() if self._target.commit else self._of_folder()
        while chunk := tuple(islice(files, size)):
            yield chunk

    def _of_folder(self) -> Iterator[Listed]:
        folder = self._target.folder
        if in_work_tree(folder):
            found = False
            for name in self._of_work_tree():
                found = True
                if self._keeps(name):
                    yield Listed(name)
            if found or not is_ignored(folder):
                return
        prefix = folder.rstrip("/") + "/"
        for path in self._walk.below(prefix, ()):
            yield Listed(path[len(prefix) :])

    def _of_work_tree(self) -> Iterator[str]:
        """Tracked files first: while they are being checked, git looks for untracked ones (0.3 s in nixpkgs)."""
        asked = (("--cached",), ("--others", "--exclude-standard"))
        processes = [_start(self._target.folder, "ls-files", "-z", *options) for options in asked]
        last = ""
        try:
            for process in processes:
                for name in _names(process):
                    # A file in conflict is listed once for each side.
                    if name != last:
                        yield name
                    last = name
        finally:
            _end(processes)

    def _of_commit(self) -> Iterator[Listed]:
        process = _start(self._target.folder, "ls-tree", "-r", "-z", "--full-tree", self._target.commit)
        try:
            for row in _names(process):
                about, _, path = row.partition("\t")
                mode, kind, blob = about.split(" ")
                if kind == "blob" and mode != "120000" and self._keeps(path):
                    yield Listed(path, blob)
        finally:
            _end([process])

    def _keeps(self, path: str) -> bool:
        if not self._walk.may_be_checked(path.rpartition("/")[2]):
            return False
        if self._exclude and globs.matches(self._exclude, path):
            self._excluded += 1
            return False
        return True


def _start(folder: str, *arguments: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            ["git", "-C", folder, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=git_environment(),
        )
    except OSError as error:
        raise TargetError(f"git cannot be started: {error.strerror}") from error


def _names(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """The names that git writes with a NUL after each. Raises TargetError if git fails."""
    assert process.stdout is not None
    assert process.stderr is not None
    for name in _split(process.stdout):
        yield os.fsdecode(name)
    said = process.stderr.read()
    if process.wait():
        raise TargetError(complaint(said) or "git could not list its files")


def _end(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ends processes whose output is of no use any more; does nothing to those that are through."""
    for process in processes:
        process.kill()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        process.wait()


def _split(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := stream.read(_BLOCK):
        *whole, rest = (rest + block).split(b"\0")
        yield from whole
    if rest:
        yield rest
