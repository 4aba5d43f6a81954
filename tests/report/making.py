"""One finding from a text, with the positions worked out: the input of the report tests."""

from __future__ import annotations

from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Edit, Finding, Fix, Safety, Severity


def finding(
    text: str,
    part: str,
    *,
    instead: str | None = None,
    path: str = "nix/initrd.nix",
    severity: Severity = Severity.ERROR,
    impact: tuple[str, ...] = ("build-failure",),
    rule: str = "modules-path",
    message: str = "the modules of `kernel` are in its `modules` output",
    fingerprint: str = "f00d",
    suppressed: str | None = None,
) -> Finding:
    """A finding at the first `part` of `text`, with a safe fix that writes `instead` there."""
    source = Source(path, text.encode())
    start = source.data.index(part.encode())
    span = source.span(start, start + len(part.encode()))
    edits = () if instead is None else (Edit(path, span.start, span.end, instead),)
    return Finding(
        rule=rule,
        severity=severity,
        confidence=Confidence.HIGH,
        impact=impact,
        path=path,
        span=span,
        message=message,
        fixes=(Fix("Choose the output", Safety.SAFE, edits),) if edits else (),
        fingerprint=fingerprint,
        suppressed=suppressed,
        excerpt=source.excerpt(span),
    )
