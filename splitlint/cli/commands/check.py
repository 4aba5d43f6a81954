"""`splitlint check`: paths in, a report out."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from splitlint.authoring.configured import load_rule_set
from splitlint.cli.console import DEFAULT_WIDTH, UsageError, complain, refuse_way_out, save, width, write, write_error
from splitlint.cli.flags import refuse_conflicts, settle
from splitlint.cli.gather import from_paths, from_stdin
from splitlint.cli.options import (
    add_choice_arguments,
    add_jobs_argument,
    add_limit_arguments,
    add_rule_arguments,
    effective_config,
    refuse_few_jobs,
)
from splitlint.cli.output import add_output_arguments, add_switch, deliver, deliver_diff, in_color, rendered, shows_time
from splitlint.files.discover import Trouble, display

if TYPE_CHECKING:
    import argparse

    from splitlint.cli.examine import Examiner
    from splitlint.cli.gather import Gathered
    from splitlint.cli.verdicts import KeptVerdicts
    from splitlint.config import Config
    from splitlint.files.staged import StagedChange
    from splitlint.findings.finding import Result
    from splitlint.rulebook.rule import RuleSet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: the current folder)")
    add_choice_arguments(parser)
    files = parser.add_argument_group("which files")
    files.add_argument(
        "--exclude",
        action="append",
        metavar="PATTERN",
        default=[],
        help="skip files and folders that match this .gitignore pattern",
    )
    files.add_argument(
        "--force-exclude", action="store_true", help="skip them even if they are named on the command line"
    )
    add_switch(
        files,
        "--staged",
        help="report what the staged change breaks, in other files too; files that are named and not changed "
        "are checked as they are",
    )
    files.add_argument("--stdin-filename", metavar="NAME", help="check standard input as if it were this file")
    add_output_arguments(parser)
    fixing = parser.add_argument_group("fixing")
    fixing.add_argument("--fix", action="store_true", help="apply safe fixes")
    fixing.add_argument("--fix-only", action="store_true", help="apply safe fixes and do not report what is left")
    add_switch(fixing, "--unsafe-fixes", help="with --fix or --diff: also apply fixes that need a review")
    fixing.add_argument("--diff", action="store_true", help="show what --fix would change, without writing")
    add_switch(fixing, "--show-fixes", help="with --fix: list what was fixed")
    add_switch(fixing, "--verify", help="parse each fixed file with Nix before writing it")
    fixing.add_argument("-i", "--interactive", action="store_true", help="with --fix: show each fix and ask")
    old = parser.add_argument_group("old findings")
    old.add_argument(
        "--add-ignore",
        action="append",
        metavar="RULE,...",
        help="add an ignore comment for each finding of these rules",
    )
    old.add_argument("--reason", metavar="TEXT", help="with --add-ignore: the reason to give")
    old.add_argument("--baseline", metavar="FILE", help="report only findings that are not in this baseline")
    old.add_argument(
        "--write-baseline", metavar="FILE", help="write the current findings to a baseline and exit with 0"
    )
    old.add_argument("--since", metavar="REV", help="report only findings caused by changes since this git revision")
    add_rule_arguments(parser)
    work = parser.add_argument_group("execution")
    add_jobs_argument(work)
    work.add_argument("--cache", action="store_true", help="use what earlier runs with this flag have found out")
    work.add_argument("--cache-dir", metavar="DIR", help="with --cache: the folder of the cache, as for `scan`")
    add_limit_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Checks, fixes, reports, and gives the exit code. Raises UsageError, ConfigError, RuleError."""
    started = time.perf_counter()
    refuse_conflicts(options)
    refuse_few_jobs(options)
    _refuse_cache(options)
    # What is staged is in all of the repository, whatever files a hook names.
    given = [options.stdin_filename] if options.stdin_filename else [] if options.staged else options.paths
    writes = options.fix or options.fix_only or options.diff or options.write_baseline or options.add_ignore
    config = effective_config(options, given, lenient=not writes)
    settle(options, config.flags)
    options.fix = options.fix or options.fix_only
    options.quiet = options.quiet or options.fix_only
    rule_set, config = load_rule_set(config)
    change = _staged_change() if options.staged else None
    gathered = _gathered(options, config, rule_set, change)
    if config.trouble:
        trouble = Trouble(display(config.path), config.trouble)
        gathered = gathered._replace(problems=(trouble, *gathered.problems))
    if _nothing_to_say(gathered, config, options):
        _report_nothing(gathered, options, time.perf_counter() - started)
        return 0
    from splitlint.cli.known import examined

    if len(gathered.hits) > _FEW:
        from splitlint.startup.collector import keep_what_is_loaded

        keep_what_is_loaded()

    verdicts = _verdicts(options, config, rule_set)
    try:
        result, examiner = examined(gathered, config, rule_set, options, change, verdicts)
        return _told(result, gathered, examiner, options, started)
    finally:
        if verdicts is not None:
            verdicts.close()


def _told(result: Result, gathered: Gathered, examiner: Examiner, options: argparse.Namespace, started: float) -> int:
    """Reports what was found, or mends it, and gives the exit code."""
    from splitlint.cli.examine import timed, with_account, with_dates

    result = with_account(result, gathered)
    if options.write_baseline is not None:
        return _write_baseline(result, options)
    result = with_dates(result, examiner)
    if options.fix or options.diff or options.add_ignore:
        return _fix(result, gathered, examiner, options, started)
    deliver(rendered(timed(result, time.perf_counter() - started), options, gathered, examiner.rule_set), options)
    return exit_code(result, options)


