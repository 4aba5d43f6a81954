"""`splitlint check`: paths in, a report out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from splitlint.commands.gather import Gathered, from_paths, from_stdin
from splitlint.console import UsageError, is_terminal, save, wants_color, width, write
from splitlint.options import add_choice_arguments, add_rule_arguments, effective_config, load_book

if TYPE_CHECKING:
    import argparse
    from splitlint.config import Config
    from splitlint.finding import Result
    from splitlint.rule import RuleBook

FORMATS = ("text", "json")


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
        help="leave out files and folders, as .gitignore does",
    )
    files.add_argument("--force-exclude", action="store_true", help="leave them out even if they are named")
    files.add_argument("--stdin-filename", metavar="NAME", help="check standard input as if it were this file")
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=FORMATS, default="text")
    output.add_argument("--output", metavar="FILE", help="write the report to a file")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument("-q", "--quiet", action="store_true", help="findings only, no summary")
    output.add_argument("--statistics", action="store_true", help="count the findings of each rule")
    output.add_argument("--show-suppressed", action="store_true", help="show what comments ignore, too")
    output.add_argument("--exit-zero", action="store_true", help="exit with 0 even if something was found")
    old = parser.add_argument_group("old findings")
    old.add_argument("--baseline", metavar="FILE", help="show only what is not in this baseline")
    old.add_argument("--write-baseline", metavar="FILE", help="write what is found to a baseline, and exit with 0")
    add_rule_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Checks, reports, and gives the exit code. Raises UsageError, ConfigError, RuleError."""
    started = time.perf_counter()
    config = effective_config(options, [options.stdin_filename] if options.stdin_filename else options.paths)
    book = load_book(config)
    gathered = from_stdin(options, config, book) if options.stdin_filename else from_paths(options, config, book)
    if _nothing_to_say(gathered, options):
        _report_nothing(gathered, options, time.perf_counter() - started)
        return 0
    result = _checked(gathered, config, book)
    if options.write_baseline is not None:
        return _write_baseline(result, options)
    if options.baseline is not None:
        result = _without_known(result, options.baseline)
    result = _timed(result, time.perf_counter() - started)
    _deliver(_rendered(result, options, gathered), options)
    return exit_code(result, options)


def exit_code(result: Result, options: argparse.Namespace) -> int:
    """2 where the user must act, 1 where something was found, else 0."""
    if any(problem.fatal for problem in result.problems):
        return 2
    found = any(finding.suppressed is None for finding in result.findings)
    return int(found and not options.exit_zero)


def _nothing_to_say(gathered: Gathered, options: argparse.Namespace) -> bool:
    """Whether the report is one line, for which the engine need not even be imported."""
    only_text = options.format == "text" and options.baseline is None and options.write_baseline is None
    return only_text and not gathered.hits and not gathered.problems


def _report_nothing(gathered: Gathered, options: argparse.Namespace, seconds: float) -> None:
    from splitlint.report.paint import painted, plain
    from splitlint.report.text import not_checked, nothing_found

    took = seconds if _shows_time(options) else None
    lines = [] if options.quiet else [*nothing_found(gathered.files, took), *not_checked(gathered.skipped, 0)]
    _deliver(painted(lines, width()) if lines and _in_color(options) else plain(lines), options)


def _checked(gathered: Gathered, config: Config, book: RuleBook) -> Result:
    """What the engine finds in the files gathered, with the account of those that it did not get to see."""
    from dataclasses import replace

    from splitlint.check import check_hits
    from splitlint.finding import Problem

    result = check_hits(gathered.hits, book, config)
    problems = (*(Problem(*trouble) for trouble in gathered.problems), *result.problems)
    summary = replace(
        result.summary,
        files=gathered.files,
        skipped=gathered.skipped + result.summary.skipped,
        unreadable=gathered.unreadable + result.summary.unreadable,
    )
    return replace(result, problems=problems, summary=summary)


def _timed(result: Result, seconds: float) -> Result:
    from dataclasses import replace

    return replace(result, summary=replace(result.summary, seconds=seconds))


def _write_baseline(result: Result, options: argparse.Namespace) -> int:
    from splitlint import baseline
    from splitlint.report.text import counted

    save(options.write_baseline, baseline.render(result.findings))
    number = sum(one.suppressed is None for one in result.findings)
    if not options.quiet:
        write(f"Wrote {counted(number, 'finding')} to {options.write_baseline}.\n")
    return 2 if any(problem.fatal for problem in result.problems) else 0


def _without_known(result: Result, path: str) -> Result:
    """The result without what the baseline at `path` knows; what is gone from the tree is named as a problem."""
    from dataclasses import replace

    from splitlint import baseline
    from splitlint.finding import Problem
    from splitlint.report.text import counted

    try:
        compared = baseline.compare(result.findings, baseline.read(path))
    except baseline.BaselineError as error:
        raise UsageError(str(error)) from error
    problems = result.problems
    if compared.stale:
        gone = counted(len(compared.stale), "entry").replace("entrys", "entries")
        problems += (Problem(path, f"{gone} found no more: write it anew with --write-baseline", fatal=False),)
    open_findings = [one for one in compared.new if one.suppressed is None]
    summary = replace(
        result.summary,
        findings=len(open_findings),
        fixable=sum(one.safety is not None for one in open_findings),
        baselined=len(compared.known),
    )
    return replace(result, findings=compared.new, problems=problems, summary=summary)


def _rendered(result: Result, options: argparse.Namespace, gathered: Gathered) -> str:
    if options.format == "json":
        from splitlint.report import json

        return json.render(result)
    from splitlint.report import text

    return text.render(
        result,
        read_line=gathered.line,
        show_suppressed=options.show_suppressed,
        statistics=options.statistics,
        quiet=options.quiet,
        seconds=_shows_time(options),
        color=_in_color(options),
        width=width(),
    )


def _in_color(options: argparse.Namespace) -> bool:
    return options.color == "always" or (options.output is None and wants_color(options.color))


def _shows_time(options: argparse.Namespace) -> bool:
    return options.output is None and is_terminal()


def _deliver(text: str, options: argparse.Namespace) -> None:
    if options.output is None:
        write(text)
    else:
        save(options.output, text)
