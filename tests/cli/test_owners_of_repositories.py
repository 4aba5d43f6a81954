"""Repositories of other users, which git refuses to look at: what is said, and what is done without it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.cli.main import main
from tests.canaries import BROKEN
from tests.scan_trees import make_repository, run_git

SCAN = ("scan", "--executor", "here", "--no-history", "--no-cache")
Run = Callable[..., tuple[int, str]]


@pytest.fixture(params=["said to be", "really"])
def theirs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of somebody else, with an ignored file."""
    folder = make_repository(tmp_path / "theirs", {"a.nix": BROKEN, ".gitignore": "b.nix\n", "b.nix": BROKEN})
    run_git(folder, "clone", "-q", "--bare", ".", "bare.git")
    if request.param == "said to be":
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    elif os.geteuid() != 0:
        pytest.skip("only root can give files away")
    else:
        monkeypatch.delenv("SUDO_UID", raising=False)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 65534, 65534)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


ADVICE = "git config --global --add safe.directory"


def test_its_files_are_checked_without_git_and_it_is_said_what_to_do(theirs: Path, run: Run) -> None:
    code, said = run("check")
    assert code == 1
    assert "--> a.nix" in said
    assert "b.nix" not in said
    unwrapped = " ".join(said.split())
    assert "detected dubious ownership" in unwrapped
    assert ADVICE in unwrapped


@pytest.mark.parametrize("target", [".", ".@HEAD", "bare.git"])
def test_a_scan_says_that_something_has_to_be_put_right(theirs: Path, run: Run, target: str) -> None:
    code, said = run(*SCAN, target)
    assert code == 2
    assert ADVICE in said
    assert ("a.nix" in said) == (target == ".")


@pytest.mark.parametrize("how", [("--since", "HEAD"), ("--staged",)])
def test_a_change_is_not_told_without_git(theirs: Path, run: Run, how: tuple[str, ...]) -> None:
    code, said = run("check", *how)
    assert code == 2
    assert ADVICE in said


def test_whoever_trusts_it_has_it_as_their_own(theirs: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "*")
    for command in (("check",), ("check", "--since", "HEAD"), (*SCAN, "."), (*SCAN, ".@HEAD"), (*SCAN, "bare.git")):
        code, said = run(*command)
        assert code in (0, 1)
        assert "dubious" not in said
