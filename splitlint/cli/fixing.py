"""`splitlint check --fix` and `--diff`: which fixes, what is written, what is left and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError
from splitlint.cli.examine import Examiner, recounted
from splitlint.cli.gather import Gathered
from splitlint.files.discover import File
from splitlint.findings.finding import Finding, Fix, Problem, Result, Safety
from splitlint.fixes.apply import apply, verify
from splitlint.report.text import Done
from splitlint.report.words import counted
from splitlint.startup.records import dataclass, replace

if TYPE_CHECKING:
    import argparse


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """What came of it: the result that is left, the changes made or proposed, what was fixed, and why the rest was not.

    `fixed` has the findings by path, `left` the reasons by fingerprint.
    """

    result: Result
    changes: tuple[apply.Change, ...]
    fixed: Mapping[str, tuple[Finding, ...]]
    left: Mapping[str, str]

    @property
    def done(self) -> Done:
        """What a report says of it."""
        return Done(self.fixed, self.left)

    def diff(self) -> str:
        """The changes as `git apply` takes them."""
        return "".join(apply.unified_diff(change.path, change.old, change.new) for change in self.changes)

    def proposal(self) -> str:
        """One line on what `--diff` shows."""
        if not self.changes:
            return "nothing can be fixed" + (" safely: see --unsafe-fixes" if self.result.summary.fixable else "")
        number = sum(map(len, self.fixed.values()))
        return f"would fix {counted(number, 'finding')} in {counted(len(self.changes), 'file')}"


def apply_fixes(result: Result, gathered: Gathered, examiner: Examiner, options: argparse.Namespace) -> FixOutcome:
    """Applies fixes and, unless it is for a diff or standard input, writes the files.

    Raises UsageError if `--verify` is asked for without Nix.
    """
    safety = Safety.UNSAFE if options.unsafe_fixes else Safety.SAFE
    applied = apply.fix_files(
        result.findings,
        lambda path: gathered.read(File(path, path, named=True)),
        examiner.texts,
        safety,
        verify=_verifier() if options.verify else None,
    )
    written: tuple[apply.Change, ...] = applied.changes
    problems: list[Problem] = []
    if not options.diff and options.stdin_filename is None:
        written, problems = _written(applied.changes)
    paths = [change.path for change in written]
    fixed = {path: tuple(one for one in applied.applied if one.path == path) for path in paths}
    left = {one.finding.fingerprint: one.reason for one in applied.left}
    if options.diff:
        return FixOutcome(_without_refused(result, applied.refused), written, fixed, left)
    gathered.texts.update((change.path, change.new) for change in written)
    # All files once more: what is found in one may hang on another that was fixed.
    after = examiner.result(examiner.hit(path, data) for path, data in gathered.texts.items())
    problems_now = tuple(dict.fromkeys((*result.problems, *problems, *after.problems)))
    left_over = recounted(replace(result, problems=problems_now), after.findings, 0)
    left_over = _without_refused(left_over, applied.refused)
    summary = replace(left_over.summary, fixed=sum(map(len, fixed.values())))
    return FixOutcome(replace(left_over, summary=summary), written, fixed, left)


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
            done = apply.write_atomically(change.path, change.new, expected=change.old)
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
