"""Which files are checked: in git, outside git, by name, and what is left out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from splitlint.config import Config
from splitlint.files.discover import discover

NIX = frozenset({"nix"})
ALL = frozenset({"nix", "shell", "python", "text"})


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lay(*names: str, text: str = "{ }\n") -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def found(*paths: str, config: Config | None = None, languages: frozenset[str] = NIX) -> Sequence[str]:
    return [file.path for file in discover(paths, config or Config(root=os.getcwd()), languages=languages).files]


def test_outside_git_a_folder_gives_the_files_of_our_languages_in_order() -> None:
    lay("b.nix", "a/z.nix", "a/c.txt", "a/s.sh", "a/p.py", "README.md")
    assert found(".") == ["a/z.nix", "b.nix"]
    assert found(".", languages=frozenset({"nix", "shell"})) == ["a/s.sh", "a/z.nix", "b.nix"]
    assert found(".", languages=ALL) == ["README.md", "a/c.txt", "a/p.py", "a/s.sh", "a/z.nix", "b.nix"]


def test_files_without_a_suffix_may_be_scripts() -> None:
    lay("run", "LICENSE")
    assert found(".") == []
    assert found(".", languages=frozenset({"shell"})) == ["LICENSE", "run"]


def test_paths_keep_the_form_they_were_given_in() -> None:
    lay("a/b.nix")
    assert found("a") == ["a/b.nix"]
    assert found("./a/") == ["a/b.nix"]
    assert found("a/../a/b.nix") == ["a/b.nix"]


def test_an_absolute_path_below_the_current_folder_is_shown_relative(tmp_path: Path) -> None:
    lay("a/b.nix")
    assert found(str(tmp_path / "a")) == ["a/b.nix"]


def test_an_absolute_path_elsewhere_stays_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay("a/b.nix", "c/d.nix")
    monkeypatch.chdir(tmp_path / "c")
    assert found(str(tmp_path / "a")) == [str(tmp_path / "a/b.nix")]
    assert found("../a") == ["../a/b.nix"]


def test_a_file_given_twice_is_checked_once() -> None:
    lay("a/b.nix")
    assert found("a", "a/b.nix", ".") == ["a/b.nix"]


def test_outside_git_ignore_files_are_honoured_the_deeper_one_wins() -> None:
    lay("a.nix", "gen/b.nix", "sub/c.nix", "sub/keep.nix", "sub/deep/c.nix")
    Path(".gitignore").write_text("gen/\nkeep.nix\nc.nix\n")
    Path("sub/.ignore").write_text("!keep.nix\n")
    Path("sub/deep/.gitignore").write_text("!c.nix\n")
    result = discover(["."], Config(root=os.getcwd()), languages=NIX)
    assert [file.path for file in result.files] == ["a.nix", "sub/deep/c.nix", "sub/keep.nix"]
    assert result.skipped == 2


def test_in_git_the_tracked_and_the_unignored_files_count() -> None:
    git("init", "-q")
    lay("tracked.nix", "new.nix", "ignored.nix", "tracked-though-ignored.nix", "sub/x.nix")
    Path(".gitignore").write_text("*ignored.nix\n")
    git("add", "tracked.nix")
    git("add", "-f", "tracked-though-ignored.nix")
    assert found(".") == ["new.nix", "sub/x.nix", "tracked-though-ignored.nix", "tracked.nix"]
    assert found("sub") == ["sub/x.nix"]


def test_in_git_names_with_odd_characters_come_through() -> None:
    git("init", "-q")
    lay("a b.nix", "ä.nix", 'q"\n.nix')
    assert sorted(found(".")) == sorted(["a b.nix", "ä.nix", 'q"\n.nix'])


def test_a_folder_that_git_ignores_is_checked_if_it_is_named() -> None:
    git("init", "-q")
    lay("gen/x.nix")
    Path(".gitignore").write_text("gen/\n")
    assert found(".") == []
    assert found("gen") == ["gen/x.nix"]


def test_an_empty_folder_in_git_gives_nothing() -> None:
    git("init", "-q")
    lay("a/x.nix")
    Path("b").mkdir()
    assert found("b") == []


def test_a_folder_named_git_that_is_no_repository_is_walked() -> None:
    Path(".git").mkdir()
    lay("a.nix", ".git/b.nix")
    assert found(".") == ["a.nix"]


def test_without_git_on_the_machine_folders_are_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    git("init", "-q")
    lay("a.nix")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert found(".") == ["a.nix"]


def test_excluded_folders_are_left_out_and_counted() -> None:
    lay("a.nix", "vendor/b.nix", "vendor/c.nix")
    config = Config(exclude=("vendor/",), root=os.getcwd())
    assert found(".", config=config) == ["a.nix"]
    git("init", "-q")
    result = discover(["."], config, languages=NIX)
    assert [file.path for file in result.files] == ["a.nix"]
    assert result.skipped == 2


def test_exclude_is_relative_to_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay("sub/vendor/b.nix", "sub/a.nix")
    monkeypatch.chdir(tmp_path / "sub")
    assert found(".", config=Config(exclude=("sub/vendor",), root=str(tmp_path))) == ["a.nix"]


def test_a_named_file_is_checked_though_excluded_unless_forced() -> None:
    lay("vendor/b.nix")
    config = Config(exclude=("vendor/",), root=os.getcwd())
    assert found("vendor/b.nix", config=config) == ["vendor/b.nix"]
    assert discover(["vendor/b.nix"], config, languages=NIX, force_exclude=True)[:3] == ((), (), 1)


def test_a_named_file_is_taken_whatever_its_suffix() -> None:
    lay("odd.name")
    assert found("odd.name") == ["odd.name"]


def test_links_are_not_followed_unless_named() -> None:
    lay("real/a.nix")
    Path("loop").symlink_to(".", target_is_directory=True)
    Path("real/loop").symlink_to("..", target_is_directory=True)
    Path("link.nix").symlink_to("real/a.nix")
    assert found(".") == ["real/a.nix"]
    assert found("link.nix") == ["link.nix"]
    assert found("loop") == ["loop/real/a.nix"]


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda path: None, "there is no such file or folder"),
        (lambda path: path.symlink_to("nowhere"), "is a dangling link: nowhere does not exist"),
        (lambda path: path.symlink_to(path.name), "cannot be read: Too many levels of symbolic links"),
    ],
)
def test_a_named_path_that_is_not_there_is_a_problem(
    tmp_path: Path, make: Callable[[Path], None], complaint: str
) -> None:
    make(tmp_path / "x.nix")
    lay("y.nix")
    result = discover(["x.nix", "y.nix"], Config(root=os.getcwd()), languages=NIX)
    assert result.problems == (("x.nix", complaint, True),)
    assert [file.path for file in result.files] == ["y.nix"]


def test_a_folder_that_cannot_be_read_is_a_problem_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    really_scan = os.scandir

    def refuse(path: str) -> object:
        if path == "closed/":
            raise PermissionError(13, "Permission denied")
        return really_scan(path)

    lay("a.nix", "closed/b.nix")
    monkeypatch.setattr(os, "scandir", refuse)
    result = discover(["."], Config(root=os.getcwd()), languages=NIX)
    assert result.problems == (("closed", "cannot be read: Permission denied", True),)
    assert [file.path for file in result.files] == ["a.nix"]


def test_a_submodule_is_another_repository() -> None:
    lay("inner/x.nix", "a.nix")
    for folder in ("inner", "."):
        git("-C", folder, "init", "-q")
    git("-C", "inner", "add", ".")
    git("-C", "inner", "commit", "-qm", "x")
    git("add", ".")
    assert found(".") == ["a.nix"]
    assert found("inner") == ["inner/x.nix"]
