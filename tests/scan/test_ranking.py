from __future__ import annotations

from splitlint.files.positions import Span
from splitlint.findings.finding import Confidence, Edit, Finding, Fix, Safety, Severity, Summary
from splitlint.scan.ranking import ranked
from splitlint.scan.results.tally import Tally
from splitlint.scan.targets.targets import Target


def finding(path: str, severity: Severity, impact: str = "build-failure", safety: Safety | None = None) -> Finding:
    fixes = (Fix("write it", safety, (Edit(path, 0, 1, "x"),)),) if safety is not None else ()
    return Finding("rule", severity, Confidence.HIGH, (impact,), path, Span(0, 1, 1, 1, 1, 2), "broken", fixes=fixes)


def tally(label: str, *findings: Finding) -> Tally:
    return Tally(Target(label, f"/{label}", f"/{label}"), "", findings, (), Summary())


def test_errors_count_before_silent_ones_and_these_before_warnings() -> None:
    targets = [
        tally("clean"),
        tally("warned", finding("a", Severity.WARNING), finding("b", Severity.WARNING)),
        tally("loud", finding("a", Severity.ERROR)),
        tally("silent", finding("a", Severity.ERROR, "boot-failure")),
        tally("worst", finding("a", Severity.ERROR), finding("b", Severity.ERROR)),
    ]
    assert [one.target.label for one in ranked(targets)] == ["worst", "silent", "loud", "warned", "clean"]


def test_each_finding_is_fixed_safely_unsafely_or_by_hand() -> None:
    found = [finding("a", Severity.ERROR, safety=safety) for safety in (Safety.SAFE, Safety.UNSAFE, None)]
    (one,) = ranked([tally("t", *found, finding("b", Severity.INFO, "boot-failure", Safety.SAFE))])
    assert (one.safe, one.unsafe, one.by_hand) == (2, 1, 1)
    assert one.worst == "build-failure"


def test_owners_of_most_findings_come_first_and_those_of_none_do_not() -> None:
    found = tally("t", finding("a", Severity.ERROR), finding("a", Severity.ERROR), finding("b", Severity.ERROR))
    owners = {"t/a": ("@a",), "t/b": ("@b",), "t/c": ("@c",)}
    assert ranked([found], owners)[0].owners == ("@a", "@b")


def test_what_a_comment_ignores_does_not_count() -> None:
    from splitlint.startup.records import replace

    ignored = replace(finding("a", Severity.ERROR, "boot-failure", Safety.SAFE), suppressed="because")
    (one,) = ranked([tally("t", ignored)])
    assert (one.errors, one.silent, one.safe, one.by_hand, one.worst) == (0, 0, 0, 0, "")
