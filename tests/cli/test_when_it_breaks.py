"""`splitlint check` says when findings break, by the lock of the repository that they are in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from splitlint.cli.main import main
from tests.pins.locks import lock, nixpkgs
from tests.scan_trees import run_git

BROKEN = '{ pkgs }: "${pkgs.linux}/lib/modules"\n'
BEFORE = lock({"nixpkgs": nixpkgs("nixos-unstable", "2025-07-01")})
AFTER = lock({"nixpkgs": nixpkgs("nixos-unstable", "2025-10-01")})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a finding and an old lock, and the current folder."""
    for variable in ("PRE_COMMIT_FROM_REF", "GIT_INDEX_FILE"):
        monkeypatch.delenv(variable, raising=False)
    folder = tmp_path / "repository"
    (folder / "hosts" / "a").mkdir(parents=True)
    (folder / "hosts" / "a" / "bad.nix").write_text(BROKEN)
    (folder / "flake.lock").write_text(BEFORE)
    run_git(folder, "init", "-q")
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", "x")
    monkeypatch.chdir(folder)
    return folder


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    main(["check", "--isolated", "--format", "json", *arguments])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def states(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str | None]:
    return [one["when"]["state"] if "when" in one else None for one in report(capsys, *arguments)["findings"]]


def test_all_of_it_in_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (finding,) = report(capsys)["findings"]
    assert finding["when"] == {
        "state": "later",
        "text": "breaks when the lock moves past 2025-08-17: `nixpkgs` in flake.lock is nixos-unstable of 2025-07-01",
        "since": "25.11",
        "merged": "2025-08-17",
        "nixpkgs": [
            {
                "source": "flake.lock",
                "name": "nixpkgs",
                "branch": "nixos-unstable",
                "release": "",
                "date": "2025-07-01",
                "revision": "0123456789abcdef0123456789abcdef01234567",
                "state": "later",
            }
        ],
    }


def test_the_text_says_once_that_it_is_broken_now(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "flake.lock").write_text(AFTER)
    main(["check", "--isolated"])
    text = " ".join(capsys.readouterr().out.split())
    words = "`nixpkgs` in flake.lock is nixos-unstable of 2025-10-01"
    assert f"With the nixpkgs in use: 1 broken now ({words})." in text
    assert text.count(words) == 1


def test_each_finding_that_breaks_later_says_with_what(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--isolated"])
    text = " ".join(capsys.readouterr().out.split())
    assert "= when: breaks when the lock moves past 2025-08-17: `nixpkgs` in flake.lock is nixos-unstable" in text
    assert "With the nixpkgs in use: 1 will break with an update." in text


def test_from_a_folder_of_the_repository(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "hosts")
    for path in (".", "a/bad.nix", str(folder)):
        (finding,) = report(capsys, path)["findings"]
        assert finding["when"]["nixpkgs"][0]["source"] == "../flake.lock"


def test_a_lock_above_the_repository_is_not_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "flake.lock").write_text(AFTER)
    (folder / "flake.lock").unlink()
    assert states(capsys) == [None]


def test_without_a_repository_the_current_folder_is_the_top(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "top" / "inner").mkdir(parents=True)
    (tmp_path / "flake.lock").write_text(AFTER)
    (tmp_path / "top" / "inner" / "bad.nix").write_text(BROKEN)
    monkeypatch.chdir(tmp_path / "top")
    assert states(capsys) == [None]
    (tmp_path / "top" / "flake.lock").write_text(BEFORE)
    assert states(capsys) == ["later"]
    assert states(capsys, "inner/bad.nix") == ["later"]


def test_a_link_out_of_the_repository_is_not_followed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = folder.parent / "outside.lock"
    outside.write_text(AFTER)
    (folder / "flake.lock").unlink()
    (folder / "flake.lock").symlink_to(outside)
    document = report(capsys)
    assert ["when" in one for one in document["findings"]] == [False]
    (error,) = document["errors"]
    assert error["path"] == "flake.lock"
    assert "outside of its tree; findings do not say when they break" in error["message"]
    assert not error["fatal"]


