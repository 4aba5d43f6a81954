"""A scan as one of the reports that `splitlint check` makes: files, owners and links of each target."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from splitlint.cli.code_owners import code_owners_of
from splitlint.cli.console import UsageError, complain
from splitlint.cli.gather import Gathered
from splitlint.cli.output import Extras, file_reader, rendered
from splitlint.files.blobs import Blobs
from splitlint.files.code_owners import PLACES, CodeOwners, owners_of, text_of
from splitlint.findings.finding import Summary
from splitlint.scan.addresses import Seen, seen
from splitlint.scan.ranking import Standing, ranked
from splitlint.scan.results.history import History, HistoryError
from splitlint.scan.workers.others import reader
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    import argparse

    from splitlint.files.source import Source
    from splitlint.findings.finding import Result
    from splitlint.report.html_data import History as Trend
    from splitlint.report.info import Permalinks
    from splitlint.rulebook.rule import RuleSet
    from splitlint.scan.results.moments import Change
    from splitlint.scan.results.tally import Tally
    from splitlint.scan.targets.targets import Target


class Past(NamedTuple):
    """The history, and the number that this scan has in it, None if it is not kept."""

    history: History
    scan: int | None


class Survey:
    """What reports of a scan show of its targets besides findings: owners, texts, addresses. Looked up once."""

    def __init__(self, tallies: Sequence[Tally], permalink: str | None) -> None:
        self.tallies = tallies
        self._permalink = permalink
        self._seen: dict[Target, Seen] = {}

    @cached_property
    def texts(self) -> Mapping[str, bytes]:
        """Files that findings speak of and that are not to be found under the names that findings give them."""
        away = (tally for tally in self.tallies if tally.target.commit or tally.target.named)
        return {path: data for tally in away for path, data in _texts(tally)}

    @cached_property
    def owners(self) -> Mapping[str, tuple[str, ...]]:
        """Owners by path, as findings show it."""
        return _owners(self.tallies, file_reader(self.gathered(Summary())))

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """The targets, the worst first."""
        return tuple(ranked(self.tallies, self.owners))

    def seen(self, tally: Tally) -> Seen:
        """Where a target is to be seen: as the user says, or as its remote does."""
        target = tally.target
        if target not in self._seen:
            found = seen(target, tally.head, (finding.path for finding in tally.findings))
            self._seen[target] = found._replace(base=self._permalink, changed=()) if self._permalink else found
        return self._seen[target]

    @property
    def permalinks(self) -> Permalinks:
        """Where files are to be seen, by their paths as findings show them; longer ones first."""
        links = [link for tally in self.tallies for link in self.seen(tally).permalinks(tally.target)]
        return sorted(links, key=lambda link: -len(link[0]))

    def gathered(self, summary: Summary) -> Gathered:
        """The files of the scan as the reports of `check` know them."""
        return _gathered(summary, dict(self.texts))

    def json(self, result: Result, changes: Sequence[Change]) -> str:
        """The JSON report: as `check` has it, with the targets, and what changed if that was asked for."""
        from splitlint.report import json
        from splitlint.scan.documents import change_objects, target_objects

        more = {"targets": target_objects(self.standings, lambda one: self.seen(one.tally))}
        return json.render(result, {**more, **({"changes": change_objects(changes)} if changes else {})})


def _gathered(summary: Summary, texts: dict[str, bytes]) -> Gathered:
    return Gathered(
        hits=(),
        files=summary.files,
        skipped=summary.skipped,
        unreadable=summary.unreadable,
        problems=(),
        related_files=(),
        texts=texts,
        names=frozenset(texts),
    )


def survey(result: Result, about: Survey, rule_set: RuleSet, options: argparse.Namespace, past: Past | None) -> str:
    """The report of a scan in the format asked for. Raises UsageError."""
    tallies = about.tallies
    trend = _trend(tallies, past) if options.format == "html" and past is not None else ()
    links = about.permalinks if options.format in ("markdown", "html") else ()
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    extras = Extras(lambda: about.owners, links, trend, title(tallies), when)
    return rendered(result, options, about.gathered(result.summary), rule_set, extras=extras)


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
    """The files that findings speak of, under the names that findings give them."""
    paths = {finding.path for finding in tally.findings}
    paths |= {one.path for finding in tally.findings for one in finding.related}
    with Blobs(tally.target.folder) as blobs:
        read = reader(tally.target, blobs)
        for path in sorted(paths):
            data = read(path)
            if data is not None:
                yield tally.target.shown(path), data
