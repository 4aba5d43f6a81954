"""Many trees at once: targets to units of work, units to findings, findings to one tally a target.

Prints nothing. One bad target never stops the others; an interrupted scan gives what is done.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from splitlint.config import Config
from splitlint.files.git import GitError
from splitlint.findings.finding import Finding, Problem, Summary
from splitlint.scan.dating import with_dates
from splitlint.scan.found import Found
from splitlint.scan.keeping import Keeper
from splitlint.scan.progress import Watch
from splitlint.scan.results.cache import Verdict
from splitlint.scan.results.snapshot import KeptPart, Naming, RelatedFile
from splitlint.scan.results.tally import Tally, added
from splitlint.scan.targets.listing import Listing
from splitlint.scan.targets.states import State
from splitlint.scan.targets.targets import Target, head_of
from splitlint.scan.workers.others import Ahead
from splitlint.scan.workers.pools import WorkerPool, WorkerPoolError
from splitlint.scan.workers.scheduler import Done, Scheduler
from splitlint.scan.workers.units import (
    FoundFile,
    Job,
    Outcome,
    RelatedFiles,
    Unit,
    engine,
    related_files_of,
    related_of,
)
from splitlint.scan.workers.views import kept, views_of
from splitlint.scan.workers.worker import work
from splitlint.startup.records import dataclass, field

#: Files in a unit: few enough for all workers to end at about the same time, enough for a unit to take 10 ms.
FILES_IN_UNIT = 256
#: Bytes of a unit that is checked; a larger file is a unit of its own.
_BYTES_IN_LOAD = 65536
_SLOW_PYTHON = 20
#: With so many files to check it is worth starting workers anew that have all that these will ask.
_MANY_HITS = 32


@dataclass(frozen=True)
class Scan:
    """What came of all targets, in their order; those that got no turn before an interruption are left out.

    `lost`: what became of the workers, if they could not go on.
    """

    tallies: tuple[Tally, ...]
    interrupted: bool = False
    lost: str = ""


@dataclass
class Hooks:
    """Who wants to know: `watch` how far it is; `kept` of each target that is done; `warn` of what is wrong."""

    watch: Watch = field(default_factory=Watch)
    kept: Callable[[Tally], None] = lambda tally: None
    warn: Callable[[str], None] = lambda message: None


def job_for(config: Config, cache: str | None = None) -> Job:
    """The job of a configuration; `cache` is the cache's folder, None for no cache. Raises RuleError."""
    return Job(config, engine(config).digest, cache)


def scan(
    targets: Sequence[Target],
    job: Job,
    pool: WorkerPool,
    *,
    hooks: Hooks | None = None,
    known: Mapping[Target, Tally] | None = None,
    files_in_unit: int = FILES_IN_UNIT,
    do: Callable[[Job, Unit], Outcome] = work,
) -> Scan:
    """Checks all targets. `known` are tallies of an earlier scan that stand for targets of this one.

    Raises CrewError if the workers are lost for good before anything is done, and RuleError.
    """
    return _Scanning(targets, job, hooks or Hooks(), known or {}, files_in_unit).run(pool, do)


@dataclass
class _Ongoing:
    """What is known of one target so far."""

    target: Target
    head: str = ""
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)
    hits: list[FoundFile] = field(default_factory=list)
    views: dict[str, str] = field(default_factory=dict)
    related_files: dict[str, RelatedFile] = field(default_factory=dict)
    kept: dict[str, Verdict] = field(default_factory=dict)
    answers: dict[str, Naming] = field(default_factory=dict)
    parts: dict[str, KeptPart] = field(default_factory=dict)
    excluded: int = 0
    files_out: int = 0
    state: State = field(default_factory=State)
    ahead: Ahead | None = None
    all_listed: bool = False
    all_searched: bool = False

    @property
    def complete(self) -> bool:
        return self.all_searched and self.files_out == 0

    def tally(self) -> Tally:
        self.findings.sort(key=lambda finding: finding.sort_key)
        problems = sorted(set(self.problems), key=lambda problem: (problem.path, problem.message))
        return Tally(self.target, self.head, tuple(self.findings), tuple(problems), self.summary, self.complete)

    def note_part(self, path: str, outcome: Outcome) -> None:
        """Takes in what was found in some files that were searched, of which the first is given."""
        firsts = list(self.parts)
        first = firsts[max(0, bisect_right(firsts, path) - 1)]
        part = self.parts[first]
        self.parts[first] = KeptPart(first, (*part.problems, *outcome.problems), added(part.summary, outcome.summary))

    def found(self) -> Found:
        """All that there is to know of it."""
        hits = {file.path: file for file in self.hits}
        return Found(tuple(self.parts.values()), self.excluded, hits, self.related_files, self.kept, self.answers)


