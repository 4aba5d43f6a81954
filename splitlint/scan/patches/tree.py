"""A target once more, as it is and as it would be with other texts in some of its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property

from splitlint.analysis.project.index import LARGEST
from splitlint.checking.check import check_hits, guarded
from splitlint.files.blobs import Blobs
from splitlint.files.discover import File
from splitlint.files.languages import language_of
from splitlint.files.reading import UnreadableError
from splitlint.findings.finding import Result
from splitlint.rulebook.prefilter import Hit
from splitlint.scan.targets.listing import Listing
from splitlint.scan.targets.targets import Target
from splitlint.scan.workers.others import reader
from splitlint.scan.workers.searching import searched
from splitlint.scan.workers.units import Job, Unit, engine
from splitlint.startup.records import replace

_AT_ONCE = 1024


class Tree:
    """The files of a target that rules look at. Paths are those in the target. Raises GitError if git fails."""

    def __init__(self, target: Target, job: Job, git: Blobs) -> None:
        self._target = target
        self._job = job
        self._git = git
        self._engine = engine(job.config)
        # As a scan has it: rules may be switched off for paths of the target, wherever it is.
        self._config = job.config._replace(root=os.getcwd())
        self._read = reader(target, git)

    @cached_property
    def _searched(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The files to check, and those that may tell about others; searched when something was changed."""
        hits: list[str] = []
        related: list[str] = []
        for chunk in Listing(self._target, self._job.config, self._engine.active.languages).chunks(_AT_ONCE):
            paths, ids = tuple(file.path for file in chunk), tuple(file.blob for file in chunk)
            found = searched(self._engine, Unit(self._target, paths, ids), None, self._git)
            hits += (file.path for file in found.hits)
            related += (file.path for file in found.related_files if file.size <= LARGEST)
        return tuple(sorted(hits)), tuple(sorted(related))

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises UnreadableError."""
        data = self._read(path)
        if data is None:
            raise UnreadableError("is not there any more")
        return data

    def found_in(self, texts: Mapping[str, bytes], others: Mapping[str, bytes]) -> Result:
        """What is found in files that contain `texts`, while `others` (these, too) contain what is given for them."""
        changed = {**others, **texts}
        hits = [self._hit(path, data) for path, data in sorted(texts.items())]

        def read(path: str) -> bytes | None:
            return changed[path] if path in changed else self._read(path)

        result = check_hits(hits, self._engine.rule_set, self._config, self._searched[1], read=read)
        return replace(result, findings=tuple(guarded(one, self._config) for one in result.findings))

    def everything(self, changed: Mapping[str, bytes]) -> Result:
        """What is found in the whole target while some files contain other texts."""
        paths = {*self._searched[0], *changed}
        return self.found_in({path: changed[path] if path in changed else self.read(path) for path in paths}, changed)

    def _hit(self, path: str, data: bytes) -> Hit:
        language = language_of(path, data)
        return Hit(File(path, path, named=True), data, language, self._engine.active.relevant(data, language))
