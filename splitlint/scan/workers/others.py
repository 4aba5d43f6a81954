"""The other files of a target, which those that are checked ask: read and indexed once, and had by all workers.

While a large target is searched, the process that leads the scan reads and indexes those files that may tell about
others, as they are found. Workers that are copies of it, made when the search is done, have all that from the start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from splitlint.analysis.project.repository import Repository
from splitlint.config import Config
from splitlint.files.blobs import Blobs
from splitlint.files.discover import File
from splitlint.files.index import blob_id
from splitlint.files.reading import LARGEST, AbsentError, UnreadableError, read_file
from splitlint.limits import Failure, contained
from splitlint.scan.targets.targets import Target
from splitlint.scan.workers.units import Job, Outcome, RelatedFiles, related_files_of, related_of
from splitlint.startup.named_tuples import NamedTuple
from splitlint.untrusted.links import RealFolders

Read = Callable[[str], "bytes | None"]
#: Seconds that indexing may take, which takes a tenth of one for a nixpkgs: it cannot end a worker, as checking can.
_LONGEST = 10.0


class Others(NamedTuple):
    """The other files of a target: `blobs` are the ids of all that was read of them by `repository` itself.

    `intact`: whether they still are what they were when they were searched, which nobody asks without a cache.
    """

    repository: Repository
    blobs: Mapping[str, str]
    intact: Callable[[], bool]


_Asked = tuple[Config, Target, RelatedFiles, bool]
#: Those of the last target in this process.
_known: dict[_Asked, Others] = {}


def others_of(config: Config, target: Target, related_files: RelatedFiles, told: bool) -> Others:
    """The other files of a target, read once in a process. `told`: somebody asks whether they are what they were."""
    asked = (config, target, related_files, told)
    if asked not in _known:
        blobs: dict[str, str] = {}
        with Blobs(target.folder) as git:
            read = told_reader(reader(target, git), blobs, target) if told else reader(target, git)
            repository = Repository(lambda: related_files.paths, read)
            # Asked for here because git ends with this function.
            _ = repository.related
        forget()
        _known[asked] = _others(repository, blobs, related_files, told)
    return _known[asked]


def forget() -> None:
    """Lets go of the other files of the last target."""
    _known.clear()


def _others(repository: Repository, blobs: Mapping[str, str], related_files: RelatedFiles, told: bool) -> Others:
    intact = told and related_files_of(blobs).digest == related_files.digest
    return Others(repository, blobs, lambda: intact)


class Ahead:
    """The other files of a work tree, taken in while it is still searched. `told` as for `others_of`."""

    def __init__(self, job: Job, target: Target, told: bool) -> None:
        self._config = job.config
        self._target = target
        self._told = told
        self._texts: dict[str, bytes] = {}
        self._blobs: dict[str, str] = {}
        self._related = RelatedFiles((), "")
        # Of a work tree git is asked nothing.
        self._from_disk = reader(target, Blobs(target.folder))
        read = told_reader(self._read, self._blobs, target) if told else self._read
        self._repository = Repository(lambda: self._related.paths, read)

    def take(self, outcome: Outcome) -> None:
        """Takes in what the search of a part of the tree has found."""
        for path in related_of(outcome):
            data = self._from_disk(path)
            if data is not None:
                self._texts[path] = data
                self._repository.look_into_early(path, data)

    def done(self, related_files: RelatedFiles) -> bool:
        """Makes them what `others_of` gives in this process, and in copies of it; False if that takes too long."""
        self._related = related_files
        if isinstance(contained(self._repository.prepare, _LONGEST), Failure):
            return False
        forget()
        asked = (self._config, self._target, related_files, self._told)
        _known[asked] = _others(self._repository, self._blobs, related_files, self._told)
        return True

    def _read(self, path: str) -> bytes | None:
        known = self._texts.pop(path, None)
        return self._from_disk(path) if known is None else known


def reader(target: Target, git: Blobs, blobs: Mapping[str, str] = {}) -> Read:
    """Reads files of a target by their paths in it; None for what is not there, too large, or outside.

    `blobs`: ids of files of a commit; git cannot be asked for every name.
    """

    def of_commit(path: str) -> bytes | None:
        return git.read(blobs.get(path) or f"{target.commit}:{path}", LARGEST)

    real = RealFolders(target.folder)

    def of_folder(path: str) -> bytes | None:
        try:
            return read_file(File(path, os.path.join(target.folder, path))) if real.hold(path) else None
        except (UnreadableError, AbsentError):
            return None

    read = of_commit if target.commit else of_folder
    return lambda path: None if path.startswith("/") or ".." in path.split("/") else read(path)


def digits(target: Target) -> int:
    """Digits of the blob ids of a target: those of its repository where git has told them."""
    return len(target.commit) or 40


def told_reader(read: Read, blobs: dict[str, str], target: Target) -> Read:
    """A reader of files of a target that notes what they hold: blob ids, "" for what is not there."""

    def of(path: str) -> bytes | None:
        data = read(path)
        blobs[path] = "" if data is None else blob_id(data, digits(target))
        return data

    return of
