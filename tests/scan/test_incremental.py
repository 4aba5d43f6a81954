"""After a change of a few files a scan finds what a scan of the whole tree finds, whatever the change was."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from splitlint.config import Config
from splitlint.files.blobs import Blobs
from splitlint.scan import incremental
from splitlint.scan.results.cache import Cache
from splitlint.scan.results.tally import Tally
from splitlint.scan.workers import checking
from splitlint.scan.workers.others import Others, forget
from splitlint.scan.workers.units import Engine, Job, Outcome, Unit
from splitlint.startup.records import replace
from tests.scan_trees import make_repository, scanned
from tests.tree_edits import begin, edit

#: Settings that somebody changes between two scans, and that leave things out.
CONFIGS = (Config(), Config(), Config(), Config(exclude=("pkgs/a.nix", "other"), min_confidence="low"))


class Counts:
    """How often a tree was not scanned as a whole, and the files that were checked again then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.renewed = 0
        self.checked: list[str] = []
        done = incremental._Renewal.done

        def counted(renewal: incremental._Renewal, cache: Cache) -> incremental.Renewed:
            found = done(renewal, cache)
            self.renewed += 1
            return found

        def noted(job: Job, own: Engine, unit: Unit, cache: Cache | None, git: Blobs, others: Others) -> Outcome:
            self.checked += unit.paths
            return checking.checked(job, own, unit, cache, git, others)

        monkeypatch.setattr(incremental._Renewal, "done", counted)
        monkeypatch.setattr("splitlint.scan.incremental.checked", noted)


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    return Counts(monkeypatch)


def tally_of(folder: Path, config: Config, cache: Path | None) -> Tally:
    # Each scan is a process of its own.
    forget()
    checking._there.cache_clear()
    (tally,) = scanned(config, str(folder), cache=cache).tallies
    return replace(tally, summary=replace(tally.summary, seconds=0.0))


def test_random_changes_are_found_as_without_a_cache(tmp_path: Path, counts: Counts) -> None:
    found: set[object] = set()
    for seed in range(4):
        random = Random(seed)
        folder = begin(tmp_path / f"tree-{seed}", random)
        told: list[str] = []
        for _ in range(12):
            told.append("; ".join(edit(folder, random) for _ in range(random.choice((1, 1, 2)))))
            config = random.choice(CONFIGS)._replace(root=str(tmp_path))
            now = tally_of(folder, config, tmp_path / "cache")
            assert now == tally_of(folder, config, None), (seed, told)
            found.add(tuple((one.path, one.span.line, one.rule, one.reasons) for one in now.findings))
    assert counts.renewed > 12
    assert counts.checked
    assert len(found) > 8


def test_what_copies_of_the_process_find_is_the_same(
    tmp_path: Path, counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incremental, "_FEW_CHECKED", 2)
    random = Random("copies")
    folder = begin(tmp_path / "tree", random)
    config = CONFIGS[0]._replace(root=str(tmp_path))
    for _ in range(8):
        told = [edit(folder, random) for _ in range(3)]
        assert tally_of(folder, config, tmp_path / "cache") == tally_of(folder, config, None), told
    assert counts.renewed


#: A driver and who calls it, a module that reads an option and one that sets it, a file that says nothing.
TREE = {
    "default.nix": "{ pkgs }: { a = pkgs.callPackage ./a.nix { kernel = pkgs.linux; }; }",
    "a.nix": '{ runCommand, kernel }: runCommand "a" { } "ls ${kernel}/lib/modules"',
    "user.nix": '{ config, ... }: { x = "${config.my.kernel}/lib/modules"; }',
    "module.nix": "{ pkgs, ... }: { my.kernel = pkgs.linux; }",
    "alone.nix": '{ pkgs }: "${pkgs.linux}/lib/modules"',
    "plain.nix": "{ }",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "tree", TREE)


def checked_after(folder: Path, counts: Counts, **texts: str) -> tuple[list[str], list[str]]:
    """The files that are checked again after some have got another text, and those in which something is found."""
    cache = folder.parent / "cache"
    config = Config(root=str(folder))
    tally_of(folder, config, cache)
    counts.checked.clear()
    for name, text in texts.items():
        (folder / f"{name}.nix").write_text(text)
    renewed = counts.renewed
    now = tally_of(folder, config, cache)
    assert counts.renewed == renewed + 1
    assert now == tally_of(folder, config, None)
    return sorted(counts.checked), sorted({one.path for one in now.findings})


ALL = ["a.nix", "alone.nix", "user.nix"]


def test_a_file_that_says_nothing_costs_no_check(folder: Path, counts: Counts) -> None:
    assert checked_after(folder, counts, plain="{ lib }: lib") == ([], ALL)


def test_a_file_on_which_none_rests_is_checked_alone(folder: Path, counts: Counts) -> None:
    other = TREE["alone.nix"].replace("modules", "modules/x")
    assert checked_after(folder, counts, alone=other) == (["alone.nix"], ALL)


def test_what_is_called_otherwise_is_checked_again(folder: Path, counts: Counts) -> None:
    other = TREE["default.nix"].replace("pkgs.linux", "pkgs.hello")
    assert checked_after(folder, counts, default=other) == (["a.nix"], ["alone.nix", "user.nix"])


def test_a_module_is_checked_again_when_its_option_is_set_otherwise(folder: Path, counts: Counts) -> None:
    other = TREE["module.nix"].replace("pkgs.linux", "pkgs.hello")
    assert checked_after(folder, counts, module=other) == (["user.nix"], ["a.nix", "alone.nix"])


def test_a_new_caller_is_one_that_somebody_asked_for(folder: Path, counts: Counts) -> None:
    checked, _ = checked_after(folder, counts, caller="{ pkgs }: pkgs.callPackage ./a.nix { kernel = pkgs.hello; }")
    assert "a.nix" in checked
    assert "alone.nix" not in checked


def test_a_cache_in_which_the_snapshot_is_no_snapshot_is_put_aside(
    folder: Path, counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("splitlint.scan.keeping.dump_snapshot", lambda snapshot: '{"state": 1}')
    cache, config = folder.parent / "cache", Config(root=str(folder))
    tally_of(folder, config, cache)
    (folder / "plain.nix").write_text("{ lib }: lib")
    assert tally_of(folder, config, cache) == tally_of(folder, config, None)
    assert list(cache.glob("*.damaged"))
    assert counts.renewed == 0
