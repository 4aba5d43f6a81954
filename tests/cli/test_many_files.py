"""A tree that several processes check gives the report of one."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from splitlint.checking import processes, shared
from splitlint.checking.check import MANY
from splitlint.cli.main import main


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Leaves the garbage collector as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that ask each other, some broken, among them those that others are looked up in."""
    monkeypatch.chdir(tmp_path)
    for number in range(MANY + 8):
        folder = tmp_path / f"f{number % 5}"
        folder.mkdir(exist_ok=True)
        (folder / f"module{number}.nix").write_text(
            f'{{ config, pkgs, ... }}:\n{{ a{number} = "${{config.board.n{number % 3}.kernel}}/lib/modules"; }}\n'
        )
        (folder / f"tree{number}.nix").write_text('{ kernel }: "${kernel}/lib/modules"\n')
    (tmp_path / "options.nix").write_text("{ pkgs, ... }: { board.n0.kernel = pkgs.linux; board.n1.kernel = 1 }\n")
    (tmp_path / "broken.nix").write_text('{ pkgs }: "${pkgs.linux}/lib/modules" ]\n')
    (tmp_path / "callers.nix").write_text("{ pkgs }: pkgs.callPackage ./f0/tree0.nix { kernel = pkgs.hello; }\n")
    (tmp_path / "script.py").write_text("def f(:\n  '/lib/modules' + kernel\n")
    return tmp_path


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    main(["check", "--isolated", "--format", "json", "--min-confidence", "low", *arguments])
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    summary = told["summary"]
    assert isinstance(summary, dict)
    summary.pop("seconds")
    return told


def test_two_processes_find_what_one_does(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[int] = []
    in_processes = processes.in_processes

    def counted(*given: Any) -> dict[int, Any]:
        found = in_processes(*given)
        shares.append(len(found))
        return found

    monkeypatch.setattr(shared, "in_processes", counted)
    alone = report(capsys, "--jobs", "1")
    assert isinstance(alone["findings"], list)
    assert len(alone["findings"]) > MANY
    assert report(capsys, "--jobs", "2") == alone
    assert shares[0] > MANY


def test_what_a_process_that_was_killed_had_in_hand_is_checked_again(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = report(capsys, "--jobs", "1")
    monkeypatch.setattr(processes, "_work", lambda do, loads, tickets, tells: os._exit(9))
    assert report(capsys, "--jobs", "2") == alone


def test_less_than_one_process_is_refused(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--jobs", "-1"]) == 2
    assert "--jobs must be 1 or more" in capsys.readouterr().err
