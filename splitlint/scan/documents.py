"""What a JSON report of a scan has besides the findings: targets in their order, and what changed. Additive only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from splitlint.report.json import finding_object
from splitlint.scan.addresses import Seen
from splitlint.scan.ranking import Standing
from splitlint.scan.results.moments import Change, Moment, iso_time


def target_objects(standings: Iterable[Standing], seen: Callable[[Standing], Seen]) -> list[Mapping[str, object]]:
    """The targets, the worst first: where they are and may be seen, and how they are hit."""
    return [_target(one, seen(one)) for one in standings]


def _target(one: Standing, seen: Seen) -> Mapping[str, object]:
    return {
        "target": one.target.label,
        "path": one.target.name,
        "commit": one.tally.head,
        "url": seen.address,
        "permalink": seen.base,
        "complete": one.tally.complete,
        "files": one.tally.summary.files,
        "errors": one.errors,
        "warnings": one.warnings,
        "info": one.info,
        "silent": one.silent,
        "fixable": {"safe": one.safe, "unsafe": one.unsafe, "by_hand": one.by_hand},
        "worst": one.worst or None,
        "owners": list(one.owners),
    }


def change_objects(changes: Iterable[Change]) -> list[Mapping[str, object]]:
    """What became of each target since it was last scanned; `before` is null if it never was."""
    return [_change(one) for one in changes]


def _change(change: Change) -> Mapping[str, object]:
    before = change.before
    return {
        "target": change.label,
        "before": _moment(before, change.heads[0]) if before is not None else None,
        "after": _moment(change.after, change.heads[1]),
        "same_rules": before is not None and before.digest == change.after.digest,
        "new": [finding_object(one) for one in change.appeared],
        "gone": [finding_object(one) for one in change.gone],
        "unchanged": change.stayed,
    }


def _moment(moment: Moment, head: str) -> Mapping[str, object]:
    return {"scan": moment.scan, "started": iso_time(moment.started), "version": moment.version, "commit": head}
