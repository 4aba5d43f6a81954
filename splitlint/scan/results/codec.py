"""Findings and problems as JSON and back: what the cache and the history keep.

JSON and not pickle, because a file that somebody else may have written must not be able to run code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from splitlint.files.positions import Excerpt, Span
from splitlint.findings.finding import Confidence, Edit, Finding, Fix, Problem, Related, Safety, Severity, Summary
from splitlint.startup.records import asdict


class CodecError(ValueError):
    """Text that is not what `dump` wrote."""


def dump(findings: Sequence[Finding], problems: Sequence[Problem] = ()) -> str:
    """Findings and problems as one line of JSON."""
    plain = {"findings": [asdict(one) for one in findings], "problems": [asdict(one) for one in problems]}
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


def load(text: str) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """What `dump` was given. Raises CodecError."""
    try:
        plain = json.loads(text)
        findings = tuple(_finding(one) for one in plain["findings"])
        problems = tuple(Problem(**one) for one in plain["problems"])
    except (ValueError, KeyError, TypeError) as error:
        raise CodecError(str(error)) from error
    return findings, problems


def dump_whole(findings: Sequence[Finding], problems: Sequence[Problem], summary: Summary) -> str:
    """What came of a whole target, as JSON."""
    return json.dumps({"summary": asdict(summary), "verdict": dump(findings, problems)})


def load_whole(text: str) -> tuple[tuple[Finding, ...], tuple[Problem, ...], Summary]:
    """What `dump_whole` was given. Raises CodecError."""
    try:
        plain = json.loads(text)
        summary = Summary(**plain["summary"])
        findings, problems = load(plain["verdict"])
    except (ValueError, KeyError, TypeError) as error:
        raise CodecError(str(error)) from error
    return findings, problems, summary


def _finding(plain: dict[str, Any]) -> Finding:
    return Finding(
        **plain
        | {
            "severity": Severity(plain["severity"]),
            "confidence": Confidence(plain["confidence"]),
            "impact": tuple(plain["impact"]),
            "span": Span(**plain["span"]),
            "reasons": tuple(plain["reasons"]),
            "related": tuple(Related(one["path"], Span(**one["span"]), one["message"]) for one in plain["related"]),
            "fixes": tuple(_fix(one) for one in plain["fixes"]),
            "excerpt": Excerpt(plain["excerpt"]["first_line"], tuple(plain["excerpt"]["lines"])),
        }
    )


def _fix(plain: dict[str, Any]) -> Fix:
    return Fix(plain["title"], Safety(plain["safety"]), tuple(Edit(**edit) for edit in plain["edits"]))
