"""The hooks as the real pre-commit and prek run them, on a repository made for the test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging import copy_repository

BROKEN = '{ config, lib }: "${config.boot.kernelPackages.kernel}/lib/modules"\n'
IMAGE = "{ runCommand, k }: runCommand \"img\" { } ''\n  cp -r ${k}/lib/modules $out\n''\n"
FLAKE = "{ outputs = { nixpkgs, ... }: { img = nixpkgs.legacyPackages.x.callPackage ./img.nix { k = %s; }; }; }\n"
HELLO, KERNEL = (FLAKE % f"nixpkgs.legacyPackages.x.{name}" for name in ("hello", "linux_6_12"))
RUNNERS = {
    "pre-commit": [sys.executable, "-m", "pre_commit"],
    "prek": [str(Path(sys.executable).with_name("prek"))],
}


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """This repository, committed as it stands, and a folder for the environments that hooks are installed into."""
    source = copy_repository(tmp_path_factory.mktemp("hooks"))
    git(source, "init", "-q")
    git(source, "add", "-A", "-f")
    git(source, "commit", "-qm", "x")
    return source, tmp_path_factory.mktemp("home")


class Runner:
    """A program that runs hooks, in a repository with one of ours."""

    def __init__(self, command: list[str], folder: Path, hooks: tuple[Path, Path]) -> None:
        self.folder = folder
        self._command = command
        self._source, home = hooks
        self.environment = {**os.environ, "PRE_COMMIT_HOME": str(home / "pre"), "PREK_HOME": str(home / "prek")}
        git(folder, "init", "-q")

    def configure(self, hook: str, settings: str = "") -> None:
        """Makes the repository use a hook."""
        revision = git(self._source, "rev-parse", "HEAD")
        (self.folder / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: {self._source}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n{settings}"
        )
        git(self.folder, "add", ".pre-commit-config.yaml")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs the hook for what is staged, or as the arguments say."""
        return self._do([*self._command, "run", "--color", "never", *arguments])

    def commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Makes a commit with the hook installed."""
        self._do([*self._command, "install"]).check_returncode()
        who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
        return self._do(["git", *who, "commit", "-m", "x", *arguments])

    def _do(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, env=self.environment
        )


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest, hooks: tuple[Path, Path], tmp_path: Path) -> Runner:
    return Runner(RUNNERS[request.param], tmp_path, hooks)


def passed(done: subprocess.CompletedProcess[str]) -> bool:
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0


def committed(runner: Runner, hook: str, flake: str) -> None:
    """A repository in which `img.nix` gets what `flake.nix` says."""
    runner.configure(hook)
    (runner.folder / "img.nix").write_text(IMAGE)
    (runner.folder / "flake.nix").write_text(flake)
    git(runner.folder, "add", ".")
    git(runner.folder, "commit", "-qm", "first")


def test_a_commit_that_breaks_what_another_file_does_is_stopped(runner: Runner) -> None:
    committed(runner, "splitlint", HELLO)
    (runner.folder / "flake.nix").write_text(KERNEL)
    git(runner.folder, "add", "flake.nix")
    done = runner.commit()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "--> img.nix:2:11" in done.stdout + done.stderr
    assert git(runner.folder, "log", "--oneline").count("\n") == 0


def test_the_same_with_the_index_that_git_makes_for_commit_all(runner: Runner) -> None:
    committed(runner, "splitlint", HELLO)
    (runner.folder / "flake.nix").write_text(KERNEL)
    done = runner.commit("--all")
    assert "--> img.nix:2:11" in done.stdout + done.stderr


def test_the_first_commit_is_checked_too(runner: Runner) -> None:
    runner.configure("splitlint")
    (runner.folder / "bad.nix").write_text(BROKEN)
    git(runner.folder, "add", ".")
    done = runner.commit()
    assert "--> bad.nix:1:21" in done.stdout + done.stderr


def test_what_was_found_before_does_not_stop_a_commit_that_does_not_bring_it(runner: Runner) -> None:
    committed(runner, "splitlint", KERNEL)
    (runner.folder / "flake.nix").write_text(KERNEL.replace("{ outputs", '{ description = "x"; outputs'))
    (runner.folder / "img.nix").write_text("# A comment.\n" + IMAGE)
    git(runner.folder, "add", ".")
    done = runner.commit()
    assert passed(done), done.stdout + done.stderr


def test_what_is_not_staged_does_not_count(runner: Runner) -> None:
    committed(runner, "splitlint", HELLO)
    (runner.folder / "flake.nix").write_text(KERNEL)
    (runner.folder / "other.nix").write_text("{ }\n")
    git(runner.folder, "add", "other.nix")
    assert passed(runner.commit())


def test_a_commit_that_only_removes_a_file_is_looked_at(runner: Runner) -> None:
    committed(runner, "splitlint", HELLO)
    (runner.folder / "flake.nix").unlink()
    git(runner.folder, "add", "-A")
    assert passed(runner.commit())


def test_with_all_files_everything_is_checked(runner: Runner) -> None:
    committed(runner, "splitlint", KERNEL)
    assert not passed(runner.run("--all-files"))


def test_between_two_commits_as_in_ci_what_lies_between_is_checked(runner: Runner) -> None:
    committed(runner, "splitlint", HELLO)
    (runner.folder / "flake.nix").write_text(KERNEL)
    git(runner.folder, "commit", "-qam", "second", "--no-verify")
    done = runner.run("--from-ref", "HEAD~1", "--to-ref", "HEAD")
    assert "--> img.nix:2:11" in done.stdout
    (runner.folder / "flake.nix").write_text(KERNEL + "\n")
    git(runner.folder, "commit", "-qam", "third", "--no-verify")
    assert passed(runner.run("--from-ref", "HEAD~1", "--to-ref", "HEAD"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Makefile", "image:\n\tnix build nixpkgs#linux_6_12 && ls result/lib/modules\n"),
        ("README.md", "```sh\nnix build nixpkgs#linux_6_12 && ls result/lib/modules\n```\n"),
        ("ci.yaml", "jobs:\n  x:\n    steps:\n    - run: nix build nixpkgs#linux_6_12 && ls result/lib/modules\n"),
        ("main.rs", 'fn main() { open("/run/booted-system/kernel-modules/bzImage"); }\n'),
    ],
)
@pytest.mark.parametrize("hook", ["splitlint", "splitlint-files"])
def test_files_of_every_kind_that_is_checked_are_given_to_the_hook(
    hooks: tuple[Path, Path], tmp_path: Path, hook: str, name: str, text: str
) -> None:
    runner = Runner(RUNNERS["prek"], tmp_path, hooks)
    runner.configure(hook)
    (tmp_path / name).write_text(text)
    git(tmp_path, "add", ".")
    done = runner.run()
    assert (done.returncode, f"--> {name}:" in done.stdout) == (1, True), done.stdout + done.stderr


def test_the_hook_for_named_files_looks_at_no_others_and_says_no_more_than_what_it_found(runner: Runner) -> None:
    committed(runner, "splitlint-files", HELLO)
    (runner.folder / "flake.nix").write_text(KERNEL)
    (runner.folder / "bad.nix").write_text(BROKEN)
    git(runner.folder, "add", ".")
    done = runner.run()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "--> bad.nix:1:21" in done.stdout
    assert "img.nix" not in done.stdout
    assert "Found" not in done.stdout


def test_the_hook_passes_where_nothing_is_found(runner: Runner) -> None:
    runner.configure("splitlint-files")
    (runner.folder / "good.nix").write_text("{ }\n")
    (runner.folder / "notes.txt").write_text("lib/modules\n")
    git(runner.folder, "add", ".")
    done = runner.run()
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("hook", ["splitlint", "splitlint-files"])
def test_what_the_configuration_excludes_stays_excluded_though_named_and_whatever_args_say(
    hooks: tuple[Path, Path], tmp_path: Path, hook: str
) -> None:
    runner = Runner(RUNNERS["pre-commit"], tmp_path, hooks)
    runner.configure(hook, "    args: [--min-confidence, low]\n")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/bad.nix").write_text(BROKEN)
    (tmp_path / ".splitlint.toml").write_text('exclude = ["vendor/"]\n')
    git(tmp_path, "add", ".")
    assert passed(runner.run("--all-files"))


def test_the_fixing_hook_fixes_says_what_it_did_and_fails_once(runner: Runner) -> None:
    runner.configure("splitlint-fix")
    (runner.folder / "bad.nix").write_text(BROKEN)
    git(runner.folder, "add", ".")
    done = runner.run()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert "fixed bad.nix: 1" in done.stdout
    assert 'lib.getOutput "modules"' in (runner.folder / "bad.nix").read_text()
    git(runner.folder, "add", ".")
    assert passed(runner.run())
