"""Findings for tests, from as little as a test has to say about them."""

from __future__ import annotations

from typing import Any

from splitlint.files.positions import Span
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Result, Severity, Summary

CODE = b"""{ pkgs, config }:
let
  k = config.boot.kernelPackages.kernel;
in
pkgs.runCommand "x" { } ''
  cp -r ${k}/lib/modules $out
''
"""


def make_finding(path: str = "initrd.nix", line: int = 6, column: int = 9, **fields: Any) -> Finding:
    """A finding of rule `modules-path` on one line, four characters long, with no excerpt unless given."""
    given: dict[str, Any] = {
        "rule": "modules-path",
        "severity": Severity.ERROR,
        "confidence": Confidence.HIGH,
        "impact": ("build-failure",),
        "path": path,
        "span": Span(0, 4, line, column, line, column + 4),
        "message": "the modules of `k` are in its `modules` output",
        **fields,
    }
    return Finding(**given)


def find_in(text: str, source: Source, **fields: Any) -> Finding:
    """A finding at the first place where `text` stands in a source, with its excerpt."""
    start = source.data.index(text.encode())
    span = source.span(start, start + len(text.encode()))
    return make_finding(source.path, span=span, excerpt=source.excerpt(span), **fields)


def make_result(*findings: Finding, **summary: Any) -> Result:
    """A result whose summary counts its findings, for one file."""
    shown = [one for one in findings if one.suppressed is None]
    counts: dict[str, Any] = {
        "files": 1,
        "findings": len(shown),
        "suppressed": len(findings) - len(shown),
        "fixable": sum(one.safety is not None for one in shown),
        **summary,
    }
    return Result(findings=findings, summary=Summary(**counts))
