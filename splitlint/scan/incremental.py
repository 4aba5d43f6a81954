"""A work tree of which a few files have changed since it was last scanned: only these are searched again, and only what
rests on them is checked again.

What a verdict rests on is what it asked of other files, and what it was told (`analysis.project.questions`). After a
change the kept answers are brought up to date by the changed files alone; a verdict of which no answer is another one
stands. Where anything is not as it was kept, nothing is guessed: the tree is scanned as a whole.
"""

from __future__ import annotations

import os
import stat
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce

from splitlint.analysis.project import questions
from splitlint.analysis.project.kept_index import KeptIndex, brought_up_to_date
from splitlint.analysis.project.repository import Repository
from splitlint.checking.prepared import prepared
from splitlint.checking.processes import default_jobs, in_processes, may_copy
from splitlint.files.blobs import Blobs
from splitlint.files.index import blob_id
from splitlint.findings.finding import Finding, Problem, Summary
from splitlint.scan.found import Found
from splitlint.scan.results.cache import Cache, Entry, Verdict
from splitlint.scan.results.codec import CodecError
from splitlint.scan.results.snapshot import KeptPart, Naming, RelatedFile, Snapshot
from splitlint.scan.results.tally import Tally, added
from splitlint.scan.targets.listing import Listing
from splitlint.scan.targets.states import State, changes
from splitlint.scan.targets.targets import Target, head_of
from splitlint.scan.workers.checking import NoneKept, checked, config_here, summed_up, verdict_of
from splitlint.scan.workers.others import Others, reader, told_reader
from splitlint.scan.workers.searching import searched_folder
from splitlint.scan.workers.units import Engine, FoundFile, Job, Outcome, Unit, related_files_of, related_of
from splitlint.startup.named_tuples import NamedTuple

#: With more files that have changed, or that have to be checked again, all processes share the work as in a first scan.
_MOST_CHANGED = 100
_MOST_CHECKED = 40
#: So many are checked faster than copies of this process are made to help.
_FEW_CHECKED = 4


class Renewed(NamedTuple):
    """What came of a target, what is kept of it from now on (None: what was), and verdicts for the cache."""

    tally: Tally
    snapshot: Snapshot | None
    fresh: tuple[Entry, ...]
    used: tuple[bytes, ...]


class _OtherwiseError(Exception):
    """The tree is not as it was kept, and not as its state says; or so much has changed that nothing is saved."""


def renewed(target: Target, job: Job, own: Engine, known: Snapshot, state: State, cache: Cache) -> Renewed | None:
    """What is to be said of a target now; None if it has to be scanned as a whole. Raises RuleError, GitError."""
    with Blobs(target.folder) as git:
        try:
            return _Renewal(target, job, own, known, state, git).done(cache)
        except (_OtherwiseError, CodecError):
            return None


