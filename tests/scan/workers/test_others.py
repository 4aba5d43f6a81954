"""What workers ask of the other files of a target is read and indexed before they are copied."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from splitlint.config import Config
from splitlint.scan import run
from splitlint.scan.run import job_for, scan
from splitlint.scan.targets.targets import Target
from splitlint.scan.workers import others
from splitlint.scan.workers.others import Ahead, forget, others_of
from splitlint.scan.workers.pools import worker_pool
from splitlint.scan.workers.scheduler import Scheduler
from splitlint.scan.workers.units import FoundFile, Outcome, RelatedFiles, related_files_of
from tests.scan_trees import config_with_page, make_tree, places

FILES = {f"f{number:02}.nix": f"{{ a{number} = ./f{number + 1:02}.nix; b = lookHere; }}" for number in range(40)}


@pytest.fixture(autouse=True)
def _nothing_is_known() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_with_page(tmp_path)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return make_tree(tmp_path / "tree", FILES)


def target(tree: Path) -> Target:
    return Target("tree", "tree", str(tree))


def found(*names: str) -> Outcome:
    return Outcome(related_files=tuple(FoundFile(name, "", len(FILES[name])) for name in names))


def all_of_them() -> RelatedFiles:
    return related_files_of(dict.fromkeys(FILES, ""))


def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> bytes:
        raise AssertionError(arguments)

    monkeypatch.setattr(others, "read_file", refuse)


def test_what_was_taken_in_ahead_is_not_read_again(config: Config, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = Ahead(job_for(config), target(tree), told=False)
    ahead.take(found(*list(FILES)[:20]))
    ahead.take(found(*list(FILES)[20:]))
    no_reading(monkeypatch)
    assert ahead.done(all_of_them())
    repository = others_of(config, target(tree), all_of_them(), False).repository
    assert repository.mentions("f03.nix") == ["f02.nix"]
    assert repository.binders("a7") == ["f07.nix"]


def test_what_was_not_taken_in_is_read_at_the_end(config: Config, tree: Path) -> None:
    ahead = Ahead(job_for(config), target(tree), told=False)
    ahead.take(found("f00.nix"))
    assert ahead.done(all_of_them())
    assert others_of(config, target(tree), all_of_them(), False).repository.binders("b") == list(FILES)


@pytest.mark.parametrize("is_ahead", [True, False])
def test_a_file_that_changes_after_the_search_is_noticed(config: Config, tree: Path, *, is_ahead: bool) -> None:
    job = job_for(config)
    blobs: dict[str, str] = {}
    others_of(config, target(tree), all_of_them(), True)
    told = others.told_reader(lambda path: (tree / path).read_bytes(), blobs, target(tree))
    for name in FILES:
        told(name)
    (tree / "f05.nix").write_text("{ c = 1; }")
    ahead = Ahead(job, target(tree), told=True)
    ahead.take(found(*FILES))
    searched = related_files_of(blobs)
    forget()
    if is_ahead:
        assert ahead.done(searched)
    assert not others_of(config, target(tree), searched, True).intact()


def test_indexing_that_takes_too_long_is_left_to_the_workers(
    config: Config, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(others, "_LONGEST", 0.05)
    ahead = Ahead(job_for(config), target(tree), told=False)
    monkeypatch.setattr("splitlint.analysis.project.index.names_bound", lambda data: _wait_for_ever())
    assert not ahead.done(all_of_them())


def _wait_for_ever() -> set[bytes]:
    while True:
        pass


def test_workers_are_started_anew_when_the_search_is_done(
    config: Config, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[bool] = []
    renew: Callable[[Scheduler], None] = Scheduler.renew

    def counted(scheduler: Scheduler) -> None:
        renewed.append(scheduler.is_idle)
        renew(scheduler)

    monkeypatch.setattr(Scheduler, "renew", counted)
    job = job_for(config)
    here = scan([target(tree)], job, worker_pool("processes", 1))
    assert not renewed
    there = scan([target(tree)], job, worker_pool("processes", 2))
    assert renewed == [True] * hasattr(os, "fork")
    assert places(there) == places(here)
    assert len(places(here)) == len(FILES) >= run._MANY_HITS
