"""The second pass over a target: the files that have needles are checked, or their verdicts taken from the cache."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Protocol

from splitlint.analysis.project import questions
from splitlint.checking.check import are_silent, check_contained, hidden_by
from splitlint.checking.own_copies import copied_packs
from splitlint.checking.prepared import prepared
from splitlint.checking.verdicts import Checked
from splitlint.config import Config
from splitlint.files.blobs import Blobs
from splitlint.files.git import GitError
from splitlint.files.index import blob_id
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Problem, Summary
from splitlint.findings.own_rules import SYNTAX_ERROR
from splitlint.scan.results.cache import Entry, Verdict, key
from splitlint.scan.results.codec import CodecError, dump, load
from splitlint.scan.targets.targets import Target
from splitlint.scan.workers.others import Others, digits, others_of, reader, told_reader
from splitlint.scan.workers.units import Engine, Job, Outcome, RelatedFiles, Unit

Names = tuple[str, ...]


class Kept(Protocol):
    """Verdicts that were kept: `results.cache.Cache`, or none."""

    def get(self, key: bytes, answer: Callable[[str], str]) -> Verdict | None: ...

    def distrust(self, why: str) -> None: ...


class NoneKept:
    """No verdicts were kept, but those that are found are to be."""

    def get(self, key: bytes, answer: Callable[[str], str]) -> Verdict | None:
        return None

    def distrust(self, why: str) -> None:
        pass


def checked(job: Job, own: Engine, unit: Unit, cache: Kept | None, git: Blobs, others: Others | None = None) -> Outcome:
    """What is found in the unit's files. Raises GitError if git fails.

    `others`: the other files of the target, where somebody knows them already.
    """
    return _Bench(job, own, unit, cache, git, others).done()


def summed_up(verdicts: Iterable[Checked], config: Config) -> Outcome:
    """What is shown of some verdicts, and the account of them; the files were counted when they were searched."""
    findings: list[Finding] = []
    problems: list[Problem] = []
    failed = broken = 0
    hidden: Counter[str] = Counter()
    for checked in verdicts:
        why = [hidden_by(finding, config) for finding in checked.findings]
        findings += (one for one, reason in zip(checked.findings, why, strict=True) if not reason)
        hidden.update(reason for reason in why if reason)
        problems += checked.problems
        failed += checked.failed
        broken += any(finding.rule == SYNTAX_ERROR for finding in checked.findings)
    shown = [finding for finding in findings if finding.suppressed is None]
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
    return Outcome(tuple(findings), tuple(problems), summary)


def verdict_of(text: str) -> Checked:
    """A verdict as it was kept. Raises CodecError."""
    return Checked(*load(text)) if text else Checked()


def config_here(job: Job) -> Config:
    """The settings of a job: rules may be switched off for paths of a target, wherever this process happens to run."""
    return job.config._replace(root=os.getcwd())


@lru_cache(maxsize=1)
def _there(target: Target, related_files: RelatedFiles) -> dict[str, bool]:
    """Which files of a target are there, as far as somebody asked, for as long as its related files are the same."""
    return {}


class _Bench:
    """One unit on its way; gathers what the outcome is made of."""

    def __init__(
        self, job: Job, own: Engine, unit: Unit, cache: Kept | None, git: Blobs, others: Others | None
    ) -> None:
        assert unit.related_files is not None
        self._job = job
        self._own = own
        self._unit = unit
        self._related_files = unit.related_files
        self._cache = cache
        self._read = reader(unit.target, git, dict(zip(unit.paths, unit.blobs, strict=True)))
        self._config = config_here(job)
        self._known_others = others
        self._blobs: dict[str, str] = {}
        self._own_copies = prepared(own.rule_set).own_copies
        self._there = _there(unit.target, unit.related_files)
        self._fresh: list[Entry] = []
        self._used: list[bytes] = []
        self._kept: dict[str, Verdict] = {}

    def done(self) -> Outcome:
        """The outcome."""
        files = zip(self._unit.paths, self._unit.blobs, self._unit.rules, strict=True)
        found = summed_up((self._verdict(*file) for file in files), self._config)
        if self._unit.views and not self._others().intact():
            problem = Problem("", "a worker sees other files that may tell about those that it checks")
            found = found._replace(problems=(*found.problems, problem))
        found = found._replace(fresh=tuple(self._fresh), used=tuple(self._used))
        # Only a work tree is looked at again when something in it has changed.
        return found if self._unit.target.commit else found._replace(kept=self._kept, answers=self._answers())

    def _answers(self) -> dict[str, dict[str, tuple[bytes, ...]]]:
        """All answers of files that the verdicts rest on."""
        asked = {question for verdict in self._kept.values() for question in verdict.depends}
        found = {
            question: self._others().repository.answered(question)
            for question in sorted(asked)
            if questions.path_named(question) or questions.names_bound(question)
        }
        return found

    def _verdict(self, path: str, blob: str, rules: Names) -> Checked:
        copied = copied_packs(path, self._own_copies, self._is_there)
        if self._cache is None:
            return self._checked(path, rules, copied, {})
        name = key(self._own.digest, " ".join((path, *sorted(copied))), blob)
        known = self._cache.get(name, self._answer_now)
        if known is not None:
            try:
                verdict = verdict_of(known.text)
            except CodecError as error:
                self._cache.distrust(str(error))
            else:
                self._used.append(name)
                self._kept[path] = known
                return verdict
        depends: dict[str, str] = {}
        fresh = self._checked(path, rules, copied, depends)
        # A file that was written to since it was searched has another key; one that failed is tried again.
        if depends.pop(path, "") == blob and not fresh.failed and self._others().intact():
            kept = self._kept[path] = Verdict(_text_of(fresh), depends)
            self._fresh.append(Entry(name, kept))
        return fresh

    def _others(self) -> Others:
        if self._known_others is not None:
            return self._known_others
        told = self._cache is not None or bool(self._unit.views)
        return others_of(self._job.config, self._unit.target, self._related_files, told)

    def _checked(self, path: str, names: Names, copied: frozenset[str], depends: dict[str, str]) -> Checked:
        """Checks a file; `depends` is told what the answer rests on, the file itself included."""
        data = self._read(path)
        if data is None:
            return Checked(problems=(Problem(path, "was there when it was searched, and is gone", fatal=False),))
        if self._cache is not None:
            depends[path] = blob_id(data, digits(self._unit.target))
        language = language_of(path, data)
        rules = tuple(rule for rule in self._own.active.rules if rule.name in names)
        if are_silent(rules, copied, data):
            return Checked()
        others = self._others()
        read = told_reader(self._read, depends, self._unit.target) if self._cache is not None else self._read
        others.repository.notes = set()
        source = Source(path, data, language)
        done = check_contained(
            source,
            self._own.rule_set,
            self._config,
            rules,
            others.repository,
            read=read,
            raised=(GitError,),
            copied=copied,
        )
        if self._cache is not None:
            self._note(others, path, depends)
        return done

    def _note(self, others: Others, path: str, depends: dict[str, str]) -> None:
        """Adds what was asked of other files while one was checked, with the answers."""
        for question in sorted(others.repository.notes - depends.keys() - {path}):
            is_path = questions.is_path(question)
            known = others.blobs.get(question) if is_path else others.repository.told(question)
            depends[question] = self._answer_now(question) if known is None else known

    def _is_there(self, path: str) -> bool:
        known = self._there.get(path)
        if known is None:
            known = self._there[path] = self._read(path) is not None
        return known

    def _answer_now(self, path: str) -> str:
        """What is the answer now to what a verdict rests on: the blob id of a path, "" if there is no such file."""
        if not questions.is_path(path):
            return self._others().repository.told(path)
        if path not in self._blobs:
            data = self._read(path)
            self._blobs[path] = "" if data is None else blob_id(data, digits(self._unit.target))
        return self._blobs[path]


def _text_of(checked: Checked) -> str:
    return dump(checked.findings, checked.problems) if checked.findings or checked.problems else ""
