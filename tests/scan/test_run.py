from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from splitlint.cli.main import main
from splitlint.config import Config
from splitlint.files.blobs import Blobs
from splitlint.files.reading import LARGEST
from splitlint.scan.progress import Bars, Watch
from splitlint.scan.results.cache import Cache, Entry, Verdict
from splitlint.scan.results.tally import merged
from splitlint.scan.run import Hooks, job_for, scan
from splitlint.scan.targets.targets import Target, TargetError, parse_target, read_list
from splitlint.scan.workers import scheduler as drive_room
from splitlint.scan.workers.pools import HereExecutor, WorkerPool, WorkerPoolError, worker_pool
from splitlint.scan.workers.scheduler import Scheduler
from splitlint.scan.workers.units import Job, Outcome, Unit
from splitlint.scan.workers.worker import MismatchError, work
from splitlint.startup.records import replace
from tests.scan_trees import FILES, FOUND, config_with_page, make_repository, make_tree, places, run_git, scanned


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_with_page(tmp_path)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return make_tree(tmp_path / "tree")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def job(config: Config) -> Job:
    return job_for(config)


# Targets


def test_a_folder_is_scanned_and_suppressed_findings_are_kept_apart(config: Config, tree: Path) -> None:
    done = scanned(config, str(tree))
    assert places(done) == FOUND
    summary = done.tallies[0].summary
    assert (summary.files, summary.findings, summary.suppressed) == (5, 3, 1)


def test_a_revision_is_read_without_a_checkout(config: Config, repository: Path) -> None:
    run_git(repository, "tag", "old")
    (repository / "default.nix").write_text("{ }")
    run_git(repository, "commit", "-qam", "mended")
    assert places(scanned(config, f"{repository}@old")) == FOUND
    assert places(scanned(config, f"{repository}@HEAD")) == FOUND[1:]
    assert places(scanned(config, str(repository))) == FOUND[1:]


def test_a_bare_repository_is_scanned_at_its_head(config: Config, repository: Path, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "-q", "--bare", str(repository), "bare")
    done = scanned(config, str(tmp_path / "bare"))
    assert places(done) == FOUND
    assert done.tallies[0].head == run_git(repository, "rev-parse", "HEAD")


def test_a_folder_inside_a_repository_is_a_target_of_its_own(config: Config, repository: Path) -> None:
    assert places(scanned(config, str(repository / "folder"))) == [("deep/two.nix", 1), ("deep/two.nix", 2)]


def test_untracked_files_are_scanned_and_ignored_ones_are_not(config: Config, repository: Path) -> None:
    make_tree(repository, {"new.nix": "lookHere", "result/x.nix": "lookHere", ".gitignore": "result\n"})
    assert ("new.nix", 1) in places(scanned(config, str(repository)))
    assert len(places(scanned(config, str(repository)))) == len(FOUND) + 1


def test_a_file_in_conflict_is_scanned_once(config: Config, repository: Path) -> None:
    run_git(repository, "checkout", "-qb", "side")
    (repository / "default.nix").write_text("lookHere 1")
    run_git(repository, "commit", "-qam", "side")
    run_git(repository, "checkout", "-q", "-")
    (repository / "default.nix").write_text("lookHere 2")
    run_git(repository, "commit", "-qam", "main")
    with pytest.raises(Exception, match="merge"):
        run_git(repository, "merge", "-q", "side")
    assert scanned(config, str(repository)).tallies[0].summary.files == 5


def test_excluded_files_are_counted_wherever_the_target_is(config: Config, tree: Path, repository: Path) -> None:
    without = config._replace(exclude=("/folder/deep",))
    for target in (str(tree), str(repository), f"{repository}@HEAD"):
        done = scanned(without, target)
        assert places(done) == FOUND[:1], target
        assert done.tallies[0].summary.skipped >= 1, target


