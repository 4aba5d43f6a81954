"""One unit done, from its files to its outcome: what runs in a worker process, on this machine or another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from splitlint.files.blobs import Blobs
from splitlint.findings.finding import Summary
from splitlint.scan.results.cache import Cache
from splitlint.scan.results.tally import added
from splitlint.scan.workers.units import Job, Outcome, Unit, engine
from splitlint.scan.workers.views import seen_alike


class MismatchError(Exception):
    """A worker that has other rules, or another version, than whoever sent it the work."""


def work(job: Job, unit: Unit) -> Outcome:
    """Searches or checks a unit. Raises GitError if git fails, MismatchError if this process has other rules."""
    from splitlint.scan.workers.checking import checked
    from splitlint.scan.workers.searching import searched

    own = engine(job.config)
    if own.digest != job.digest:
        raise MismatchError("a worker has other rules, or another version of splitlint, than this machine")
    warnings: list[str] = []
    whole, (unit, unlike) = unit, seen_alike(unit)
    with _cache(job, warnings) as cache, Blobs(unit.target.folder) as blobs:
        done = (
            searched(own, unit, cache, blobs) if unit.related_files is None else checked(job, own, unit, cache, blobs)
        )
    lost = len(whole.paths) - len(unit.paths)
    # Those that are checked were counted when they were searched.
    taken = 0 if unit.related_files is None else -lost
    summary = added(done.summary, Summary(files=taken, parsed=taken, unreadable=lost))
    return done._replace(warnings=tuple(warnings), problems=(*unlike, *done.problems), summary=summary)


@contextmanager
def _cache(job: Job, warnings: list[str]) -> Iterator[Cache | None]:
    if job.cache is None:
        yield None
        return
    cache = Cache(job.cache, warnings.append)
    try:
        yield cache if cache.alive else None
    finally:
        cache.close()
