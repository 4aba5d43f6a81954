"""`splitlint scan --patches`: what is written for the repositories of the corpus applies, and does what it says."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from splitlint.cli.main import main
from splitlint.cli.scans.patches import file_names
from splitlint.scan.progress import Watch
from tests.pins.locks import lock, nixpkgs
from tests.scan_trees import make_repository, make_tree, run_git
from tests.test_corpus import REPOSITORIES

SCAN = ("scan", "--isolated", "--executor", "here", "--no-cache", "--no-history")
SAFE = '{ pkgs, lib }:\n{\n  a = "${pkgs.linux}/lib/modules";\n}\n'
BY_HAND = '{ pkgs }: pkgs.linux.overrideAttrs { postInstall = "rm $out/x"; }\n'
Scanned = dict[str, Any]


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> Scanned:
    """The JSON report of a scan that ends well."""
    capsys.readouterr()
    assert main([*SCAN, "--format", "json", *arguments]) == 0
    document: Scanned = json.loads(capsys.readouterr().out)
    return document


def kinds(document: Scanned) -> Counter[tuple[str, str, str]]:
    """The findings of a report, without their lines: these move."""
    return Counter((one["path"], one["rule"], one["message"]) for one in document["findings"] if not one["suppressed"])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("revision", ["", "@HEAD"])
def test_applied_to_the_corpus_exactly_what_was_to_be_fixed_is_gone(
    revision: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [source.name for source in REPOSITORIES]
    for source in REPOSITORIES:
        shutil.copytree(source, here / source.name)
        make_repository(here / source.name, {})
    before = scanned(capsys, *(f"{name}={name}{revision}" for name in names), "--patches", "out")
    separator = ":" if revision else "/"
    for name in names:
        for patch in (f"{name}.patch", f"{name}-unsafe.patch"):
            if (here / "out" / patch).exists():
                run_git(here / name, "apply", "--check", str(here / "out" / patch))
                run_git(here / name, "apply", str(here / "out" / patch))
    after = scanned(capsys, *(f"{name}={name}" for name in names))
    fixed = Counter(
        (one["path"].replace(separator, "/", 1), one["rule"])
        for one in before["findings"]
        if not one["suppressed"] and any(fix["edits"] for fix in one["fixes"])
    )
    assert fixed.total() > 80
    was = Counter({(path.replace(separator, "/", 1), rule): 0 for path, rule, _ in kinds(before)})
    was.update((path.replace(separator, "/", 1), rule) for path, rule, _ in kinds(before).elements())
    now = Counter((path, rule) for path, rule, _ in kinds(after).elements())
    assert now - was == Counter()
    gone = was - now
    assert fixed - gone == Counter()
    for name in names:
        found = any(path.startswith(f"{name}/") for path, _ in was)
        assert (here / "out" / f"{name}.md").exists() is found
        text = (here / "out" / f"{name}.md").read_text() if found else ""
        below = {place: count for place, count in gone.items() if place[0].startswith(f"{name}/")}
        claimed = re.findall(r"a second run finds (\d+) of these places fixed and no new ones", text)
        # What is gone without a fix of its own is not said to be fixed.
        beside = Counter(below) - fixed
        assert sum(map(int, claimed)) == sum(below.values()) - beside.total(), name
        assert ("although nothing was changed here" in text) is (beside.total() > 0), name


def test_unsafe_fixes_are_apart_and_what_is_left_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = "  K=${pkgs.linux}\n  cp $K/bzImage $out\n  cp -r $K/lib/modules $out\n"
    unsafe = f"{{ pkgs, lib }}:\npkgs.runCommand \"x\" {{ }} ''\n{script}''\n"
    make_repository(here / "r", {"safe.nix": SAFE, "unsafe.nix": unsafe, "hand.nix": BY_HAND})
    scanned(capsys, "name=r", "--patches", "out")
    assert "unsafe.nix" not in (here / "out/name.patch").read_text()
    assert "+++ b/unsafe.nix" in (here / "out/name-unsafe.patch").read_text()
    text = (here / "out/name.md").read_text()
    assert text.startswith("# Adapt to nixpkgs 25.11: ")
    assert "## Apart, to be reviewed: `name-unsafe.patch`" in text
    assert "`hand.nix:1`: by hand: " in text.partition("## Not changed")[2]
    assert "work before and after the change" in text


def test_a_patch_for_a_folder_of_a_repository_applies_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_repository(here / "r", {"nix/sub dir/a.nix": SAFE, "b.nix": SAFE})
    run_git(here / "r", "remote", "add", "origin", "git@github.com:o/r.git")
    scanned(capsys, "part=r/nix", "--patches", "out")
    run_git(here / "r/nix", "apply", str(here / "out/part.patch"))
    assert run_git(here / "r", "status", "--porcelain") == 'M "nix/sub dir/a.nix"'
    head = run_git(here / "r", "rev-parse", "HEAD")
    assert f"(https://github.com/o/r/blob/{head}/nix/sub%20dir/a.nix#L3)" in (here / "out/part.md").read_text()


def test_a_file_that_was_changed_since_the_commit_is_said_and_not_linked(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_repository(here / "r", {"a.nix": SAFE, "b.nix": SAFE})
    run_git(here / "r", "remote", "add", "origin", "https://github.com/o/r")
    (here / "r/a.nix").write_text("# changed\n" + SAFE)
    scanned(capsys, "r", "--patches", "out")
    text = (here / "out/r.md").read_text()
    assert "The files `a.nix` had uncommitted changes" in text
    assert "/b.nix#L3)" in text
    assert "/a.nix" not in text
    run_git(here / "r", "apply", "--check", str(here / "out/r.patch"))


def test_patches_of_an_earlier_run_that_are_not_made_again_go(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_repository(here / "r", {"a.nix": SAFE})
    make_tree(here / "out", {"other.patch": "mine"})
    scanned(capsys, "r", "--patches", "out")
    assert sorted(path.name for path in (here / "out").iterdir()) == ["other.patch", "r.md", "r.patch"]
    run_git(here / "r", "apply", str(here / "out/r.patch"))
    scanned(capsys, "r", "--patches", "out")
    assert [path.name for path in (here / "out").iterdir()] == ["other.patch"]


def test_line_ends_and_a_missing_last_one_survive(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_repository(here / "r", {"default.nix": "{ }"})
    (here / "r/crlf.nix").write_bytes(SAFE.replace("\n", "\r\n").encode())
    (here / "r/end.nix").write_bytes(SAFE.rstrip().encode())
    run_git(here / "r", "-c", "core.autocrlf=false", "add", "-A")
    scanned(capsys, "r", "--patches", "out")
    run_git(here / "r", "apply", str(here / "out/r.patch"))
    assert b"\r\n" in (here / "r/crlf.nix").read_bytes()
    assert scanned(capsys, "r")["summary"]["findings"] == 0


def test_a_rule_that_is_not_to_be_fixed_is_not(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_repository(here / "r", {"a.nix": SAFE})
    (here / "own.toml").write_text('no-fix = ["modules-path"]\n')
    arguments = [*SCAN[:1], "--config", "own.toml", *SCAN[2:], "r", "--patches", "out"]
    assert main(arguments) == 0
    assert [path.name for path in (here / "out").iterdir()] == ["r.md"]


def test_an_only_new_nixpkgs_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_repository(here / "r", {"a.nix": SAFE})
    scanned(capsys, "r", "--nixpkgs", "25.11", "--patches", "out")
    assert "The changes need nixpkgs 25.11 or newer." in (here / "out/r.md").read_text()


def test_the_text_says_when_it_breaks_with_the_nixpkgs_that_is_pinned(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_repository(
        here / "r", {"a.nix": SAFE, "flake.lock": lock({"nixpkgs": nixpkgs("nixos-unstable", "2025-10-01")})}
    )
    scanned(capsys, "r", "--patches", "out")
    text = (here / "out/r.md").read_text()
    assert "\n\nBroken now: `nixpkgs` in flake.lock is nixos-unstable of 2025-10-01.\n\n" in text
    assert "does not know which nixpkgs" not in text


def test_the_text_says_of_each_lock_how_many_places_break_when(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = lock({"nixpkgs": nixpkgs("nixos-25.05", "2025-10-01")})
    now = lock({"nixpkgs": nixpkgs("nixos-unstable", "2025-10-01")})
    files = {"a/a.nix": SAFE, "a/flake.lock": later, "b/b.nix": SAFE, "b/c.nix": SAFE, "b/flake.lock": now}
    make_repository(here / "r", files)
    scanned(capsys, "r", "--patches", "out")
    assert (
        "With the nixpkgs that is pinned:\n\n"
        "- 2 places: broken now: `nixpkgs` in b/flake.lock is nixos-unstable of 2025-10-01\n"
        "- 1 place: breaks with the update to 25.11: `nixpkgs` in a/flake.lock is nixos-25.05 of 2025-10-01\n\n"
    ) in (here / "out/r.md").read_text()


@pytest.mark.parametrize("arguments", [(), ("--nixpkgs", "25.11")])
def test_the_text_says_that_nothing_is_pinned_that_anybody_could_read(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    make_repository(here / "r", {"a.nix": SAFE})
    scanned(capsys, "r", "--patches", "out", *arguments)
    text = (here / "out/r.md").read_text()
    assert "it does not know which nixpkgs is pinned here" in text
    assert "roken now" not in text


def test_code_of_the_target_is_no_markup_in_the_text(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "@everyone <img src=x> `` ](x).nix"
    make_repository(here / "r", {name: SAFE.replace("pkgs.linux", 'pkgs."linux_<b>@all`x`"')})
    scanned(capsys, "r", "--patches", "out")
    text = re.sub(r"(`+).+?\1", "", (here / "out/r.md").read_text())
    assert "@e" not in text
    assert "<img" not in text
    assert "<b>" not in text.replace("\\<b\\>", "")


def test_a_link_out_of_the_tree_is_not_written_through(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work, elsewhere = here / "r", here / "elsewhere"
    make_repository(work, {"a.nix": SAFE})
    elsewhere.mkdir()
    (work / "out").symlink_to(elsewhere)
    assert main([*SCAN, str(work), "--patches", str(work / "out")]) == 2
    assert "is not used: the link" in capsys.readouterr().err
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("arguments", [["--history"], ["--compare"]])
def test_without_a_scan_there_is_nothing_to_patch(
    arguments: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", "--db", "h", *arguments, "--patches", "out"]) == 2
    assert "--patches needs a scan" in capsys.readouterr().err


def test_the_overview_says_what_was_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_repository(here / "r", {"a.nix": SAFE})
    make_repository(here / "hand", {"a.nix": BY_HAND})
    make_repository(here / "clean", {"a.nix": "{ }"})
    assert main([*SCAN, "clean", "hand", "r", "--patches", "out"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "out/r.md: 1 finding; out/r.patch fixes 1" in lines
    assert "out/hand.md: 1 finding; no fixes" in lines
    assert lines[0].split() == [
        "target",
        "files",
        "errors",
        "warnings",
        "info",
        "silent",
        "safe",
        "unsafe",
        "by",
        "hand",
        "worst",
    ]
    assert [line.split()[0] for line in lines[1:4]] == ["r", "hand", "clean"]


def test_names_of_files_are_plain_and_each_another() -> None:
    names = list(file_names(["a", "A", "a-unsafe", "../x/y.git@v1", "/", "a b", "ü/\n", "a"]))
    assert names == ["a", "A-2", "a-unsafe-2", "x+y.git@v1", "target", "a+b", "ü", "a-3"]


def test_what_is_only_taken_away_is_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    option = "{ virtualisation.libvirtd.qemu = {\n  runAsRoot = false;\n  ovmf.enable = true;\n}; }\n"
    make_repository(here / "r", {"vm.nix": option})
    scanned(capsys, "r", "--patches", "out")
    assert "`vm.nix:3`: remove it: `ovmf.enable = true;`" in (here / "out/r.md").read_text()


def test_many_places_do_not_make_a_text_that_no_form_takes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f'  a{number} = "${{pkgs.linux}}/lib/modules/{number}/{"x" * 90}";\n' for number in range(400)]
    make_repository(here / "r", {"a.nix": "{ pkgs, lib }: {\n" + "".join(lines) + "}\n"})
    scanned(capsys, "r", "--patches", "out")
    text = (here / "out/r.md").read_text()
    assert len(text) < 65_536
    assert "400 places in this repository break" in text
    assert "- and 370 more" in text
    assert "finds 400 of these places fixed" in text


def test_an_interrupted_scan_leaves_the_files_of_what_it_has_not_seen(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupting(Watch):
        def checked(self, files: int) -> None:
            raise KeyboardInterrupt

    make_repository(here / "r", {"a.nix": SAFE})
    scanned(capsys, "r", "--patches", "out")
    before = (here / "out/r.patch").read_text()
    monkeypatch.setattr("splitlint.cli.commands.scan._watch", lambda options: Interrupting())
    assert main([*SCAN, "r", "--patches", "out"]) == 130
    assert (here / "out/r.patch").read_text() == before


def test_without_fixes_the_tree_is_not_searched_again(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise AssertionError("the tree is searched again")

    make_repository(here / "r", {"a.nix": BY_HAND})
    monkeypatch.setattr("splitlint.scan.patches.tree.searched", fail)
    scanned(capsys, "r", "--patches", "out")
    assert "`a.nix:1`: by hand: " in (here / "out/r.md").read_text()
