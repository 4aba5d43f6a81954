"""`splitlint check --staged`: what a commit brings, wherever it shows."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.cli import staged
from splitlint.cli.main import main

IMAGE = "{ runCommand, k }:\nrunCommand \"img\" { } ''\n  cp -r ${k}/lib/modules $out\n''\n"
FLAKE = """\
{ outputs = { nixpkgs, ... }: let pkgs = nixpkgs.legacyPackages.x; in {
  img = pkgs.callPackage ./%s { k = %s; };
}; }
"""
HELLO, KERNEL = (FLAKE % ("img.nix", f"pkgs.{name}") for name in ("hello", "linux_6_12"))
BROKEN = '{ pkgs }: "${pkgs.linux}/lib/modules"\n'

Found = tuple[int, list[str]]


def git(*arguments: str) -> None:
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("PRE_COMMIT_FROM_REF", "GIT_INDEX_FILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    git("init", "-q")


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Callable[..., Found]:
    """The exit code of `splitlint check --staged`, and the places of what it finds."""

    def check(*arguments: str) -> Found:
        code = main(["check", "--staged", "--format", "json", *arguments])
        findings = json.loads(capsys.readouterr().out)["findings"]
        return code, [f"{one['path']}:{one['line']}" for one in findings]

    return check


Check = Callable[..., Found]


def commit(**texts: str) -> None:
    """Commits files by their names, `_` for `.`."""
    stage(**texts)
    git("commit", "-qm", "x", "--allow-empty")


def stage(**texts: str) -> None:
    for name, text in texts.items():
        Path(name.replace("_", ".")).write_text(text)
    git("add", "-A")


def test_a_finding_in_a_file_that_is_not_staged(check: Check) -> None:
    commit(img_nix=IMAGE, flake_nix=HELLO)
    assert check() == (0, [])
    stage(flake_nix=KERNEL)
    assert check() == (1, ["img.nix:3"])


def test_before_the_first_commit_everything_is_new(check: Check) -> None:
    stage(img_nix=IMAGE, flake_nix=KERNEL, bad_nix=BROKEN)
    assert check() == (1, ["bad.nix:1", "img.nix:3"])


def test_what_was_there_before_is_not_told_even_if_it_moved(check: Check) -> None:
    commit(img_nix=IMAGE, flake_nix=KERNEL, bad_nix=BROKEN)
    stage(img_nix="# one\n" + IMAGE, bad_nix="\n" + BROKEN)
    assert check() == (0, [])


def test_one_more_of_the_same_is_new(check: Check) -> None:
    commit(bad_nix=BROKEN)
    stage(bad_nix='{ pkgs }: [\n"${pkgs.linux}/lib/modules"\n"${pkgs.linux}/lib/modules"\n]\n')
    code, places = check()
    assert (code, len(places)) == (1, 2)
    commit()
    place = '"${pkgs.linux}/lib/modules"\n'
    stage(bad_nix=f"{{ pkgs }}: [\n{place}\n{place}{place}]\n")
    assert check() == (1, ["bad.nix:5"])


def test_what_counts_is_the_index_and_not_the_work_tree(check: Check) -> None:
    commit(img_nix=IMAGE, flake_nix=HELLO)
    stage(flake_nix=KERNEL)
    Path("flake.nix").write_text(HELLO)
    Path("img.nix").write_text("{ }\n")
    assert check() == (1, ["img.nix:3"])
    git("add", "img.nix")
    Path("img.nix").write_text(IMAGE)
    assert check() == (0, [])


def test_the_lines_that_are_shown_are_those_of_the_index(capsys: pytest.CaptureFixture[str]) -> None:
    commit(img_nix=IMAGE, flake_nix=HELLO)
    stage(flake_nix=KERNEL)
    Path("flake.nix").write_text("something else\n" * 9)
    assert main(["check", "--staged"]) == 1
    assert "2 |   img = pkgs.callPackage ./img.nix { k = pkgs.linux_6_12; };" in capsys.readouterr().out


def test_a_file_that_is_staged_and_gone_from_the_work_tree(check: Check) -> None:
    stage(bad_nix=BROKEN)
    Path("bad.nix").unlink()
    assert check() == (1, ["bad.nix:1"])


def test_what_is_neither_tracked_nor_staged_is_not_looked_at(check: Check) -> None:
    commit()
    Path("bad.nix").write_text(BROKEN)
    assert check() == (0, [])


def test_a_renamed_file_is_what_it_was_under_its_old_name(check: Check) -> None:
    commit(img_nix=IMAGE, flake_nix=KERNEL, bad_nix=BROKEN)
    git("mv", "img.nix", "image.nix")
    git("mv", "bad.nix", "worse.nix")
    stage(flake_nix=KERNEL.replace("img.nix", "image.nix"))
    assert check() == (0, [])


def test_removing_what_spoke_against_a_finding_brings_it(check: Check) -> None:
    image = IMAGE.replace("k", "kernel").replace("runCommernel", "runComm")
    image = image.replace('runCommand "', '# ${kernel.modDirVersion}\nrunCommand "')
    image = image.replace("$out", "$out/${kernel.modDirVersion}")
    vendor = '{ stdenv, callPackage }: callPackage ./img.nix { kernel = stdenv.mkDerivation { name = "k"; }; }\n'
    commit(img_nix=image, vendor_nix=vendor)
    assert main(["check", "--quiet"]) == 0
    Path("vendor.nix").unlink()
    stage()
    assert check() == (1, ["img.nix:4"])


def test_named_files_that_are_not_staged_are_checked_as_they_are(check: Check) -> None:
    commit(img_nix=IMAGE, flake_nix=KERNEL, bad_nix=BROKEN)
    assert check() == (0, [])
    assert check("bad.nix") == (1, ["bad.nix:1"])
    assert check(".") == (1, ["bad.nix:1", "img.nix:3"])
    stage(bad_nix="\n" + BROKEN)
    assert check("bad.nix") == (0, [])


def test_below_the_top_of_the_repository_paths_are_relative(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sub").mkdir()
    commit(img_nix=IMAGE, flake_nix=HELLO)
    stage(flake_nix=KERNEL)
    monkeypatch.chdir("sub")
    assert check() == (1, ["../img.nix:3"])


def test_excluded_files_stay_excluded_even_if_named(check: Check) -> None:
    stage(_splitlint_toml='exclude = ["bad.nix"]\n', bad_nix=BROKEN)
    assert check("bad.nix") == (0, [])


def test_scripts_are_checked_too_and_change_nothing_elsewhere(check: Check) -> None:
    commit(img_nix=IMAGE, flake_nix=KERNEL)
    stage(boot_sh="kexec -l /run/booted-system/kernel-modules/bzImage\n")
    assert check() == (1, ["boot.sh:1"])


def test_the_commit_that_a_runner_of_hooks_names_is_compared_with(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(img_nix=IMAGE, flake_nix=HELLO)
    commit(flake_nix=KERNEL)
    assert check() == (0, [])
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    assert check() == (1, ["img.nix:3"])
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "nothing")
    assert main(["check", "--staged"]) == 2


def test_nothing_staged_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    commit(img_nix=IMAGE)
    assert main(["check", "--staged"]) == 0
    assert capsys.readouterr().out == "note: index: nothing is staged\nNothing was checked.\n"


def test_in_a_large_repository_only_staged_files_are_checked_which_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(staged, "MOST_NIX_FILES", 1)
    commit(img_nix=IMAGE, flake_nix=HELLO)
    stage(flake_nix=KERNEL)
    assert main(["check", "--staged"]) == 0
    assert "has 2 Nix files: only the staged files are checked" in capsys.readouterr().out
    stage(bad_nix=BROKEN)
    assert main(["check", "--staged"]) == 1


def test_a_comment_that_excuses_nothing_any_more_is_told(check: Check) -> None:
    excused = IMAGE.replace("$out", "$out # splitlint: ignore[modules-path] pinned")
    commit(img_nix=excused, flake_nix=KERNEL)
    stage(flake_nix=HELLO)
    assert check() == (1, ["img.nix:3"])


def test_a_syntax_error_that_a_change_brings_is_told(check: Check) -> None:
    commit(img_nix=IMAGE, flake_nix=HELLO)
    stage(img_nix=IMAGE + "\n)")
    assert check() == (1, ["img.nix:6"])


@pytest.mark.parametrize("flag", ["--fix", "--diff", "--since=HEAD", "--stdin-filename=a.nix", "--write-baseline=b"])
def test_flags_that_do_not_go_with_it(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--staged", flag]) == 2
    assert "--staged" in capsys.readouterr().err


def test_outside_of_git_it_says_what_it_needs(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("plain"))
    assert main(["check", "--staged"]) == 2
    assert "--staged: needs a git work tree, and git" in capsys.readouterr().err


def test_a_baseline_hides_what_it_knows(check: Check) -> None:
    stage(bad_nix=BROKEN)
    assert main(["check", "--quiet", "--write-baseline", "baseline.json"]) == 0
    assert check("--baseline", "baseline.json") == (0, [])
