"""`splitlint test [DIR...]`: whether the cases of packs are true."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from splitlint.authoring.trials.proving import Proofs
from splitlint.authoring.trials.trial import ALONE, SHIPPED, Failed, Packs, Tried, packs_in, tried
from splitlint.cli.console import UsageError, wants_color, width, write
from splitlint.cli.options import effective_config, names_in
from splitlint.config import did_you_mean
from splitlint.report.terminal.paint import Line, clean, line, painted, plain, wrapped
from splitlint.report.words import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.description = (
        "Check the cases of rule pages: that every line under `## Breaks` with the comment `# breaks` is found and "
        "nothing else is, that --fix makes what is under `## Becomes`, that nothing under `## Leave alone` is "
        "reported, and that all this stays so together with the packs of splitlint. Where Nix is installed, the safe "
        "fixes are proved: evaluated before and after the change."
    )
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="DIR",
        help="a pack, or a folder of packs (default: `rules` of the configuration, or else the packs of splitlint)",
    )
    parser.add_argument("--select", action="append", metavar="RULE,...", default=[], help="test only these pages")
    parser.add_argument("--format", choices=("json", "text"), default="text")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument(
        "--no-default-rules", action="store_true", help="do not test together with the packs of splitlint"
    )
    parser.add_argument("--no-proofs", action="store_true", help="do not prove the safe fixes with Nix")
    parser.add_argument("--config", metavar="FILE", help="use this configuration file instead of the nearest one")
    parser.add_argument("--isolated", action="store_true", help="use no configuration file")
    parser.set_defaults(rules=[], ignore=[], min_confidence=None, min_severity=None, nixpkgs=None, file_timeout="0")


def run(options: argparse.Namespace) -> int:
    """Tests, and writes what failed: 0 nothing, 1 something, by exception 2. Raises UsageError, RuleError."""
    wanted = names_in(options.select)
    options.select = None
    config = effective_config(options, [])
    fence = "" if options.folders else config.fence
    packs = packs_in(options.folders or config.rules, fence, with_shipped=config.default_rules)
    outcome = tried(packs, _names(packs, wanted), with_proofs=not options.no_proofs)
    if options.format == "json":
        write(_as_json(outcome))
    else:
        lines = [row for one in _lines(outcome) for row in wrapped(one, width(), "    ")]
        write(painted(lines) if wants_color(options.color) else plain(lines))
    return int(bool(outcome.failed))


def _names(packs: Packs, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The rules that some names mean. Raises UsageError."""
    found: list[str] = []
    for name in wanted:
        rules = packs.alone.named(name)
        if not rules:
            raise UsageError(f"there is no rule `{name}`{did_you_mean(name, [one.name for one in packs.alone.rules])}")
        found += (rule.name for rule in rules)
    return tuple(found)


def _lines(outcome: Tried) -> Iterator[Line]:
    for failed in outcome.failed:
        wrong = failed.wrong
        yield line((f"{clean(os.path.relpath(wrong.path))}:{wrong.line}", "strong"), f": {wrong.kind}{_beside(failed)}")
        yield line(f"  expected: {clean(wrong.expected)}")
        yield line("  found:    ", (clean(wrong.found), "bad"))
        for row in wrong.detail:
            yield line("    ", (clean(row), {"+": "good", "-": "bad"}.get(row[:1], "")))
        yield line("")
    yield from _unproved(outcome.proofs)
    of = f"{counted(outcome.cases, 'case')} on {counted(outcome.pages, 'page')}"
    if outcome.shipped_cases:
        of += f", and {counted(outcome.shipped_cases, 'case')} of other packs beside them"
    if outcome.failed:
        yield line((f"{counted(len(outcome.failed), 'failure')}", "error"), f" in {of}.")
        return
    proved = outcome.proofs.proved if outcome.proofs is not None else 0
    of += f", {counted(proved, 'safe fix', 'safe fixes')} proved by Nix" if proved else ""
    yield line(("All as the pages say", "good"), f": {of}.")


def _unproved(proofs: Proofs | None) -> Iterator[Line]:
    """The fixes that Nix could not be asked about, in words."""
    if proofs is not None and proofs.left_out:
        yield line(("note", "info"), f": the fixes are not proved: {clean(proofs.left_out)}")
    for one in proofs.unproved if proofs is not None else ():
        place = f"{clean(os.path.relpath(one.path))}:{one.line}"
        yield line(("note", "info"), f": {place}: the fix is not proved: {clean(one.why)}")


def _beside(failed: Failed) -> str:
    if failed.where == ALONE:
        return ""
    if failed.where == SHIPPED:
        return ", with this pack beside the page's own"
    return ", together with the packs of splitlint"


def _as_json(outcome: Tried) -> str:
    import json

    failures = [
        {
            "path": os.path.relpath(one.wrong.path),
            "line": one.wrong.line,
            "kind": one.wrong.kind,
            "packs": one.where,
            "expected": one.wrong.expected,
            "found": one.wrong.found,
            "diff": list(one.wrong.detail),
        }
        for one in outcome.failed
    ]
    proofs = outcome.proofs
    told = proofs and {
        "proved": proofs.proved,
        "unproved": [{"path": os.path.relpath(one.path), "line": one.line, "why": one.why} for one in proofs.unproved],
        "left_out": proofs.left_out,
    }
    counts = {"pages": outcome.pages, "cases": outcome.cases, "cases_of_other_packs": outcome.shipped_cases}
    return (
        json.dumps({"failures": failures, "proofs": told, "summary": {**counts, "failures": len(failures)}}, indent=2)
        + "\n"
    )
