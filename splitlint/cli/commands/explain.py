"""`splitlint explain RULE...`: the pages of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.authoring.configured import configured_rules
from splitlint.cli.console import UsageError, wants_color, width, write
from splitlint.cli.options import add_rule_arguments, effective_config
from splitlint.config import did_you_mean
from splitlint.findings.own_rules import OWN_RULES
from splitlint.rulebook.generic import NAME as GENERIC
from splitlint.rulebook.pages import generic_pages
from splitlint.rulebook.readable_page import own_page, readable_page

if TYPE_CHECKING:
    import argparse

    from splitlint.rulebook.rule import RuleSet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("rules_asked", nargs="+", metavar="RULE", help="names of rules, as findings show them")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    add_rule_arguments(parser)
    parser.set_defaults(select=None, ignore=[], min_confidence=None, min_severity=None, nixpkgs=None, file_timeout="0")


def run(options: argparse.Namespace) -> int:
    """Writes the pages, rendered for a terminal, or as Markdown elsewhere. Raises UsageError."""
    rule_set = configured_rules(effective_config(options, []))
    pages = "\n---\n\n".join(_page(name, rule_set) for name in dict.fromkeys(options.rules_asked))
    write(_rendered(pages) if wants_color(options.color) else pages)
    return 0


def _page(name: str, rule_set: RuleSet) -> str:
    rule = rule_set.rule(name)
    if rule is not None:
        return readable_page(rule)
    pack, _, page = name.rpartition("/")
    generic = next((one for one in generic_pages() if one.name == page), None)
    if generic is not None and pack == GENERIC:
        return generic.body
    instead = [
        one.full_name for one in rule_set.rules if one.definition.get("generic") == page and pack in ("", one.pack)
    ]
    if generic is not None and instead:
        raise UsageError(f"`{name}` is the generic page of `{'`, `'.join(instead)}`; it is `{GENERIC}/{page}`")
    if name in OWN_RULES:
        return own_page(OWN_RULES[name])
    names = [*(one.name for one in rule_set.rules), *OWN_RULES]
    raise UsageError(f"there is no rule `{name}`{did_you_mean(name, names)}")


def _rendered(page: str) -> str:
    import io

    from rich.console import Console
    from rich.markdown import Markdown

    stream = io.StringIO()
    columns = min(width(), 100)
    Console(file=stream, force_terminal=True, width=columns).print(Markdown(page))
    return stream.getvalue()
