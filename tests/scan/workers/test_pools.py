from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Future

import pytest

from splitlint.scan.workers import pools
from splitlint.scan.workers.pools import worker_pool

PARENT = """
import os, time
from splitlint.scan.workers.pools import worker_pool
executor = worker_pool("processes", 2).start()
done = [executor.submit(os.getpid) for _ in range(8)]
print(all(future.result() != os.getpid() for future in done), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_a_parent_that_is_killed(how: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"True\n"
    parent.send_signal(how)
    try:
        # The end of the output is reached when the last worker that holds it has ended.
        assert parent.communicate(timeout=10)[0] == b""
    finally:
        if parent.returncode is None:
            os.killpg(parent.pid, signal.SIGKILL)


def test_workers_work_on_while_the_parent_is_there() -> None:
    with worker_pool("processes", 2).start() as executor:
        assert list(executor.map(abs, range(-20, 0))) == list(range(20, 0, -1))


class Cluster:
    """A Dask client whose cluster never finishes anything; `workers` says how many there are, None for no answer."""

    def __init__(self, workers: int | None) -> None:
        self.workers = workers
        self.waited: list[bool] = []

    def get_executor(self, pure: bool) -> Cluster:
        return self

    def submit(self, *call: object) -> Future[object]:
        return Future()

    def shutdown(self, wait: bool) -> None:
        self.waited.append(wait)

    def close(self) -> None:
        pass

    def ncores(self) -> dict[str, int]:
        if self.workers is None:
            raise OSError("the scheduler does not answer")
        return {str(number): 1 for number in range(self.workers)}


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "PULSE", 0.01)
    monkeypatch.setattr(pools, "PATIENCE", 0.05)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("workers", [0, None])
def test_a_cluster_that_has_lost_all_its_workers_is_given_up(workers: int | None) -> None:
    executor = pools._DaskExecutor(Cluster(workers))
    futures = [executor.submit(abs, -1) for _ in range(3)]
    assert all(isinstance(future.exception(timeout=10), BrokenExecutor) for future in futures)
    executor.shutdown()


@pytest.mark.usefixtures("_impatient")
def test_a_cluster_that_is_busy_is_waited_for() -> None:
    executor = pools._DaskExecutor(Cluster(1))
    with pytest.raises(TimeoutError):
        executor.submit(abs, -1).exception(timeout=0.3)
    executor.shutdown()


def test_an_interruption_does_not_wait_for_a_cluster() -> None:
    cluster = Cluster(1)
    pools._DaskExecutor(cluster).shutdown(wait=True, cancel_futures=True)
    assert cluster.waited == [False]
