"""`splitlint scan`: many trees, an overview or a report of all of them, and what changed since the last time."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence

from splitlint import __version__
from splitlint.cli.console import UsageError, complain, refuse_way_out, wants_links
from splitlint.cli.flags import refuse_conflicts, settle
from splitlint.cli.options import (
    add_choice_arguments,
    add_limit_arguments,
    add_rule_arguments,
    effective_config,
    load_rule_set,
)
from splitlint.cli.output import add_output_arguments, deliver, in_color, shows_time
from splitlint.cli.survey import Past, check_permalink, survey
from splitlint.files.discover import display
from splitlint.findings.finding import Problem, Result
from splitlint.report.terminal.paint import Line, painted, plain
from splitlint.scan.overview import comparison, over_time, overview
from splitlint.scan.progress import Bars, Watch
from splitlint.scan.results.cache import default_folder
from splitlint.scan.results.history import History, HistoryError, default_path
from splitlint.scan.results.tally import Tally, merged
from splitlint.scan.run import Hooks, Scan, job_for, scan
from splitlint.scan.targets.targets import Target, TargetError, parse_target, read_list
from splitlint.scan.workers.pools import WorkerPoolError, default_jobs, worker_pool
from splitlint.scan.workers.units import Job
from splitlint.startup.records import replace

_OVERVIEW = "overview"
_INTERRUPTED = 130
#: Bytes.
_LONGEST_LIST = 64 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help="folders, git repositories, REPO@REVISION (default: this folder)"
    )
    parser.add_argument("--targets-from", metavar="FILE", help="more targets, one per line; - is standard input")
    work = parser.add_argument_group("execution")
    work.add_argument(
        "-j", "--jobs", type=int, metavar="N", default=0, help="number of processes (default: one per processor)"
    )
    work.add_argument(
        "--executor", default="processes", metavar="WHO", help="`processes` (default), `here`, or `dask:ADDRESS`"
    )
    work.add_argument("--no-cache", action="store_true", help="do not use the cache")
    work.add_argument("--cache-dir", metavar="DIR", help=f"the folder of the cache (default: {default_folder()})")
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
    if options.jobs < 0:
        raise UsageError("--jobs must be 1 or more")
    refuse_conflicts(options)
    options.format = options.format or _OVERVIEW
    settle(options)
    if (options.compare or options.history) and options.format != _OVERVIEW:
        raise UsageError(f"--compare and --history only have a text form: leave out --format {options.format}")
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


def _run(options: argparse.Namespace, history: History | None) -> int:
    started = time.perf_counter()
    given = _given(options)
    if options.history or (options.compare and not given):
        _show_past(history, given, options)
        return 0
    config = effective_config(options, [], lenient=True)
    config = config._replace(rules=tuple(os.path.abspath(folder) for folder in config.rules))
    rule_set, config = load_rule_set(config)
    targets, bad = _targets(given or ["."])
    if config.trouble:
        bad.insert(0, Problem(display(config.path), config.trouble))
    check_permalink(options, targets)
    job = job_for(config, None if options.no_cache else os.path.abspath(options.cache_dir or default_folder()))
    done, number = _scanned(targets, job, history, options)
    result = _whole(done, bad, time.perf_counter() - started if shows_time(options) else 0.0)
    if options.format == _OVERVIEW:
        lines = overview(result, done.tallies, interrupted=done.interrupted, resumable=history is not None)
        if options.compare and history is not None and done.tallies:
            lines += comparison(history.changes())
        _deliver_lines(lines, options)
    else:
        past = Past(history, number) if history is not None else None
        deliver(survey(result, done.tallies, rule_set, options, past), options)
    if done.lost:
        hint = "; --resume goes on with the targets that are not done" if number is not None else ""
        complain(f"{done.lost}{hint}")
        return 2
    if done.interrupted:
        return _INTERRUPTED
    return 2 if any(problem.fatal for problem in result.problems) else 0


def _given(options: argparse.Namespace) -> list[str]:
    """The targets of the command line, and those of the list."""
    given = list(options.targets)
    if options.targets_from is None:
        return given
    try:
        if options.targets_from == "-":
            data = sys.stdin.buffer.read()
        else:
            refuse_way_out(options.targets_from)
            # It may be a pipe, of a process that makes it.
            with open(options.targets_from, "rb") as stream:
                data = stream.read(_LONGEST_LIST)
    except OSError as error:
        raise UsageError(f"{options.targets_from}: cannot be read: {error.strerror}") from error
    given += read_list(data.decode("utf-8-sig", "surrogateescape").split("\n"))
    if not given:
        # Nobody who names a list means the current folder.
        raise UsageError(f"{options.targets_from}: there is no target in it")
    return given


def _targets(given: Sequence[str]) -> tuple[list[Target], list[Problem]]:
    """The targets, each once under the first of its names, and what is none."""
    targets: dict[tuple[str, str], Target] = {}
    bad: list[Problem] = []
    for one in given:
        try:
            target = parse_target(one)
        except TargetError as error:
            bad.append(Problem(one, str(error)))
        else:
            targets.setdefault((target.name, target.commit), target)
    return list(targets.values()), bad


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
        targets, bad = _targets(given)
        if bad:
            raise UsageError(f"{bad[0].path}: {bad[0].message}")
        _deliver_lines(over_time(history.counts(targets)), options)
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
    # What is loaded by now stays, and values are let go of file by file: there is little for the collector to find.
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
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
