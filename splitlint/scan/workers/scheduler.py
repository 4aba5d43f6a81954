"""Gets units done by worker pools whatever happens to its workers: nothing is lost, nothing is counted twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait

from splitlint.files.git import GitError
from splitlint.findings.finding import Problem, Summary
from splitlint.scan.workers.pools import WorkerPool, WorkerPoolError
from splitlint.scan.workers.units import Job, Outcome, Unit
from splitlint.scan.workers.worker import MismatchError, work
from splitlint.startup.named_tuples import NamedTuple

#: Files listed ahead of the work, so that the time left can be told; their names take 10 MB.
AHEAD = 100_000
KILLED = "could not be checked: its process was killed, perhaps because memory ran out"


class Done(NamedTuple):
    """A unit, or a part of one, and what came of it."""

    unit: Unit
    outcome: Outcome


class Scheduler:
    """The units of a scan on their way through a pool of workers.

    A unit in which the checking raised is halved until the file to blame is known; that file becomes a problem. When a
    worker is killed, all units that were in hand are suspect, and suspects are done again, one at a time.
    """

    def __init__(
        self, units: Iterator[Unit], job: Job, pool: WorkerPool, do: Callable[[Job, Unit], Outcome] = work
    ) -> None:
        self._units = units
        self._job = job
        self._pool = pool
        self._do = do
        self._backlog: deque[Unit] = deque()
        self._suspects: deque[Unit] = deque()
        self._alone: Unit | None = None
        self._in_hand: dict[Future[Outcome], Unit] = {}
        self._ahead = 0
        self._listed_all = False
        self._executor: Executor | None = None

    def run(self) -> Generator[Done, None, None]:
        """What comes of each unit, as it comes.

        Raises CrewError if the workers are lost for good or have other rules, and whatever `units` raises.
        """
        try:
            while True:
                self._hand_out()
                self._list_one()
                if not self._in_hand:
                    if self._listed_all and not self._backlog and not self._suspects:
                        return
                    continue
                done, _ = wait(self._in_hand, timeout=0 if self._may_list else None, return_when=FIRST_COMPLETED)
                for future in done:
                    if future in self._in_hand:
                        yield from self._took(future)
        finally:
            if self._executor is not None:
                self._executor.shutdown(wait=True, cancel_futures=True)

    def add(self, units: Iterable[Unit]) -> None:
        """More units, to be done before those that are listed already."""
        units = list(units)
        self._backlog.extendleft(reversed(units))
        self._ahead += sum(len(unit.paths) for unit in units)

    @property
    def is_idle(self) -> bool:
        """Whether no worker has anything in hand."""
        return not self._in_hand

    def renew(self) -> None:
        """Has new workers do the rest, which are copies of this process as it is now. Only to be called when idle."""
        if self._executor is not None:
            self._executor.shutdown(wait=True)
            self._executor = None

    @property
    def _may_list(self) -> bool:
        return not self._listed_all and self._ahead < AHEAD

    def _list_one(self) -> None:
        if not self._may_list:
            return
        unit = next(self._units, None)
        if unit is None:
            self._listed_all = True
            return
        self._backlog.append(unit)
        self._ahead += len(unit.paths)

    def _hand_out(self) -> None:
        if self._suspects:
            if not self._in_hand:
                self._alone = self._suspects.popleft()
                self._submit(self._alone)
            return
        while self._alone is None and self._backlog and len(self._in_hand) < self._pool.in_hand:
            unit = self._backlog.popleft()
            self._ahead -= len(unit.paths)
            self._submit(unit)

    def _submit(self, unit: Unit) -> None:
        if self._executor is None:
            self._executor = self._pool.start()
        try:
            future = self._executor.submit(self._do, self._job, unit)
        except BrokenExecutor as error:
            # A worker died between two units; the unit itself has not been begun.
            future = Future()
            future.set_exception(error)
        self._in_hand[future] = unit

    def _took(self, future: Future[Outcome]) -> Iterator[Done]:
        unit = self._in_hand.pop(future)
        error = CancelledError() if future.cancelled() else future.exception()
        if isinstance(error, BrokenExecutor | CancelledError):
            yield from self._lost(unit)
            return
        self._alone = None
        if error is None:
            yield Done(unit, future.result())
        elif isinstance(error, MismatchError):
            raise WorkerPoolError(str(error))
        elif isinstance(error, GitError):
            yield Done(unit, _failed(unit, "", str(error)))
        else:
            kind = type(error).__name__
            yield from self._split(unit, self._backlog, f"could not be checked: internal error: {kind}: {error}")

    def _lost(self, unit: Unit) -> Iterator[Done]:
        """A worker was killed while this unit was in hand."""
        if not self._pool.renewable:
            raise WorkerPoolError("the workers are gone")
        assert self._executor is not None
        self._executor.shutdown(wait=True, cancel_futures=True)
        # Some that were in hand are done; all others are lost together with this one.
        for future, other in list(self._in_hand.items()):
            if not future.cancelled() and future.exception() is None:
                continue
            del self._in_hand[future]
            self._suspects.append(other)
        self._executor = None
        if self._alone is not None:
            self._alone = None
            yield from self._split(unit, self._suspects, KILLED)
        else:
            self._suspects.append(unit)

    def _split(self, unit: Unit, queue: deque[Unit], why: str) -> Iterator[Done]:
        if len(unit.paths) == 1:
            yield Done(unit, _failed(unit, unit.paths[0], why))
            return
        if queue is self._backlog:
            self._ahead += len(unit.paths)
        queue.extendleft(unit.halves())


def _failed(unit: Unit, path: str, why: str) -> Outcome:
    return Outcome(problems=(Problem(path, why),), summary=Summary(unreadable=len(unit.paths)))
