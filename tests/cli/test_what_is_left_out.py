"""What is said of paths that are given and not checked: nothing was found only where something was looked at."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.cli.main import main

BROKEN = '{ pkgs }: "${pkgs.linux}/lib/modules"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*arguments: str) -> tuple[int, str]:
        return main(["check", *arguments]), capsys.readouterr().out

    return run


Run = Callable[..., tuple[int, str]]


def test_a_path_that_is_not_there(run: Run) -> None:
    assert run("nothing.nix") == (
        2,
        "error: nothing.nix: there is no such file or folder\n\nNothing was checked.\n"
        "Not checked: 1 could not be read.\n",
    )


def test_a_file_that_cannot_be_read(run: Run) -> None:
    Path("secret.nix").write_text(BROKEN)
    Path("secret.nix").chmod(0)
    if os.access("secret.nix", os.R_OK):
        pytest.skip("root reads everything")
    code, out = run("secret.nix")
    assert (code, "error: secret.nix: cannot be read: Permission denied" in out) == (2, True)
    assert "Nothing found" not in out


def test_a_file_of_a_kind_that_no_rule_looks_at(run: Run) -> None:
    Path("photo.png").write_bytes(b"\x89PNG")
    assert run("photo.png") == (
        0,
        "note: photo.png: is not checked: no rule applies to files of this type\n"
        "Nothing was checked.\nNot checked: 1 not source code.\n",
    )
    assert run("photo.png", "--quiet") == (0, "")


def test_a_file_that_is_excluded_though_named(run: Run) -> None:
    Path("bad.nix").write_text(BROKEN)
    assert run("bad.nix", "--exclude", "bad.nix", "--force-exclude") == (
        0,
        "note: bad.nix: is not checked: it is excluded\nNothing was checked.\nNot checked: 1 excluded.\n",
    )


def test_standard_input_under_a_name_that_is_excluded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BROKEN.encode())))
    code, out = run("--stdin-filename", "bad.nix", "--exclude", "bad.nix", "--force-exclude")
    assert (code, out.splitlines()[0]) == (0, "note: bad.nix: is not checked: it is excluded")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("photos", "no rule applies to files of these types"),
        ("vendor", "all of it is excluded"),
        ("empty", "it is empty"),
    ],
)
def test_a_folder_of_which_nothing_is_checked(run: Run, name: str, why: str) -> None:
    for path in ("photos/a.png", "vendor/bad.nix"):
        Path(path).parent.mkdir()
        Path(path).write_text(BROKEN)
    Path("empty").mkdir()
    Path(".splitlint.toml").write_text('exclude = ["vendor/*"]\n')
    code, out = run(name)
    assert code == 0
    assert out.startswith(f"note: {name}: nothing in it is checked: {why}\nNothing was checked.\n")


def test_a_folder_of_which_git_ignores_all(run: Run) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    Path(".gitignore").write_text("*.nix\n")
    Path("out").mkdir()
    Path("out/bad.nix").write_text(BROKEN)
    assert "note: out: nothing in it is checked: git ignores all of it" in run("out")[1]
    assert "error[modules-path]" in run("out/bad.nix")[1]


def test_it_is_said_beside_findings_too(run: Run) -> None:
    Path("bad.nix").write_text(BROKEN)
    Path("photo.png").write_bytes(b"\x89PNG")
    out = run("bad.nix", "photo.png")[1]
    assert "error[modules-path]" in out
    assert "note: photo.png: is not checked" in out


def test_a_folder_that_is_given_twice_is_not_called_empty(run: Run) -> None:
    Path("a.nix").write_text("{ }\n")
    assert "nothing in it" not in run(".", ".", "a.nix")[1]
