"""What was found before: in a baseline, before a change, so that only what is new is shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from splitlint.checking.check import MANY
from splitlint.cli.console import UsageError
from splitlint.cli.examine import Examiner, broken_by_locks, with_stale
from splitlint.files.languages import TEXT, language_of
from splitlint.findings import baseline
from splitlint.findings.finding import Problem
from splitlint.startup.records import replace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from splitlint.checking.verdicts import Verdicts
    from splitlint.cli.gather import Gathered
    from splitlint.config import Config
    from splitlint.files.staged import StagedChange
    from splitlint.findings.finding import Result
    from splitlint.rulebook.rule import RuleSet


def examined(
    gathered: Gathered,
    config: Config,
    rule_set: RuleSet,
    options: argparse.Namespace,
    change: StagedChange | None,
    verdicts: Verdicts | None = None,
) -> tuple[Result, Examiner]:
    """What is found and was not known before, and the examiner that knows it. Raises UsageError."""
    entries: Mapping[str, str] = {}
    damaged: tuple[Problem, ...] = ()
    # What is written is to hold what was known, too.
    if options.baseline is not None and options.write_baseline is None:
        try:
            entries = baseline.read(options.baseline)
        except baseline.DamagedError as error:
            if options.fix or options.diff:
                raise UsageError(str(error)) from error
            damaged = (Problem(options.baseline, error.why),)
        except baseline.BaselineError as error:
            raise UsageError(str(error)) from error
        if (folder := baseline.written_in(entries, options.baseline)) is not None:
            raise UsageError(f"{options.baseline}: its paths are relative to {folder}: run splitlint there")
    jobs = _jobs(gathered, options)
    examiner = Examiner(
        config, rule_set, frozenset(entries), gathered.related_files, gathered.reader, gathered.names, jobs, verdicts
    )
    if options.since is not None:
        texts = _texts_before(options.since)
        before = _found_before(gathered, examiner._replace(known=frozenset()), texts)
    everything = examiner.everything(gathered.hits)
    if options.since is not None:
        before -= broken_by_locks(everything.findings, examiner, tuple(texts), _reader_before(texts))
        examiner = examiner._replace(known=before.union(entries))
    if change is not None:
        from splitlint.cli.staged import found_before

        before = found_before(change, options.paths, everything.findings, examiner, gathered)
        before -= broken_by_locks(everything.findings, examiner, (*change.changed, *change.gone), change.read_before)
        examiner = examiner._replace(known=before.union(entries))
    result = examiner.unknown(everything)
    if entries and not _narrowed(options):
        stale = baseline.compare(everything.findings, entries).stale
        gone = [one for one in stale if entries[one] in gathered.names or not os.path.exists(entries[one])]
        failed = {problem.path for problem in everything.problems if problem.fatal}
        result = with_stale(result, [one for one in gone if entries[one] not in failed], options.baseline)
    return replace(result, problems=(*damaged, *result.problems)), examiner


def _jobs(gathered: Gathered, options: argparse.Namespace) -> int:
    """How many processes share the work; only this one can ask git for files of another state."""
    if options.jobs == 1 or gathered.reader is not None or len(gathered.hits) < MANY:
        return 1
    from splitlint.checking.processes import default_jobs, may_copy

    return (options.jobs or default_jobs()) if may_copy() else 1


def _narrowed(options: argparse.Namespace) -> bool:
    """Whether the command line lets less count than usual, so that what is not found is not gone."""
    return bool(options.select or options.ignore or options.min_confidence or options.min_severity)


def _texts_before(revision: str) -> Mapping[str, bytes | None]:
    """What the files that were changed since a revision were; None for those that were not there."""
    from splitlint.files.since import SinceError, texts_before

    try:
        return texts_before(revision)
    except SinceError as error:
        raise UsageError(str(error)) from error


def _reader_before(texts: Mapping[str, bytes | None]) -> Callable[[str], bytes | None]:
    """Files as they were before a change, by what those were that it touched."""
    from splitlint.pins.here import from_disk

    return lambda path: texts[path] if path in texts else from_disk(path)


def _found_before(gathered: Gathered, examiner: Examiner, before: Mapping[str, bytes | None]) -> frozenset[str]:
    """The fingerprints of what was found in the same files before the change since a revision."""
    # Other files that changed may be what a finding hangs on; a file that was not there says nothing.
    earlier = {
        path: data or b"" for path, data in before.items() if path in gathered.texts or language_of(path) != TEXT
    }
    hits = (examiner.hit(path, data) for path, data in {**gathered.texts, **earlier}.items())
    return frozenset(one.fingerprint for one in examiner.result(hits).findings if one.suppressed is None)
