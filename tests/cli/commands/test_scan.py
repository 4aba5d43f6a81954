from __future__ import annotations

import io
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from splitlint.cli.main import main
from splitlint.findings.finding import Result
from splitlint.report import html
from splitlint.scan.progress import LAST_LEG, Bars, Watch
from splitlint.scan.results.history import History, HistoryError
from splitlint.scan.workers.pools import WorkerPoolError
from tests.making import make_finding
from tests.scan_trees import config_with_page, make_repository, make_tree, run_git

OWNERS = {".github/CODEOWNERS": "* @everybody\n/pkgs/ @packagers\n", "pkgs/a.nix": "lookHere", "b.nix": "lookHere"}
LINK = "https://github.com/o/r/blob/abc"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rules = config_with_page(tmp_path).rules[0]
    return ["scan", "--isolated", "-j1", "--rules", rules, "--select", "look-here", "--no-cache"]


def test_an_empty_list_of_targets_is_not_the_current_folder(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list").write_text("# nothing yet\n")
    assert main([*command, "--targets-from", "list"]) == 2
    assert capsys.readouterr().err == "splitlint: list: there is no target in it\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    assert main([*command, "--targets-from", "-"]) == 2


def test_a_list_of_targets_may_come_from_windows(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tree(tmp_path / "tree")
    (tmp_path / "list").write_bytes(b"\xef\xbb\xbftree\r\n")
    assert main([*command, "--targets-from", "list"]) == 0
    assert "3 findings in 5 files" in capsys.readouterr().out


def test_a_target_that_has_several_names_is_scanned_once(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tree(tmp_path / "tree")
    (tmp_path / "link").symlink_to("tree")
    assert main([*command, "tree", "link", str(tmp_path / "tree")]) == 0
    assert "3 findings in 5 files" in capsys.readouterr().out


@pytest.mark.parametrize("target", ["repository", "repository@HEAD", "repository/.git"])
def test_owners_are_those_of_the_target_wherever_the_command_runs(
    command: list[str], target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_repository(tmp_path / "repository", OWNERS)
    (tmp_path / "CODEOWNERS").write_text("* @stranger\n")
    make_tree(tmp_path / "other", {"c.nix": "lookHere"})
    assert main([*command, target, "other", "--format", "markdown", "--group-by", "owner"]) == 0
    text = capsys.readouterr().out
    assert "@stranger" not in text
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## `@everybody`", "## `@packagers`", "## No owner"]


def test_in_a_folder_of_a_repository_its_owners_are_known(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_repository(tmp_path / "repository", OWNERS)
    report = ["--format", "markdown", "--group-by", "owner"]
    assert main([*command, "repository/pkgs", *report]) == 0
    assert "## `@packagers`" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "repository" / "pkgs")
    rules = command[command.index("--rules") : command.index("--no-cache")]
    (tmp_path / "outside.nix").write_text("lookHere")
    files = [".", "../b.nix", "../../outside.nix"]
    assert main(["check", "--isolated", *rules, *report, "--exit-zero", *files]) == 0
    headings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("## ")]
    assert sorted(headings) == ["## No owner", "## `@everybody`", "## `@packagers`"]


def test_outside_a_repository_a_folder_above_owns_nothing(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tree(tmp_path / "tree", {"CODEOWNERS": "* @stranger\n", "inner/a.nix": "lookHere"})
    assert main([*command, "tree/inner", "--format", "markdown", "--group-by", "owner"]) == 0
    assert "@stranger" not in capsys.readouterr().out


@pytest.mark.parametrize("target", ["repository", "repository@HEAD"])
def test_a_permalink_leads_to_the_path_in_the_target(
    command: list[str], target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_repository(tmp_path / "repository", OWNERS)
    assert main([*command, target, "--format", "markdown", "--permalink", LINK]) == 0
    text = capsys.readouterr().out
    assert f"({LINK}/pkgs/a.nix)" in text
    assert f"({LINK}/b.nix#L1)" in text


def test_one_permalink_does_not_serve_two_targets(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tree(tmp_path / "one")
    make_tree(tmp_path / "two")
    assert main([*command, "one", "two", "--format", "markdown", "--permalink", LINK]) == 2
    assert "--permalink is the address of one repository, and these are 2 targets" in capsys.readouterr().err


def test_the_page_of_a_scan_says_what_was_scanned_and_when(command: list[str], tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    make_repository(tmp_path / "repository", OWNERS)
    for targets, title in ((["repository"], "repository at "), (["repository", "repository@HEAD"], "2 trees")):
        assert main([*command, *targets, "--format", "html", "--output", "page.html"]) == 0
        page = (tmp_path / "page.html").read_text()
        assert f"<title>{title}" in page
        assert "UTC</span>" in page


def test_the_history_of_a_target_is_not_that_of_others(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tree(tmp_path / "one")
    make_tree(tmp_path / "two")
    main([*command, "one", "two"])
    capsys.readouterr()
    assert main([*command, "--history", "two"]) == 0
    written = capsys.readouterr().out
    assert "two  look-here" in written
    assert "one" not in written
    assert main([*command, "--history", "three"]) == 2
    assert "three: there is no such folder" in capsys.readouterr().err


def test_nothing_to_scan_leaves_the_history_alone(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tree(tmp_path / "tree")
    main([*command, "tree"])
    assert main([*command, "nowhere"]) == 2
    assert main([*command, "tree", "--executor", "nobody"]) == 2
    capsys.readouterr()
    assert main([*command, "--history"]) == 0
    (heads, _) = capsys.readouterr().out.splitlines()
    assert heads.count("T") == 1
    assert main([*command, "--compare"]) == 0
    assert "tree: scanned for the first time, 3 findings" in capsys.readouterr().out


def test_a_history_that_can_only_be_read_does_not_stop_a_scan(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_tree(tmp_path / "tree")
    main([*command, "tree"])
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **how: connect(f"file:{path}?mode=ro", uri=True, **how))
    capsys.readouterr()
    assert main([*command, "tree"]) == 0
    written = capsys.readouterr()
    assert "the history cannot be used" in written.err
    assert "continuing without" in written.err
    assert "3 findings" in written.out
    assert main([*command, "tree", "--compare"]) == 2


def test_a_history_that_fails_at_the_end_does_not_cost_the_report(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("jinja2")

    def fail(*arguments: object) -> None:
        raise HistoryError("it is locked")

    make_tree(tmp_path / "tree")
    monkeypatch.setattr(History, "trend", fail)
    assert main([*command, "tree", "--format", "html", "--output", "page.html"]) == 0
    assert "it is locked; continuing without it" in capsys.readouterr().err
    assert "look here" in (tmp_path / "page.html").read_text()


def test_the_trend_ends_before_the_scan_that_the_page_shows(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("jinja2")
    told: list[object] = []
    render = html.render

    def telling(result: Result, **named: Any) -> str:
        told.append(named["history"])
        return render(result, **named)

    monkeypatch.setattr(html, "render", telling)
    make_tree(tmp_path / "tree")
    for _ in range(2):
        assert main([*command, "tree", "--format", "html", "--output", "page.html"]) == 0
        (tmp_path / "tree" / "default.nix").write_text("{ }")
    first, second = told
    assert first == ()
    assert isinstance(second, tuple)
    assert [counts for _, counts in second] == [{"error": 3}]


def test_an_interrupted_scan_without_a_history_does_not_promise_to_be_resumed(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_tree(tmp_path / "tree")

    class Interrupting(Watch):
        def checked(self, files: int) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr("splitlint.cli.commands.scan._watch", lambda options: Interrupting())
    assert main([*command, "tree", "--no-history"]) == 130
    written = capsys.readouterr().out
    assert "interrupted\n" in written
    assert "--resume" not in written


def test_one_finding_is_not_several(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_tree(tmp_path / "tree", {"a.nix": "lookHere"})
    main([*command, "tree"])
    assert "1 finding in 1 file; 0 fixable" in capsys.readouterr().out


def test_a_scan_that_loses_its_workers_can_be_resumed(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*arguments: object, **named: object) -> None:
        raise WorkerPoolError("the workers are gone")

    make_tree(tmp_path / "tree")
    monkeypatch.setattr("splitlint.cli.commands.scan.scan", lose)
    assert main([*command, "tree", "--no-history"]) == 2
    assert capsys.readouterr().err == "splitlint: the workers are gone\n"
    assert main([*command, "tree"]) == 2
    assert "the workers are gone; --resume goes on with the targets that are not done" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert main([*command, "tree", "--resume"]) == 0
    assert "beginning anew" not in capsys.readouterr().err


@pytest.mark.parametrize(("past", "format"), [("--compare", "html"), ("--history", "json")])
def test_a_comparison_is_not_left_out_of_a_report_without_a_word(
    command: list[str], past: str, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, past, "--format", format]) == 2
    assert f"leave out --format {format}" in capsys.readouterr().err


def test_a_program_reads_what_changed_and_who_is_hit(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = make_repository(tmp_path / "repository", OWNERS)
    run_git(repository, "remote", "add", "origin", "git@github.com:o/r.git")
    head = run_git(repository, "rev-parse", "HEAD")
    make_tree(tmp_path / "empty", {"a.nix": "1"})
    assert main([*command, "empty", "mine=repository"]) == 0
    (repository / "b.nix").write_text("{ }")
    (repository / "c.nix").write_text("lookHere")
    capsys.readouterr()
    assert main([*command, "empty", "mine=repository", "--compare", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    first, second = document["targets"]
    assert (first["target"], first["errors"], first["owners"]) == ("mine", 2, ["@everybody", "@packagers"])
    assert (first["commit"], first["url"]) == (head, "https://github.com/o/r")
    assert first["permalink"] == f"https://github.com/o/r/blob/{head}"
    assert first["fixable"] == {"safe": 0, "unsafe": 0, "by_hand": 2}
    assert (second["target"], second["errors"], second["worst"]) == ("empty", 0, None)
    changes = {change["target"]: change for change in document["changes"]}
    assert [one["path"] for one in changes["mine"]["new"]] == ["c.nix"]
    assert [one["path"] for one in changes["mine"]["gone"]] == ["b.nix"]
    assert (changes["mine"]["unchanged"], changes["mine"]["same_rules"]) == (1, True)
    assert changes["empty"]["new"] == []
    assert main([*command, "--compare", "--format", "json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["changes"] == document["changes"]
    assert "findings" not in again


@pytest.mark.parametrize("revision", ["", "@HEAD"])
def test_permalinks_of_several_targets_are_those_of_their_remotes(
    command: list[str], revision: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = {}
    for name, url in (("one", "git@github.com:o/one.git"), ("two", "https://gitlab.com/o/two"), ("none", "/srv/x")):
        repository = make_repository(tmp_path / name, {"deep/a.nix": "lookHere"})
        run_git(repository, "remote", "add", "origin", url)
        heads[name] = run_git(repository, "rev-parse", "HEAD")
    (tmp_path / "one/b.nix").write_text("lookHere")
    targets = [f"{name}={name}{revision}" for name in heads]
    assert main([*command, *targets, "--format", "markdown"]) == 0
    text = capsys.readouterr().out
    assert f"(https://github.com/o/one/blob/{heads['one']}/deep/a.nix#L1)" in text
    assert f"(https://gitlab.com/o/two/-/blob/{heads['two']}/deep/a.nix#L1)" in text
    separator = ":" if revision else "/"
    assert f"- [ ] `none{separator}deep/a.nix` L1" in text
    # What is not in the commit is not to be seen there.
    assert ("`one/b.nix` L1" in text) is (not revision)
    assert "blob/b.nix" not in text


def test_two_targets_of_one_name_are_not_one(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tree(tmp_path / "one", {"a.nix": "lookHere"})
    make_tree(tmp_path / "two", {"a.nix": "lookHere"})
    assert main([*command, "x=one", "x=two"]) == 2
    written = capsys.readouterr().out
    assert "x=two: another target is called `x` already" in written
    assert "1 finding in 1 file" in written


@pytest.mark.parametrize("format", ["text", "html", "sarif"])
def test_files_of_a_named_target_are_found_under_their_name(
    command: list[str], format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = "{ lookHere, lib }: { x = lookHere; meta.maintainers = with lib.maintainers; [ somebody ]; }"
    make_tree(tmp_path / "one", {"a.nix": package})
    assert main([*command, "x=one", "--format", format, "--output", "report"]) == 0
    assert "x/a.nix" in (tmp_path / "report").read_text()
    assert main([*command, "x=one", "--format", "markdown", "--group-by", "owner"]) == 0
    assert "## `somebody`" in capsys.readouterr().out


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> Bars:
    """Bars on a wide terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    return Bars()


def test_bars_say_that_the_checking_is_still_ahead_when_all_is_searched(
    bars: Bars, capsys: pytest.CaptureFixture[str]
) -> None:
    with bars.shown():
        bars.began(1)
        bars.listed(4, target_complete=False)
        bars.listed(0, target_complete=True)
        bars.checked(3)
        assert LAST_LEG not in capsys.readouterr().err
        bars.checked(1)
        assert LAST_LEG in capsys.readouterr().err


def test_bars_say_what_was_found_while_the_rest_is_checked(bars: Bars, capsys: pytest.CaptureFixture[str]) -> None:
    with bars.shown():
        bars.began(2)
        bars.found("one", [make_finding("a.nix", line=3), make_finding("b.nix", line=7)])
        bars.found("two", [make_finding("c.nix", suppressed="it is an example")])
        bars.finished("one")
    written = capsys.readouterr().err
    assert "2 findings; modules-path in one: b.nix:7" in written
    assert "c.nix" not in written
