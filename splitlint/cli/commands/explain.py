"""`splitlint explain RULE`: the page of a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError, wants_color, width, write
from splitlint.cli.options import add_rule_arguments, effective_config
from splitlint.cli.rule_page import readable_page
from splitlint.config import did_you_mean
from splitlint.rulebook.pages import default_folder, load_rules

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("rule", metavar="RULE", help="the name of a rule, as findings show it")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    add_rule_arguments(parser)
    parser.set_defaults(select=None, ignore=[], min_confidence=None, min_severity=None, nixpkgs=None, file_timeout="0")


def run(options: argparse.Namespace) -> int:
    """Writes the page, rendered for a terminal, or as Markdown elsewhere."""
    config = effective_config(options, [])
    rule_set = load_rules([default_folder(), *config.rules], config.fence)
    rule = rule_set.rule(options.rule)
    if rule is None:
        raise UsageError(
            f"there is no rule `{options.rule}`{did_you_mean(options.rule, [one.name for one in rule_set.rules])}"
        )
    page = readable_page(rule)
    write(_rendered(page) if wants_color(options.color) else page)
    return 0


def _rendered(page: str) -> str:
    import io

    from rich.console import Console
    from rich.markdown import Markdown

    stream = io.StringIO()
    columns = min(width(), 100)
    Console(file=stream, force_terminal=True, width=columns).print(Markdown(page))
    return stream.getvalue()
