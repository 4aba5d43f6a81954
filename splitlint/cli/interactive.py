"""`splitlint check --fix --interactive`: each fix is shown with its reason, and somebody decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.cli.console import ask, wants_color, wants_links, width, write
from splitlint.cli.fixing import Choice
from splitlint.report.terminal.one_finding import Look, finding_lines
from splitlint.report.terminal.paint import line, painted, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from splitlint.files.source import Source
    from splitlint.findings.finding import Finding

_HELP = """\
y  yes, apply this fix
n  no, leave it
a  apply this and all later fixes of this rule
s  skip the rest of this file
i  ignore it: write a comment with a reason here
q  quit and apply what was chosen so far
"""
_KEYS = "y, n, a, s, i, q, ?"


def choose(findings: Sequence[Finding], read: Callable[[str], Source | None], color: str) -> Choice:
    """Asks about each finding that can be fixed, in the order of places. The end of the input is as good as `q`.

    `read` gives files as they were checked, `color` is as for `--color`.
    """
    fixes: set[str] = set()
    ignores: dict[str, str] = {}
    pending = [one for one in findings if one.suppressed is None and one.safety is not None]
    pending.sort(key=lambda one: one.sort_key)
    while pending:
        finding = pending.pop(0)
        _show(finding, read, color)
        answer = _answer(f"Apply this fix ({len(pending)} more) [{_KEYS}]? ")
        if answer == "q":
            break
        if answer in ("y", "a"):
            fixes.add(finding.fingerprint)
        if answer == "a":
            fixes.update(one.fingerprint for one in pending if one.rule == finding.rule)
            pending = [one for one in pending if one.rule != finding.rule]
        elif answer == "s":
            pending = [one for one in pending if one.path != finding.path]
        elif answer == "i":
            ignores[finding.fingerprint] = ask("Reason: ") or ""
    return Choice(frozenset(fixes), ignores)


def _show(finding: Finding, read: Callable[[str], Source | None], color: str) -> None:
    lines = [*finding_lines(finding, Look(read, width())), line()]
    write(painted(lines, links=wants_links()) if wants_color(color) else plain(lines))


def _answer(prompt: str) -> str:
    """One of the keys; asked again for anything else."""
    while True:
        answer = ask(prompt)
        if answer is None:
            write("\n")
            return "q"
        key = answer.strip().lower()[:1]
        if key and key in "ynasiq":
            return key
        write(_HELP)
