"""Findings for programs. A contract: fields are only ever added; `schema` counts the changes that break readers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from splitlint import __version__
from splitlint.startup.records import asdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from splitlint.files.positions import Span
    from splitlint.findings.finding import Finding, Fix, Problem, Related, Result, Summary

SCHEMA = 1


def render(result: Result, more: Mapping[str, object] | None = None) -> str:
    """The whole result, suppressed findings included, as one JSON object with a line end; `more` stands behind it.

    Lines and columns are 1-based, columns in characters; `start` and `end` of edits are byte offsets.
    """
    document = {
        "findings": [finding_object(one) for one in result.findings],
        "errors": [_problem(one) for one in result.problems if not one.note],
        "summary": {
            **_summary(result.summary),
            "notes": [_problem(one) for one in result.problems if one.note],
        },
    }
    return written({**document, **(more or {})})


def written(document: Mapping[str, object]) -> str:
    """A document of splitlint's as JSON: what every one begins with, then its own."""
    head = {"schema": SCHEMA, "tool": {"name": "splitlint", "version": __version__}}
    return json.dumps({**head, **document}, indent=2) + "\n"


def _problem(problem: Problem) -> dict[str, Any]:
    return {"path": problem.path, "message": problem.message, "fatal": problem.fatal}


def finding_object(finding: Finding) -> dict[str, Any]:
    """A finding as it stands in every JSON document."""
    plain: dict[str, Any] = {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "confidence": finding.confidence.label,
        "impact": list(finding.impact),
        "path": finding.path,
        **_place(finding.span),
        "message": finding.message,
        "help": finding.help,
        "url": finding.url,
        "reasons": list(finding.reasons),
        "related": [_related(one) for one in finding.related],
        "fixes": [_fix(one) for one in finding.fixes],
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed,
        "consequence": finding.consequence,
    }
    if finding.when is not None:
        plain["when"] = asdict(finding.when)
    return plain


def _place(span: Span) -> dict[str, int]:
    return {"line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _related(related: Related) -> dict[str, Any]:
    return {"path": related.path, **_place(related.span), "message": related.message}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{"path": one.path, "start": one.start, "end": one.end, "text": one.text} for one in fix.edits]
    return {"title": fix.title, "safety": fix.safety.label, "edits": edits}


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "files": summary.files,
        "parsed": summary.parsed,
        "findings": summary.findings,
        "fixable": summary.fixable,
        "fixed": summary.fixed,
        "suppressed": summary.suppressed,
        "baselined": summary.baselined,
        "below_threshold": summary.below_threshold,
        "skipped": summary.skipped,
        "unreadable": summary.unreadable,
        "seconds": round(summary.seconds, 3),
        "syntax_errors": summary.syntax_errors,
        "below_confidence": summary.below_confidence,
        "below_severity": summary.below_severity,
        "excluded": summary.excluded,
        "absent": summary.absent,
        "incomplete": summary.incomplete,
    }
