"""Who is hit, how badly, and how much of it can be fixed: targets in order, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from splitlint.findings.finding import Finding, Safety, Severity
from splitlint.findings.impacts import IMPACTS
from splitlint.scan.results.tally import Tally
from splitlint.scan.targets.targets import Target
from splitlint.startup.named_tuples import NamedTuple

#: Owners that are named of each target: those of most findings.
MOST_OWNERS = 5


class Standing(NamedTuple):
    """How one target is hit: unsuppressed findings by severity, how many may fail silently, and by their best fix.

    `worst`: the worst impact, "" for none; `owners`: whose files have findings, those with most of them first.
    """

    tally: Tally
    errors: int
    warnings: int
    info: int
    silent: int
    safe: int
    unsafe: int
    worst: str
    owners: tuple[str, ...]

    @property
    def target(self) -> Target:
        """The target."""
        return self.tally.target

    @property
    def by_hand(self) -> int:
        """The findings that no fix changes."""
        return self.errors + self.warnings + self.info - self.safe - self.unsafe


def ranked(tallies: Iterable[Tally], owners: Mapping[str, Sequence[str]] = {}) -> list[Standing]:
    """The targets by errors, silent failures and warnings, the worst first; equal ones in their order.

    `owners` by path as findings show it.
    """
    standings = [_standing(tally, owners) for tally in tallies]
    return sorted(standings, key=lambda one: (-one.errors, -one.silent, -one.warnings, -one.info))


def _standing(tally: Tally, owners: Mapping[str, Sequence[str]]) -> Standing:
    severities = Counter(finding.severity for finding in tally.open)
    safeties = Counter(finding.safety for finding in tally.open)
    people = Counter(name for one in tally.open for name in owners.get(tally.target.shown(one.path), ()))
    return Standing(
        tally,
        severities[Severity.ERROR],
        severities[Severity.WARNING],
        severities[Severity.INFO],
        sum(finding.silent for finding in tally.open),
        safeties[Safety.SAFE],
        safeties[Safety.UNSAFE],
        _worst(tally.open),
        tuple(name for name, _ in people.most_common(MOST_OWNERS)),
    )


def _worst(findings: Sequence[Finding]) -> str:
    impacts = {impact for finding in findings if finding.severity > Severity.INFO for impact in finding.impact}
    return next((impact for impact in IMPACTS if impact in impacts), "")
