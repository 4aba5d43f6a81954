from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.scan.targets.targets import Target, TargetError, head_of, parse_target, read_list
from tests.scan_trees import make_repository, run_git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", {"a.nix": "1"})


def test_a_revision_may_have_an_at_sign(repository: Path) -> None:
    run_git(repository, "branch", "user@host")
    for revision in ("user@host", "HEAD@{0}"):
        assert parse_target(f"{repository}@{revision}").commit == run_git(repository, "rev-parse", "HEAD")


def test_a_folder_may_have_an_at_sign_before_the_one_of_the_revision(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "a@b", {"a.nix": "1"})
    assert parse_target(f"{repository}@HEAD").folder == str(repository)


def test_a_revision_that_is_not_there_is_named(repository: Path) -> None:
    with pytest.raises(TargetError, match=f"there is no commit `v9` in {repository}"):
        parse_target(f"{repository}@v9")


def test_a_bare_repository_without_a_commit_says_so(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q", "--bare", "empty.git")
    with pytest.raises(TargetError, match="it has no commit yet"):
        parse_target(str(tmp_path / "empty.git"))


@pytest.mark.parametrize("given", ["https://github.com/NixOS/nixpkgs", "git@github.com:NixOS/nixpkgs.git"])
def test_an_address_is_to_be_cloned_first(given: str) -> None:
    with pytest.raises(TargetError, match="clone --bare"):
        parse_target(given)


def test_in_a_hook_the_target_is_asked_and_not_the_repository_of_the_hook(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repository(tmp_path / "other", {"b.nix": "2"})
    head = run_git(repository, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    target = parse_target(f"{repository}@HEAD")
    assert target.commit == head
    assert head_of(Target("", "", str(repository))) == head


@pytest.mark.parametrize("name", ["mobile-nixos", "NixOS/nixpkgs", "owner/.github", "a.b+c"])
@pytest.mark.parametrize("revision", ["", "@HEAD"])
def test_a_target_may_have_a_name(name: str, revision: str, repository: Path) -> None:
    target = parse_target(f"{name}={repository}{revision}")
    assert (target.label, target.folder, target.named) == (name, str(repository), True)
    assert bool(target.commit) == bool(revision)
    assert target.shown("a.nix") == f"{name}{':' if revision else '/'}a.nix"


@pytest.mark.parametrize("name", ["../up", "a/../b", ".", "a b", "a\x1bb", "-j", "a//b", "a/"])
def test_a_name_that_would_lead_out_of_a_folder_is_none(name: str, repository: Path) -> None:
    with pytest.raises(TargetError, match="no such folder"):
        parse_target(f"{name}={repository}")


def test_a_folder_with_an_equals_sign_is_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_repository(tmp_path / "a=b", {"a.nix": "1"})
    monkeypatch.chdir(tmp_path)
    assert parse_target("a=b").label == "a=b"
    assert parse_target("a=a=b").folder == str(tmp_path / "a=b")


def test_a_named_target_in_a_list_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert list(read_list(["here=~/src", "~/src"])) == ["here=/home/me/src", "/home/me/src"]
