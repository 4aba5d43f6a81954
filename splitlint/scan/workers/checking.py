"""The second pass over a target: the files that have needles are checked, or their verdicts taken from the cache."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache

from splitlint.analysis.project.repository import Repository
from splitlint.checking.check import Checked, are_silent, check_contained, hidden_by
from splitlint.checking.own_copies import copied_packs
from splitlint.checking.prepared import prepared
from splitlint.config import Config
from splitlint.files.blobs import Blobs
from splitlint.files.discover import File
from splitlint.files.git import GitError
from splitlint.files.index import blob_id
from splitlint.files.languages import language_of
from splitlint.files.reading import LARGEST, AbsentError, UnreadableError, read_file
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Problem, Summary
from splitlint.findings.own_rules import SYNTAX_ERROR
from splitlint.scan.results.cache import Cache, Entry, Verdict, key
from splitlint.scan.results.codec import CodecError, dump, load
from splitlint.scan.targets.targets import Target
from splitlint.scan.workers.units import Engine, Job, Outcome, RelatedFiles, Unit, related_files_of
from splitlint.untrusted.links import RealFolders

Names = tuple[str, ...]
#: The name under which a verdict notes that it rests on the related files.
_RELATED = ""


def checked(job: Job, own: Engine, unit: Unit, cache: Cache | None, git: Blobs) -> Outcome:
    """What is found in the unit's files. Raises GitError if git fails."""
    return _Bench(job, own, unit, cache, git).done()


def reader(target: Target, git: Blobs, blobs: Mapping[str, str] = {}) -> Callable[[str], bytes | None]:
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


def _digits(target: Target) -> int:
    """Digits of the blob ids of a target: those of its repository where git has told them."""
    return len(target.commit) or 40


@lru_cache(maxsize=1)
def _repository(config: Config, target: Target, related_files: RelatedFiles, cached: bool) -> tuple[Repository, bool]:
    """The other files of a target, read once in a process.

    And whether they still are what they were when searched, which nobody asks without a cache.
    """
    blobs: dict[str, str] = {}
    with Blobs(target.folder) as git:
        read_now = reader(target, git)

        def read(path: str) -> bytes | None:
            data = read_now(path)
            if cached:
                blobs[path] = "" if data is None else blob_id(data, _digits(target))
            return data

        repository = Repository(lambda: related_files.paths, read)
        # Asked for here because git ends with this function.
        _ = repository.related
    return repository, cached and related_files_of(blobs).digest == related_files.digest


@lru_cache(maxsize=1)
def _there(target: Target, related_files: RelatedFiles) -> dict[str, bool]:
    """Which files of a target are there, as far as somebody asked, for as long as its related files are the same."""
    return {}


class _Bench:
    """One unit on its way; gathers what the outcome is made of."""

    def __init__(self, job: Job, own: Engine, unit: Unit, cache: Cache | None, git: Blobs) -> None:
        assert unit.related_files is not None
        self._job = job
        self._own = own
        self._unit = unit
        self._related_files = unit.related_files
        self._cache = cache
        self._read = reader(unit.target, git, dict(zip(unit.paths, unit.blobs, strict=True)))
        # Rules may be switched off for paths of the target, wherever this process happens to run.
        self._config = job.config._replace(root=os.getcwd())
        self._blobs = {_RELATED: unit.related_files.digest}
        self._own_copies = prepared(own.rule_set).own_copies
        self._there = _there(unit.target, unit.related_files)
        self._fresh: list[Entry] = []
        self._used: list[bytes] = []

    def done(self) -> Outcome:
        """The outcome."""
        findings: list[Finding] = []
        problems: list[Problem] = []
        failed = broken = 0
        hidden: Counter[str] = Counter()
        for path, blob, rules in zip(self._unit.paths, self._unit.blobs, self._unit.rules, strict=True):
            checked = self._verdict(path, blob, rules)
            why = [hidden_by(finding, self._config) for finding in checked.findings]
            findings += (one for one, reason in zip(checked.findings, why, strict=True) if not reason)
            hidden.update(reason for reason in why if reason)
            problems += checked.problems
            failed += checked.failed
            broken += any(finding.rule == SYNTAX_ERROR for finding in checked.findings)
        if self._unit.views and not self._intact():
            problems.append(Problem("", "a worker sees other files that may tell about those that it checks"))
        shown = [finding for finding in findings if finding.suppressed is None]
        # They were counted among the others when they were searched.
        summary = Summary(
            files=-failed,
            parsed=-failed,
            unreadable=failed,
            findings=len(shown),
            fixable=sum(finding.safety is not None for finding in shown),
            suppressed=len(findings) - len(shown),
            below_threshold=hidden.total(),
            below_confidence=hidden["confidence"],
            below_severity=hidden["severity"],
            syntax_errors=broken,
            incomplete=sum(one.partial for one in problems),
        )
        return Outcome(tuple(findings), tuple(problems), summary, fresh=tuple(self._fresh), used=tuple(self._used))

    def _verdict(self, path: str, blob: str, rules: Names) -> Checked:
        copied = copied_packs(path, self._own_copies, self._is_there)
        if self._cache is None:
            return self._checked(path, rules, copied, {})
        name = key(self._own.digest, " ".join((path, *sorted(copied))), blob)
        known = self._cache.get(name, self._blob_now)
        if known is not None:
            try:
                verdict = Checked(*load(known.text))
            except CodecError as error:
                self._cache.distrust(str(error))
            else:
                self._used.append(name)
                return verdict
        depends: dict[str, str] = {}
        fresh = self._checked(path, rules, copied, depends)
        # A file that was written to since it was searched has another key; one that failed is tried again.
        if depends.pop(path, "") == blob and not fresh.failed and self._intact():
            self._fresh.append(Entry(name, Verdict(dump(fresh.findings, fresh.problems), depends)))
        return fresh

    def _intact(self) -> bool:
        return self._repository()[1]

    def _repository(self) -> tuple[Repository, bool]:
        told = self._cache is not None or bool(self._unit.views)
        return _repository(self._job.config, self._unit.target, self._related_files, told)

    def _checked(self, path: str, names: Names, copied: frozenset[str], depends: dict[str, str]) -> Checked:
        """Checks a file; `depends` is told what files the answer rests on, itself included."""
        data = self._read(path)
        if data is None:
            return Checked(problems=(Problem(path, "was there when it was searched, and is gone", fatal=False),))
        if self._cache is not None:
            depends[path] = blob_id(data, _digits(self._unit.target))
        language = language_of(path, data)
        rules = tuple(rule for rule in self._own.active.rules if rule.name in names)
        if are_silent(rules, copied, data):
            return Checked()

        def read(other: str) -> bytes | None:
            content = self._read(other)
            if self._cache is not None:
                depends[other] = "" if content is None else blob_id(content, _digits(self._unit.target))
            return content

        repository = self._repository()[0]
        repository.asked = False
        source = Source(path, data, language)
        done = check_contained(
            source, self._own.rule_set, self._config, rules, repository, read=read, raised=(GitError,), copied=copied
        )
        if repository.asked:
            depends[_RELATED] = self._related_files.digest
        return done

    def _is_there(self, path: str) -> bool:
        known = self._there.get(path)
        if known is None:
            known = self._there[path] = self._read(path) is not None
        return known

    def _blob_now(self, path: str) -> str:
        """The blob id that a path of the target has now, "" if there is no such file."""
        if path not in self._blobs:
            data = self._read(path)
            self._blobs[path] = "" if data is None else blob_id(data, _digits(self._unit.target))
        return self._blobs[path]
