"""The history of scans: a sqlite3 file that knows what each target looked like each time.

Findings are compared by their fingerprints, which survive moved lines; targets by where they are, so that `repo@v1` and
`repo@v2` are two states of one repository.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from splitlint.findings.finding import Finding, Severity
from splitlint.scan.results.codec import dump, dump_summary, load, load_summary
from splitlint.scan.results.moments import Change, Count, Moment, began, by_fingerprint, iso_time, known, moment
from splitlint.scan.results.store import is_damaged, made_private, put_aside, shown, stored, typed
from splitlint.scan.results.tally import Tally
from splitlint.scan.targets.targets import Target

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

_COLUMNS = {
    "scan": "id, started, finished, version, digest, targets",
    "tally": "id, scan, name, label, head, summary, problems",
    "finding": "tally, fingerprint, rule, severity, suppressed, path, line, data",
}


class HistoryError(Exception):
    """The history cannot be read or written. The message names the file."""


class DamagedHistoryError(HistoryError):
    """What is in the file is not as it was written. It has been put aside, unless it was just being opened."""


def default_path() -> str:
    """Where the history is if nobody says otherwise: in the user's state folder."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(state, "splitlint", "history.sqlite")


class History:
    """One history file. Raises HistoryError from everything it does."""

    def __init__(self, path: str) -> None:
        self.path = path
        #: To know whether the file is still the one that was opened; None while it is not.
        self._inode: int | None = None
        with self._complaining():
            made_private(path)
            self._database = sqlite3.connect(path, timeout=10, isolation_level=None)
            # A file that a stranger has made may hold more than tables.
            self._database.executescript("PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;")
            self._prepare()
            self._inode = os.stat(path).st_ino

    @classmethod
    def opened(cls, path: str, warn: Callable[[str], None]) -> History:
        """The history at `path`; one that is damaged, or of another version, is put aside and a new one begun.

        Raises HistoryError.
        """
        try:
            return cls(path)
        except DamagedHistoryError as error:
            aside = put_aside(path, None)
            if aside is None:
                raise
            warn(f"{error}; it has been moved to {aside}, and a new one is used")
            return cls(path)

    def _prepare(self) -> None:
        """Makes the tables, or sees to it that they are ours."""
        database = self._database
        (layout,) = database.execute("PRAGMA user_version").fetchone()
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and not tables & _COLUMNS.keys():
            raise HistoryError(f"{self.path}: is the database of another program")
        if layout not in (0, LAYOUT):
            raise DamagedHistoryError(f"{self.path}: was written by another version of splitlint (layout {layout})")
        # A history that is there already can be read where nothing can be written.
        if layout == 0:
            database.executescript(_TABLES + f"PRAGMA user_version = {LAYOUT};")
        for table, columns in _COLUMNS.items():
            database.execute(f"SELECT {columns} FROM {table} LIMIT 0")

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
        names = (stored(target.name), stored(target.label))
        row = (scan, *names, tally.head, dump_summary(tally.summary), dump((), tally.problems))
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
                        stored(finding.path),
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
                (scan, stored(target.label), stored(target.name)),
            ).fetchone()
            if row is None or (target.commit and target.commit != row[1]):
                return None
            number, head, summary, problems = typed(row, int, str, str, str)
            findings = self._findings(number)
            return Tally(target, head, findings, load(problems)[1], load_summary(summary), resumed=True)

    def moments(self) -> tuple[Moment, ...]:
        """All scans, the oldest first."""
        with self._complaining():
            rows = self._database.execute("SELECT id, started, version, digest, finished FROM scan ORDER BY id")
            return tuple(moment(row) for row in rows)

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
        names = [stored(target.name) for target in targets]
        only = f" WHERE tally.name IN ({','.join('?' * len(names))})" if names else ""
        with self._complaining():
            rows = self._database.execute(
                "SELECT tally.scan, tally.label, finding.rule, count(finding.rule)"
                f" FROM tally LEFT JOIN finding ON finding.tally = tally.id AND NOT finding.suppressed{only}"
                " GROUP BY tally.scan, tally.id, finding.rule ORDER BY tally.scan, tally.id, finding.rule",
                names,
            )
            return tuple(
                Count(known(moments, scan), label, rule or "", count)
                for scan, label, rule, count in (typed(row, int, str, str | None, int) for row in rows)
            )

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
            for row in rows:
                scan, started, severity, count = typed(row, int, float, int | None, int)
                _, counts = points.setdefault(scan, (iso_time(began(started)), {}))
                if severity is not None:
                    counts[Severity(severity).label] = count
            return tuple(points.values())

    def _change(self, moments: dict[int, Moment], scan: int, row: Sequence[object]) -> Change:
        tally, name, label, head = typed(row, int, str, str, str)
        # The same label (`repo@main` each week) is nearer than another revision of the same repository.
        before = self._database.execute(
            "SELECT id, scan, head FROM tally WHERE name = ? AND scan < ? ORDER BY scan DESC, label = ? DESC LIMIT 1",
            (name, scan, label),
        ).fetchone()
        new = by_fingerprint(self._findings(tally))
        if before is None:
            return Change(label, None, moments[scan], ("", head), tuple(new.values()), (), 0)
        earlier, its_scan, its_head = typed(before, int, int, str)
        old = by_fingerprint(self._findings(earlier))
        return Change(
            label,
            known(moments, its_scan),
            moments[scan],
            (its_head, head),
            tuple(finding for key, finding in new.items() if key not in old),
            tuple(finding for key, finding in old.items() if key not in new),
            len(old.keys() & new.keys()),
        )

    def _findings(self, tally: int) -> tuple[Finding, ...]:
        rows = self._database.execute("SELECT data FROM finding WHERE tally = ? ORDER BY rowid", (tally,))
        return tuple(finding for row in rows for finding in load(typed(row, str)[0])[0])

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
        except (sqlite3.Error, OSError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or shown(error)
            message = f"{self.path}: the history cannot be used: {why}"
            if not is_damaged(error):
                raise HistoryError(message) from error
            aside = put_aside(self.path, self._inode) if self._inode is not None else None
            if aside is not None:
                self._inode = None
                message += f"; it has been moved to {aside}"
            raise DamagedHistoryError(message) from error


def _names(targets: Sequence[Target]) -> str:
    return json.dumps([[target.name, target.label] for target in targets])
