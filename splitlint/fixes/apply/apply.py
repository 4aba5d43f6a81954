"""Findings to mended files: applied to a fixpoint, checked, and undone where they do harm.

Pure but for `write_atomically`: texts come in through `read`, and go out in a `Fixed`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from splitlint.files.languages import language_of
from splitlint.findings.finding import Finding, Fix, Result, Safety
from splitlint.findings.own_rules import SYNTAX_ERROR
from splitlint.fixes.apply.merge import Dropped, merge
from splitlint.fixes.apply.soundness import unsound
from splitlint.limits import FILE_TIMEOUT, Failure, contained
from splitlint.startup.records import dataclass

MAX_ROUNDS = 10

Check = Callable[[Mapping[str, bytes]], Result]
Verify = Callable[[str, bytes], str | None]


@dataclass(frozen=True, slots=True)
class Applied:
    """One file's text after some fixes, the fixes that were applied, and the others with the reason."""

    data: bytes
    used: tuple[Fix, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A file's text before and after; they differ."""

    path: str
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that is still there, and why (a phrase that can follow "not fixed: ")."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """What came of fixing: changed files by path, the findings mended and left, and how many rounds it took."""

    changes: tuple[Change, ...]
    applied: tuple[Finding, ...]
    left: tuple[Left, ...]
    refused: Mapping[str, str]
    rounds: int

    def data(self, path: str, old: bytes) -> bytes:
        """The text of one file after fixing; `old` if it did not change."""
        return next((change.new for change in self.changes if change.path == path), old)


def apply(data: bytes, fixes: Sequence[Fix], path: str) -> Applied:
    """Apply fixes to one file in one go; those that overlap an earlier one or edit other files are dropped."""
    merged = merge({path: data}, fixes)
    return Applied(merged.texts[path], merged.used, merged.dropped)


def chosen_fix(finding: Finding, safety: Safety) -> Fix | None:
    """The first fix of a finding that changes bytes and is at least as safe as asked for."""
    if finding.suppressed is not None:
        return None
    return next((fix for fix in finding.fixes if fix.edits and fix.safety >= max(safety, Safety.UNSAFE)), None)


def fix_file(
    path: str,
    data: bytes,
    check: Callable[[bytes], Sequence[Finding]],
    safety: Safety,
    *,
    language: str | None = None,
    verify: Verify | None = None,
) -> Fixed:
    """Fix one text (standard input, an editor's buffer); arguments as for `fix_files`."""

    def check_texts(texts: Mapping[str, bytes]) -> Result:
        return Result(tuple(check(texts[path])))

    languages = {path: language} if language else {}
    return fix_files(check(data), {path: data}.__getitem__, check_texts, safety, languages=languages, verify=verify)


def fix_files(
    findings: Sequence[Finding],
    read: Callable[[str], bytes],
    check: Check,
    safety: Safety,
    *,
    languages: Mapping[str, str] | None = None,
    verify: Verify | None = None,
) -> Fixed:
    """Apply the fixes of `findings` until nothing changes, ten rounds at most. Writes nothing.

    `read(path)` gives a file's bytes as they were checked. `check(texts)` gives the findings of these files when
    they contain these texts, and problems for those that cannot be checked. `verify(path, data)` may object to a new
    text by saying why. A file whose new text cannot be checked, has a syntax error, has lost a comment, or comes back
    to an earlier text is left as it was, together with every file that a shared fix ties it to.
    """
    work = _Work(findings, read, languages or {}, verify)
    rounds = 0
    while rounds < MAX_ROUNDS and work.round(safety):
        rounds += 1
        before = work.fixable(safety)
        work.review(check(work.texts))
        work.give_up_growing(before, work.fixable(safety))
    return work.outcome(safety, rounds)


class _Work:
    """The state between rounds: texts as they were and as they are, files given up, findings now."""

    def __init__(
        self,
        findings: Sequence[Finding],
        read: Callable[[str], bytes],
        languages: Mapping[str, str],
        verify: Verify | None,
    ) -> None:
        self.first = tuple(findings)
        self.findings = list(findings)
        paths = {finding.path for finding in findings if finding.fixes} | {
            edit.path for finding in findings for fix in finding.fixes for edit in fix.edits
        }
        self.old = {path: read(path) for path in sorted(paths)}
        self.texts = dict(self.old)
        self.seen = {path: {data} for path, data in self.old.items()}
        self.languages = {path: languages.get(path) or language_of(path, data) for path, data in self.old.items()}
        self.verify = verify
        self.refused = {
            finding.path: f"Nix cannot parse the file (line {finding.span.line})"
            for finding in findings
            if finding.rule == SYNTAX_ERROR
        }
        self.applied: list[tuple[Finding, Fix]] = []

    def round(self, safety: Safety) -> bool:
        """Apply what can be applied; whether any text changed."""
        wanted = self.wanted(safety)
        merged = merge(self.texts, list(dict.fromkeys(fix for _, fix in wanted)))
        changed = {path: merged.texts[path] for path in self.old if merged.texts[path] != self.texts[path]}
        if not changed:
            return False
        self.texts.update(changed)
        used = set(merged.used)
        self.applied.extend((finding, fix) for finding, fix in wanted if fix in used)
        for path, data in changed.items():
            reason = self.objection(path, data)
            self.seen[path].add(data)
            if reason:
                self.give_up(path, reason)
        return True

    def fixable(self, safety: Safety) -> Counter[str]:
        """How many findings with a fix there are, by path."""
        return Counter(finding.path for finding, _ in self.wanted(safety))

    def review(self, result: Result) -> None:
        """Take in what is found now; put back the files of which nobody knows what is found in them now."""
        self.findings = list(result.findings)
        for problem in result.problems:
            if problem.fatal and problem.path in self.old and problem.path not in self.refused:
                self.give_up(problem.path, f"the fixed text {problem.message}")

    def give_up_growing(self, before: Counter[str], after: Counter[str]) -> None:
        """Put back the files in which mending made more of what it mends."""
        for path in sorted(after):
            if after[path] > before[path] and path not in self.refused:
                self.give_up(path, "its fixes cause new findings")

    def wanted(self, safety: Safety) -> list[tuple[Finding, Fix]]:
        """The fixes to try, the safest first and then by place."""
        pairs = [(finding, fix) for finding in self.findings if (fix := chosen_fix(finding, safety))]
        fit = [pair for pair in pairs if not any(edit.path in self.refused for edit in pair[1].edits)]
        return sorted(fit, key=_by_safety_then_place)

    def objection(self, path: str, data: bytes) -> str | None:
        if data in self.seen[path]:
            return "its fixes undo each other"
        reason = contained(lambda: unsound(self.old[path], data, self.languages[path]), FILE_TIMEOUT)
        if isinstance(reason, Failure):
            return f"the fixed text could not be checked: {reason.message}"
        return reason or (self.verify(path, data) if self.verify else None)

    def give_up(self, path: str, reason: str) -> None:
        """Put a file back as it was, and all files that a fix changed together with it."""
        group = {path}
        while True:
            tied = {
                edit.path
                for _, fix in self.applied
                if any(edit.path in group for edit in fix.edits)
                for edit in fix.edits
            }
            if tied <= group:
                break
            group |= tied
        for member in group:
            self.refused.setdefault(member, reason if member == path else f"{path}: {reason}")
            self.texts[member] = self.old[member]
        self.applied = [pair for pair in self.applied if not any(edit.path in group for edit in pair[1].edits)]

    def outcome(self, safety: Safety, rounds: int) -> Fixed:
        changes = tuple(
            Change(path, old, self.texts[path]) for path, old in self.old.items() if self.texts[path] != old
        )
        changed = {change.path for change in changes}
        untouched = [finding for finding in self.first if finding.path not in changed]
        still = [finding for finding in self.findings if finding.path in changed]
        left = tuple(
            Left(finding, self.why_left(finding, safety))
            for finding in sorted([*untouched, *still], key=lambda finding: finding.sort_key)
            if finding.suppressed is None
        )
        applied = tuple(finding for finding, _ in self.applied)
        return Fixed(changes, applied, left, dict(self.refused), rounds)

    def why_left(self, finding: Finding, safety: Safety) -> str:
        fix = chosen_fix(finding, safety)
        if fix is None:
            refused = self.refused.get(finding.path) if finding.fixes else None
            return refused or _no_fix(finding)
        refused = next((self.refused[edit.path] for edit in fix.edits if edit.path in self.refused), None)
        if refused:
            return refused
        dropped = merge(self.texts, [fix]).dropped
        return dropped[0].reason if dropped else f"its fixes did not converge after {MAX_ROUNDS} rounds"


def _by_safety_then_place(pair: tuple[Finding, Fix]) -> tuple[int, str, int]:
    first = min(pair[1].edits)
    return (-pair[1].safety, first.path, first.start)


def _no_fix(finding: Finding) -> str:
    if finding.safety is not None:
        return "its fix is unsafe (--unsafe-fixes applies it)"
    if finding.fixes:
        return f"by hand: {finding.fixes[0].title}"
    return "there is no fix"
