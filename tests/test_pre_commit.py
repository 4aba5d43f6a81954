"""The hooks as the real pre-commit runs them, on a repository made for the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging import copy_repository

BROKEN = '{ config, lib }: "${config.boot.kernelPackages.kernel}/lib/modules"\n'


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """This repository, committed as it stands, and a folder for pre-commit's environments."""
    source = copy_repository(tmp_path_factory.mktemp("hooks"))
    git(source, "init", "-q")
    git(source, "add", "-A", "-f")
    git(source, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-qm", "x")
    return source, tmp_path_factory.mktemp("home")


@pytest.fixture
def pre_commit(hooks: tuple[Path, Path], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs one hook over all files of the repository in tmp_path."""
    source, home = hooks
    git(tmp_path, "init", "-q")

    def run(hook: str, settings: str = "") -> subprocess.CompletedProcess[str]:
        (tmp_path / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: {source}\n  rev: {git(source, 'rev-parse', 'HEAD')}\n  hooks:\n  - id: {hook}\n{settings}"
        )
        git(tmp_path, "add", ".")
        environment = {**os.environ, "PRE_COMMIT_HOME": str(home)}
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)

    return run


Hook = Callable[..., subprocess.CompletedProcess[str]]


def test_the_hook_fails_where_something_is_found_and_says_no_more_than_that(pre_commit: Hook, tmp_path: Path) -> None:
    (tmp_path / "bad.nix").write_text(BROKEN)
    done = pre_commit("splitlint")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "--> bad.nix:1:21" in done.stdout
    assert "Found" not in done.stdout


def test_the_hook_passes_where_nothing_is_found(pre_commit: Hook, tmp_path: Path) -> None:
    (tmp_path / "good.nix").write_text("{ }\n")
    (tmp_path / "notes.txt").write_text("lib/modules\n")
    done = pre_commit("splitlint")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_what_the_configuration_excludes_stays_excluded_though_named_and_whatever_args_say(
    pre_commit: Hook, tmp_path: Path
) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/bad.nix").write_text(BROKEN)
    (tmp_path / ".splitlint.toml").write_text('exclude = ["vendor/"]\n')
    done = pre_commit("splitlint", "    args: [--min-confidence, low]\n")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_mending_hook_mends_and_fails_once(pre_commit: Hook, tmp_path: Path) -> None:
    (tmp_path / "bad.nix").write_text(BROKEN)
    done = pre_commit("splitlint-fix")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert 'lib.getOutput "modules"' in (tmp_path / "bad.nix").read_text()
    assert pre_commit("splitlint-fix").returncode == 0
