from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.files.git import bare, repository_of
from splitlint.scan.targets.remotes import Remote, parse_remote, remote_of
from tests.scan_trees import make_repository, run_git


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("https://github.com/o/r", "https://github.com/o/r/blob/1f"),
        ("https://github.com/o/r.git/", "https://github.com/o/r/blob/1f"),
        ("git@github.com:o/r.git", "https://github.com/o/r/blob/1f"),
        ("ssh://git@ssh.github.com:443/o/r.git", "https://github.com/o/r/blob/1f"),
        ("git+ssh://git@GitHub.com/o/r", "https://github.com/o/r/blob/1f"),
        ("https://gitlab.com/group/sub/r.git", "https://gitlab.com/group/sub/r/-/blob/1f"),
        ("git@gitlab.example.org:o/r.git", "https://gitlab.example.org/o/r/-/blob/1f"),
        ("https://codeberg.org/o/r.git", "https://codeberg.org/o/r/src/commit/1f"),
        ("git@git.sr.ht:~o/r", "https://git.sr.ht/~o/r/tree/1f/item"),
        ("https://git.example.org/r.git", ""),
    ],
)
def test_files_are_seen_where_the_site_shows_them(url: str, file: str) -> None:
    remote = parse_remote(url)
    assert remote is not None
    assert remote.base("1f") == file
    assert remote.base("") == ""


@pytest.mark.parametrize(
    "url",
    [
        *("", "/srv/git/r.git", "../r", "file:///srv/r.git", "r", "C:/r", "ext::sh x"),
        *("https://github.com/", "https://github.com/o/../r", "https://github.com/o/r?x#y"),
    ],
)
def test_what_is_not_on_the_web_has_no_address(url: str) -> None:
    assert parse_remote(url) is None


def test_passwords_stay_out_of_addresses() -> None:
    remote = parse_remote("https://user:s3cret@github.com/o/r.git")
    assert remote == Remote("https://github.com/o/r", "blob/{commit}")
    assert remote.commit("1f") == "https://github.com/o/r/commit/1f"


def test_markup_in_an_address_is_quoted() -> None:
    remote = parse_remote("https://github.com/o/r)<b>[x](y")
    assert remote is not None
    assert not set("()<>[]") & set(remote.address)


def test_origin_counts_before_other_remotes(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "r", {"sub/a.nix": "1"})
    repository = repository_of(str(folder / "sub"))
    assert repository is not None
    assert remote_of(repository) is None
    run_git(folder, "remote", "add", "fork", "git@github.com:fork/r.git")
    assert remote_of(repository) == parse_remote("git@github.com:fork/r.git")
    run_git(folder, "remote", "add", "origin", "https://gitlab.com/o/r.git")
    assert remote_of(repository) == parse_remote("https://gitlab.com/o/r")


def test_a_bare_clone_has_a_remote_too(tmp_path: Path) -> None:
    make_repository(tmp_path / "r", {"a.nix": "1"})
    run_git(tmp_path, "clone", "-q", "--bare", "r", "r.git")
    run_git(tmp_path / "r.git", "remote", "set-url", "origin", "https://github.com/o/r")
    repository = bare(str(tmp_path / "r.git"))
    assert repository is not None
    assert remote_of(repository) == parse_remote("https://github.com/o/r")