def loads(hits: Iterable[FoundFile]) -> Iterator[tuple[FoundFile, ...]]:
    """Files to check, in loads of about the same size: large ones and Python first, so that none comes last.

    The others stay in the order of their paths: neighbours ask the same files about what they are given.
    """
    load: list[FoundFile] = []
    size = 0
    for file in sorted(hits, key=lambda file: (-_weight(file), file.path)):
        if load and size + file.size > _BYTES_IN_LOAD:
            yield tuple(load)
            load, size = [], 0
        load.append(file)
        size += file.size
    if load:
        yield tuple(load)


def _weight(file: FoundFile) -> int:
    """What a file costs that costs more than others, in bytes of Nix: libcst reads half a megabyte a second."""
    size = file.size * _SLOW_PYTHON if file.path.endswith(".py") else file.size
    return size if size > _BYTES_IN_LOAD else 0


class _Scanning:
    def __init__(
        self, targets: Sequence[Target], job: Job, hooks: Hooks, known: Mapping[Target, Tally], files_in_unit: int
    ) -> None:
        self._targets = tuple(dict.fromkeys(targets))
        self._job = job
        self._hooks = hooks
        self._size = files_in_unit
        self._languages: Collection[str] = engine(job.config).active.languages
        self._tallies = dict(known)
        self._ongoing: dict[Target, _Ongoing] = {}
        self._warned: set[str] = set()
        self._keeper = Keeper(job, self._warn)
        self._anything_done = False
        self._elsewhere = self._copies = False

    def run(self, pool: WorkerPool, do: Callable[[Job, Unit], Outcome]) -> Scan:
        self._elsewhere, self._copies = pool.elsewhere, pool.copies
        ahead = [target for target in self._targets if target not in self._tallies]
        interrupted, lost = False, ""
        with self._hooks.watch.shown():
            self._hooks.watch.began(len(ahead))
            self._scheduler = Scheduler(self._units(ahead), self._job, pool, do)
            results = self._scheduler.run()
            try:
                for done in results:
                    self._take(done)
            except KeyboardInterrupt:
                interrupted = True
                results.close()
            except WorkerPoolError as error:
                if not self._anything_done:
                    raise
                interrupted, lost = True, str(error)
            finally:
                self._keeper.write(last=True)
        for target, ongoing in self._ongoing.items():
            self._tallies[target] = self._dated(ongoing.tally())
        tallies = tuple(self._tallies[target] for target in self._targets if target in self._tallies)
        return Scan(tallies, interrupted, lost)

    def _units(self, targets: Sequence[Target]) -> Iterator[Unit]:
        for target in targets:
            ongoing = self._ongoing[target] = _Ongoing(target)
            ongoing.state = self._keeper.state(target) if self._job.cache is not None else State()
            known = self._keeper.known(target, ongoing.state, renew=not self._elsewhere)
            if known is not None:
                self._hooks.watch.listed(0, target_complete=True)
                self._close(ongoing, known)
                continue
            # Made before the first worker is forked, which then has it.
            _ = engine(self._job.config).sieve
            listing = Listing(target, self._job.config, self._languages)
            try:
                ongoing.head = head_of(target)
                names = sorted(ongoing.state.blobs) if ongoing.state.rows else ()
                for chunk in listing.chunks(self._size, names):
                    if names:
                        ongoing.parts[chunk[0].path] = KeptPart(chunk[0].path)
                    ongoing.files_out += len(chunk)
                    self._hooks.watch.listed(len(chunk), target_complete=False)
                    paths = tuple(file.path for file in chunk)
                    views = views_of(target.folder, paths) if self._elsewhere and not target.commit else ()
                    yield Unit(target, paths, tuple(file.blob for file in chunk), views=views)
            except GitError as error:
                ongoing.problems.append(Problem("", str(error)))
            ongoing.problems += (Problem(one.path, one.message, one.fatal) for one in listing.problems)
            ongoing.summary = added(ongoing.summary, Summary(skipped=listing.skipped, excluded=listing.skipped))
            ongoing.excluded = listing.skipped
            ongoing.all_listed = True
            self._hooks.watch.listed(0, target_complete=True)
            self._go_on_with(ongoing)

    def _take(self, done: Done) -> None:
        self._anything_done = True
        ongoing = self._ongoing[done.unit.target]
        outcome = done.outcome
        ongoing.findings += outcome.findings
        ongoing.problems += outcome.problems
        ongoing.summary = added(ongoing.summary, outcome.summary)
        ongoing.hits += outcome.hits
        ongoing.views.update(kept(done.unit, [one.path for one in outcome.hits]))
        ongoing.related_files.update(related_of(outcome))
        ongoing.kept.update(outcome.kept)
        ongoing.answers.update(outcome.answers)
        if done.unit.related_files is None and ongoing.parts:
            ongoing.note_part(done.unit.paths[0], outcome)
        ongoing.files_out -= len(done.unit.paths)
        self._keeper.took(outcome)
        for warning in outcome.warnings:
            self._warn(warning)
        if done.unit.related_files is None:
            self._hooks.watch.checked(len(done.unit.paths))
            self._take_ahead(ongoing, outcome)
        self._hooks.watch.found(ongoing.target.label, outcome.findings)
        self._go_on_with(ongoing)

    def _go_on_with(self, ongoing: _Ongoing) -> None:
        """From the search to the check, from the check to the end, where all of the one is done."""
        if ongoing.files_out or not ongoing.all_listed:
            return
        if not ongoing.all_searched:
            ongoing.all_searched = True
            related_files = related_files_of({path: blob for path, (blob, _) in ongoing.related_files.items()})
            units = [
                Unit(
                    ongoing.target,
                    tuple(one.path for one in load),
                    tuple(one.blob for one in load),
                    related_files,
                    tuple(one.rules for one in load),
                    tuple(ongoing.views[one.path] for one in load) if ongoing.views else (),
                )
                for load in loads(ongoing.hits)
            ]
            ongoing.files_out = len(ongoing.hits)
            self._share(ongoing, related_files)
            self._scheduler.add(units)
        if ongoing.complete:
            self._close(ongoing)

    def _take_ahead(self, ongoing: _Ongoing, outcome: Outcome) -> None:
        """Takes in, of a large work tree, those of its files that the others will ask."""
        if self._copies and ongoing.ahead is None and not ongoing.target.commit and len(ongoing.hits) >= _MANY_HITS:
            ongoing.ahead = Ahead(self._job, ongoing.target, self._job.cache is not None)
        if ongoing.ahead is not None:
            ongoing.ahead.take(outcome)

    def _share(self, ongoing: _Ongoing, related_files: RelatedFiles) -> None:
        """Has all workers begin with the other files of a target, where this process has them."""
        ahead, ongoing.ahead = ongoing.ahead, None
        if ahead is not None and self._scheduler.is_idle and ahead.done(related_files):
            self._scheduler.renew()

    def _close(self, ongoing: _Ongoing, known: Tally | None = None) -> None:
        del self._ongoing[ongoing.target]
        tally = known or ongoing.tally()
        if known is None and ongoing.state.text:
            self._keeper.keep(tally, ongoing.state, ongoing.found() if not self._elsewhere else None)
        tally = self._tallies[ongoing.target] = self._dated(tally)
        self._hooks.watch.finished(ongoing.target.label)
        self._hooks.kept(tally)

    def _dated(self, tally: Tally) -> Tally:
        return with_dates(tally, engine(self._job.config).rule_set, self._job.config)

    def _warn(self, message: str) -> None:
        if message not in self._warned:
            self._warned.add(message)
            self._hooks.warn(message)
