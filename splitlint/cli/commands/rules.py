"""`splitlint rules`: what splitlint looks for, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.authoring.configured import configured_rules
from splitlint.cli.console import wants_color, wants_links, write
from splitlint.cli.options import add_rule_arguments, effective_config
from splitlint.report.terminal.paint import line, painted, plain
from splitlint.untrusted.escapes import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from splitlint.rulebook.rule import Rule


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("--format", choices=sorted(_FORMATS), default="text")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    add_rule_arguments(parser)
    parser.set_defaults(select=None, ignore=[], min_confidence=None, min_severity=None, nixpkgs=None, file_timeout="0")


def run(options: argparse.Namespace) -> int:
    """Writes the table."""
    rule_set = configured_rules(effective_config(options, []))
    if options.format == "text" and wants_color(options.color):
        write(painted(_lines(rule_set.rules), links=wants_links()))
    else:
        write(_FORMATS[options.format](rule_set.rules))
    return 0


def as_text(rules: Sequence[Rule]) -> str:
    """One line a rule."""
    return plain(_lines(rules))


def _lines(rules: Sequence[Rule]) -> list[tuple[tuple[str, str], ...]]:
    longest = max(len(rule.name) for rule in rules)
    return [
        line((f"{rule.name:<{longest}}  ", "strong"), (f"{rule.severity:<7}  ", rule.severity), rule.title)
        for rule in rules
    ]


def as_markdown(rules: Sequence[Rule]) -> str:
    """The table of the README: a rule a row, linked to its page."""
    rows = ["| rule | what it finds | how it breaks | in | fix |", "|---|---|---|---|---|"]
    for rule in rules:
        cells = [
            f"[`{rule.name}`]({rule.url})" if rule.url else f"`{rule.name}`",
            rule.title,
            ", ".join(rule.impact),
            ", ".join(rule.languages),
            mends(rule),
        ]
        rows.append("| " + " | ".join(visible(cell).replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def mends(rule: Rule) -> str:
    """The best that `--fix` can do for a rule: `safe`, `unsafe`, or nothing (``)."""
    return str(rule.fix.get("safety", "")).replace("manual", "")


def as_json(rules: Sequence[Rule]) -> str:
    """A list of objects, one a rule."""
    import json

    return (
        json.dumps(
            [
                {
                    "name": rule.name,
                    "title": rule.title,
                    "languages": list(rule.languages),
                    "severity": rule.severity,
                    "impact": list(rule.impact),
                    "fix": mends(rule),
                    "patterns": list(rule.patterns),
                    "pack": rule.pack,
                    "url": rule.url,
                }
                for rule in rules
            ],
            indent=2,
        )
        + "\n"
    )


_FORMATS = {"json": as_json, "markdown": as_markdown, "text": as_text}
