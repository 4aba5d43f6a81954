"""A scan says when findings break, by the locks in its targets, whatever its caches know."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.cli.main import main
from splitlint.config import Config
from splitlint.scan.results.tally import merged
from splitlint.scan.run import Scan
from tests.pins.locks import lock, nixpkgs
from tests.scan_trees import make_repository, make_tree, run_git, scanned

BROKEN = '{ pkgs }: "${pkgs.linux}/lib/modules"\n'
BEFORE = lock({"nixpkgs": nixpkgs("nixos-unstable", "2025-07-01")})
AFTER = lock({"nixpkgs": nixpkgs("nixos-unstable", "2025-10-01")})
FILES = {"a.nix": BROKEN, "flake.lock": BEFORE, "sub/b.nix": BROKEN, "sub/flake.lock": AFTER}


_ROWS = ("target", "repository", "other")


def states(scan: Scan) -> dict[str, str]:
    """When each finding breaks, by its path."""
    found = (finding for tally in scan.tallies for finding in tally.findings)
    return {finding.path: finding.when.state if finding.when else "" for finding in found}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", FILES)


def test_each_folder_has_the_lock_that_is_nearest(repository: Path) -> None:
    scan = scanned(Config(), str(repository))
    assert states(scan) == {"a.nix": "later", "sub/b.nix": "now"}


def test_a_revision_has_the_locks_of_that_revision(repository: Path) -> None:
    (repository / "flake.lock").write_text(AFTER)
    assert states(scanned(Config(), f"{repository}@HEAD")) == {"a.nix": "later", "sub/b.nix": "now"}
    run_git(repository, "commit", "-qam", "update")
    assert states(scanned(Config(), f"{repository}@HEAD")) == {"a.nix": "now", "sub/b.nix": "now"}
    assert states(scanned(Config(), f"{repository}@HEAD~1")) == {"a.nix": "later", "sub/b.nix": "now"}


@pytest.mark.parametrize("tracked", [True, False])
def test_another_lock_is_another_answer_though_all_findings_are_in_the_cache(
    repository: Path, tmp_path: Path, tracked: bool
) -> None:
    if not tracked:
        run_git(repository, "rm", "-q", "--cached", "flake.lock")
        (repository / ".git" / "info" / "exclude").write_text("flake.lock\n")
        run_git(repository, "commit", "-qm", "lock is not tracked")
    assert states(scanned(Config(), str(repository), cache=tmp_path / "cache"))["a.nix"] == "later"
    assert states(scanned(Config(), str(repository), cache=tmp_path / "cache"))["a.nix"] == "later"
    (repository / "flake.lock").write_text(AFTER)
    assert states(scanned(Config(), str(repository), cache=tmp_path / "cache"))["a.nix"] == "now"
    (repository / "flake.lock").unlink()
    assert states(scanned(Config(), str(repository), cache=tmp_path / "cache"))["a.nix"] == ""


def test_a_folder_that_is_no_repository_has_locks_too(tmp_path: Path) -> None:
    make_tree(tmp_path / "tree", FILES)
    (tmp_path / "flake.lock").write_text(AFTER)
    assert states(scanned(Config(), str(tmp_path / "tree"))) == {"a.nix": "later", "sub/b.nix": "now"}


def test_a_lock_that_leads_out_of_the_target_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "sources.json").write_text('{"nixpkgs": {"owner": "NixOS", "repo": "nixpkgs"}}')
    (tmp_path / "outside" / "flake.lock").write_text(AFTER)
    tree = make_tree(tmp_path / "tree", {"a.nix": BROKEN})
    (tree / "flake.lock").symlink_to(tmp_path / "outside" / "flake.lock")
    (tree / "npins").symlink_to(tmp_path / "outside")
    assert states(scanned(Config(), str(tree))) == {"a.nix": ""}


def test_a_broken_lock_is_told_once_and_kept_out_of_the_cache(repository: Path, tmp_path: Path) -> None:
    (repository / "flake.lock").write_text("<<<<<<< HEAD\n")
    for _ in range(2):
        (tally,) = scanned(Config(), str(repository), cache=tmp_path / "cache").tallies
        (problem,) = tally.problems
        assert (problem.path, problem.fatal) == ("flake.lock", False)
        assert problem.message.endswith("findings do not say when they break")
    (repository / "flake.lock").write_text(BEFORE)
    assert scanned(Config(), str(repository), cache=tmp_path / "cache").tallies[0].problems == ()


def test_the_overview_counts_what_is_broken_now_and_what_will_be(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_repository(tmp_path / "other", {"c.nix": "{ }"})
    monkeypatch.chdir(tmp_path)
    main(["scan", "--isolated", "--no-history", "--no-cache", "-j", "1", "repository", "other"])
    lines = capsys.readouterr().out.splitlines()
    rows = (next(one for one in lines if one.startswith(name)) for name in _ROWS)
    head, row, other = (one.replace("by hand", "by-hand").split() for one in rows)
    assert dict(zip(head, row, strict=False))["now"] == "1"
    assert dict(zip(head, other, strict=False))["later"] == "0"
    assert any("sub/b.nix" in one and "(broken now: `nixpkgs` in sub/flake.lock" in one for one in lines)


def test_locks_of_targets_are_named_with_the_target(repository: Path) -> None:
    result = merged(scanned(Config(), str(repository)).tallies, 0.0)
    sources = [one.when.nixpkgs[0].source for one in result.findings if one.when is not None]
    assert sources == [f"{repository}/flake.lock", f"{repository}/sub/flake.lock"]
