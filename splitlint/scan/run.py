"""Many trees at once: targets to units of work, units to findings, findings to one tally a target.

Prints nothing. One bad target never stops the others; an interrupted scan gives what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from splitlint.analysis.project.repository import LARGEST
from splitlint.config import Config
from splitlint.files.git import GitError
from splitlint.findings.finding import Finding, Problem, Summary
from splitlint.scan.dating import with_dates
from splitlint.scan.progress import Watch
from splitlint.scan.results.cache import Cache, Entry, Verdict, key
from splitlint.scan.results.codec import CodecError, dump_whole, load_whole
from splitlint.scan.results.tally import Tally, added
from splitlint.scan.states import state_of
from splitlint.scan.targets.listing import Listing
from splitlint.scan.targets.targets import Target, head_of
from splitlint.scan.workers.pools import WorkerPool, WorkerPoolError
from splitlint.scan.workers.scheduler import Done, Scheduler
from splitlint.scan.workers.units import FoundFile, Job, Outcome, Unit, engine, related_files_of
from splitlint.scan.workers.views import kept, views_of
from splitlint.scan.workers.worker import work
from splitlint.startup.records import dataclass, field

#: Files in a unit: few enough for all workers to end at about the same time, enough for a unit to take 10 ms.
FILES_IN_UNIT = 256
#: Bytes of a unit that is checked; a larger file is a unit of its own.
_BYTES_IN_LOAD = 65536
_SLOW_PYTHON = 20
#: Verdicts gathered before they are written to the cache, in one transaction.
_VERDICTS_AT_ONCE = 4000


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
    related_files: dict[str, str] = field(default_factory=dict)
    files_out: int = 0
    state: str = ""
    all_listed: bool = False
    all_searched: bool = False

    @property
    def complete(self) -> bool:
        return self.all_searched and self.files_out == 0

    def tally(self) -> Tally:
        self.findings.sort(key=lambda finding: finding.sort_key)
        problems = sorted(set(self.problems), key=lambda problem: (problem.path, problem.message))
        return Tally(self.target, self.head, tuple(self.findings), tuple(problems), self.summary, self.complete)


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
        self._languages: Collection[str] = engine(job.config).sieve.anchors
        self._tallies = dict(known)
        self._ongoing: dict[Target, _Ongoing] = {}
        self._fresh: list[Entry] = []
        self._used: list[bytes] = []
        self._cache: Cache | None = None
        self._warned: set[str] = set()
        self._anything_done = False
        self._elsewhere = False

    def run(self, pool: WorkerPool, do: Callable[[Job, Unit], Outcome]) -> Scan:
        self._elsewhere = pool.elsewhere
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
                self._write_cache(last=True)
        for target, ongoing in self._ongoing.items():
            self._tallies[target] = self._dated(ongoing.tally())
        tallies = tuple(self._tallies[target] for target in self._targets if target in self._tallies)
        return Scan(tallies, interrupted, lost)

    def _units(self, targets: Sequence[Target]) -> Iterator[Unit]:
        for target in targets:
            ongoing = self._ongoing[target] = _Ongoing(target)
            ongoing.state = state_of(target) if self._job.cache is not None else ""
            known = self._as_before(target, ongoing.state)
            if known is not None:
                self._hooks.watch.listed(0, target_complete=True)
                self._close(ongoing, known)
                continue
            listing = Listing(target, self._job.config, self._languages)
            try:
                ongoing.head = head_of(target)
                for chunk in listing.chunks(self._size):
                    ongoing.files_out += len(chunk)
                    self._hooks.watch.listed(len(chunk), target_complete=False)
                    paths = tuple(file.path for file in chunk)
                    views = views_of(target.folder, paths) if self._elsewhere and not target.commit else ()
                    yield Unit(target, paths, tuple(file.blob for file in chunk), views=views)
            except GitError as error:
                ongoing.problems.append(Problem("", str(error)))
            ongoing.problems += (Problem(one.path, one.message, one.fatal) for one in listing.problems)
            ongoing.summary = added(ongoing.summary, Summary(skipped=listing.skipped, excluded=listing.skipped))
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
        ongoing.related_files.update((file.path, file.blob) for file in outcome.related_files if file.size <= LARGEST)
        ongoing.files_out -= len(done.unit.paths)
        self._fresh += outcome.fresh
        self._used += outcome.used
        for warning in outcome.warnings:
            self._warn(warning)
        if done.unit.related_files is None:
            self._hooks.watch.checked(len(done.unit.paths))
        self._hooks.watch.found(ongoing.target.label, outcome.findings)
        self._write_cache()
        self._go_on_with(ongoing)

    def _go_on_with(self, ongoing: _Ongoing) -> None:
        """From the search to the check, from the check to the end, where all of the one is done."""
        if ongoing.files_out or not ongoing.all_listed:
            return
        if not ongoing.all_searched:
            ongoing.all_searched = True
            related_files = related_files_of(ongoing.related_files)
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
            self._scheduler.add(units)
        if ongoing.complete:
            self._close(ongoing)

    def _as_before(self, target: Target, state: str) -> Tally | None:
        """What came of a target when it held just what it holds now, None if that is not known."""
        if not state:
            return None
        known = self._opened().get(self._key(state), lambda path: "")
        if known is None:
            return None
        try:
            findings, problems, summary = load_whole(known.text)
        except CodecError as error:
            self._opened().distrust(str(error))
            return None
        self._used.append(self._key(state))
        return Tally(target, head_of(target), findings, problems, summary)

    def _key(self, state: str) -> bytes:
        """The key of a whole target: what is shown of it depends on all settings."""
        return key(self._job.digest, repr(self._job.config), state)

    def _close(self, ongoing: _Ongoing, known: Tally | None = None) -> None:
        del self._ongoing[ongoing.target]
        tally = known or ongoing.tally()
        # What git has not got of a commit may be there the next time.
        whole = not tally.problems if ongoing.target.commit else not any(one.fatal for one in tally.problems)
        keep = known is None and ongoing.state and whole
        # A target that was changed while it was scanned is in no state that anybody will see again.
        if keep and state_of(ongoing.target) == ongoing.state:
            text = dump_whole(tally.findings, tally.problems, tally.summary)
            self._fresh.append(Entry(self._key(ongoing.state), Verdict(text)))
        tally = self._tallies[ongoing.target] = self._dated(tally)
        self._hooks.watch.finished(ongoing.target.label)
        self._hooks.kept(tally)

    def _dated(self, tally: Tally) -> Tally:
        return with_dates(tally, engine(self._job.config).rule_set, self._job.config)

    def _write_cache(self, last: bool = False) -> None:
        if self._job.cache is not None and (len(self._fresh) + len(self._used) >= _VERDICTS_AT_ONCE or last):
            cache = self._opened()
            cache.put(self._fresh, self._used)
            self._fresh, self._used = [], []
            if last:
                cache.close()

    def _opened(self) -> Cache:
        if self._cache is None:
            self._cache = Cache(self._job.cache or "", self._warn)
        return self._cache

    def _warn(self, message: str) -> None:
        if message not in self._warned:
            self._warned.add(message)
            self._hooks.warn(message)