def test_a_rule_ignored_for_a_path_of_the_target_is_silent_there(config: Config, tree: Path) -> None:
    quiet = config._replace(per_path_ignores=(("folder/**", ("look-here",)),))
    assert places(scanned(quiet, str(tree))) == FOUND[:1]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("nowhere", "no such folder"),
        ("", "needs a name"),
        ("tree/default.nix", "is a file"),
        ("tree@HEAD", "not in a git"),
    ],
)
def test_what_is_no_target_is_said_to_be_none(
    given: str, complaint: str, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree.parent)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tree.parent.parent))
    with pytest.raises(TargetError, match=complaint):
        parse_target(given)


def test_a_revision_that_does_not_exist_is_no_target(repository: Path) -> None:
    with pytest.raises(TargetError):
        parse_target(f"{repository}@nonsense")


def test_a_revision_cannot_be_an_option_of_git(repository: Path) -> None:
    with pytest.raises(TargetError):
        parse_target(f"{repository}@--output=x")


def test_a_list_of_targets_has_comments_and_blank_lines() -> None:
    assert list(read_list(["# all\n", "a\n", "\n", "  b@main \n"])) == ["a", "b@main"]


def test_a_target_that_breaks_off_does_not_stop_the_others(config: Config, repository: Path, tree: Path) -> None:
    broken = parse_target(f"{repository}@HEAD")._replace(commit="0" * 40, label="broken")
    gone = Target("gone", "gone", str(tree / "gone"))
    done = scanned(config, broken, gone, str(tree))
    assert places(done) == FOUND
    assert [bool(tally.problems) for tally in done.tallies] == [True, True, False]
    assert {problem.path for problem in merged(done.tallies, 0).problems} == {"broken", "gone"}


# The same result, whoever does it


@pytest.mark.parametrize("jobs", [1, 2, 4])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_findings_do_not_depend_on_processes_or_units(config: Config, tree: Path, jobs: int, size: int) -> None:
    target = parse_target(str(tree))
    done = scan([target], job(config), worker_pool("processes", jobs), files_in_unit=size)
    assert done == scanned(config, target)


def test_findings_do_not_depend_on_the_order_in_which_units_come_back(config: Config, tree: Path) -> None:
    target = parse_target(str(tree))
    names = [name for name in FILES if name.endswith(".nix")]
    outcomes = []
    for seed in range(5):
        shuffled = random.Random(seed).sample(names, len(names))
        units = (Unit(target, (name,), ("",)) for name in shuffled)
        done = [one.outcome for one in Scheduler(units, job(config), worker_pool("here", 1)).run()]
        outcomes.append(sorted((f for one in done for f in one.findings), key=lambda finding: finding.sort_key))
    assert all(one == outcomes[0] for one in outcomes)


def test_findings_do_not_depend_on_the_cache(config: Config, tree: Path, repository: Path, tmp_path: Path) -> None:
    for target in (str(tree), str(repository), f"{repository}@HEAD"):
        without = scanned(config, target)
        cold = scanned(config, target, cache=tmp_path / "cache")
        warm = scanned(config, target, cache=tmp_path / "cache")
        assert without == cold == warm


