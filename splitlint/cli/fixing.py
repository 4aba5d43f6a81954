"""`splitlint check --fix` and `--diff`: which fixes, what is written, what is left and why."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError
from splitlint.cli.examine import Examiner, recounted
from splitlint.cli.gather import Gathered
from splitlint.files.discover import File
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Fix, Problem, Result, Safety
from splitlint.fixes.apply import apply, verify
from splitlint.fixes.apply.diffs import unified_diff
from splitlint.fixes.apply.write import write_atomically
from splitlint.report.text import Done
from splitlint.report.words import counted
from splitlint.startup.records import dataclass, field, replace

if TYPE_CHECKING:
    import argparse


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be done with findings, by their fingerprints: those to fix, and those to ignore, with the reason."""

    fixes: frozenset[str] = frozenset()
    ignores: Mapping[str, str] = field(default_factory=dict)

    def narrowed(self, result: Result) -> Result:
        """A result in which only what was chosen can be fixed, by the best of its fixes."""
        return replace(result, findings=tuple(self._narrowed(one) for one in result.findings))

    def _narrowed(self, finding: Finding) -> Finding:
        edits = [fix for fix in finding.fixes if fix.edits][: int(finding.fingerprint in self.fixes)]
        return replace(finding, fixes=tuple(edits))


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """What came of it: the result that is left, the changes made or proposed, what was fixed, and why the rest was not.

    `fixed` has the findings by path, `left` the reasons by fingerprint, `ignored` how many are ignored now, by path.
    """

    result: Result
    changes: tuple[apply.Change, ...]
    fixed: Mapping[str, tuple[Finding, ...]]
    left: Mapping[str, str]
    ignored: Mapping[str, int] = field(default_factory=dict)

    @property
    def done(self) -> Done:
        """What a report says of it."""
        return Done(self.fixed, self.left, self.ignored)

    def diff(self) -> str:
        """The changes as `git apply` takes them."""
        return "".join(unified_diff(change.path, change.old, change.new) for change in self.changes)

    def proposal(self) -> str:
        """One line on what `--diff` shows."""
        if self.ignored:
            return (
                f"would ignore {counted(sum(self.ignored.values()), 'finding')} in {counted(len(self.changes), 'file')}"
            )
        if not self.changes:
            return "nothing can be fixed" + (" safely: see --unsafe-fixes" if self.result.summary.fixable else "")
        number = sum(map(len, self.fixed.values()))
        return f"would fix {counted(number, 'finding')} in {counted(len(self.changes), 'file')}"


def apply_fixes(
    result: Result, gathered: Gathered, examiner: Examiner, options: argparse.Namespace, choice: Choice | None = None
) -> FixOutcome:
    """Applies fixes and, unless it is for a diff or standard input, writes the files.

    `choice`: what to fix and to ignore; None: all that is as safe as the options ask for.
    Raises UsageError if `--verify` is asked for without Nix.
    """
    safety = Safety.UNSAFE if options.unsafe_fixes or choice is not None else Safety.SAFE
    chosen = choice.narrowed(result) if choice is not None else result
    applied = apply.fix_files(
        chosen.findings,
        lambda path: gathered.read(File(path, path, named=True)),
        lambda texts: choice.narrowed(examiner.texts(texts)) if choice is not None else examiner.texts(texts),
        safety,
        verify=_verifier() if options.verify else None,
    )
    changes, ignored, problems = applied.changes, Counter[str](), list[Problem]()
    if choice is not None and choice.ignores:
        changes, ignored, problems = _with_ignores(changes, choice.ignores, gathered, examiner)
    written = changes
    if not options.diff and options.stdin_filename is None:
        written, failed = _written(changes)
        problems += failed
    paths = [change.path for change in written]
    fixed = {path: tuple(one for one in applied.applied if one.path == path) for path in paths}
    fixed = {path: findings for path, findings in fixed.items() if findings}
    ignored = Counter({path: number for path, number in ignored.items() if path in paths})
    left = {one.finding.fingerprint: one.reason for one in applied.left} if choice is None else {}
    if options.diff:
        return FixOutcome(_without_refused(result, applied.refused), written, fixed, left, ignored)
    gathered.texts.update((change.path, change.new) for change in written)
    # All files once more: what is found in one may hang on another that was fixed.
    after = examiner.result(examiner.hit(path, data) for path, data in gathered.texts.items())
    problems_now = tuple(dict.fromkeys((*result.problems, *problems, *after.problems)))
    left_over = recounted(replace(result, problems=problems_now), after.findings, 0)
    left_over = _without_refused(left_over, applied.refused)
    summary = replace(left_over.summary, fixed=sum(map(len, fixed.values())))
    return FixOutcome(replace(left_over, summary=summary), written, fixed, left, ignored)


