"""Scans on a scheduler and workers that are processes of their own, in other folders, one of which sees other files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from splitlint.cli.main import main
from splitlint.scan.run import Scan, job_for, scan
from splitlint.scan.targets.targets import Target, parse_target
from splitlint.scan.workers.pools import worker_pool
from splitlint.scan.workers.units import Job, Outcome, Unit
from splitlint.scan.workers.worker import work
from tests.scan_trees import config_with_page, make_repository, make_tree, places, run_git, scanned

distributed = pytest.importorskip("distributed", reason="pip install 'splitlint[dask]'")

ROOT = Path(__file__).parents[3]
PATIENCE = 60


class Cluster(NamedTuple):
    """`dask:ADDRESS`, and the process of the worker that sees other files."""

    executor: str
    unlike: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    top = tmp_path_factory.mktemp("cluster")
    said = top / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:

        def start(folder: str, *command: str) -> subprocess.Popen[bytes]:
            (top / folder).mkdir()
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command, "--no-dashboard", "--scheduler-file", str(said)],
                cwd=top / folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0")
        wait_for(lambda: said.exists() and said.read_text().endswith("}"))
        worker = ("worker", "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        start("one", *worker)
        unlike = start("another", *worker, "--preload", str(Path(__file__).with_name("other_view.py")))
        address = json.loads(said.read_text())["address"]
        with distributed.Client(address, set_as_default=False) as client:
            wait_for(lambda: len(client.ncores()) == 2)
        yield Cluster(f"dask:{address}", unlike)


def wait_for(it: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not it():
        assert time.monotonic() < end
        time.sleep(0.1)


def on(cluster: Cluster, tmp_path: Path, *targets: Target, do: Callable[[Job, Unit], Outcome] = work) -> Scan:
    job = job_for(config_with_page(tmp_path))
    return scan(targets, job, worker_pool(cluster.executor, 1), files_in_unit=2, do=do)


@pytest.mark.parametrize("given", ["tree", "tree@HEAD", "./tree/"])
def test_targets_are_found_by_workers_in_other_folders(
    cluster: Cluster, tmp_path: Path, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_repository(tmp_path / "tree", {f"{n}.nix": "lookHere" if n % 3 else "{ }" for n in range(30)})
    monkeypatch.chdir(tmp_path)
    target = parse_target(given)
    done = on(cluster, tmp_path, target)
    assert done == scanned(config_with_page(tmp_path), target)
    assert len(places(done)) == 20


def test_what_a_worker_sees_otherwise_is_named_and_never_left_out(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '{ pkgs }: "${pkgs.linux}/lib/modules"\n'
    names = {f"{kind}{n}.nix" for n in range(400) for kind in ("gone", "other", "same")}
    make_tree(tmp_path / "unlike", dict.fromkeys(names, text))
    monkeypatch.chdir(tmp_path)
    arguments = ("scan", "unlike", "--executor", cluster.executor, "--no-history", "--no-cache", "--format", "json")
    assert main(arguments) == 2
    document = json.loads(capsys.readouterr().out)
    found = {os.path.basename(one["path"]) for one in document["findings"]}
    named = {os.path.basename(one["path"]): one["message"] for one in document["errors"]}
    assert found | named.keys() >= names
    assert not found & named.keys()
    said = {name.rstrip("0123456789.nix"): message for name, message in named.items() if name in names}
    assert said == {
        "gone": "a worker does not see this file: not checked",
        "other": "a worker sees this file with other content: not checked",
    }
    assert document["summary"]["skipped"] == 0


def test_a_folder_that_no_worker_has_is_one_problem_and_not_nothing_found(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # This process sees it under a name that leads nowhere for others.
    make_tree(tmp_path / "tree")
    descriptor = os.open(tmp_path / "tree", os.O_RDONLY)
    try:
        given = f"/proc/self/fd/{descriptor}"
        assert main(["scan", given, "--executor", cluster.executor, "--no-history", "--no-cache"]) == 2
    finally:
        os.close(descriptor)
    out = capsys.readouterr().out
    assert out.count("a worker has no folder") == 1
    assert "nothing was checked" in out
    assert "0 findings" not in out


def killed(job: Job, unit: Unit) -> Outcome:
    """Ends the worker that sees other files, with what it has in hand."""
    if os.getcwd().endswith("/another"):
        os.kill(os.getpid(), signal.SIGKILL)
    return work(job, unit)


def test_what_a_killed_worker_had_in_hand_is_done_by_the_other(cluster: Cluster, tmp_path: Path) -> None:
    target = parse_target(str(make_tree(tmp_path / "tree", {f"{n}.nix": "lookHere" for n in range(60)})))
    done = on(cluster, tmp_path, target, do=killed)
    assert cluster.unlike.wait(PATIENCE) == -signal.SIGKILL
    assert done == scanned(config_with_page(tmp_path), target)
    assert len(places(done)) == 60


def test_a_commit_that_a_worker_has_not_got_is_a_problem(tmp_path: Path) -> None:
    tree = make_repository(tmp_path / "tree")
    commit = run_git(tree, "rev-parse", "HEAD")
    target = Target("tree@HEAD", str(tree), str(make_tree(tmp_path / "another")), commit)
    done = scanned(config_with_page(tmp_path), target)
    assert not places(done)
    assert any(problem.fatal for tally in done.tallies for problem in tally.problems)