def _refuse_cache(options: argparse.Namespace) -> None:
    """Raises UsageError where the folder of the cache is no folder that may be written to, or is not wanted."""
    if options.cache_dir is None:
        return
    if not options.cache:
        raise UsageError("--cache-dir needs --cache")
    refuse_way_out(options.cache_dir)


def _verdicts(options: argparse.Namespace, config: Config, rule_set: RuleSet) -> KeptVerdicts | None:
    """What the cache knows, if it is to be used. Raises UsageError."""
    if not options.cache:
        return None
    from splitlint.cli.verdicts import KeptVerdicts
    from splitlint.scan.results.cache import default_folder
    from splitlint.scan.workers.units import digest_of

    folder = os.path.abspath(options.cache_dir or default_folder())
    return KeptVerdicts(folder, digest_of(rule_set, config), complain)


def _staged_change() -> StagedChange:
    from splitlint.cli.staged import staged_change

    return staged_change()


def _gathered(options: argparse.Namespace, config: Config, rule_set: RuleSet, change: StagedChange | None) -> Gathered:
    """The files to check: those of the index, standard input, or those under the paths of the command line."""
    if change is not None:
        from splitlint.cli.staged import from_index

        return from_index(change, options, config, rule_set)
    return from_stdin(options, config, rule_set) if options.stdin_filename else from_paths(options, config, rule_set)


def exit_code(result: Result, options: argparse.Namespace) -> int:
    """2 where the user must act, 1 where something was found, else 0."""
    if any(problem.fatal for problem in result.problems):
        return 2
    found = any(finding.suppressed is None for finding in result.findings)
    return int(found and not options.exit_zero)


def _nothing_to_say(gathered: Gathered, config: Config, options: argparse.Namespace) -> bool:
    """Whether the report is one line, for which the engine need not even be imported."""
    if gathered.problems or options.format not in ("text", "concise"):
        return False
    if options.baseline or options.write_baseline or (options.stdin_filename and options.fix):
        return False
    return not gathered.hits or _are_plain(gathered, config, options)


#: So many files are looked at one by one before the engine is imported for them.
_FEW = 8


def _are_plain(gathered: Gathered, config: Config, options: argparse.Namespace) -> bool:
    """Whether files were named in which there is nothing to find, in a run that only tells what it finds."""
    changes = options.fix or options.diff or options.add_ignore or options.staged or options.since
    if changes or gathered.notes or len(gathered.hits) > _FEW:
        return False
    from splitlint.checking.plain_file import is_plain

    return all(is_plain(hit, config.file_timeout) for hit in gathered.hits)


def _report_nothing(gathered: Gathered, options: argparse.Namespace, seconds: float) -> None:
    if options.quiet and options.output is None:
        return
    from splitlint.report.terminal.paint import clean, line, painted, plain, wrapped
    from splitlint.report.terminal.summary import not_checked, nothing_found

    took = seconds if shows_time(options) else None
    lines = []
    if not options.quiet:
        lines += [line(("note", "info"), f": {clean(one.path)}: {clean(one.message)}") for one in gathered.notes]
        lines += nothing_found(gathered.files, took)
        lines += not_checked(gathered.excluded, gathered.absent, gathered.skipped, 0)
    columns = width() if options.output is None else DEFAULT_WIDTH
    lines = [row for one in lines for row in wrapped(one, columns, "  ")]
    deliver(painted(lines) if in_color(options) else plain(lines), options)


def _write_baseline(result: Result, options: argparse.Namespace) -> int:
    from splitlint.findings import baseline
    from splitlint.report.words import counted

    for problem in result.problems:
        complain(f"{problem.path}: {problem.message}")
    if any(problem.fatal for problem in result.problems):
        complain(f"{options.write_baseline} is not written, because some files could not be checked")
        return 2
    save(options.write_baseline, baseline.render(result.findings))
    if not options.quiet:
        write(f"Wrote {counted(result.summary.findings, 'finding')} to {options.write_baseline}.\n")
    return 0


def _fix(result: Result, gathered: Gathered, examiner: Examiner, options: argparse.Namespace, started: float) -> int:
    """Fixes, or shows how; then reports what is left."""
    from splitlint.cli import fixing
    from splitlint.cli.examine import recounted, timed, with_dates

    if options.add_ignore:
        from splitlint.cli.ignoring import add_ignores

        outcome = add_ignores(result, gathered, examiner, options)
    elif options.interactive:
        from splitlint.cli.interactive import choose
        from splitlint.cli.output import file_reader

        choice = choose(result.findings, file_reader(gathered), options.color)
        outcome = fixing.apply_fixes(result, gathered, examiner, options, choice)
    else:
        outcome = fixing.apply_fixes(result, gathered, examiner, options)
    if options.diff:
        deliver_diff(outcome.diff(), options)
        if not options.quiet:
            complain(outcome.proposal())
        return exit_code(result, options)
    if options.stdin_filename is not None:
        fixing.write_stdin_text(gathered, options.stdin_filename)
    left = timed(with_dates(outcome.result, examiner), time.perf_counter() - started)
    if options.fix_only:
        left = recounted(left, [], 0)
    elif options.interactive:
        # They were shown one by one.
        options.summary_only = True
    report = rendered(left, options, gathered, examiner.rule_set, outcome.done)
    if options.stdin_filename is not None and options.output is None:
        write_error(report)
    else:
        deliver(report, options)
    return exit_code(left, options)