@pytest.mark.parametrize("text", ["", "<<<<<<< HEAD\n", "[" * 50_000, '{"nodes": 1}', "\0" * 10, '{"nodes": NaN}'])
def test_a_broken_lock_is_a_warning_and_changes_no_exit_code(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (folder / "flake.lock").write_text(text)
    assert main(["check", "--isolated"]) == 1
    told = capsys.readouterr()
    assert "warning: flake.lock: " in told.out
    assert "Traceback" not in told.out + told.err


def test_a_lock_that_is_a_pipe_is_not_waited_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "flake.lock").unlink()
    os.mkfifo(folder / "flake.lock")
    assert states(capsys, "hosts/a/bad.nix") == [None]


def test_a_broken_lock_is_not_looked_at_where_nothing_is_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "flake.lock").write_text("<<<<<<< HEAD\n")
    (folder / "hosts" / "a" / "bad.nix").write_text("{ pkgs }: pkgs.linux\n")
    assert report(capsys)["errors"] == []


def test_what_is_staged_is_told_by_the_lock_that_is_staged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "new.nix").write_text(BROKEN)
    (folder / "flake.lock").write_text(AFTER)
    run_git(folder, "add", "new.nix")
    assert states(capsys, "--staged") == ["later"]
    run_git(folder, "add", "flake.lock")
    # And it breaks what was there before, too.
    assert states(capsys, "--staged") == ["now", "now"]


def test_what_comes_on_standard_input_is_told_by_the_lock_on_disk(folder: Path) -> None:
    code = ["splitlint", "check", "--isolated", "--format", "json", "--stdin-filename", "hosts/x.nix"]
    command = [sys.executable, "-m", *code]
    done = subprocess.run(command, input=BROKEN, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["findings"][0]["when"]["state"] == "later"


def test_the_configured_release_tells_where_there_is_no_lock(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "flake.lock").unlink()
    assert states(capsys) == [None]
    assert states(capsys, "--nixpkgs", "25.11") == ["now"]


def test_the_worst_is_what_is_broken_now(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "z").mkdir()
    (folder / "z" / "bad.nix").write_text(BROKEN)
    (folder / "z" / "flake.lock").write_text(AFTER)
    main(["check", "--isolated", "--all", "--quiet"])
    text = capsys.readouterr().out
    assert text.index("z/bad.nix") < text.index("hosts/a/bad.nix")


def test_a_staged_lock_brings_what_it_breaks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "flake.lock").write_text(lock({"nixpkgs": nixpkgs("nixos-unstable", "2025-07-20")}))
    run_git(folder, "add", "-A")
    assert states(capsys, "--staged") == []
    (folder / "flake.lock").write_text(AFTER)
    run_git(folder, "add", "-A")
    assert states(capsys, "--staged") == ["now"]
    run_git(folder, "commit", "-qm", "update")
    (folder / "other.nix").write_text("{ }\n")
    run_git(folder, "add", "-A")
    assert states(capsys, "--staged") == []


def test_a_lock_that_was_moved_since_brings_what_it_breaks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert states(capsys, "--since", "HEAD") == []
    (folder / "flake.lock").write_text(AFTER)
    assert states(capsys, "--since", "HEAD") == ["now"]
    run_git(folder, "commit", "-qam", "update")
    assert states(capsys, "--since", "HEAD") == []
    assert states(capsys, "--since", "HEAD~1") == ["now"]


def test_a_broken_lock_that_is_staged_brings_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "flake.lock").write_text("<<<<<<< HEAD\n")
    run_git(folder, "add", "-A")
    assert states(capsys, "--staged") == []


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        pytest.param("nixos-23.05", ["now", "later", "later"], id="before all of them"),
        pytest.param("nixos-24.05", ["now", "now", "later"], id="after the first"),
        pytest.param("nixos-24.11", ["now", "now", "now"], id="after both"),
    ],
)
def test_what_was_never_right_is_broken_now_and_each_step_of_a_change_has_its_release(
    folder: Path, capsys: pytest.CaptureFixture[str], branch: str, expected: list[str]
) -> None:
    (folder / "flake.lock").write_text(lock({"nixpkgs": nixpkgs(branch, "2024-01-01")}))
    (folder / "hosts" / "a" / "bad.nix").write_text(
        '{ pkgs }: {\n  never = "${pkgs.glibc}/bin/getent";\n  first = "${pkgs.glibc.bin}/bin/getent";\n'
        '  second = "${pkgs.postgresql}/bin/pg_config";\n}\n'
    )
    found = sorted(report(capsys)["findings"], key=lambda one: int(one["line"]))
    assert [one["when"]["state"] for one in found] == expected
