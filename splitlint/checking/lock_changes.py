"""What a change of locks breaks: code that nobody touched, with a nixpkgs that now has what it does not expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from splitlint.checking.when import changes_of, dated, when
from splitlint.findings.finding import Finding, When
from splitlint.pins.nearest import Nearest, is_lock, pins_in
from splitlint.pins.pin import BrokenError, Pin
from splitlint.rulebook.rule import RuleSet

Read = Callable[[str], bytes | None]


def may_break(names: Iterable[str], rule_set: RuleSet, before: Read, now: Read) -> bool:
    """Whether a change of these files takes a nixpkgs past the change that some rule is about."""
    changes = frozenset(changes_of(rule_set).values())
    for name in names:
        if is_lock(name):
            old, new = _pins(name, before), _pins(name, now)
            if any(_breaks(when(old, change), when(new, change)) for change in changes):
                return True
    return False


def broken_by_locks(
    findings: Sequence[Finding], rule_set: RuleSet, oldest: str, before: Nearest, now: Nearest
) -> frozenset[str]:
    """The fingerprints of findings that were to break later with the locks before, and break with those of now."""
    old = dated(findings, rule_set, oldest, before).findings
    new = dated(findings, rule_set, oldest, now).findings
    return frozenset(two.fingerprint for one, two in zip(old, new, strict=True) if _breaks(one.when, two.when))


def _breaks(old: When | None, new: When | None) -> bool:
    return old is not None and old.state == "later" and new is not None and new.state != "later"


def _pins(name: str, read: Read) -> tuple[Pin, ...]:
    data = read(name)
    try:
        return pins_in(name, data) if data is not None else ()
    except BrokenError:
        return ()
