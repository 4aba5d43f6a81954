"""A scan on a real Dask cluster of two worker processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from splitlint.scan.run import job_for, scan
from splitlint.scan.targets.targets import parse_target
from splitlint.scan.workers.pools import WorkerPoolError, worker_pool
from splitlint.scan.workers.units import Job, Outcome, Unit
from splitlint.scan.workers.worker import work
from tests.scan_trees import config_with_page, make_tree, scanned

distributed = pytest.importorskip("distributed", reason="pip install 'splitlint[dask]'")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as one:
        yield one


def killing_once(job: Job, unit: Unit) -> Outcome:
    """Kills the worker that gets the file `17.nix` first; the next one does the work."""
    if "17.nix" in unit.paths:
        try:
            os.close(os.open(os.path.join(unit.target.folder, "killed"), os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return work(job, unit)
        os.kill(os.getpid(), signal.SIGKILL)
    return work(job, unit)


def test_a_worker_killed_in_mid_scan_loses_nothing_and_counts_nothing_twice(cluster: Any, tmp_path: Path) -> None:
    config = config_with_page(tmp_path)
    tree = make_tree(tmp_path / "tree", {f"{n}.nix": "lookHere" if n % 3 else "{ }" for n in range(60)})
    target = parse_target(str(tree))
    done = scan(
        [target], job_for(config), worker_pool(f"dask:{cluster.scheduler_address}", 1), do=killing_once, files_in_unit=2
    )
    assert (tree / "killed").exists()
    assert done == scanned(config, target)
    assert done.tallies[0].summary.findings == 40


def test_a_scheduler_that_is_not_there_is_said_not_to_be() -> None:
    with pytest.raises(WorkerPoolError, match="no Dask scheduler"):
        worker_pool("dask:tcp://127.0.0.1:1", 1)
