"""`splitlint scan`: many trees, an overview or a report of all of them, and what changed since the last time."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence

from splitlint import __version__
from splitlint.authoring.configured import load_rule_set
from splitlint.checking.processes import default_jobs
from splitlint.cli.console import UsageError, complain, refuse_way_out, wants_links
from splitlint.cli.flags import refuse_conflicts, settle
from splitlint.cli.options import (
    add_choice_arguments,
    add_jobs_argument,
    add_limit_arguments,
    add_rule_arguments,
    effective_config,
    refuse_few_jobs,
)
from splitlint.cli.output import add_output_arguments, deliver, in_color, shows_time
from splitlint.cli.scans.given import given_targets, parsed_targets
from splitlint.cli.scans.patches import make_folder, write_patches
from splitlint.cli.scans.survey import Past, Survey, check_permalink, survey
from splitlint.files.discover import display
from splitlint.findings.finding import Problem, Result
from splitlint.report.json import written
from splitlint.report.terminal.paint import Line, line, painted, plain
from splitlint.scan.documents import change_objects
from splitlint.scan.overview import comparison, over_time, overview
from splitlint.scan.progress import Bars, Watch
from splitlint.scan.results.cache import default_folder
from splitlint.scan.results.history import History, HistoryError, default_path
from splitlint.scan.results.tally import Tally, merged
from splitlint.scan.run import Hooks, Scan, job_for, scan
from splitlint.scan.targets.targets import Target
from splitlint.scan.workers.pools import WorkerPoolError, worker_pool
from splitlint.scan.workers.units import Job
from splitlint.startup.collector import keep_what_is_loaded
from splitlint.startup.records import replace

_OVERVIEW = "overview"
_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "targets",
        nargs="*",
        metavar="TARGET",
        help="folders, git repositories, REPO@REVISION, each perhaps as NAME=TARGET (default: this folder)",
    )
    parser.add_argument("--targets-from", metavar="FILE", help="more targets, one per line; - is standard input")
    work = parser.add_argument_group("execution")
    add_jobs_argument(work)
    work.add_argument(
        "--executor", default="processes", metavar="WHO", help="`processes` (default), `here`, or `dask:ADDRESS`"
    )
    work.add_argument("--no-cache", action="store_true", help="do not use the cache")
    work.add_argument("--cache-dir", metavar="DIR", help=f"the folder of the cache (default: {default_folder()})")
    work.add_argument(
        "--patches",
        metavar="DIR",
        help="write for each target NAME.patch, NAME-unsafe.patch and a pull request, NAME.md",
    )
    past = parser.add_argument_group("the history of scans")
    past.add_argument("--db", metavar="FILE", help=f"the database of the history (default: {default_path()})")
    past.add_argument("--no-history", action="store_true", help="do not record this scan")
    past.add_argument("--resume", action="store_true", help="continue an interrupted scan")
    past.add_argument(
        "--compare", action="store_true", help="show which findings are new or gone; without targets: in the last scan"
    )
    past.add_argument("--history", action="store_true", help="show the number of findings over time, without scanning")
    add_choice_arguments(parser)
    add_output_arguments(parser)
    add_rule_arguments(parser)
    add_limit_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Scans, reports, and gives the exit code: 0 whatever is found, 2 if a target or a file could not be checked.

    Raises UsageError, ConfigError, RuleError.
    """
    refuse_few_jobs(options)
    refuse_conflicts(options)
    options.format = options.format or _OVERVIEW
    settle(options)
    _refuse_format(options)
    for path in (options.db, options.cache_dir):
        if path is not None:
            refuse_way_out(path)
    history = _history(options)
    try:
        return _run(options, history)
    except (HistoryError, WorkerPoolError) as error:
        raise UsageError(str(error)) from error
    finally:
        if history is not None:
            history.close()


def _refuse_format(options: argparse.Namespace) -> None:
    """Raises UsageError where the past cannot be shown in the format asked for, or there is nothing to patch."""
    if options.history and options.format != _OVERVIEW:
        raise UsageError(f"--history only has a text form: leave out --format {options.format}")
    if options.compare and options.format not in (_OVERVIEW, "json"):
        raise UsageError(f"--compare has a text form and --format json: leave out --format {options.format}")
    if options.patches is not None and (options.history or (options.compare and not given_targets(options))):
        raise UsageError("--patches needs a scan: name its targets, and leave out --history")


