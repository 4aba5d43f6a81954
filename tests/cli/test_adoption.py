"""Old findings from the command line: baselines that are written anew, that belong elsewhere, that are narrowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.cli.main import main
from tests.scan_trees import make_repository, run_git

OLD = 'x: "${x.pkgs.linux}/lib/modules"\n'
SEARCH = 'x: x.pkgs.runCommand "x" { } "find ${x.pkgs.linux} -name \'*.ko\'"\n'
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nix").mkdir()
    (tmp_path / "nix" / "old.nix").write_text(OLD)
    (tmp_path / "search.nix").write_text(SEARCH)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["check", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    assert run("--write-baseline", "known.json") == (0, "Wrote 2 findings to known.json.\n", "")
    return run


def test_a_baseline_that_is_written_anew_keeps_what_it_knew(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.nix").write_text(OLD)
    assert run("--baseline", "known.json", "--write-baseline", "known.json")[1] == "Wrote 3 findings to known.json.\n"
    assert run("--baseline", "known.json")[0] == 0


def test_a_baseline_is_not_written_over_if_not_everything_could_be_checked(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "known.json").read_text()
    code, out, err = run("--write-baseline", "known.json", "nxi")
    assert (code, out) == (2, "")
    assert "splitlint: nxi: " in err
    assert "splitlint: known.json is not written, because some files could not be checked" in err
    assert (tmp_path / "known.json").read_text() == before


@pytest.mark.parametrize("other", [["--fix"], ["--diff"], ["--since", "HEAD"]])
def test_a_baseline_is_not_written_of_a_part(run: Run, other: list[str]) -> None:
    code, _, err = run("--write-baseline", "known.json", *other)
    assert code == 2
    assert "--write-baseline writes all current findings" in err


@pytest.mark.parametrize(
    "narrow",
    [
        ["--select", "modules-path"],
        ["--ignore", "modules-path"],
        ["--min-severity", "error"],
        ["--min-confidence", "high"],
    ],
)
def test_what_the_command_line_leaves_out_is_not_gone(run: Run, narrow: list[str]) -> None:
    code, out, _ = run("--baseline", "known.json", *narrow)
    assert code == 0
    assert "gone" not in out


@pytest.mark.parametrize("place", ["known.json", "ci/known.json"])
def test_a_baseline_that_was_written_in_another_folder_says_which(
    run: Run, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ci").mkdir()
    (tmp_path / "known.json").rename(tmp_path / place)
    monkeypatch.chdir(tmp_path / "nix")
    code, out, err = run("--baseline", f"../{place}")
    assert (code, out) == (2, "")
    assert err == f"splitlint: ../{place}: its paths are relative to ..: run splitlint there\n"


def test_a_baseline_of_which_every_file_is_gone_is_stale(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nix" / "old.nix").unlink()
    (tmp_path / "search.nix").unlink()
    (tmp_path / "fine.nix").write_text("{ }")
    code, out, _ = run("--baseline", "known.json")
    assert code == 0
    assert "2 findings in it are gone: write it again" in out


def test_since_in_a_shallow_clone_says_what_to_fetch(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upstream = make_repository(tmp_path / "upstream", {"a.nix": "1"})
    run_git(upstream, "checkout", "-qb", "topic")
    for name in ("b.nix", "c.nix"):
        (upstream / name).write_text(OLD)
        run_git(upstream, "add", "-A")
        run_git(upstream, "commit", "-qm", name)
    run_git(upstream, "checkout", "-q", "-")
    (upstream / "d.nix").write_text(OLD)
    run_git(upstream, "add", "-A")
    run_git(upstream, "commit", "-qm", "d.nix")
    run_git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", "-b", "topic", upstream.as_uri(), "clone")
    monkeypatch.chdir(tmp_path / "clone")
    for revision, why in (("HEAD~1", "git knows no revision"), ("origin/HEAD", "git finds no common ancestor of HEAD")):
        code, _, err = run("--since", revision)
        assert code == 2
        assert why in err
        assert "git fetch --unshallow" in err
    run_git(tmp_path / "clone", "fetch", "-q", "--unshallow")
    assert "--> c.nix" in run("--since", "HEAD~1")[1]
