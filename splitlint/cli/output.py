"""How a result leaves: the format, the colours, the place it is written to."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from splitlint.cli.console import (
    DEFAULT_WIDTH,
    UsageError,
    is_terminal,
    save,
    wants_color,
    wants_links,
    width,
    write,
    write_bytes,
)
from splitlint.config import COLORS, FORMATS, GROUPS
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from splitlint.cli.gather import Gathered
    from splitlint.files.source import Source
    from splitlint.findings.finding import Result
    from splitlint.report.html_data import History
    from splitlint.report.info import Permalinks, Rules
    from splitlint.report.text import Done
    from splitlint.rulebook.rule import RuleSet


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Formats, colours, files, and how much to say. What is not given is None: see `flags.settle`."""
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=FORMATS, help="default: text")
    output.add_argument("--output", metavar="FILE", help="write the report to a file")
    output.add_argument("--color", choices=COLORS, help="default: auto")
    add_switch(output, "--all", help="text: show every finding instead of folding equal ones")
    add_switch(output, "--quiet", "-q", help="show only findings and what was fixed, no summary")
    add_switch(output, "--statistics", help="text, concise: add the number of findings per rule")
    add_switch(output, "--show-suppressed", help="also show findings that comments ignore")
    add_switch(output, "--exit-zero", help="exit with 0 even if there are findings")
    output.add_argument("--permalink", metavar="URL", help="markdown, html: link to files at URL/PATH")
    output.add_argument("--group-by", choices=GROUPS, help="markdown: group check boxes by rule (default) or owner")


def add_switch(group: argparse._ArgumentGroup, flag: str, *others: str, help: str) -> None:
    """A flag that is on or off, and `--no-FLAG`, for a configuration that turns it on."""
    group.add_argument(flag, *others, action="store_true", default=None, help=help)
    name = flag.removeprefix("--")
    group.add_argument(
        f"--no-{name}", dest=name.replace("-", "_"), action="store_false", default=None, help=argparse.SUPPRESS
    )


class Extras(NamedTuple):
    """What a report shows of several trees: owners by path, where each is to be seen, earlier counts; what and when."""

    owners: Callable[[], Mapping[str, tuple[str, ...]]]
    permalinks: Permalinks = ()
    history: History = ()
    title: str = ""
    generated: str = ""


def rendered(
    result: Result,
    options: argparse.Namespace,
    gathered: Gathered,
    rule_set: RuleSet,
    done: Done | None = None,
    *,
    extras: Extras | None = None,
) -> str:
    """The report in the format asked for; `done` tells what was fixed, where that was asked for.

    `extras` stand for what else would be read from the current folder.
    Raises UsageError if the format needs a package that is not installed.
    """
    if options.format in ("text", "concise"):
        from splitlint.report import text

        manner = text.Manner(
            summary_only=getattr(options, "summary_only", False),
            concise=options.format == "concise",
            unfolded=options.all,
            show_suppressed=options.show_suppressed,
            show_fixes=getattr(options, "show_fixes", False),
            statistics=options.statistics,
            quiet=options.quiet,
            seconds=shows_time(options),
            color=in_color(options),
            links=options.output is None and wants_links(),
            width=width() if options.output is None else DEFAULT_WIDTH,
        )
        return text.render(result, manner, read=file_reader(gathered), done=done)
    if options.format in ("markdown", "html", "sarif"):
        return _rich_report(result, options, gathered, rule_set, extras)
    from importlib import import_module

    report: str = import_module(f"splitlint.report.{options.format}").render(result)
    return report


def _rich_report(
    result: Result, options: argparse.Namespace, gathered: Gathered, rule_set: RuleSet, extras: Extras | None
) -> str:
    """A report that shows more than findings: the rules' pages, files, owners."""
    from splitlint.report import html, markdown, sarif

    rules, read = _infos(rule_set), file_reader(gathered)
    if options.format == "sarif":
        return sarif.render(result, rules=rules, read=read)
    if extras is None:
        here = [("", str(options.permalink))] if options.permalink else []
        extras = Extras(lambda: _owners(result, read), here)
    owners, links = extras.owners(), extras.permalinks
    if options.format == "markdown":
        return markdown.render(result, rules=rules, owners=owners, group=options.group_by, permalinks=links)
    try:
        return html.render(
            result,
            rules=rules,
            owners=owners,
            read=read,
            permalinks=links,
            history=extras.history,
            title=extras.title,
            generated=extras.generated,
        )
    except ImportError as error:
        raise UsageError("--format html needs jinja2: pip install 'splitlint[report]'") from error


def _infos(rule_set: RuleSet) -> Rules:
    from splitlint.report.info import RuleInfo
    from splitlint.rulebook.readable_page import readable_page

    return {
        rule.name: RuleInfo(rule.name, rule.title, readable_page(rule), rule.url, rule.severity, rule.impact)
        for rule in rule_set.rules
    }


def file_reader(gathered: Gathered) -> Callable[[str], Source | None]:
    """Files by the names that findings give them, None for what cannot be read."""
    from splitlint.files.discover import File
    from splitlint.files.languages import language_of
    from splitlint.files.reading import UnreadableError
    from splitlint.files.source import Source

    def read(path: str) -> Source | None:
        try:
            data = gathered.read(File(path, path, named=True))
        except UnreadableError:
            return None
        return Source(path, data, language_of(path, data))

    return read


def _owners(result: Result, read: Callable[[str], Source | None]) -> Mapping[str, tuple[str, ...]]:
    from splitlint.cli.code_owners import EveryRepository
    from splitlint.files.code_owners import owners_of

    return owners_of((one.path for one in result.findings), EveryRepository(), read)


def in_color(options: argparse.Namespace) -> bool:
    """Whether the report is to have colours."""
    return options.color == "always" or (options.output is None and wants_color(options.color))


def shows_time(options: argparse.Namespace) -> bool:
    """Whether the report says how long it took: only on a terminal, so that reports can be compared."""
    return options.output is None and is_terminal()


def deliver_diff(diff: str, options: argparse.Namespace) -> None:
    """Writes a patch byte for byte, or as it may be shown if it goes to a terminal. Raises UsageError."""
    from splitlint.fixes.apply.diffs import for_terminal

    if options.output is not None:
        save(options.output, diff.encode("utf-8", "surrogateescape"))
    elif is_terminal():
        write(for_terminal(diff))
    else:
        write_bytes(diff.encode("utf-8", "surrogateescape"))


def deliver(text: str, options: argparse.Namespace) -> None:
    """Writes a report to standard output, or to the file of `--output`. Raises UsageError."""
    if options.output is None:
        write(text)
    else:
        save(options.output, text)
