"""Runs that are asked to end, or killed: nothing half done is left, and the next run tidies up."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.canaries import BROKEN
from tests.scan_trees import make_tree

#: Asks itself to end when the draft of a fixed file is complete.
ENDS = """
import os, sys
from splitlint.cli.main import entry
real = os.fsync
def end(descriptor):
    os.kill(os.getpid(), int(os.environ["BY"]))
    real(descriptor)
os.fsync = end
entry()
"""


def run(folder: Path, by: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ENDS, *arguments]
    environment = {**os.environ, "BY": str(by)}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


def lives(group: int) -> bool:
    """Whether a process of a group is still there after some seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return make_tree(tmp_path / "tree", {"a.nix": BROKEN, "b.nix": BROKEN})


@pytest.mark.parametrize(("by", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_fix_that_is_asked_to_end_leaves_no_draft_and_no_half_file(tree: Path, by: int, status: int) -> None:
    done = run(tree, by, "check", "--fix")
    assert (done.returncode, done.stderr) == (status, "splitlint: interrupted\n")
    assert sorted(os.listdir(tree)) == ["a.nix", "b.nix"]
    assert (tree / "a.nix").read_text() == (tree / "b.nix").read_text() == BROKEN


def test_a_fix_says_that_it_has_broken_a_hard_link_and_keeps_attributes(tree: Path) -> None:
    os.link(tree / "a.nix", tree / "other")
    with suppress(OSError):
        os.setxattr(tree / "b.nix", "user.comment", b"mine")
    before = os.listxattr(tree / "b.nix")
    command = [sys.executable, "-m", "splitlint", "check", "--fix"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "a.nix: had another hard link, which still has the old text" in done.stdout
    assert (tree / "other").read_text() == BROKEN
    assert os.listxattr(tree / "b.nix") == before


def test_a_report_that_is_asked_to_end_leaves_the_old_one(tree: Path) -> None:
    (tree / "report").write_text("old")
    assert run(tree, signal.SIGTERM, "check", "--output", "report").returncode == 143
    assert sorted(os.listdir(tree)) == ["a.nix", "b.nix", "report"]
    assert (tree / "report").read_text() == "old"


def test_what_a_killed_fix_left_is_taken_away_by_the_next(tree: Path) -> None:
    assert run(tree, signal.SIGKILL, "check", "--fix").returncode == -signal.SIGKILL
    assert len(os.listdir(tree)) == 3
    done = subprocess.run([sys.executable, "-m", "splitlint", "check", "--fix"], cwd=tree, check=False)
    assert done.returncode == 0
    assert sorted(os.listdir(tree)) == ["a.nix", "b.nix"]
    assert BROKEN not in ((tree / "a.nix").read_text(), (tree / "b.nix").read_text())


def test_a_request_to_end_that_is_to_be_ignored_is(tree: Path) -> None:
    ignoring = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{ENDS}"
    environment = {**os.environ, "BY": str(int(signal.SIGHUP))}
    command = [sys.executable, "-c", ignoring, "check", "--fix"]
    assert subprocess.run(command, cwd=tree, capture_output=True, check=False, env=environment).returncode == 0


def test_a_scan_that_is_asked_to_end_reports_what_is_done_and_leaves_no_process(tree: Path, tmp_path: Path) -> None:
    use = BROKEN.partition(": ")[2].strip()
    many = {f"{number}.nix": "{ config }: [ " + f"{use} " * 40 + "]\n" for number in range(600)}
    make_tree(tmp_path / "large", many)
    database = tmp_path / "history"
    command = [sys.executable, "-m", "splitlint", "scan", "-j2", "--no-cache", "--db", str(database), ".", "../large"]
    scan = subprocess.Popen(
        command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while not tallies(database) and scan.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    scan.terminate()
    out, err = scan.communicate(timeout=120)
    assert scan.returncode == 143, err
    assert "interrupted" in out
    assert "2 errors" in out or "modules-path" in out
    assert "Traceback" not in err
    assert not lives(scan.pid)


def tallies(database: Path) -> int:
    """How many targets are kept in a history that may not be there yet."""
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as history, suppress(sqlite3.Error):
        (count,) = history.execute("SELECT count(*) FROM tally").fetchone()
        return int(count)
    return 0
