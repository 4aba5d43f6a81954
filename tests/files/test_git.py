"""How git is started, and what is made of what it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from splitlint.files import process
from splitlint.files.git import GitError, NoGitError, Repository, bare, complaint, repository_at, repository_of
from splitlint.files.process import Process, ProcessError
from tests.scan_trees import make_repository, run_git

DUBIOUS = b"""\
fatal: detected dubious ownership in repository at '/srv/nixpkgs'
To add an exception for this directory, call:

\tgit config --global --add safe.directory /srv/nixpkgs
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", {"a.nix": "1", "sub/b.nix": "2"})


def found(folder: Path, *, of_hook: bool = False) -> Repository:
    repository = repository_of(str(folder), of_hook=of_hook)
    assert repository is not None
    return repository


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"", ""),
        (b"fatal: not a git repository\n", "not a git repository"),
        (b"warning: so\nerror: bad object\nhint: none\n", "bad object"),
        (b"something else\n", "something else"),
        (
            DUBIOUS,
            "detected dubious ownership in repository at '/srv/nixpkgs'; if you trust it: "
            "`git config --global --add safe.directory /srv/nixpkgs`",
        ),
    ],
)
def test_of_what_git_says_the_reason_is_told(said: bytes, told: str) -> None:
    assert complaint(said) == told


def test_no_variable_of_the_caller_leads_git_elsewhere_but_settings_of_the_user_count(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DIR", "WORK_TREE", "EXEC_PATH", "EXTERNAL_DIFF", "SSH_COMMAND", "PAGER", "CONFIG_COUNT"):
        monkeypatch.setenv(f"GIT_{name}", "1")
    environment = found(folder).environment()
    told = {name: value for name, value in environment.items() if value == "1" and name.startswith("GIT_")}
    assert set(told) == {"GIT_CONFIG_COUNT", "GIT_NO_LAZY_FETCH"}
    assert environment["GIT_WORK_TREE"] == str(folder)
    assert environment["HOME"] == os.environ["HOME"]


def test_the_index_of_a_hook_is_used_for_its_own_repository_only(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repository(tmp_path / "other", {"c.nix": "3"})
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index.lock")
    assert found(folder, of_hook=True).index == str(folder / ".git/next-index.lock")
    assert found(folder / "sub", of_hook=True).environment()["GIT_INDEX_FILE"] == str(folder / ".git/next-index.lock")
    assert found(folder).index == str(folder / ".git/index")
    assert "GIT_INDEX_FILE" not in found(other, of_hook=True).environment()


def test_a_folder_is_asked_about_in_the_repository_around_it(folder: Path) -> None:
    repository = found(folder / "sub")
    assert (repository.top, repository.folder) == (str(folder), "sub")
    assert repository.names("ls-files", "-z", *repository.inside()) == ["b.nix"]


def test_a_folder_that_looks_like_a_bare_repository_is_one_only_if_it_is_named(folder: Path) -> None:
    run_git(folder, "init", "-q", "--bare", "sub/bare.git")
    assert found(folder / "sub/bare.git").top == str(folder)
    inner = bare(str(folder / "sub/bare.git"))
    assert inner is not None
    assert inner.top == str(folder / "sub/bare.git")
    assert bare(str(folder)) is None


def test_a_git_folder_that_git_would_not_take_is_passed_over(folder: Path) -> None:
    (folder / "sub/.git").mkdir()
    assert found(folder / "sub").top == str(folder)
    (folder / "sub/.git").rmdir()
    (folder / "sub/.git").write_text("gitdir: nowhere\n")
    assert found(folder / "sub").top == str(folder)
    (folder / "sub/.git").unlink()
    os.mkfifo(folder / "sub/.git")
    assert found(folder / "sub").top == str(folder)


def test_a_linked_work_tree_and_a_submodule_are_repositories(folder: Path, tmp_path: Path) -> None:
    run_git(folder, "worktree", "add", "-q", str(tmp_path / "linked"))
    linked = found(tmp_path / "linked")
    assert linked.names("ls-files", "-z") == ["a.nix", "sub/b.nix"]
    assert linked.index == str(folder / ".git/worktrees/linked/index")
    outer = make_repository(tmp_path / "outer", {"x.nix": "1"})
    run_git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(folder), "inner")
    inner = found(outer / "inner" / "sub")
    assert (inner.top, inner.folder) == (str(outer / "inner"), "sub")
    assert inner.names("ls-files", "-z", *inner.inside()) == ["b.nix"]


def test_a_name_that_leads_out_of_the_tree_is_none(folder: Path) -> None:
    repository = found(folder)
    names = (b"../x.nix", b"/etc/x.nix", b"a/../../x.nix", b"..", b"", b"a/..b.nix", b"..a/b.nix")
    assert [repository.inner(name) for name in names] == [None, None, None, None, None, "a/..b.nix", "..a/b.nix"]


def test_git_is_not_taken_from_the_current_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "git").write_text("#!/bin/sh\ntouch fired\n")
    (folder / "git").chmod(0o755)
    monkeypatch.chdir(folder)
    for path in (".", "", ":/nonexistent:."):
        monkeypatch.setenv("PATH", path)
        with pytest.raises(NoGitError):
            found(folder).run("ls-files")
    assert not (folder / "fired").exists()


def test_where_there_is_no_repository_git_says_so(tmp_path: Path) -> None:
    assert repository_of(str(tmp_path)) is None
    with pytest.raises(GitError, match="is not in a git repository"):
        repository_at(str(tmp_path))


@pytest.mark.parametrize("name", ["config", "index", "info/exclude", "packed-refs", "objects/info/alternates"])
def test_git_does_not_wait_for_a_fifo_in_its_folder(folder: Path, name: str) -> None:
    path = folder / ".git" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with pytest.raises(GitError, match=f"{name} is neither a file nor a folder"):
        found(folder).run("ls-files")


def test_git_is_given_up_where_it_waits_for_a_fifo_that_nobody_foresaw(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_LOOK", 50)
    os.mkfifo(folder / "sub/.gitignore")
    with pytest.raises(GitError, match="was stopped: it is waiting"):
        found(folder).run("ls-files", "--others", "--exclude-standard")


def test_a_program_that_works_without_a_word_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LOOK", 50)
    busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done"
    with Process(["/bin/sh", "-c", busy], {}) as working:
        assert b"".join(working) == b"done\n"
        working.end()


def test_what_a_program_says_of_its_failure_is_kept(tmp_path: Path) -> None:
    with Process(["/bin/sh", "-c", "echo out; echo why >&2; exit 3"], {}) as running:
        assert running.read() == b"out\n"
        with pytest.raises(ProcessError) as caught:
            running.end()
    assert (caught.value.status, caught.value.said) == (3, b"why\n")
    with pytest.raises(ProcessError, match="cannot be started: No such file"):
        Process([str(tmp_path / "none")], {})


def test_a_program_that_complains_at_length_does_not_get_stuck() -> None:
    with Process(["/bin/sh", "-c", "head -c 1000000 /dev/zero >&2; echo done"], {}) as running:
        assert b"".join(running) == b"done\n"
        running.end()


def test_no_process_is_left_behind() -> None:
    running = Process(["/bin/sh", "-c", "exec sleep 1000"], {})
    pid = running._pid
    running.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
