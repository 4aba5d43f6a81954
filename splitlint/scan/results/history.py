"""The history of scans: a sqlite3 file that knows what each target looked like each time.

Findings are compared by their fingerprints, which survive moved lines; targets by where they are, so that `repo@v1` and
`repo@v2` are two states of one repository.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from splitlint.findings.finding import Finding, Severity, Summary
from splitlint.scan.results.codec import CodecError, dump, load
from splitlint.scan.results.tally import Tally
from splitlint.scan.targets.targets import Target
from splitlint.startup.records import asdict, dataclass

#: Counts the incompatible changes of the tables.
LAYOUT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS scan (
  id INTEGER PRIMARY KEY, started REAL NOT NULL, finished REAL, version TEXT NOT NULL, digest TEXT NOT NULL,
  targets TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tally (
  id INTEGER PRIMARY KEY, scan INTEGER NOT NULL REFERENCES scan(id) ON DELETE CASCADE, name TEXT NOT NULL,
  label TEXT NOT NULL, head TEXT NOT NULL, summary TEXT NOT NULL, problems TEXT NOT NULL, UNIQUE (scan, label));
CREATE INDEX IF NOT EXISTS tally_by_name ON tally (name, scan);
CREATE TABLE IF NOT EXISTS finding (
  tally INTEGER NOT NULL REFERENCES tally(id) ON DELETE CASCADE, fingerprint TEXT NOT NULL, rule TEXT NOT NULL,
  severity INTEGER NOT NULL, suppressed INTEGER NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL,
  data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS finding_by_tally ON finding (tally);
"""


class HistoryError(Exception):
    """The history cannot be read or written. The message names the file."""


@dataclass(frozen=True)
class Moment:
    """One scan: its number, when it began (seconds since 1970), with which version, and by which rules and settings."""

    scan: int
    started: float
    version: str
    digest: str
    finished: bool


@dataclass(frozen=True)
class Change:
    """What became of one target between two scans. `before` is None if it was never scanned before."""

    label: str
    before: Moment | None
    after: Moment
    heads: tuple[str, str]
    appeared: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    stayed: int


@dataclass(frozen=True)
class Count:
    """How many findings of one rule one target had in one scan; rule "" and 0 for a target without any."""

    moment: Moment
    label: str
    rule: str
    findings: int


