"""What came of one target, and the sums over many."""

from __future__ import annotations

from collections.abc import Iterable

from splitlint.findings.finding import Finding, Problem, Result, Summary
from splitlint.scan.targets.targets import Target
from splitlint.startup.records import dataclass, replace


@dataclass(frozen=True)
class Tally:
    """All that was found out about one target. Paths are those in the target.

    `complete` is False if the scan was interrupted before it was through with it; `resumed` says that it was done by an
    earlier scan.
    """

    target: Target
    head: str
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    summary: Summary
    complete: bool = True
    resumed: bool = False

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that are not suppressed."""
        return tuple(finding for finding in self.findings if finding.suppressed is None)


def merged(tallies: Iterable[Tally], seconds: float) -> Result:
    """One result of many targets, each in its place, with paths as findings show them."""
    findings: list[Finding] = []
    problems: list[Problem] = []
    total = Summary()
    for tally in tallies:
        findings += (relabelled(finding, tally.target) for finding in tally.findings)
        problems += (
            replace(problem, path=tally.target.shown(problem.path) if problem.path else tally.target.label)
            for problem in tally.problems
        )
        total = added(total, tally.summary)
    return Result(tuple(findings), tuple(problems), replace(total, seconds=seconds))


def relabelled(finding: Finding, target: Target) -> Finding:
    """A finding with its own path and all that it speaks of as findings show them."""
    fixes = tuple(
        replace(fix, edits=tuple(replace(edit, path=target.shown(edit.path)) for edit in fix.edits))
        for fix in finding.fixes
    )
    related = tuple(replace(one, path=target.shown(one.path)) for one in finding.related)
    when = finding.when
    if when is not None:
        when = replace(when, nixpkgs=tuple(replace(one, source=target.shown(one.source)) for one in when.nixpkgs))
    return replace(finding, path=target.shown(finding.path), related=related, fixes=fixes, when=when)


def added(one: Summary, other: Summary) -> Summary:
    """The sum of two accounts, number by number."""
    return Summary(*(getattr(one, name) + getattr(other, name) for name in Summary.__match_args__))
