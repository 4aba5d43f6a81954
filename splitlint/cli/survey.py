"""A scan as one of the reports that `splitlint check` makes: files, owners and links of each target."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from splitlint.cli.code_owners import code_owners_of
from splitlint.cli.console import UsageError, complain
from splitlint.cli.gather import Gathered
from splitlint.cli.output import Extras, file_reader, rendered
from splitlint.files.blobs import Blobs
from splitlint.files.code_owners import PLACES, CodeOwners, owners_of, text_of
from splitlint.scan.results.history import History, HistoryError
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    import argparse

    from splitlint.files.source import Source
    from splitlint.findings.finding import Result
    from splitlint.report.html_data import History as Trend
    from splitlint.rulebook.rule import RuleSet
    from splitlint.scan.results.tally import Tally
    from splitlint.scan.targets.targets import Target


class Past(NamedTuple):
    """The history, and the number that this scan has in it, None if it is not kept."""

    history: History
    scan: int | None


def survey(
    result: Result, tallies: Sequence[Tally], rule_set: RuleSet, options: argparse.Namespace, past: Past | None
) -> str:
    """The report of a scan in the format asked for. Raises UsageError."""
    summary = result.summary
    texts = {path: data for tally in tallies if tally.target.commit for path, data in _texts(tally)}
    gathered = Gathered(
        hits=(),
        files=summary.files,
        skipped=summary.skipped,
        unreadable=summary.unreadable,
        problems=(),
        related_files=(),
        texts=texts,
        names=frozenset(texts),
    )
    trend = _trend(tallies, past) if options.format == "html" and past is not None else ()
    links = [(tally.target.shown(""), options.permalink) for tally in tallies if options.permalink]
    read = file_reader(gathered)
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    extras = Extras(lambda: _owners(tallies, read), links, trend, title(tallies), when)
    return rendered(result, options, gathered, rule_set, extras=extras)


def _trend(tallies: Sequence[Tally], past: Past) -> Trend:
    """Earlier counts; a history that fails at the end of a scan does not cost the report."""
    try:
        return past.history.trend([tally.target for tally in tallies], past.scan)
    except HistoryError as error:
        complain(f"{error}; continuing without it")
        return ()


def title(tallies: Sequence[Tally]) -> str:
    """What was scanned, in a few words."""
    if len(tallies) != 1:
        return f"{len(tallies)} trees"
    (tally,) = tallies
    name = os.path.basename(tally.target.name) if tally.target.label == "." else tally.target.label
    return f"{name} at {tally.head[:12]}" if tally.head else name


def check_permalink(options: argparse.Namespace, targets: Sequence[Target]) -> None:
    """Raises UsageError where one address would have to serve several repositories."""
    if options.permalink and len(targets) > 1:
        raise UsageError(f"--permalink is the address of one repository, and these are {len(targets)} targets")


def _owners(tallies: Sequence[Tally], read: Callable[[str], Source | None]) -> dict[str, tuple[str, ...]]:
    """Owners by path: each target has its own CODEOWNERS."""
    found: dict[str, tuple[str, ...]] = {}
    for tally in tallies:
        target = tally.target
        paths = [target.shown(finding.path) for finding in tally.findings]
        if paths:
            found |= owners_of(paths, _code_owners(target), read, prefix=target.shown(""))
    return found


def _code_owners(target: Target) -> CodeOwners | None:
    if not target.commit:
        return code_owners_of(target.folder)
    with Blobs(target.folder) as blobs:
        found = (blobs.read(f"{target.commit}:{place}") for place in PLACES)
        data = next((data for data in found if data is not None), None)
    return None if data is None else CodeOwners(text_of(data))


def _texts(tally: Tally) -> Iterator[tuple[str, bytes]]:
    """The files of a commit that findings speak of, under the names that findings give them."""
    paths = {finding.path for finding in tally.findings}
    paths |= {one.path for finding in tally.findings for one in finding.related}
    with Blobs(tally.target.folder) as blobs:
        for path in sorted(paths):
            data = blobs.read(f"{tally.target.commit}:{path}")
            if data is not None:
                yield tally.target.shown(path), data
