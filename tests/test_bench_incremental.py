"""What `bench.incremental` compares: a scan after a change of one file, and one after none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import incremental
from bench.paired import Run
from tests.scan_trees import FILES, make_tree


def test_each_change_is_followed_by_a_scan_and_the_tree_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = make_tree(tmp_path / "tree")
    seen: list[str] = []

    def once(command: list[str]) -> Run:
        seen.append((Path(command[-1]) / "default.nix").read_text())
        return Run(4.0 if len(seen) % 3 == 2 else 2.0, 1.0, 1.0)

    monkeypatch.setattr(incremental, "once", once)
    monkeypatch.setattr(incremental, "_SETTLED", 0.0)
    ((name, pair, budget),) = incremental.measured(tree, ["default.nix"], 3)
    assert (name, pair.ratio, budget) == ("default.nix", 2.0, incremental.BUDGET)
    assert (pair.first.seconds, pair.second.seconds) == (4.0, 2.0)
    # Once before, and then after each of three changes, and twice more when nothing is new any longer.
    assert [len(set(seen)), len(seen)] == [4, 10]
    assert (tree / "default.nix").read_text() == FILES["default.nix"]
    assert not (tree / ".git").exists()
