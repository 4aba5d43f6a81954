"""What files were before a change, told without git looking into the work tree."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from splitlint.files.since import SinceError, texts_before
from tests.scan_trees import make_repository, run_git

TEXT = "".join(f"line {number}\n" for number in range(20))
FILES = {"a.nix": TEXT, "b.nix": "b\n", "sub/c.nix": "c\n"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(make_repository(tmp_path / "repository", FILES))
    return tmp_path / "repository"


def before(revision: str = "HEAD") -> Mapping[str, bytes | None]:
    return texts_before(revision)


def test_nothing_has_changed_in_a_clean_tree_even_where_files_were_touched(folder: Path) -> None:
    assert before() == {}
    os.utime(folder / "a.nix")
    assert before() == {}


def test_changed_new_staged_and_untracked_files_are_part_of_the_change(folder: Path) -> None:
    (folder / "a.nix").write_text("changed\n")
    (folder / "staged.nix").write_text("1\n")
    run_git(folder, "add", "staged.nix")
    (folder / "untracked.nix").write_text("2\n")
    (folder / ".gitignore").write_text("ignored.nix\n")
    (folder / "ignored.nix").write_text("3\n")
    (folder / "b.nix").unlink()
    assert before() == {"a.nix": TEXT.encode(), "staged.nix": None, "untracked.nix": None, ".gitignore": None}


def test_the_change_is_seen_from_a_folder_of_the_repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.nix").write_text("changed\n")
    (folder / "sub/c.nix").write_text("changed\n")
    monkeypatch.chdir(folder / "sub")
    assert before() == {"../a.nix": TEXT.encode(), "c.nix": b"c\n"}


def test_a_renamed_file_is_what_it_was_even_if_some_of_it_has_changed(folder: Path) -> None:
    run_git(folder, "mv", "b.nix", "moved.nix")
    run_git(folder, "mv", "a.nix", "sub/renamed.nix")
    (folder / "sub/renamed.nix").write_text(TEXT.replace("line 3\n", "line three\n"))
    assert before() == {"moved.nix": b"b\n", "sub/renamed.nix": TEXT.encode()}


def test_a_file_that_was_moved_without_telling_git_is_what_it_was(folder: Path) -> None:
    (folder / "a.nix").rename(folder / "moved.nix")
    assert before() == {"moved.nix": TEXT.encode()}


def test_a_file_of_which_little_is_left_is_new(folder: Path) -> None:
    run_git(folder, "rm", "-q", "a.nix")
    (folder / "other.nix").write_text("line 1\n" + "something else\n" * 20)
    assert before() == {"other.nix": None}


def test_a_file_that_git_was_told_to_forget_is_what_it_was(folder: Path) -> None:
    run_git(folder, "rm", "-q", "--cached", "b.nix")
    assert before() == {}
    (folder / "b.nix").write_text("B\n")
    assert before() == {"b.nix": b"b\n"}


def test_what_was_committed_since_is_part_of_the_change(folder: Path) -> None:
    run_git(folder, "branch", "-m", "main")
    run_git(folder, "checkout", "-qb", "topic")
    (folder / "a.nix").write_text("changed\n")
    run_git(folder, "commit", "-qam", "more")
    assert before("HEAD~1") == {"a.nix": TEXT.encode()}
    run_git(folder, "checkout", "-q", "main")
    (folder / "d.nix").write_text("d\n")
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", "beside")
    run_git(folder, "checkout", "-q", "topic")
    assert before("main") == {"a.nix": TEXT.encode()}


def test_line_ends_that_git_changes_are_no_change(folder: Path) -> None:
    run_git(folder, "config", "core.autocrlf", "true")
    (folder / "a.nix").write_text(TEXT.replace("\n", "\r\n"), newline="")
    assert before() == {}


def test_a_file_that_a_filter_has_written_is_no_change_while_nobody_touches_it(folder: Path) -> None:
    run_git(folder, "config", "filter.rot.smudge", "tr a-z A-Z")
    run_git(folder, "config", "filter.rot.clean", "tr A-Z a-z")
    (folder / ".git/info/attributes").write_text("*.nix filter=rot\n")
    for name in FILES:
        (folder / name).unlink()
    run_git(folder, "checkout", "-q", ".")
    run_git(folder, "status")
    assert (folder / "b.nix").read_text() == "B\n"
    stamp = (folder / "b.nix").stat().st_mtime + 5
    os.utime(folder / ".git/index", (stamp, stamp))
    assert before() == {}


def test_a_file_that_was_changed_within_the_tick_of_the_clock_is_seen(folder: Path) -> None:
    index = (folder / ".git/index").stat()
    (folder / "b.nix").write_text("B\n")
    os.utime(folder / "b.nix", ns=(index.st_mtime_ns, index.st_mtime_ns))
    assert before() == {"b.nix": b"b\n"}


def test_files_that_are_not_checked_out_are_no_change(folder: Path) -> None:
    run_git(folder, "sparse-checkout", "set", "--no-cone", "/*.nix")
    assert not (folder / "sub").exists()
    assert before() == {}
    (folder / "a.nix").write_text("changed\n")
    assert before() == {"a.nix": TEXT.encode()}


def test_the_files_of_a_hook_are_those_of_its_index(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "new.nix").write_text("1\n")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index.lock")
    (folder / ".git/next-index.lock").write_bytes((folder / ".git/index").read_bytes())
    (folder / ".git/index").unlink()
    assert before() == {"new.nix": None}


@pytest.mark.parametrize("mode", ["split", "untracked", "version 4", "racy"])
def test_every_form_of_the_index_is_read(folder: Path, mode: str) -> None:
    how = {"split": "--split-index", "untracked": "--untracked-cache", "version 4": "--index-version=4"}
    run_git(folder, "update-index", how.get(mode, "--refresh"))
    assert before() == {}
    (folder / "a.nix").write_text("changed\n")
    assert before() == {"a.nix": TEXT.encode()}


def test_a_repository_with_longer_ids_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "long").mkdir()
    run_git(tmp_path / "long", "init", "-q", "--object-format=sha256")
    monkeypatch.chdir(make_repository(tmp_path / "long", FILES))
    os.utime("b.nix")
    assert before() == {}
    Path("a.nix").rename("moved.nix")
    Path("b.nix").write_text("B\n")
    assert before() == {"moved.nix": TEXT.encode(), "b.nix": b"b\n"}


def test_in_a_linked_work_tree_its_own_files_are_compared(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_git(folder, "worktree", "add", "-q", str(tmp_path / "linked"))
    (tmp_path / "linked/a.nix").write_text("changed\n")
    monkeypatch.chdir(tmp_path / "linked")
    assert before() == {"a.nix": TEXT.encode()}


def test_histories_that_were_joined_afterwards_are_one(folder: Path) -> None:
    run_git(folder, "branch", "-m", "old")
    run_git(folder, "checkout", "-q", "--orphan", "young")
    (folder / "a.nix").write_text("changed\n")
    run_git(folder, "commit", "-qam", "young")
    run_git(folder, "replace", "--graft", "young", "old")
    assert before("old") == {"a.nix": TEXT.encode()}


def test_a_folder_that_became_a_link_out_of_the_tree_is_not_looked_into(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/c.nix").write_text("secret\n")
    (folder / "sub/c.nix").unlink()
    (folder / "sub").rmdir()
    (folder / "sub").symlink_to("../elsewhere")
    assert before() == {}


def test_a_revision_that_looks_like_an_option_is_none(folder: Path) -> None:
    with pytest.raises(SinceError, match="knows no revision `--output=x`"):
        before("--output=x")
    assert not (folder / "x").exists()


def test_the_repository_of_somebody_else_is_refused_with_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(SinceError, match=r"dubious ownership.*git config --global --add safe.directory"):
        before()


def test_without_git_it_is_said_that_it_is_needed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SinceError, match="git is not installed"):
        before()