def default_path() -> str:
    """Where the history is if nobody says otherwise: in the user's state folder."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(state, "splitlint", "history.sqlite")


class History:
    """One history file. Raises HistoryError from everything it does."""

    def __init__(self, path: str) -> None:
        self.path = path
        with self._complaining():
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
            self._database = sqlite3.connect(path, timeout=10, isolation_level=None)
            self._database.execute("PRAGMA foreign_keys=ON")
            (layout,) = self._database.execute("PRAGMA user_version").fetchone()
            if layout not in (0, LAYOUT):
                raise HistoryError(f"{path}: was written by another version of splitlint (layout {layout})")
            # A history that is there already can be read where nothing can be written.
            if layout == 0:
                self._database.executescript(_TABLES + f"PRAGMA user_version = {LAYOUT};")

    def close(self) -> None:
        """Closes the file."""
        with self._complaining():
            self._database.close()

    def begin(self, version: str, digest: str, targets: Sequence[Target], started: float | None = None) -> int:
        """Notes that a scan has begun, and gives its number. `digest` stands for rules and settings."""
        values = (time.time() if started is None else started, version, digest, _names(targets))
        with self._complaining(), self._transaction():
            done = self._database.execute(
                "INSERT INTO scan (started, version, digest, targets) VALUES (?, ?, ?, ?)", values
            )
        return int(done.lastrowid or 0)

    def add(self, scan: int, tally: Tally) -> None:
        """Keeps what came of one target: whole, or not at all."""
        target = tally.target
        row = (scan, target.name, target.label, tally.head, json.dumps(asdict(tally.summary)), dump((), tally.problems))
        with self._complaining(), self._transaction():
            done = self._database.execute(
                "INSERT OR REPLACE INTO tally (scan, name, label, head, summary, problems) VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
            self._database.executemany(
                "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        done.lastrowid,
                        finding.fingerprint,
                        finding.rule,
                        int(finding.severity),
                        finding.suppressed is not None,
                        finding.path,
                        finding.span.line,
                        dump((finding,)),
                    )
                    for finding in tally.findings
                ),
            )

    def finish(self, scan: int) -> None:
        """Notes that a scan is through with all its targets."""
        with self._complaining():
            self._database.execute("UPDATE scan SET finished = ? WHERE id = ?", (time.time(), scan))

    def unfinished(self, digest: str, targets: Sequence[Target]) -> int | None:
        """The latest scan of exactly these targets, by the same rules and settings, if it was interrupted."""
        with self._complaining():
            row = self._database.execute(
                "SELECT id, finished FROM scan WHERE digest = ? AND targets = ? ORDER BY id DESC LIMIT 1",
                (digest, _names(targets)),
            ).fetchone()
        return None if row is None or row[1] is not None else int(row[0])

    def tally(self, scan: int, target: Target) -> Tally | None:
        """What came of a target in a scan, None if it got no turn, or was at another commit than it is now."""
        with self._complaining():
            row = self._database.execute(
                "SELECT id, head, summary, problems FROM tally WHERE scan = ? AND label = ? AND name = ?",
                (scan, target.label, target.name),
            ).fetchone()
            if row is None or (target.commit and target.commit != row[1]):
                return None
            problems = load(row[3])[1]
            summary = Summary(**json.loads(row[2]))
            return Tally(target, row[1], self._findings(row[0]), problems, summary, resumed=True)

    def moments(self) -> tuple[Moment, ...]:
        """All scans, the oldest first."""
        with self._complaining():
            rows = self._database.execute("SELECT id, started, version, digest, finished FROM scan ORDER BY id")
            return tuple(Moment(row[0], row[1], row[2], row[3], row[4] is not None) for row in rows)

    def changes(self, scan: int | None = None) -> tuple[Change, ...]:
        """What became of each target of a scan since it was last scanned before, in the scan's order.

        Without a number: of the latest scan of which anything is kept.
        """
        moments = {moment.scan: moment for moment in self.moments()}
        chosen = self._latest() if scan is None else scan
        if chosen not in moments:
            raise HistoryError(f"{self.path}: there is no scan {chosen}")
        with self._complaining():
            rows = self._database.execute(
                "SELECT id, name, label, head FROM tally WHERE scan = ? ORDER BY id", (chosen,)
            ).fetchall()
            return tuple(self._change(moments, chosen, row) for row in rows)

    def _latest(self) -> int:
        with self._complaining():
            (scan,) = self._database.execute("SELECT max(scan) FROM tally").fetchone()
        if scan is None:
            raise HistoryError(f"{self.path}: no scan is kept here")
        return int(scan)

    def counts(self, targets: Sequence[Target] = ()) -> tuple[Count, ...]:
        """How many unsuppressed findings each rule had in each target in each scan, the oldest first.

        Only of some targets, in all of their revisions, if any are given.
        """
        moments = {moment.scan: moment for moment in self.moments()}
        names = [target.name for target in targets]
        only = f" WHERE tally.name IN ({','.join('?' * len(names))})" if names else ""
        with self._complaining():
            rows = self._database.execute(
                "SELECT tally.scan, tally.label, finding.rule, count(finding.rule)"
                f" FROM tally LEFT JOIN finding ON finding.tally = tally.id AND NOT finding.suppressed{only}"
                " GROUP BY tally.scan, tally.id, finding.rule ORDER BY tally.scan, tally.id, finding.rule",
                names,
            )
            return tuple(Count(moments[scan], label, rule or "", count) for scan, label, rule, count in rows)

    def trend(self, targets: Sequence[Target], before: int | None = None) -> tuple[tuple[str, dict[str, int]], ...]:
        """Unsuppressed findings by severity in each finished scan of exactly these targets, the oldest first.

        Each with the time it began, as ISO 8601. Only scans `before` that number, if one is given.
        """
        with self._complaining():
            rows = self._database.execute(
                "SELECT scan.id, scan.started, finding.severity, count(finding.fingerprint) FROM scan"
                " JOIN tally ON tally.scan = scan.id"
                " LEFT JOIN finding ON finding.tally = tally.id AND NOT finding.suppressed"
                " WHERE scan.targets = ? AND scan.finished IS NOT NULL AND (? IS NULL OR scan.id < ?)"
                " GROUP BY scan.id, finding.severity ORDER BY scan.id",
                (_names(targets), before, before),
            ).fetchall()
        points: dict[int, tuple[str, dict[str, int]]] = {}
        for scan, started, severity, count in rows:
            _, counts = points.setdefault(scan, (iso_time(started), {}))
            if severity is not None:
                counts[Severity(severity).label] = count
        return tuple(points.values())

    def _change(self, moments: dict[int, Moment], scan: int, row: tuple[int, str, str, str]) -> Change:
        tally, name, label, head = row
        # The same label (`repo@main` each week) is nearer than another revision of the same repository.
        before = self._database.execute(
            "SELECT id, scan, head FROM tally WHERE name = ? AND scan < ? ORDER BY scan DESC, label = ? DESC LIMIT 1",
            (name, scan, label),
        ).fetchone()
        new = _by_fingerprint(self._findings(tally))
        if before is None:
            return Change(label, None, moments[scan], ("", head), tuple(new.values()), (), 0)
        old = _by_fingerprint(self._findings(before[0]))
        return Change(
            label,
            moments[before[1]],
            moments[scan],
            (before[2], head),
            tuple(finding for key, finding in new.items() if key not in old),
            tuple(finding for key, finding in old.items() if key not in new),
            len(old.keys() & new.keys()),
        )

    def _findings(self, tally: int) -> tuple[Finding, ...]:
        rows = self._database.execute("SELECT data FROM finding WHERE tally = ? ORDER BY rowid", (tally,))
        return tuple(load(row[0])[0][0] for row in rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            # A full disk has sqlite roll back by itself.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, CodecError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or error
            raise HistoryError(f"{self.path}: the history cannot be used: {why}") from error


def _names(targets: Sequence[Target]) -> str:
    return json.dumps([[target.name, target.label] for target in targets])


def _by_fingerprint(findings: Sequence[Finding]) -> dict[tuple[str, str], Finding]:
    """Unsuppressed findings by fingerprint; findings without one are known by rule, path and line."""
    return {
        (finding.rule, finding.fingerprint or f"{finding.path}:{finding.span.line}"): finding
        for finding in findings
        if finding.suppressed is None
    }


def iso_time(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
