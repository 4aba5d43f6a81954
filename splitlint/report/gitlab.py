"""GitLab Code Quality: a JSON array in the form of the Code Climate specification.

(docs.gitlab.com, "Code Quality report format": description, check_name, fingerprint, severity, location)
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import Any

from splitlint.findings.finding import Finding, Result, Severity


def render(result: Result) -> str:
    """Every finding that is not suppressed, in place order. Fingerprints are unique, as GitLab needs them.

    Severities: a boot failure is `blocker`, another silent error `critical`, an error `major`, a warning
    `minor`, the rest `info`.
    """
    seen: Counter[str] = Counter()
    issues = []
    for one in sorted(result.findings, key=lambda one: one.sort_key):
        if one.suppressed is not None:
            continue
        print_ = one.fingerprint or sha256(f"{one.rule}\0{one.path}\0{one.span.line}".encode()).hexdigest()
        seen[print_] += 1
        issues.append(_issue(one, print_ if seen[print_] == 1 else f"{print_}-{seen[print_]}"))
    return json.dumps(issues, indent=1) + "\n"


def _issue(one: Finding, fingerprint: str) -> dict[str, Any]:
    issue: dict[str, Any] = {
        "type": "issue",
        "description": one.message,
        "check_name": one.rule,
        "fingerprint": fingerprint,
        "severity": _severity(one),
        "categories": ["Bug Risk"],
        "location": {
            "path": one.path.removeprefix("./"),
            "lines": {"begin": one.span.line, "end": one.span.end_line},
        },
    }
    parts = [part for part in (one.when and one.when.text, one.help, one.url) if part]
    if parts:
        issue["content"] = {"body": "\n\n".join(parts)}
    return issue


def _severity(one: Finding) -> str:
    if one.severity is Severity.ERROR:
        return "blocker" if "boot-failure" in one.impact else "critical" if one.silent else "major"
    return "minor" if one.severity is Severity.WARNING else "info"
