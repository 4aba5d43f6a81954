"""The files that tell about others: which are looked at, and when not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from splitlint.rulebook import related_files
from tests.asking import RULE_SET

NAMES_ONE = "{ pkgs }: pkgs.linux\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two files that name a kernel, one that does not, and what is not to be looked at."""
    files = {
        "flake.nix": NAMES_ONE,
        "sub/a.nix": NAMES_ONE,
        "sub/plain.nix": "{ }",
        "sub/a.sh": "kernel",
        ".git/x.nix": NAMES_ONE,
        "result-1/x.nix": NAMES_ONE,
        "node_modules/x.nix": NAMES_ONE,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_nix_files_of_the_repository_that_name_a_package(tree: Path) -> None:
    found = related_files.files_around(["sub/plain.nix"], RULE_SET, related_files.reader({}))
    assert set(found) == {"flake.nix", "sub/a.nix"}


def test_they_are_named_from_where_the_command_runs(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "sub")
    assert set(related_files.files_around(["plain.nix"], RULE_SET, related_files.reader({}))) == {
        os.path.join("..", "flake.nix"),
        "a.nix",
    }


def test_without_a_repository_the_files_tell_about_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related_files, "_MARKS", ("no-such-mark",))
    (tmp_path / "other.nix").write_text(NAMES_ONE)
    monkeypatch.chdir(tmp_path)
    assert related_files.files_around(["a.nix", "b.sh"], RULE_SET, related_files.reader({})) == ("a.nix",)


def test_a_large_repository_is_not_searched(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related_files, "_MOST", 1)
    assert related_files.files_around(["sub/plain.nix"], RULE_SET, related_files.reader({})) == ("sub/plain.nix",)


def test_no_files_no_kin() -> None:
    assert related_files.files_around([], RULE_SET, related_files.reader({})) == ()


def test_what_was_read_is_not_read_again(tree: Path) -> None:
    read = related_files.reader({"flake.nix": b"other"})
    assert (read("flake.nix"), read("sub/a.nix")) == (b"other", NAMES_ONE.encode())


def test_a_file_that_cannot_be_read_says_nothing(tree: Path) -> None:
    read = related_files.reader({})
    assert (read("gone.nix"), read("sub")) == (None, None)
