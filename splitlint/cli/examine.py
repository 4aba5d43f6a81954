"""Hits to a result as the command line asks for it: what is known already is hidden, what must not be mended is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from splitlint.checking.check import check_hits, guarded
from splitlint.checking.verdicts import Verdicts
from splitlint.cli.gather import Gathered
from splitlint.config import Config
from splitlint.files.discover import File
from splitlint.files.languages import language_of
from splitlint.findings.finding import Finding, Problem, Result
from splitlint.report.words import counted
from splitlint.rulebook.prefilter import Hit
from splitlint.rulebook.rule import RuleSet
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import replace


class Examiner(NamedTuple):
    """The engine with the settings of one run.

    `known`: fingerprints of findings that were there before. `related_files`: the Nix files to ask about others.
    `read` gives the bytes of other files, where they are not those on disk. `names`: all files that were searched.
    `jobs`: how many processes share the work. `verdicts`: what a cache knows.
    """

    config: Config
    rule_set: RuleSet
    known: frozenset[str] = frozenset()
    related_files: tuple[str, ...] = ()
    read: Callable[[str], bytes | None] | None = None
    names: frozenset[str] = frozenset()
    jobs: int = 1
    verdicts: Verdicts | None = None

    def result(self, hits: Iterable[Hit]) -> Result:
        """What is found in these files and was not known."""
        return self.unknown(self.everything(hits))

    def everything(self, hits: Iterable[Hit]) -> Result:
        """What is found in these files, known or not."""
        return check_hits(
            hits,
            self.rule_set,
            self.config,
            self.related_files,
            read=self.read,
            names=self.names,
            jobs=self.jobs,
            verdicts=self.verdicts,
        )

    def unknown(self, result: Result) -> Result:
        """A result of `everything` without what was known."""
        if not self.known:
            return recounted(result, [guarded(one, self.config) for one in result.findings], 0)
        from splitlint.findings import baseline

        compared = baseline.compare(result.findings, self.known)
        return recounted(result, [guarded(one, self.config) for one in compared.new], len(compared.known))

    def texts(self, texts: Mapping[str, bytes]) -> Result:
        """What is found in these files when they contain these bytes."""
        return self.result(self.hit(path, data) for path, data in texts.items())

    def hit(self, path: str, data: bytes) -> Hit:
        """A file with these bytes, as the prefilter gives it."""
        language = language_of(path, data)
        active = self.rule_set.only(self.config.select, self.config.ignore)
        return Hit(File(path, path, named=True), data, language, active.relevant(data, language))


def recounted(result: Result, findings: Sequence[Finding], known: int) -> Result:
    """A result with other findings, its summary counted anew; `known` more were there before."""
    shown = [one for one in findings if one.suppressed is None]
    summary = replace(
        result.summary,
        findings=len(shown),
        fixable=sum(one.safety is not None for one in shown),
        suppressed=len(findings) - len(shown),
        baselined=result.summary.baselined + known,
    )
    return replace(result, findings=tuple(findings), summary=summary)


def with_account(result: Result, gathered: Gathered) -> Result:
    """The result of the engine with the account of the files that it did not get to see."""
    notes = (Problem(one.path, one.message, fatal=False, note=True) for one in gathered.notes)
    problems = (*(Problem(*trouble) for trouble in gathered.problems), *notes, *result.problems)
    summary = replace(
        result.summary,
        files=gathered.files - result.summary.unreadable,
        skipped=gathered.skipped + result.summary.skipped,
        unreadable=gathered.unreadable + result.summary.unreadable,
        excluded=gathered.excluded,
        absent=gathered.absent,
    )
    return replace(result, problems=problems, summary=summary)


def with_dates(result: Result, examiner: Examiner) -> Result:
    """The result with when each finding breaks. What that takes is imported only where there are findings."""
    if not result.findings:
        return result
    from splitlint.checking.when import dated
    from splitlint.pins.here import nearest_here

    told = dated(result.findings, examiner.rule_set, examiner.config.nixpkgs, nearest_here(examiner.read))
    known = {problem.path for problem in result.problems}
    problems = (problem for problem in told.problems if problem.path not in known)
    return replace(result, findings=told.findings, problems=(*result.problems, *problems))


def broken_by_locks(
    findings: Sequence[Finding], examiner: Examiner, changed: Iterable[str], before: Callable[[str], bytes | None]
) -> frozenset[str]:
    """The fingerprints of findings that a change of locks breaks; `before` gives files as they were."""
    from splitlint.pins.nearest import is_lock

    if not findings or not any(map(is_lock, changed)):
        return frozenset()
    from splitlint.checking import lock_changes
    from splitlint.pins.here import nearest_here

    then, now = nearest_here(before), nearest_here(examiner.read)
    return lock_changes.broken_by_locks(findings, examiner.rule_set, examiner.config.nixpkgs, then, now)


def with_stale(result: Result, stale: Sequence[str], path: str) -> Result:
    """The result with a word on the entries of the baseline at `path` that are found no more."""
    if not stale:
        return result
    what = f"{counted(len(stale), 'finding')} in it {'is' if len(stale) == 1 else 'are'} gone: write it again"
    return replace(result, problems=(*result.problems, Problem(path, what, fatal=False)))


def timed(result: Result, seconds: float) -> Result:
    """The result with the time that it took."""
    return replace(result, summary=replace(result.summary, seconds=seconds))
