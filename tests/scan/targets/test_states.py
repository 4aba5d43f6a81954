"""A tree that holds what it held before is not searched again; any other is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.config import Config
from splitlint.files.blobs import Blobs
from splitlint.scan.run import Scan
from splitlint.scan.targets.states import state_of
from splitlint.scan.targets.targets import Target
from splitlint.scan.workers import checking, worker
from splitlint.scan.workers.units import Engine, engine
from tests.scan_trees import FOUND, config_with_page, make_repository, make_tree, places, run_git, scanned


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_with_page(tmp_path)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def state(folder: Path) -> str:
    return state_of(Target(str(folder), str(folder), str(folder))).text


def write_untracked(folder: Path) -> None:
    (folder / "new.nix").write_text("lookHere")


def change(folder: Path) -> None:
    (folder / "default.nix").write_text("{ lib }: lib.lookElse")


def change_and_stage(folder: Path) -> None:
    change(folder)
    run_git(folder, "add", "-A")


def delete(folder: Path) -> None:
    (folder / "default.nix").unlink()


def rename(folder: Path) -> None:
    (folder / "default.nix").rename(folder / "renamed.nix")


def ignore(folder: Path) -> None:
    (folder / "new.nix").write_text("lookHere")
    (folder / ".git" / "info" / "exclude").write_text("new.nix\n")


@pytest.mark.parametrize("act", [write_untracked, change, change_and_stage, delete, rename])
def test_another_content_is_another_state(repository: Path, act: Callable[[Path], None]) -> None:
    before = state(repository)
    act(repository)
    assert before
    assert state(repository) != before


def test_the_same_content_is_the_same_state_wherever_it_stands(repository: Path, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other")
    write_untracked(repository)
    write_untracked(other)
    assert state(repository) == state(other) != ""


def test_an_ignored_file_is_not_part_of_the_state(repository: Path) -> None:
    before = state(repository)
    ignore(repository)
    assert state(repository) == before


def test_a_file_that_git_was_told_to_take_for_unchanged_makes_the_state_unknown(repository: Path) -> None:
    run_git(repository, "update-index", "--assume-unchanged", "default.nix")
    change(repository)
    assert state(repository) == ""


def test_outside_git_and_in_an_empty_repository_the_state_is_unknown(tmp_path: Path) -> None:
    assert state(make_tree(tmp_path / "plain")) == ""
    (tmp_path / "empty").mkdir()
    run_git(tmp_path / "empty", "init", "-q")
    assert state(tmp_path / "empty") == ""


def test_an_untracked_file_that_cannot_be_read_makes_the_state_unknown(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_untracked(repository)

    def refuse(path: str, *arguments: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert state(repository) == ""


def units_of_work(monkeypatch: pytest.MonkeyPatch, scan: Callable[[], Scan]) -> tuple[int, Scan]:
    """How many units of work a scan was, and what came of it."""
    count = 0

    def counted(config: Config) -> Engine:
        nonlocal count
        count += 1
        return engine(config)

    monkeypatch.setattr(worker, "engine", counted)
    done = scan()
    monkeypatch.setattr(worker, "engine", engine)
    return count, done


def test_a_tree_in_a_known_state_is_not_searched(
    config: Config, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = scanned(config, str(repository), cache=tmp_path / "cache")
    worked, again = units_of_work(monkeypatch, lambda: scanned(config, str(repository), cache=tmp_path / "cache"))
    assert worked == 0
    assert places(again) == places(first) == FOUND
    assert again.tallies[0].summary == first.tallies[0].summary
    assert again.tallies[0].head == first.tallies[0].head != ""


def test_a_change_is_seen_and_taking_it_back_too(config: Config, repository: Path, tmp_path: Path) -> None:
    def found() -> list[tuple[str, int]]:
        return places(scanned(config, str(repository), cache=tmp_path / "cache"))

    assert found() == FOUND
    text = (repository / "default.nix").read_text()
    change(repository)
    assert found() == FOUND[1:]
    (repository / "default.nix").write_text(text)
    assert found() == FOUND
    write_untracked(repository)
    assert ("new.nix", 1) in found()


def test_other_settings_do_not_see_what_was_shown_under_these(config: Config, repository: Path, tmp_path: Path) -> None:
    scanned(config, str(repository), cache=tmp_path / "cache")
    other = config._replace(per_path_ignores=(("folder/**", ("look-here",)),))
    assert places(scanned(other, str(repository), cache=tmp_path / "cache")) == FOUND[:1]


def test_a_tree_that_changes_while_it_is_scanned_is_kept_in_no_state(
    config: Config, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (repository / "default.nix").read_text()

    def changing(config: Config) -> Engine:
        change(repository)
        return engine(config)

    monkeypatch.setattr(worker, "engine", changing)
    assert places(scanned(config, str(repository), cache=tmp_path / "cache")) == FOUND[1:]
    monkeypatch.setattr(worker, "engine", engine)
    (repository / "default.nix").write_text(text)
    assert places(scanned(config, str(repository), cache=tmp_path / "cache")) == FOUND


def test_a_commit_of_which_git_has_not_got_all_is_scanned_again(
    config: Config, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{repository}@HEAD"
    real = Blobs.read_many
    monkeypatch.setattr(Blobs, "read_many", lambda self, names, limit=None: iter([None] * len(names)))
    assert places(scanned(config, target, cache=tmp_path / "cache")) == []
    monkeypatch.setattr(Blobs, "read_many", real)
    assert places(scanned(config, target, cache=tmp_path / "cache")) == FOUND


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_what_was_found_in_a_commit_is_kept_whatever_the_ids_of_the_repository(
    form: str, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / form).mkdir()
    run_git(tmp_path / form, "init", "-q", f"--object-format={form}")
    make_repository(tmp_path / form)
    cache = tmp_path / "cache"
    assert places(scanned(config, f"{tmp_path / form}@HEAD", cache=cache)) == FOUND
    run_git(tmp_path / form, "commit", "-q", "--allow-empty", "-m", "the same tree")
    monkeypatch.setattr(checking, "check_contained", lambda *about, **more: pytest.fail("it is checked again"))
    assert places(scanned(config, f"{tmp_path / form}@HEAD", cache=cache)) == FOUND
