"""A repository as an editor sees it: the files on disk, and in their place what is open and not saved."""

from __future__ import annotations

import os
from collections.abc import Mapping

from splitlint.analysis.project.index import LARGEST
from splitlint.analysis.project.repository import Repository
from splitlint.files.discover import File
from splitlint.files.reading import AbsentError, UnreadableError, read_file
from splitlint.pins.here import from_disk
from splitlint.rulebook.related_files import nix_files
from splitlint.rulebook.rule import RuleSet
from splitlint.startup.named_tuples import NamedTuple

#: When a file was written (nanoseconds) and how large it is; None if it is not there.
_Stamp = tuple[int, int] | None


class _OnDisk(NamedTuple):
    """A file as it was read, and its bytes if it may tell about others."""

    stamp: _Stamp
    data: bytes | None


class Tree:
    """The Nix files below a folder that may tell about others, and the `Repository` that they are.

    `folder` is absolute. It is searched if it `is_repository`; otherwise only what is open there counts. Paths are
    relative to the current folder, as findings give them. `generation` changes whenever an answer may be another one
    than before.
    """

    def __init__(self, folder: str, rules: RuleSet, *, is_repository: bool) -> None:
        self.folder = folder
        self.rules = rules
        self.is_repository = is_repository
        self.generation = 0
        self._disk: dict[str, _OnDisk] | None = None
        self._buffers: Mapping[str, bytes] = {}
        #: Other files that were asked for, whether they are there or not.
        self._read: dict[str, _Stamp] = {}
        self.repository = Repository(self._related, self.read)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file: what is open comes first. None if it cannot be read."""
        open_now = self._buffers.get(path)
        if open_now is not None:
            return open_now
        kept = self._disk.get(path) if self._disk is not None else None
        if kept is not None and kept.data is not None:
            return kept.data
        self._read[path] = _stamp(path)
        return _bytes_of(path)

    def lock(self, path: str) -> bytes | None:
        """The bytes of a lock, or of a file that may fetch nixpkgs, as `pins` wants them. Raises ReadError."""
        open_now = self._buffers.get(path)
        if open_now is not None:
            return open_now
        self._read[path] = _stamp(path)
        return from_disk(path)

    def take(self, buffers: Mapping[str, bytes]) -> None:
        """Takes in what is open in the editor now, here or elsewhere."""
        inside = os.path.join(self.folder, "")
        here = {path: data for path, data in buffers.items() if os.path.abspath(path).startswith(inside)}
        before, self._buffers = self._buffers, here
        for path in {*before, *here}:
            if before.get(path) is not here.get(path):
                self._take(path)

    def refresh(self) -> bool:
        """Reads again what has changed on disk; whether anything has."""
        if self._disk is not None:
            before, self._disk = self._disk, self._searched()
            changed = {path for path in {*before, *self._disk} if before.get(path) != self._disk.get(path)}
            changed -= self._buffers.keys()
            if any(_has_data(before.get(path)) or _has_data(self._disk.get(path)) for path in changed):
                self._begin_anew()
                return True
        written = {path: now for path, then in self._read.items() if (now := _stamp(path)) != then}
        self._read |= written
        if written.keys() - self._buffers.keys():
            self.generation += 1
            return True
        return False

    def _take(self, path: str) -> None:
        """Takes in that a file has other bytes now."""
        if path in self._read:
            self.generation += 1
        if self._disk is None or not path.endswith(".nix"):
            return
        known = self.repository.related
        data = self._buffers.get(path)
        if data is None:
            kept = self._disk.get(path)
            data = kept.data if kept is not None else None
        tells = data is not None and len(data) <= LARGEST and self.rules.concerns(data)
        if tells is not (path in known):
            self._begin_anew()
        elif tells and data is not None and data != known[path]:
            self.repository.take(path, data)
            self.generation += 1

    def _begin_anew(self) -> None:
        self.repository = Repository(self._related, self.read)
        self._read.clear()
        self.generation += 1

    def _related(self) -> list[str]:
        """The files that may tell about others: as `files_around`."""
        if self._disk is None:
            self._disk = self._searched()
        kept = {path: one.data for path, one in self._disk.items()}
        kept |= {path: data for path, data in self._buffers.items() if path.endswith(".nix")}
        return [path for path, data in kept.items() if data is not None and self._tells(path, data)]

    def _tells(self, path: str, data: bytes) -> bool:
        return path not in self._buffers or self.rules.concerns(data)

    def _searched(self) -> dict[str, _OnDisk]:
        """The Nix files on disk; those that were read before are read again only if they were written since."""
        before = self._disk or {}
        found: dict[str, _OnDisk] = {}
        here = os.path.relpath(self.folder)
        for full in (nix_files(self.folder) if self.is_repository else None) or ():
            path = os.path.join("" if here == os.curdir else here, full.removeprefix(os.path.join(self.folder, "")))
            stamp = _stamp(full)
            known = before.get(path)
            if known is None or known.stamp != stamp:
                data = _bytes_of(path)
                known = _OnDisk(stamp, data if data is not None and self.rules.concerns(data) else None)
            found[path] = known
        return found


def _has_data(one: _OnDisk | None) -> bool:
    return one is not None and one.data is not None


def _stamp(path: str) -> _Stamp:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _bytes_of(path: str) -> bytes | None:
    try:
        return read_file(File(path, path))
    except (UnreadableError, AbsentError):
        return None