def _run(options: argparse.Namespace, history: History | None) -> int:
    started = time.perf_counter()
    given = given_targets(options)
    if options.history or (options.compare and not given):
        _show_past(history, given, options)
        return 0
    config = effective_config(options, [], lenient=True)
    config = config._replace(rules=tuple(os.path.abspath(folder) for folder in config.rules))
    rule_set, config = load_rule_set(config)
    targets, bad = parsed_targets(given or ["."])
    if config.trouble:
        bad.insert(0, Problem(display(config.path), config.trouble))
    check_permalink(options, targets)
    if options.patches is not None:
        make_folder(options.patches)
    job = job_for(config, None if options.no_cache else os.path.abspath(options.cache_dir or default_folder()))
    done, number = _scanned(targets, job, history, options)
    about = Survey(done.tallies, options.permalink)
    if options.patches is not None:
        patches = write_patches(options.patches, done.tallies, job, rule_set, about.seen)
        bad += patches.problems
    result = _whole(done, bad, time.perf_counter() - started if shows_time(options) else 0.0)
    changes = history.changes() if options.compare and history is not None and done.tallies else ()
    if options.format == _OVERVIEW:
        lines = overview(result, about.standings, interrupted=done.interrupted, resumable=history is not None)
        lines += [line(text) for text in patches.lines] if options.patches is not None else []
        lines += comparison(changes) if changes else []
        _deliver_lines(lines, options)
    elif options.format == "json":
        deliver(about.json(result, changes), options)
    else:
        past = Past(history, number) if history is not None else None
        deliver(survey(result, about, rule_set, options, past), options)
    if done.lost:
        hint = "; --resume goes on with the targets that are not done" if number is not None else ""
        complain(f"{done.lost}{hint}")
        return 2
    if done.interrupted:
        return _INTERRUPTED
    return 2 if any(problem.fatal for problem in result.problems) else 0


def _history(options: argparse.Namespace) -> History | None:
    """The history, None if it is not wanted. One that cannot be used stops only those who ask for it."""
    wanted = options.compare or options.resume or options.history
    if options.no_history:
        if wanted:
            raise UsageError("--compare, --resume and --history need the history: leave out --no-history")
        return None
    try:
        return History.opened(options.db or default_path(), complain)
    except HistoryError as error:
        if wanted or options.db:
            raise UsageError(str(error)) from error
        complain(f"{error}; continuing without it")
        return None


def _show_past(history: History | None, given: Sequence[str], options: argparse.Namespace) -> None:
    assert history is not None
    if options.history:
        targets, bad = parsed_targets(given)
        if bad:
            raise UsageError(f"{bad[0].path}: {bad[0].message}")
        _deliver_lines(over_time(history.counts(targets)), options)
    elif options.format == "json":
        deliver(written({"changes": change_objects(history.changes())}), options)
    else:
        _deliver_lines(comparison(history.changes()), options)


def _scanned(
    targets: Sequence[Target], job: Job, history: History | None, options: argparse.Namespace
) -> tuple[Scan, int | None]:
    """Scans, and keeps in the history, under the number that is given back, what comes of each target at once."""
    workers = worker_pool(options.executor, options.jobs or default_jobs())
    known: dict[Target, Tally] = {}
    record = _Record(None, None)
    if history is not None and targets:
        earlier = history.unfinished(job.digest, targets) if options.resume else None
        if earlier is not None:
            known = {target: tally for target in targets if (tally := history.tally(earlier, target)) is not None}
            record = _Record(history, earlier)
        else:
            if options.resume:
                complain("there is no such scan to resume: starting a new one")
            record = _begun(history, job, targets, options)
    keep_what_is_loaded()
    try:
        done = scan(targets, job, workers, hooks=Hooks(_watch(options), record.keep, complain), known=known)
    except WorkerPoolError as error:
        if record.scan is None:
            raise
        raise WorkerPoolError(f"{error}; --resume goes on with the targets that are not done") from error
    if not done.interrupted:
        record.finish()
    return done, record.scan


def _begun(history: History, job: Job, targets: Sequence[Target], options: argparse.Namespace) -> _Record:
    """The record of a new scan; none where the history can only be read, unless somebody asked for it."""
    try:
        return _Record(history, history.begin(__version__, job.digest, targets))
    except HistoryError as error:
        if options.compare or options.resume or options.db:
            raise
        complain(f"{error}; continuing without it")
        return _Record(None, None)


class _Record:
    """Keeps tallies in the history while it can be written to; a full disk does not stop a scan."""

    def __init__(self, history: History | None, scan: int | None) -> None:
        self._history = history
        self.scan = scan

    def keep(self, tally: Tally) -> None:
        """Keeps what came of one target."""
        if self._history is not None:
            self._try(self._history.add, self.scan, tally)

    def finish(self) -> None:
        """Notes that the scan is through."""
        if self._history is not None:
            self._try(self._history.finish, self.scan)

    def _try(self, act: Callable[..., None], *arguments: object) -> None:
        try:
            act(*arguments)
        except HistoryError as error:
            complain(f"{error}; continuing without it")
            self._history = None


def _watch(options: argparse.Namespace) -> Watch:
    return Bars() if sys.stderr.isatty() and not options.quiet and not os.environ.get("CI") else Watch()


def _whole(done: Scan, bad: Sequence[Problem], seconds: float) -> Result:
    """One result of all targets, and of those that are none."""
    result = merged(done.tallies, seconds)
    return replace(result, problems=(*bad, *result.problems))


def _deliver_lines(lines: Sequence[Line], options: argparse.Namespace) -> None:
    deliver(painted(lines, links=wants_links()) if in_color(options) else plain(lines), options)
