"""What the history tells: when scans were, what changed between two of them, how many findings there were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from splitlint.findings.finding import Finding
from splitlint.scan.results.codec import CodecError
from splitlint.scan.results.store import typed
from splitlint.startup.records import dataclass

#: Seconds since 1970: the year 9999.
_LATEST = 253_402_300_799


@dataclass(frozen=True)
class Moment:
    """One scan: its number, when it began (seconds since 1970), with which version, and by which rules and settings."""

    scan: int
    started: float
    version: str
    digest: str
    finished: bool


@dataclass(frozen=True)
class Change:
    """What became of one target between two scans. `before` is None if it was never scanned before."""

    label: str
    before: Moment | None
    after: Moment
    heads: tuple[str, str]
    appeared: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    stayed: int


@dataclass(frozen=True)
class Count:
    """How many findings of one rule one target had in one scan; rule "" and 0 for a target without any."""

    moment: Moment
    label: str
    rule: str
    findings: int


def moment(row: Sequence[object]) -> Moment:
    """A scan from its row in the table. Raises CodecError."""
    scan, started, version, digest, finished = typed(row, int, float, str, str, float | None)
    return Moment(scan, began(started), version, digest, finished is not None)


def began(started: float) -> float:
    """When a scan began, in seconds since 1970. Raises CodecError if it is no time that calendars know."""
    if not 0 <= started <= _LATEST:
        raise CodecError(f"a scan began {started} seconds after 1970")
    return started


def known(moments: Mapping[int, Moment], scan: int) -> Moment:
    """The scan with a number that another table has. Raises CodecError if there is none."""
    if scan not in moments:
        raise CodecError(f"there is no scan {scan}")
    return moments[scan]


def by_fingerprint(findings: Sequence[Finding]) -> dict[tuple[str, str], Finding]:
    """Unsuppressed findings by fingerprint; findings without one are known by rule, path and line."""
    return {
        (finding.rule, finding.fingerprint or f"{finding.path}:{finding.span.line}"): finding
        for finding in findings
        if finding.suppressed is None
    }


def iso_time(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
