"""The thread in which files are checked, one at a time: the main one, because only that can be interrupted.

The protocol runs in another thread, which is never kept waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from queue import PriorityQueue
from typing import Generic, TypeVar

from splitlint.limits import Failure, contained
from splitlint.lsp.checker import GivenUpError

T = TypeVar("T")

#: What comes first: the file that is being edited, what the user asks, other files, files on disk.
EDITED, ASKED, OTHERS, DISK = range(4)
_LAST = -1


class FailedError(Exception):
    """A job that could not be done. `str()` says why."""


class Job(Generic[T]):
    """Something to do. `future` gets the result, FailedError, or GivenUpError once whoever asked has `given_up`."""

    def __init__(self, act: Callable[[Callable[[], bool]], T], unwanted: Callable[[], bool]) -> None:
        self.future: Future[T] = Future()
        self.given_up = False
        self._act = act
        self._unwanted = unwanted

    def unwanted(self) -> bool:
        """Whether nobody waits for the result any longer."""
        return self.given_up or self._unwanted()

    def run(self) -> None:
        """Does it, and says what came of it."""
        if not self.future.set_running_or_notify_cancel():
            return
        if self.unwanted():
            self.future.set_exception(GivenUpError())
            return
        try:
            done = contained(lambda: self._act(self.unwanted), raised=(GivenUpError,))
        except GivenUpError as error:
            self.future.set_exception(error)
            return
        if isinstance(done, Failure):
            self.future.set_exception(FailedError(done.message))
        else:
            self.future.set_result(done)


class Worker:
    """Jobs by priority. `submit` and `stop` may be called from any thread, `run` is called in the main one."""

    def __init__(self) -> None:
        self._jobs: PriorityQueue[tuple[int, int, Callable[[], None] | None]] = PriorityQueue()
        self._numbers = count()
        self._is_stopped = False

    def submit(
        self, priority: int, act: Callable[[Callable[[], bool]], T], unwanted: Callable[[], bool] | None = None
    ) -> Job[T]:
        """Has something done, before all that has a higher number; `act` is told how to ask if it is still wanted."""
        job = Job(act, lambda: self._is_stopped or (unwanted is not None and unwanted()))
        self._jobs.put((priority, next(self._numbers), job.run))
        return job

    def stop(self) -> None:
        """Ends `run`, and gives up the job that is being done."""
        self._is_stopped = True
        self._jobs.put((_LAST, next(self._numbers), None))

    def run(self) -> None:
        """Does jobs until `stop` is called."""
        while (run := self._jobs.get()[2]) is not None:
            run()
