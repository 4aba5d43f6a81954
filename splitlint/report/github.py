"""GitHub Actions annotations: workflow commands, one a line.

GitHub shows ten errors, ten warnings and ten notices of a step, so the heaviest findings come first.
Columns are shown only where a finding lies in one line. (docs.github.com, "Workflow commands")
"""

from __future__ import annotations

from splitlint.findings.finding import Finding, Problem, Result
from splitlint.untrusted.escapes import visible

_COMMAND = {"error": "error", "warning": "warning", "info": "notice"}


def render(result: Result) -> str:
    """One workflow command for each problem and each finding that is not suppressed, by weight."""
    lines = [_problem(one) for one in result.problems if not one.note]
    shown = (one for one in result.findings if one.suppressed is None)
    lines.extend(_finding(one) for one in sorted(shown, key=lambda one: one.rank_key))
    return "".join(f"{line}\n" for line in lines)


def _problem(one: Problem) -> str:
    return _command("error" if one.fatal else "warning", {"title": "splitlint", "file": one.path}, one.message)


def _finding(one: Finding) -> str:
    span = one.span
    properties = {"title": f"splitlint ({one.rule})", "file": one.path, "line": str(span.line)}
    if span.end_line == span.line:
        properties |= {"col": str(span.column), "endLine": str(span.end_line), "endColumn": str(span.end_column)}
    else:
        properties["endLine"] = str(span.end_line)
    place = f"{one.path}:{span.line}:{span.column}"
    impact = f" ({', '.join(one.impact)})" if one.impact else ""
    text = f"{visible(place)}: {one.message}{impact}"
    lines = [text, *(line for line in (one.consequence, one.when and one.when.text, one.help) if line)]
    return _command(_COMMAND[one.severity.label], properties, "\n".join(lines))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    pairs = ",".join(f"{key}={_escaped(visible(value), ':,')}" for key, value in properties.items() if value)
    shown = visible(message, kept="\r\n")
    return f"::{name} {pairs}::{_escaped(shown)}"


def _escaped(text: str, also: str = "") -> str:
    """Percent-encoding of what would end a command (`@actions/core`, command.ts)."""
    text = text.replace("%", "%25")
    for character in "\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
