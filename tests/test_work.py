"""How much is done for a tree, counted, so that no change makes it much more unseen. Seconds differ from run to run."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bench.work import recorded, write_tree

#: How much more, or less, may be done before somebody has to look at it and record it, of what was recorded.
MOST, LEAST = 1.2, 0.2


def work(*arguments: str) -> dict[str, int]:
    """The counts of a process of its own: what was loaded before is not loaded again."""
    command = [sys.executable, "-m", "bench.work", *arguments]
    root = Path(__file__).parent.parent
    return tomllib.loads(subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout)


@pytest.fixture(scope="module")
def done() -> dict[str, int]:
    return work()


@pytest.mark.parametrize("what", sorted(recorded()))
def test_about_as_much_is_done_as_was_recorded(done: dict[str, int], what: str) -> None:
    was = recorded()[what]
    assert LEAST * was <= done[what] <= MOST * was, "if that is meant: python -m bench.work --write"


def test_the_same_tree_takes_the_same_work(done: dict[str, int], tmp_path: Path) -> None:
    write_tree(tmp_path)
    assert work("--tree", str(tmp_path)) == done