def test_a_warm_cache_spares_the_checking(
    config: Config, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scanned(config, str(tree), cache=tmp_path / "cache")
    monkeypatch.setattr("splitlint.scan.workers.checking.check_contained", None)
    assert scanned(config, str(tree), cache=tmp_path / "cache") == before


def test_a_clean_file_of_a_revision_is_not_even_read_again(
    config: Config, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    scanned(config, f"{repository}@HEAD", cache=tmp_path / "cache")
    read_many = Blobs.read_many

    def spy(self: Blobs, names: list[str], limit: int | None = None) -> Iterator[bytes | None]:
        asked.extend(names)
        return iter(list(read_many(self, names, limit)))

    monkeypatch.setattr(Blobs, "read_many", spy)
    (repository / "later.nix").write_text("lookHere")
    run_git(repository, "add", "-A")
    run_git(repository, "commit", "-qm", "later")
    scanned(config, f"{repository}@HEAD", cache=tmp_path / "cache")
    clean = {run_git(repository, "rev-parse", f"HEAD:{name}") for name in ("folder/nothing.nix", "empty.nix")}
    assert asked
    assert not clean & set(asked)


def test_a_changed_file_is_checked_again(config: Config, tree: Path, tmp_path: Path) -> None:
    scanned(config, str(tree), cache=tmp_path / "cache")
    (tree / "default.nix").write_text("\n\nlookHere")
    assert places(scanned(config, str(tree), cache=tmp_path / "cache"))[0] == ("default.nix", 3)


def test_other_rules_do_not_see_the_verdicts_of_these(config: Config, tree: Path, tmp_path: Path) -> None:
    scanned(config, str(tree), cache=tmp_path / "cache")
    page = Path(config.rules[0]) / "look-here.md"
    page.write_text(page.read_text().replace('(#eq? @at "lookHere")', '(#eq? @at "lookHere" ) (#eq? @at "no")'))
    other = config_with_page(tmp_path / "other")
    (Path(other.rules[0]) / "look-here.md").write_text(page.read_text())
    assert places(scanned(other, str(tree), cache=tmp_path / "cache")) == []


def test_a_verdict_that_cannot_be_read_is_no_verdict(config: Config, tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    before = scanned(config, str(tree), cache=folder)
    cache = Cache(str(folder))
    assert cache._database is not None
    keys = [row[0] for row in cache._database.execute("SELECT key FROM verdict")]
    cache.put(Entry(key, Verdict('{"findings": [{"rule": 1}]}')) for key in keys)
    cache.close()
    assert keys
    assert scanned(config, str(tree), cache=folder) == before


def test_a_worker_with_other_rules_refuses_to_work(config: Config, tree: Path) -> None:
    with pytest.raises(WorkerPoolError, match="other rules"):
        scan([parse_target(str(tree))], job(config)._replace(digest="other"), worker_pool("here", 1))


def test_what_is_done_is_given_when_the_workers_are_lost(config: Config, tree: Path, tmp_path: Path) -> None:
    other = make_tree(tmp_path / "other", {f"{number}.nix": "{ }" for number in range(40)})

    def losing(job: Job, unit: Unit) -> Outcome:
        if unit.target.folder == str(other):
            raise MismatchError("the workers have other rules")
        return work(job, unit)

    done = scan([parse_target(str(tree)), parse_target(str(other))], job(config), worker_pool("here", 1), do=losing)
    assert places(done) == FOUND
    assert done.interrupted
    assert done.lost


# Faults


def killing(job: Job, unit: Unit) -> Outcome:
    if any("two.nix" in path for path in unit.paths):
        os.kill(os.getpid(), signal.SIGKILL)
    return work(job, unit)


def killing_once(job: Job, unit: Unit) -> Outcome:
    try:
        os.close(os.open(os.path.join(unit.target.folder, "killed"), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return work(job, unit)
    os.kill(os.getpid(), signal.SIGKILL)
    return Outcome()


def raising(job: Job, unit: Unit) -> Outcome:
    if any("two.nix" in path for path in unit.paths):
        raise RecursionError("too deep")
    return work(job, unit)


def vanishing(job: Job, unit: Unit) -> Outcome:
    for path in unit.paths:
        if path == "default.nix":
            os.unlink(os.path.join(unit.target.folder, path))
    return work(job, unit)


def test_a_worker_that_is_killed_once_loses_nothing_and_counts_nothing_twice(config: Config, tree: Path) -> None:
    target = parse_target(str(tree))
    done = scan([target], job(config), worker_pool("processes", 2), do=killing_once, files_in_unit=1)
    assert done == scanned(config, target)


def test_a_file_that_kills_its_worker_each_time_is_named_and_the_rest_is_checked(config: Config, tree: Path) -> None:
    done = scan([parse_target(str(tree))], job(config), worker_pool("processes", 2), do=killing, files_in_unit=3)
    assert places(done) == FOUND[:1]
    (problem,) = done.tallies[0].problems
    assert problem.path == "folder/deep/two.nix"
    assert "killed" in problem.message
    assert done.tallies[0].complete


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_the_checking_fails_on_is_named_and_the_rest_is_checked(
    config: Config, tree: Path, jobs: int
) -> None:
    done = scan([parse_target(str(tree))], job(config), worker_pool("processes", jobs), do=raising, files_in_unit=4)
    assert places(done) == FOUND[:1]
    (problem,) = done.tallies[0].problems
    assert (problem.path, "RecursionError: too deep" in problem.message) == ("folder/deep/two.nix", True)
    assert done.tallies[0].summary.unreadable == 1


def test_a_file_that_vanishes_while_the_tree_is_read_is_left_out(config: Config, tree: Path) -> None:
    done = scan([parse_target(str(tree))], job(config), worker_pool("here", 1), do=vanishing)
    assert places(done) == FOUND[1:]
    assert done.tallies[0].problems == ()


def test_fifos_links_loops_and_huge_files_do_not_stop_a_scan(config: Config, tree: Path) -> None:
    os.mkfifo(tree / "pipe.nix")
    (tree / "dangling.nix").symlink_to("nowhere")
    (tree / "loop").symlink_to(".")
    (tree / "binary.nix").write_bytes(b"lookHere\0\xff")
    with (tree / "huge.nix").open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    began = time.monotonic()
    done = scanned(config, str(tree))
    assert time.monotonic() - began < 10
    assert places(done) == FOUND
    messages = {problem.path: problem.message for problem in done.tallies[0].problems}
    assert set(messages) == {"binary.nix", "huge.nix"}
    assert str(LARGEST >> 20) in messages["huge.nix"]


def test_a_file_that_cannot_be_read_is_a_problem(config: Config, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: str, flags: int, *more: object) -> int:
        if "two.nix" in str(path):
            raise PermissionError(13, "Permission denied")
        return real(path, flags)

    real = os.open
    monkeypatch.setattr(os, "open", denied)
    done = scanned(config, str(tree))
    assert [problem.path for problem in done.tallies[0].problems] == ["folder/deep/two.nix"]
    assert places(done) == FOUND[:1]


def test_no_more_files_are_listed_ahead_than_allowed(
    config: Config, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drive_room, "AHEAD", 10)
    target = parse_target(str(tree))
    listed = done = most = 0

    def units() -> Iterator[Unit]:
        nonlocal listed
        for number in range(100):
            listed += 1
            yield Unit(target, (f"{number}.nix",), ("",))

    for _ in Scheduler(units(), job(config), WorkerPool(HereExecutor, 1), lambda job, unit: Outcome()).run():
        done += 1
        most = max(most, listed - done)
    assert done == 100
    assert most <= 12


# Interruption


class InterruptingAfter(Watch):
    """Presses Ctrl-C when so many files are searched."""

    def __init__(self, files: int) -> None:
        self._left = files

    def checked(self, files: int) -> None:
        self._left -= files
        if self._left < 0:
            raise KeyboardInterrupt


class Interrupting(Watch):
    """Presses Ctrl-C at the first sign of life after some target is done."""

    def __init__(self, done: list[str]) -> None:
        self._done = done

    def checked(self, files: int) -> None:
        if self._done:
            raise KeyboardInterrupt


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_scan_gives_what_is_done(config: Config, tree: Path, jobs: int, tmp_path: Path) -> None:
    many = make_tree(tmp_path / "many", {f"{n}.nix": "lookHere" for n in range(150)})
    kept: list[str] = []
    hooks = Hooks(Interrupting(kept), lambda tally: kept.append(tally.target.label))
    targets = [parse_target(str(tree)), parse_target(str(many))]
    done = scan(targets, job(config), worker_pool("processes", jobs), hooks=hooks, files_in_unit=1)
    assert done.interrupted
    assert kept == [str(tree)]
    assert [tally.complete for tally in done.tallies if tally.target.label == str(tree)] == [True]
    assert set(FOUND) <= set(places(done)) <= {*FOUND, *((f"{n}.nix", 1) for n in range(150))}


def test_a_target_known_from_an_earlier_scan_is_not_scanned_again(config: Config, tree: Path) -> None:
    target = parse_target(str(tree))
    (tally,) = scanned(config, target).tallies
    known = replace(tally, resumed=True)
    (tree / "default.nix").unlink()
    assert scan([target], job(config), worker_pool("here", 1), known={target: known}).tallies == (known,)


# Worker pools


@pytest.mark.parametrize("wanted", ["threads", "dask:", "dask", ""])
def test_an_executor_that_does_not_exist_is_refused(wanted: str) -> None:
    with pytest.raises(WorkerPoolError, match="no executor"):
        worker_pool(wanted, 2)


def test_bars_are_drawn_to_standard_error_only(
    config: Config, tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    bars = Bars()
    scan(
        [parse_target(str(tree)), parse_target(str(tree / "folder"))],
        job(config),
        worker_pool("here", 1),
        hooks=Hooks(bars),
    )
    written = capsys.readouterr()
    assert written.out == ""
    assert "targets" in written.err


# The command


@pytest.fixture
def command(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return ["scan", "--isolated", "-j1", "--rules", config.rules[0], "--select", "look-here"]


def test_scan_is_content_whatever_it_finds(command: list[str], tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "tree"]) == 0
    written = capsys.readouterr().out
    assert "tree/folder/deep/two.nix:2:7 look-here look here" in written
    assert "3 findings in 5 files" in written


def test_scan_of_a_bad_target_ends_with_2_and_reports_the_others(
    command: list[str], tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "nowhere", "tree"]) == 2
    written = capsys.readouterr().out
    assert "nowhere: there is no such folder or repository" in written
    assert "3 findings" in written


def test_scan_takes_its_targets_from_a_file(
    command: list[str], tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list").write_text("# one\ntree\n")
    assert main([*command, "--targets-from", "list", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["findings"][0]["path"] == "tree/default.nix"


def test_scan_of_a_revision_names_files_as_git_does(
    command: list[str], repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "repository@HEAD", "--format", "text"]) == 0
    assert "repository@HEAD:default.nix:1:14" in capsys.readouterr().out


def test_scan_compares_with_the_last_time(command: list[str], tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*command, "tree"])
    (tree / "default.nix").write_text("{ }")
    (tree / "new.nix").write_text("lookHere")
    capsys.readouterr()
    assert main([*command, "tree", "--compare"]) == 0
    assert "1 new, 1 gone, 2 unchanged" in capsys.readouterr().out
    assert main([*command, "--compare"]) == 0
    written = capsys.readouterr().out
    assert "1 new, 1 gone, 2 unchanged" in written
    assert "new.nix:1" in written
    assert main([*command, "--history"]) == 0
    assert "tree  look-here" in capsys.readouterr().out


def test_a_scan_resumes_where_it_was_interrupted(
    command: list[str], tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_tree(tmp_path / "second", {"a.nix": "lookHere"})
    monkeypatch.setattr("splitlint.cli.commands.scan._watch", lambda options: InterruptingAfter(5))
    assert main([*command, "tree", "second", "--no-cache"]) == 130
    assert "--resume" in capsys.readouterr().out
    monkeypatch.setattr("splitlint.cli.commands.scan._watch", lambda options: Watch())
    (tree / "default.nix").write_text("{ }")
    assert main([*command, "tree", "second", "--no-cache", "--resume"]) == 0
    assert "4 findings" in capsys.readouterr().out


def test_resume_without_an_interrupted_scan_begins_anew(
    command: list[str], tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "tree", "--resume"]) == 0
    written = capsys.readouterr()
    assert "starting a new one" in written.err
    assert "3 findings" in written.out


def test_a_history_that_cannot_be_used_does_not_stop_a_scan(
    command: list[str], tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state" / "splitlint").mkdir(parents=True)
    (tmp_path / "state" / "splitlint" / "history.sqlite").write_text("a poem, not a database" * 100)
    assert main([*command, "tree"]) == 0
    written = capsys.readouterr()
    assert "the history cannot be used" in written.err
    assert "has been moved to" in written.err
    assert "3 findings" in written.out
    (tmp_path / "file").write_text("")
    assert main([*command, "tree", "--compare", "--db", str(tmp_path / "file" / "history")]) == 2


def test_the_history_cannot_be_asked_and_refused_at_once(command: list[str]) -> None:
    assert main([*command, "--no-history", "--compare"]) == 2


def test_a_report_of_a_revision_shows_its_source(command: list[str], repository: Path, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    assert main([*command, "repository@HEAD", "--format", "html", "--output", "report.html"]) == 0
    assert "lib.lookHere" in (tmp_path / "report.html").read_text()