class _Renewal:
    def __init__(self, target: Target, job: Job, own: Engine, known: Snapshot, state: State, git: Blobs) -> None:
        changed = changes(known.state, state, _MOST_CHANGED)
        if changed is None:
            raise _OtherwiseError
        self._target = target
        self._job = job
        self._own = own
        self._known = known
        self._state = state
        self._git = git
        self._read = reader(target, git)
        self._changed = changed
        self._listing = Listing(target, job.config, own.active.languages)

    def done(self, cache: Cache) -> Renewed:
        self._refuse_other_kinds()
        parts, hits, related = self._searched()
        answers, told = self._answers(related)
        before = self._known.told
        stands = {
            path: hit
            for path, file in hits.items()
            if (hit := self._known.hits.get(path)) is not None
            and (hit.blob, hit.rules) == (file.blob, file.rules)
            and all(told[question] == before[question] for question in hit.asked)
        }
        again = [file for path, file in sorted(hits.items()) if path not in stands]
        if len(again) > _MOST_CHECKED:
            raise _OtherwiseError
        checked, intact = self._checked(again, related, answers, cache)
        old = summed_up((verdict_of(hit.text) for hit in stands.values()), config_here(self._job))
        excluded = self._excluded()
        tally = _tally(self._target, (old, checked), parts, excluded)
        if not intact or len(checked.kept) < len(again) or not self._is_as_told():
            return Renewed(tally, None, checked.fresh, checked.used)
        verdicts = {path: Verdict(hit.text, {one: told[one] for one in hit.asked}) for path, hit in stands.items()}
        fresh = Found(parts, excluded, hits, related, {**verdicts, **checked.kept}, {**answers, **checked.answers})
        return Renewed(tally, fresh.snapshot(self._state), checked.fresh, checked.used)

    def _refuse_other_kinds(self) -> None:
        """Where a link comes or goes, other files may be reached than before; a mark of a tree says what all is in."""
        marks = tuple(mark for names in prepared(self._own.rule_set).own_copies.values() for mark in names)
        for name, change in self._changed.items():
            try:
                is_file = stat.S_ISREG(os.lstat(os.path.join(self._target.folder, name)).st_mode)
            except OSError:
                is_file = not change.now
            comes_or_goes = not change.before or not change.now
            if change.odd or not is_file or (comes_or_goes and marks and name.endswith(marks)):
                raise _OtherwiseError

    def _searched(self) -> tuple[tuple[KeptPart, ...], dict[str, FoundFile], dict[str, RelatedFile]]:
        """What a search finds now: only those parts of the tree are searched in which something has changed."""
        known = self._known
        hits = {path: FoundFile(path, hit.blob, hit.size, hit.rules) for path, hit in known.hits.items()}
        related = dict(known.related)
        parts = list(known.parts)
        firsts = [part.first for part in parts]
        names = sorted(self._state.blobs)
        looked_at = [name for name in self._changed if self._listing.keeps(name)]
        for name in looked_at:
            hits.pop(name, None)
            related.pop(name, None)
        for number in sorted({max(0, bisect_right(firsts, name) - 1) for name in looked_at}):
            start = bisect_left(names, firsts[number]) if number else 0
            end = bisect_left(names, firsts[number + 1]) if number + 1 < len(firsts) else len(names)
            paths = tuple(name for name in names[start:end] if self._listing.keeps(name))
            outcome = searched_folder(self._own, Unit(self._target, paths, ("",) * len(paths)), None, told=True)
            found = {file.path: file for file in outcome.hits}
            tells = related_of(outcome)
            self._compare(paths, found, tells)
            hits |= found
            related |= tells
            parts[number] = KeptPart(firsts[number], outcome.problems, outcome.summary)
        return tuple(parts), hits, related

    def _compare(self, paths: Iterable[str], found: Mapping[str, FoundFile], tells: Mapping[str, RelatedFile]) -> None:
        """Raises _OtherwiseError where files are not what the state says, or not what they were."""
        for path in paths:
            change, file = self._changed.get(path), found.get(path)
            if change is not None:
                blob = file.blob if file is not None else tells[path][0] if path in tells else change.now
                same = blob == change.now
            else:
                hit = self._known.hits.get(path)
                before = (hit.blob, hit.rules) if hit is not None else None
                same = before == ((file.blob, file.rules) if file is not None else None)
                same = same and tells.get(path) == self._known.related.get(path)
            if not same:
                raise _OtherwiseError

    def _answers(self, related: Mapping[str, RelatedFile]) -> tuple[dict[str, Naming], dict[str, str]]:
        """What is answered now to all that was asked, and all answers in short."""

        def reading(path: str) -> Callable[[], bytes] | None:
            return (lambda: self._read(path) or b"") if path in related else None

        known = self._known
        others = {path: reading(path) for path in self._changed if path in related or path in known.related}
        fresh = brought_up_to_date(known.answers, others)
        told = dict(known.told)
        told |= {question: questions.told(sorted(files)) for question, files in fresh.items()}
        index = KeptIndex(related, {}, self._read)
        if questions.HOLDS in told:
            told[questions.HOLDS] = str(index.holds_nixpkgs)
        for path in others:
            if questions.tells(path) in told:
                told[questions.tells(path)] = str(index.tells(path))
        told |= {path: change.now for path, change in self._changed.items() if path in told}
        return {**known.answers, **fresh}, told

    def _checked(
        self,
        again: Sequence[FoundFile],
        related: Mapping[str, RelatedFile],
        answers: Mapping[str, Naming],
        cache: Cache,
    ) -> tuple[Outcome, bool]:
        """What is found in files that have to be checked again, and whether all that was read is what it should be."""
        if not again:
            return Outcome(), True
        blobs: dict[str, str] = {}
        read = told_reader(self._read, blobs, self._target)

        def intact() -> bool:
            return all(blob == related[path][0] for path, blob in blobs.items() if path in related)

        repository = Repository(lambda: sorted(related), read, KeptIndex(related, answers, read))
        unit = Unit(
            self._target,
            tuple(one.path for one in again),
            tuple(one.blob for one in again),
            related_files_of({path: blob for path, (blob, _) in related.items()}),
            tuple(one.rules for one in again),
        )
        return self._shared(unit, cache, Others(repository, blobs, intact))

    def _shared(self, unit: Unit, cache: Cache, others: Others) -> tuple[Outcome, bool]:
        """What is found in the files of a unit, of which copies of this process do the most if they are many."""

        def one_of(number: int) -> tuple[Outcome, bool]:
            # What is kept is read through a database that copies of a process cannot share.
            found = checked(self._job, self._own, unit.only((number,)), NoneKept(), self._git, others)
            return found, others.intact()

        numbers = range(len(unit.paths))
        shared: dict[int, tuple[Outcome, bool]] = {}
        if len(unit.paths) >= _FEW_CHECKED and may_copy():
            shared = in_processes(one_of, [(number,) for number in numbers], default_jobs())
        left = tuple(number for number in numbers if number not in shared)
        rest = checked(self._job, self._own, unit.only(left), cache, self._git, others) if left else Outcome()
        outcomes = [rest, *(outcome for outcome, _ in shared.values())]
        return reduce(_together, outcomes), others.intact() and all(good for _, good in shared.values())

    def _is_as_told(self) -> bool:
        """Whether the files that had changed still hold what they did."""
        return all(_blob_of(self._read(path)) == change.now for path, change in self._changed.items())

    def _excluded(self) -> int:
        """How many files the settings leave out now."""
        listed = 0
        for name in self._changed:
            if self._listing.leaves_out(name):
                listed += (name in self._state.blobs) - self._was_listed(name)
        return self._known.excluded + listed

    def _was_listed(self, name: str) -> bool:
        before = self._known.state
        rows = self._state.indexed if before.index == self._state.index else before.indexed
        return name in rows or name in before.held


def _together(one: Outcome, other: Outcome) -> Outcome:
    """What came of two units that were checked."""
    return Outcome(
        findings=(*one.findings, *other.findings),
        problems=(*one.problems, *other.problems),
        summary=added(one.summary, other.summary),
        fresh=(*one.fresh, *other.fresh),
        used=(*one.used, *other.used),
        kept={**one.kept, **other.kept},
        answers={**one.answers, **other.answers},
    )


def _tally(target: Target, outcomes: Iterable[Outcome], parts: Iterable[KeptPart], excluded: int) -> Tally:
    """The result of a target, as a whole scan would give it."""
    summary = Summary(skipped=excluded, excluded=excluded)
    findings: list[Finding] = []
    problems: list[Problem] = []
    for outcome in outcomes:
        findings += outcome.findings
        problems += outcome.problems
        summary = added(summary, outcome.summary)
    for part in parts:
        problems += part.problems
        summary = added(summary, part.summary)
    findings.sort(key=lambda finding: finding.sort_key)
    ordered = sorted(set(problems), key=lambda problem: (problem.path, problem.message))
    return Tally(target, head_of(target), tuple(findings), tuple(ordered), summary)


def _blob_of(data: bytes | None) -> str:
    return "" if data is None else blob_id(data)
