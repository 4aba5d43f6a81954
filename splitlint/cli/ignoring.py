"""`splitlint check --add-ignore RULE`: comments for what is found, for a tree that is to be adopted as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.checking.check import names_meant
from splitlint.cli.console import UsageError
from splitlint.cli.fixing import Choice, FixOutcome, apply_fixes
from splitlint.cli.options import names_in
from splitlint.config import did_you_mean
from splitlint.findings.own_rules import OWN_RULES, UNKNOWN, UNUSED

if TYPE_CHECKING:
    import argparse

    from splitlint.cli.examine import Examiner
    from splitlint.cli.gather import Gathered
    from splitlint.findings.finding import Result


def add_ignores(result: Result, gathered: Gathered, examiner: Examiner, options: argparse.Namespace) -> FixOutcome:
    """Writes a comment for each finding of the rules that are named, or shows where.

    Raises UsageError for a rule that does not exist, and for the rules that are about such comments.
    """
    names = [*(rule.name for rule in examiner.rule_set.rules), *OWN_RULES]
    rules: set[str] = set()
    for name in names_in(options.add_ignore):
        meant = names_meant(examiner.rule_set, name)
        if not meant:
            raise UsageError(f"--add-ignore: there is no rule `{name}`{did_you_mean(name, names)}")
        if name in (UNUSED, UNKNOWN):
            raise UsageError(f"--add-ignore: `{name}` is about comments: correct them, or let --fix remove them")
        rules.update(meant)
    wanted = {one.fingerprint: options.reason or "" for one in result.findings if one.rule in rules}
    return apply_fixes(result, gathered, examiner, options, Choice(ignores=wanted))
