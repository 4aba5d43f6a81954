"""Whatever a repository's configuration says: no command of splitlint makes git start a program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import splitlint
from splitlint.cli.main import main
from tests.canaries import PLANTS, Canary, bare, embedded, promisor, settings

SCAN = ("scan", "--executor", "here", "--no-history")
#: Each in the folder of the repository. The last one writes.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check",),
    ("check", "a.nix", "sub", "vendor/evil", "module"),
    ("check", "--diff"),
    ("check", "--staged"),
    ("check", "--staged", "a.nix", "sub"),
    ("check", "--since", "HEAD"),
    ("check", "--since", "HEAD~1"),
    ("check", "--write-baseline", "known.json"),
    ("check", "--baseline", "known.json"),
    ("check", "--format", "html"),
    ("check", "--format", "markdown", "--group-by", "owner"),
    (*SCAN, ".", "--no-cache"),
    (*SCAN, ".", "--cache-dir", ".cache"),
    (*SCAN, ".", "--cache-dir", ".cache", "--format", "html"),
    (*SCAN, "named=.", "bare=.git", "old=.@HEAD~1", "--no-cache", "--patches", "out"),
    (*SCAN, ".", "module@HEAD", "--no-cache", "--format", "json"),
    (*SCAN, ".git", "vendor/evil", "vendor", "module", "--no-cache"),
    (*SCAN, ".@HEAD", ".@HEAD~1", "module@HEAD", "--no-cache", "--format", "markdown"),
    ("check", "--fix"),
)


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    return Canary(tmp_path)


def statuses(commands: tuple[tuple[str, ...], ...], canary: Canary) -> list[int]:
    """Runs commands in the current folder; none may start the canary."""
    found = []
    for command in commands:
        found.append(main(command))
        assert canary.heard() == "", command
    return found


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_no_command_starts_what_a_repository_wants_started(
    plant: Callable[[Path, Canary], Path], canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plant(tmp_path / "repository", canary))
    canary.heard()
    # Something is found, so it was not for want of looking.
    assert statuses(COMMANDS, canary)[0] == 1


def test_the_canary_is_heard_when_git_is_asked_as_usual(canary: Canary, tmp_path: Path) -> None:
    repository = settings(tmp_path / "repository", canary)
    canary.heard()
    for command in (["status"], ["ls-files", "-m"], ["diff"], ["ls-files"]):
        subprocess.run(["git", *command], cwd=repository, capture_output=True, check=False)
        assert canary.heard(), command
    clone = promisor(tmp_path / "partial", canary)
    allowed = {**os.environ, "GIT_ALLOW_PROTOCOL": "ext"}
    subprocess.run(["git", "cat-file", "-p", "HEAD:b.nix"], cwd=clone, capture_output=True, check=False, env=allowed)
    assert canary.heard()
    inner = embedded(tmp_path / "embedded", canary) / "vendor/evil"
    subprocess.run(["git", "ls-files"], cwd=inner, capture_output=True, check=False)
    assert canary.heard()


def test_a_clone_brings_a_bare_repository_that_is_not_asked(
    canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = embedded(tmp_path / "source", canary)
    subprocess.run(["git", "clone", "-q", str(source), str(tmp_path / "clone")], check=True, capture_output=True)
    canary.heard()
    for folder in ("clone", "clone/vendor/evil", "clone/vendor/evil/objects"):
        monkeypatch.chdir(tmp_path / folder)
        statuses((("check",), ("check", "."), ("check", "--since", "HEAD"), (*SCAN, ".", "--no-cache")), canary)
    monkeypatch.chdir(tmp_path / "clone")
    assert statuses((("check", "vendor/evil"), ("check", "vendor/evil/x.nix")), canary) == [1, 1]


def test_a_bare_repository_that_is_named_is_read_and_starts_nothing(
    canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bare(tmp_path / "evil.git", canary)
    canary.heard()
    monkeypatch.chdir(tmp_path)
    scans = tuple((*SCAN, target, "--no-cache") for target in ("evil.git", "evil.git@HEAD", f"{folder}@HEAD~1"))
    assert statuses(scans, canary) == [0, 0, 0]
    assert "modules-path" in capsys.readouterr().out
    monkeypatch.chdir(folder)
    statuses((("check",), (*SCAN, ".", "--no-cache")), canary)


@pytest.mark.parametrize(
    "command",
    [("check",), ("check", "--staged"), ("check", "--since", "HEAD"), ("check", "--fix", "--force-exclude", "a.nix")],
)
def test_in_a_hook_nothing_is_started(
    command: tuple[str, ...], canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings(tmp_path / "repository", canary)
    canary.heard()
    monkeypatch.chdir(folder)
    shutil.copy(".git/index", ".git/next-index.lock")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index.lock")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_EXEC_PATH", str(canary.program.parent))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(canary.program))
    statuses((command,), canary)


def test_a_program_called_git_in_the_current_folder_is_not_started(
    canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings(tmp_path / "repository", canary)
    canary.heard()
    for name in ("git", "nix-instantiate"):
        shutil.copy(canary.program, folder / name)
    monkeypatch.chdir(folder)
    for path in ("", ".", f"{os.environ['PATH']}:.", f".:{os.environ['PATH']}"):
        monkeypatch.setenv("PATH", path)
        statuses((("check",), ("check", "--diff", "--verify"), (*SCAN, ".", "--no-cache")), canary)


def test_modules_of_the_current_folder_are_not_imported(canary: Canary, tmp_path: Path) -> None:
    folder = settings(tmp_path / "repository", canary)
    canary.heard()
    for name in ("tomllib", "pathspec", "tree_sitter", "libcst", "difflib", "fcntl", "splitlint_plugin"):
        (folder / f"{name}.py").write_text(f"import subprocess; subprocess.run([{str(canary.program)!r}])\n")
    (folder / ".splitlint.toml").write_text("")
    installed = str(Path(splitlint.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": installed}
    for command in (["check"], ["check", "--diff"], ["scan", "--no-cache", "--no-history", "."]):
        done = subprocess.run(
            [sys.executable, "-m", "splitlint", *command], cwd=folder, capture_output=True, check=False, env=environment
        )
        assert done.returncode in (0, 1), done.stderr
        assert canary.heard() == ""


def test_only_one_module_starts_git_and_only_few_start_anything() -> None:
    top = Path(splitlint.__file__).parent
    starts = re.compile(
        r"(import|from) subprocess|posix_spawn|Popen\(|os\.(system|popen|exec|spawn|fork)|\bProcess\(\[?"
    )
    found = {path.relative_to(top).as_posix() for path in top.rglob("*.py") if starts.search(path.read_text())}
    # The worker processes of a scan are made by `concurrent.futures`; those of a check are copies of the process.
    forks = {"checking/processes.py"}
    # Real Nix, if it is asked for: it parses what was fixed, and evaluates the cases of an author's own pages.
    nix = {"authoring/proofs/evaluation.py", "fixes/apply/verify.py"}
    assert found == {"files/process.py", "files/git.py"} | nix | forks
