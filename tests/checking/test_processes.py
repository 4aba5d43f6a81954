"""Work that copies of the process do, and what becomes of it when a copy does not."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator

import pytest

from splitlint.checking.processes import in_processes
from splitlint.checking.shared import in_loads


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Leaves the garbage collector as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def loads(count: int) -> list[tuple[int, ...]]:
    return [(number,) for number in range(count)]


def test_all_numbers_are_done_by_others() -> None:
    found = in_processes(lambda number: (number * 2, os.getpid()), [(0, 1, 2), (3,), (4, 5)], 2)
    assert {number: twice for number, (twice, _) in found.items()} == {number: number * 2 for number in range(6)}
    assert os.getpid() not in {process for _, process in found.values()}


def test_what_is_sent_may_be_larger_than_a_pipe_holds() -> None:
    assert {len(text) for text in in_processes(lambda number: "x" * 3_000_000, loads(3), 2).values()} == {3_000_000}


def _killed(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _raising(number: int) -> int:
    if number == 3:
        raise ValueError(number)
    return number


@pytest.mark.parametrize("do", [_killed, _raising])
def test_what_a_copy_did_not_do_is_left(do: Callable[[int], int]) -> None:
    found = in_processes(do, loads(8), 2)
    assert set(found) == set(range(8)) - {3}


def test_if_all_copies_end_early_the_rest_is_left() -> None:
    assert 7 not in in_processes(lambda number: os._exit(1) if number > 1 else number, loads(8), 2)


@pytest.mark.parametrize(("count", "jobs"), [(8, 1), (1, 2), (0, 2), (5000, 2)])
def test_where_copies_gain_nothing_there_are_none(count: int, jobs: int) -> None:
    assert in_processes(lambda number: number, loads(count), jobs) == {}


def test_no_copy_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(told: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("splitlint.checking.processes._gathered", interrupted)
    with pytest.raises(KeyboardInterrupt):
        in_processes(lambda number: signal.pause(), loads(4), 2)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_heavy_numbers_are_loads_of_their_own_and_come_first() -> None:
    weights = [5, 1, 90, 2, 3, 70, 4]
    found = in_loads(range(7), weights.__getitem__, 8)
    assert found == [(2,), (5,), (0, 1, 3), (4, 6)]
