"""Jobs are done one at a time, the urgent ones first, and none that nobody waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from splitlint.limits import contained
from splitlint.lsp.checker import GivenUpError
from splitlint.lsp.worker import ASKED, DISK, EDITED, OTHERS, FailedError, Job, Worker


def done(*steps: Callable[[Worker], object]) -> None:
    """Lets a worker do what some steps give it."""
    worker = Worker()
    for step in steps:
        step(worker)
    # It comes before all that waits, so it is given last.
    worker.submit(DISK + 1, lambda unwanted: worker.stop())
    worker.run()


def test_what_is_urgent_comes_first() -> None:
    order: list[int] = []

    def step(priority: int) -> Callable[[Worker], object]:
        return lambda worker: worker.submit(priority, lambda unwanted: order.append(priority))

    done(*map(step, [DISK, OTHERS, ASKED, EDITED, OTHERS]))
    assert order == [EDITED, ASKED, OTHERS, OTHERS, DISK]


def test_what_goes_wrong_is_told_to_whoever_asked() -> None:
    jobs: list[Job[float]] = []
    done(
        lambda worker: jobs.append(worker.submit(ASKED, lambda unwanted: 1 / 0)),
        lambda worker: jobs.append(worker.submit(ASKED, lambda unwanted: 0.5)),
    )
    with pytest.raises(FailedError, match="ZeroDivisionError"):
        jobs[0].future.result()
    assert jobs[1].future.result() == 0.5


def test_what_nobody_waits_for_is_not_begun() -> None:
    begun: list[int] = []
    jobs: list[Job[None]] = []

    def step(worker: Worker) -> None:
        jobs.append(worker.submit(ASKED, lambda unwanted: begun.append(1)))
        jobs.append(worker.submit(ASKED, lambda unwanted: begun.append(2), lambda: True))
        jobs[0].given_up = True

    done(step)
    assert begun == []
    for job in jobs:
        assert isinstance(job.future.exception(), GivenUpError)


def test_what_is_given_up_while_it_is_done_is_ended() -> None:
    jobs: list[Job[None]] = []

    def work(unwanted: Callable[[], bool]) -> None:
        threading.Timer(0.2, lambda: setattr(jobs[0], "given_up", True)).start()
        contained(lambda: time.sleep(60), 60, unwanted=unwanted)
        raise GivenUpError

    started = time.monotonic()
    done(lambda worker: jobs.append(worker.submit(EDITED, work)))
    assert time.monotonic() - started < 20
    assert isinstance(jobs[0].future.exception(), GivenUpError)


def test_what_is_done_when_the_editor_ends_is_given_up() -> None:
    jobs: list[Job[None]] = []

    def step(worker: Worker) -> None:
        def work(unwanted: Callable[[], bool]) -> None:
            threading.Timer(0.2, worker.stop).start()
            contained(lambda: time.sleep(60), 60, unwanted=unwanted)
            raise GivenUpError

        jobs.append(worker.submit(EDITED, work))

    started = time.monotonic()
    done(step)
    assert time.monotonic() - started < 20
    assert isinstance(jobs[0].future.exception(), GivenUpError)