def _with_ignores(
    changes: Sequence[apply.Change], ignores: Mapping[str, str], gathered: Gathered, examiner: Examiner
) -> tuple[tuple[apply.Change, ...], Counter[str], list[Problem]]:
    """Changes with comments for the findings to ignore, how many by path, and those for which there is no place."""
    from splitlint.fixes.apply.ignores import with_ignores

    made = {change.path: change for change in changes}
    texts = {**gathered.texts, **{path: change.new for path, change in made.items()}}
    ignored: Counter[str] = Counter()
    problems: list[Problem] = []
    by_place: dict[tuple[str, str], list[Finding]] = {}
    for finding in examiner.texts(texts).findings:
        if finding.suppressed is None and finding.fingerprint in ignores:
            by_place.setdefault((finding.path, ignores[finding.fingerprint]), []).append(finding)
    # Comments for another reason may move what is below: so the last places come first.
    for (path, reason), findings in sorted(by_place.items(), key=lambda item: -item[1][-1].span.start):
        new = texts[path]
        done = with_ignores(Source(path, new, language_of(path, new)), findings, reason)
        texts[path] = done.data
        old = made[path].old if path in made else new
        made[path] = apply.Change(path, old, done.data)
        ignored[path] += len(done.placed)
        for one in done.left:
            what = f"line {one.span.line}: a comment is not possible there: use per-path-ignores for {one.rule}"
            problems.append(Problem(path, what, fatal=False))
    return tuple(change for change in made.values() if change.new != change.old), ignored, problems


def _without_refused(result: Result, refused: Mapping[str, str]) -> Result:
    """A result in which nothing counts as fixable that was tried and put back (by `path`)."""
    findings = [
        replace(one, fixes=tuple(replace(fix, edits=()) if _touches(fix, refused) else fix for fix in one.fixes))
        for one in result.findings
    ]
    return recounted(result, findings, 0)


def _touches(fix: Fix, paths: Collection[str]) -> bool:
    return any(edit.path in paths for edit in fix.edits)


def _written(changes: Sequence[apply.Change]) -> tuple[tuple[apply.Change, ...], list[Problem]]:
    """Writes each file; those that could not be written are problems."""
    written = []
    problems = []
    for change in changes:
        try:
            done = write_atomically(change.path, change.new, expected=change.old)
        except OSError as error:
            problems.append(Problem(change.path, f"cannot be written: {error.strerror or error}"))
        else:
            written.append(change)
            if done is not None and done.other_names:
                what = "had another hard link, which still has the old text"
                if done.other_names > 1:
                    what = f"had {done.other_names} other hard links, which still have the old text"
                problems.append(Problem(change.path, what, fatal=False))
    return tuple(written), problems


def _verifier() -> Callable[[str, bytes], str | None]:
    nix = verify.find_nix()
    if nix is None:
        raise UsageError(verify.MISSING)
    return lambda path, data: verify.parse_error(nix, path, data)


def write_stdin_text(gathered: Gathered, name: str) -> None:
    """Writes the text of standard input, as it is after fixing, byte for byte to standard output."""
    sys.stdout.buffer.write(gathered.texts[os.path.normpath(name)])
    sys.stdout.buffer.flush()
