"""SARIF 2.1.0 (OASIS, errata 01), shaped for GitHub code scanning.

Limits of code scanning (docs.github.com, "SARIF support for code scanning"): 25,000 results and 25,000
rules a run, 1,000 locations a result, 20 tags a rule, 10 MB after gzip. What does not fit is left out by
weight, the heaviest findings kept, and a notification in the file says so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from splitlint import __version__
from splitlint.files.positions import Excerpt, Span
from splitlint.findings.finding import Confidence, Finding, Fix, Problem, Result, Safety, Severity
from splitlint.report.hunks import Reader, no_reader, place
from splitlint.report.info import RuleInfo, Rules, rule_info
from splitlint.startup.records import asdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/splitlint/splitlint"
MAX_RESULTS = 25_000
MAX_RELATED = 100
MAX_TAGS = 20

_LEVEL = {"error": "error", "warning": "warning", "info": "note"}
_BASE = "%SRCROOT%"

Json = dict[str, Any]


def render(
    result: Result,
    *,
    rules: Rules | None = None,
    read: Reader = no_reader,
    category: str = "splitlint/",
    limit: int = MAX_RESULTS,
) -> str:
    """The findings as one SARIF run, in one line of JSON.

    Columns count Unicode code points. `read` gives files for the positions of fixes that the excerpts do
    not show. `category` tells runs of one repository apart. At most `limit` results are written.
    """
    kept = sorted(sorted(result.findings, key=lambda one: one.rank_key)[:limit], key=lambda one: one.sort_key)
    infos = _infos(kept, rules or {})
    numbers = {info.name: at for at, info in enumerate(infos)}
    reader = lru_cache(maxsize=16)(read)
    run = {
        "tool": {
            "driver": {
                "name": "splitlint",
                "semanticVersion": __version__,
                "informationUri": HOME,
                "rules": [_rule(info) for info in infos],
            }
        },
        "automationDetails": {"id": category},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder that splitlint was run in."}}},
        "invocations": [_invocation(result.problems, len(result.findings) - len(kept))],
        "results": [_result(one, numbers[one.rule], reader) for one in kept],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=True, separators=(",", ":")) + "\n"


def _infos(findings: Sequence[Finding], rules: Rules) -> list[RuleInfo]:
    """Every known rule, found or not, so that code scanning can say what was looked for."""
    return [rule_info(rules, name) for name in sorted({*rules, *(one.rule for one in findings)})]


def _rule(info: RuleInfo) -> Json:
    rule: Json = {
        "id": info.name,
        "shortDescription": {"text": _plain(info.title)},
        "fullDescription": {"text": _plain(info.title)},
        "help": {"text": info.help or _plain(info.title), "markdown": info.help or info.title},
        "defaultConfiguration": {"level": _LEVEL.get(info.severity, "warning")},
        "properties": {"tags": ["nix", *info.impact][:MAX_TAGS], "problem.severity": _problem_severity(info.severity)},
    }
    name = "".join(word.capitalize() for word in info.name.split("-"))
    # Microsoft's validator (SARIF1001): a name that only repeats the id is none.
    if name.lower() != info.name:
        rule["name"] = name
    if info.url:
        rule["helpUri"] = info.url
    return rule


def _problem_severity(severity: str) -> str:
    return {"error": "error", "info": "recommendation"}.get(severity, "warning")


def _plain(markdown: str) -> str:
    return markdown.replace("`", "'")


def _invocation(problems: Sequence[Problem], left_out: int) -> Json:
    notes = [
        {
            "level": "error" if problem.fatal else "note" if problem.note else "warning",
            "message": {"text": problem.message},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(problem.path)}}],
        }
        for problem in problems
    ]
    if left_out:
        text = f"{left_out} less important findings were left out: code scanning accepts no more in one run."
        notes.append({"level": "warning", "message": {"text": text}})
    return {"executionSuccessful": not any(one.fatal for one in problems), "toolExecutionNotifications": notes}


def _artifact(path: str) -> Json:
    """A relative URI under the source root; an absolute path becomes a file URI."""
    if path.startswith("/"):
        return {"uri": "file://" + quote(path, safe="/", errors="surrogateescape")}
    return {"uri": quote(path.removeprefix("./"), safe="/", errors="surrogateescape"), "uriBaseId": _BASE}


def _region(span: Span) -> Json:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
        "byteOffset": span.start,
        "byteLength": span.end - span.start,
    }


def _location(path: str, span: Span) -> Json:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(span)}}


def _context(excerpt: Excerpt) -> Json:
    return {
        "startLine": excerpt.first_line,
        "endLine": excerpt.first_line + len(excerpt.lines) - 1,
        "snippet": {"text": "\n".join(excerpt.lines)},
    }


def _result(one: Finding, rule: int, read: Reader) -> Json:
    location = _location(one.path, one.span)
    if one.excerpt.lines:
        location["physicalLocation"]["contextRegion"] = _context(one.excerpt)
    manual = [fix.title for fix in one.fixes if not fix.edits]
    properties: Json = {"confidence": one.confidence.label, "impact": list(one.impact), "reasons": list(one.reasons)}
    if one.consequence:
        properties["consequence"] = one.consequence
    if one.when is not None:
        properties["when"] = asdict(one.when)
    if manual:
        properties["advice"] = manual
    result: Json = {
        "ruleId": one.rule,
        "ruleIndex": rule,
        "level": _LEVEL[one.severity.label],
        "rank": _rank(one),
        "message": {"text": _message(one)},
        "locations": [location],
        "properties": properties,
    }
    if one.fingerprint:
        result["partialFingerprints"] = {
            "splitlint/v1": one.fingerprint,
            "primaryLocationLineHash": f"{one.fingerprint}:1",
        }
    if one.related:
        result["relatedLocations"] = [
            {"id": at, "message": {"text": there.message}, **_location(there.path, there.span)}
            for at, there in enumerate(one.related[:MAX_RELATED], 1)
        ]
    fixes = [made for fix in one.fixes if fix.edits and (made := _fix(fix, one, read)) is not None]
    if fixes:
        result["fixes"] = fixes
    if one.suppressed is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": one.suppressed}]
    return result


def _message(one: Finding) -> str:
    """What and what instead, then the related places as links that code scanning shows."""
    text = "\n".join(line for line in (one.message, one.when and one.when.text, one.help) if line)
    links = [f"[{_label(there.message)}]({at})" for at, there in enumerate(one.related[:3], 1)]
    return text + (f"\nSee {', '.join(links)}." if links else "")


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _rank(one: Finding) -> float:
    """0 to 100: severity first, silent failures next, then confidence."""
    span = 100 / len(Severity)
    within = (one.silent * len(Confidence) + one.confidence + 1) / (2 * len(Confidence))
    return round(span * (one.severity + within), 1)


def _fix(fix: Fix, one: Finding, read: Reader) -> Json | None:
    """One fix; None where an edit's lines are not known, since a fix is all of its edits or none."""
    changes: dict[str, list[Json]] = {}
    for edit in fix.edits:
        span = place(edit, one, read)
        if span is None:
            return None
        replacement: Json = {"deletedRegion": _region(span)}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        changes.setdefault(edit.path, []).append(replacement)
    title = fix.title if fix.safety is Safety.SAFE else f"{fix.title} ({fix.safety.label})"
    return {
        "description": {"text": title},
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": made} for path, made in changes.items()
        ],
    }
