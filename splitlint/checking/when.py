"""When a finding breaks: the nixpkgs that a repository is pinned to, against the change that a pack is about.

A release branch has a change from the release on that the pack names, however late its lock is; a branch that gets
every change has it once its last commit is later than the day of the merge. A revision of which only the day is known
may be of an old release until that is no longer kept up. On the day of the merge itself nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from splitlint.findings.finding import ALWAYS, Finding, Nixpkgs, Problem, When
from splitlint.pins.nearest import Nearest
from splitlint.pins.pin import Pin
from splitlint.rulebook.rule import Rule, RuleSet
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import replace
from splitlint.untrusted.escapes import visible

#: Characters of a name that are shown.
_LONGEST_NAME = 60


#: For what no nixpkgs has ever had there.
_NEVER_RIGHT = When("now", "broken now, and with every older nixpkgs too", "", "")


class Change(NamedTuple):
    """What a rule is about: the first release that has it ("25.11"), and the day on which it was merged, "" unknown."""

    since: str
    merged: str


class Dated(NamedTuple):
    """Findings that say when they break, and the files that should have told but could not be understood."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]


def dated(findings: Sequence[Finding], rule_set: RuleSet, oldest: str, nearest: Nearest) -> Dated:
    """The findings, each with `when` where that can be told.

    `oldest`: the release from which on all have to work, as the configuration says it, or `any`. `nearest` knows the
    paths of the findings.
    """
    changes = changes_of(rule_set)
    known: dict[tuple[Change, tuple[Pin, ...]], When | None] = {}
    result = []
    for finding in findings:
        change = changes.get(finding.rule) if finding.impact else None
        if change is None:
            result.append(finding)
            continue
        if finding.since == ALWAYS:
            result.append(replace(finding, when=_NEVER_RIGHT))
            continue
        if finding.since not in ("", change.since):
            change = Change(finding.since, "")
        key = (change, nearest.pins(finding.path))
        if key not in known:
            known[key] = when(key[1], change, oldest)
        result.append(replace(finding, when=known[key]))
    broken = sorted(nearest.problems.items())
    problems = tuple(Problem(path, f"{why}; findings do not say when they break", fatal=False) for path, why in broken)
    return Dated(tuple(result), problems)


def changes_of(rule_set: RuleSet) -> dict[str, Change]:
    """The change that each rule is about; none for those of which pages say that it does not tell when they fail."""
    packs = {pack.name: pack for pack in rule_set.packs}
    changes = {rule.name: _change(rule, packs[rule.pack].since, packs[rule.pack].merged) for rule in rule_set.rules}
    return {name: change for name, change in changes.items() if change is not None}


def _change(rule: Rule, since: str, merged: str) -> Change | None:
    given = rule.definition
    if given.get("when") == "unknown":
        return None
    # A page that names a release of its own is about a change of another day.
    day = "" if "since" in given else merged
    change = Change(str(given.get("since", since)), str(given.get("merged", day)))
    return change if change.since else None


def when(pins: Sequence[Pin], change: Change, oldest: str = "any") -> When | None:
    """When something breaks with these nixpkgs; None if it cannot be told."""
    all_told = tuple(_told(pin, state(pin, change)) for pin in pins)
    told = _decisive(all_told)
    states = {one.state for one in told}
    if not told:
        if oldest == "any" or oldest < change.since:
            return None
        text = f"broken now: the configuration says that nothing older than {oldest} has to work"
        return When("now", text, change.since, change.merged)
    if len(states) > 1:
        now, later = (_listed(told, one) for one in ("now", "later"))
        return When("mixed", f"broken now with {now}; later with {later}", change.since, change.merged, all_told)
    words = _words(told)
    if states == {"now"}:
        return When("now", f"broken now: {words}", change.since, change.merged, all_told)
    by_day = change.merged and not any(pin.release and not pin.is_pre for pin in pins if pin.is_known)
    what = f"when the lock moves past {change.merged}" if by_day else f"with the update to {change.since}"
    return When("later", f"breaks {what}: {words}", change.since, change.merged, all_told)


def _decisive(told: Sequence[Nixpkgs]) -> tuple[Nixpkgs, ...]:
    """Those that count: all, if all are known; else the one that is called `nixpkgs`."""
    if all(one.state for one in told):
        return tuple(told)
    return tuple(one for one in told if one.state and one.name == "nixpkgs")


def state(pin: Pin, change: Change) -> str:
    """`now` if a nixpkgs has the change, `later` if not, "" if that cannot be told."""
    if not pin.is_known:
        return ""
    if pin.release and not (pin.is_pre and pin.release == change.since):
        return "now" if pin.release >= change.since else "later"
    if pin.moves and pin.is_unstable:
        return "now" if change.merged else ""
    if not pin.date:
        return ""
    first, last = _bounds(change, is_unstable=pin.is_unstable or pin.is_pre)
    return "later" if pin.date < first else "now" if pin.date > last else ""


def _bounds(change: Change, *, is_unstable: bool) -> tuple[str, str]:
    """The days before and after which a nixpkgs lacks the change and has it.

    A release is cut a month before its name says at the earliest, and kept up for a month longer than the next.
    """
    year, month = (int(part) for part in change.since.split("."))
    # The one before the first that has it.
    cut = f"20{year - 1:02d}-10-01" if month < 11 else f"20{year:02d}-04-01"
    ended = f"20{year:02d}-08-01" if month < 11 else f"20{year + 1:02d}-02-01"
    return change.merged or cut, change.merged if change.merged and is_unstable else ended


def _told(pin: Pin, now: str) -> Nixpkgs:
    name = visible(pin.name[:_LONGEST_NAME])
    release = f"{pin.release}pre" if pin.is_pre else pin.release
    return Nixpkgs(pin.source, name, pin.branch, release, pin.date, pin.revision[:40], now)


def _words(told: Sequence[Nixpkgs]) -> str:
    """Which nixpkgs it is: the one called `nixpkgs`, else the first; how many there are besides."""
    one = next((one for one in told if one.name == "nixpkgs"), told[0])
    verb = "is" if one.name else "fetches"
    more = f", and {len(told) - 1} more" if len(told) > 1 else ""
    subject = f"`{one.name}` in {visible(one.source)}" if one.name else visible(one.source)
    return f"{subject} {verb} {_which(one)}{more}"


def _which(one: Nixpkgs) -> str:
    build = f" ({one.release})" if one.release.endswith("pre") else ""
    return (one.branch or "a revision") + (f" of {one.date}" if one.date else build)


def _listed(told: Iterable[Nixpkgs], state: str) -> str:
    """Those in a state, by name and branch."""
    names = [f"`{one.name}` ({_which(one)})" if one.name else _which(one) for one in told if one.state == state]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
