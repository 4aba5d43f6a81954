"""What is known of files that were checked before: a sqlite3 file that several runs may share.

A verdict is found by what the file holds (its git blob id), its path within its repository, and a digest of
everything else that could change the answer: rule pages, settings, the version. A verdict that rests on other files
names them with the blob ids they had; when one of them has changed, the verdict is not used.
The cache is never needed: whatever is wrong with it ends its use with a warning, and the run goes on without.
"""

from __future__ import annotations

import binascii
import contextlib
import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import quote

from splitlint.scan.results.store import FAILURES, is_damaged, made_private, put_aside, refuse_no_file, shown
from splitlint.startup.named_tuples import NamedTuple

#: Counts the incompatible changes of the tables; another number is another file.
LAYOUT = 2
#: Verdicts that nobody asked for in so many days are dropped.
KEPT_DAYS = 30
_WAIT_SECONDS = 2.0
_DAY = 86400
_TABLE = """CREATE TABLE IF NOT EXISTS verdict
(key BLOB PRIMARY KEY, depends TEXT NOT NULL, text TEXT NOT NULL, sum INTEGER NOT NULL, used INTEGER NOT NULL)
WITHOUT ROWID"""
#: Fails on a table of that name with other columns, which somebody else has made.
_ROW = "SELECT key, depends, text, sum, used FROM verdict LIMIT 0"


class Verdict(NamedTuple):
    """What was found out about one file, as text that `scanning.codec` reads; "" is nothing at all.

    `depends`: paths of other files of the repository that the answer rests on, with their blob ids, "" for files that
    were looked for and were not there.
    """

    text: str
    depends: Mapping[str, str] = {}


class Entry(NamedTuple):
    """A verdict with the key it is found by."""

    key: bytes
    verdict: Verdict


def key(digest: str, path: str, blob: str) -> bytes:
    """The key of a file: 16 bytes of the settings' digest, the path in its repository and its blob id."""
    return hashlib.blake2b(f"{digest}\0{path}\0{blob}".encode("utf-8", "surrogateescape"), digest_size=16).digest()


def default_folder() -> str:
    """The user's cache folder for splitlint."""
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/splitlint")
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "splitlint")


class Cache:
    """Verdicts in a folder. One object belongs to one process; `warn` is told, once, why the cache is not used.

    Reading goes on when writing does not work.
    """

    def __init__(self, folder: str, warn: Callable[[str], None] = lambda message: None) -> None:
        self.path = os.path.join(folder, f"verdicts-{LAYOUT}.sqlite")
        self._warn = warn
        self._writable = True
        self._inode: int | None = None
        self._database: sqlite3.Connection | None = None
        self._today = int(time.time() // _DAY)
        try:
            self._database = self._opened(folder)
        except OSError as error:
            self._give_up(error.strerror or error)
        except FAILURES as error:
            self._give_up(error)

    def _opened(self, folder: str) -> sqlite3.Connection:
        refuse_no_file(self.path)
        with contextlib.suppress(PermissionError):
            made_private(self.path)
        writable = os.access(self.path if os.path.exists(self.path) else folder, os.W_OK) and os.access(folder, os.W_OK)
        self._writable = writable
        if not writable and not os.path.exists(self.path):
            raise PermissionError(13, f"{folder} cannot be written to")
        self._inode = os.stat(self.path).st_ino
        name = f"file:{quote(os.fsencode(os.path.abspath(self.path)))}?mode={'rw' if writable else 'ro'}"
        database = sqlite3.connect(name, timeout=_WAIT_SECONDS, isolation_level=None, uri=True)
        try:
            database.execute("PRAGMA synchronous=OFF")
            # A file that a stranger has made may hold more than tables.
            database.execute("PRAGMA trusted_schema=OFF")
            if writable:
                database.execute(_TABLE)
                database.execute(_ROW)
        except FAILURES:
            database.close()
            raise
        if not writable:
            self._warn(f"the cache {self.path} cannot be written to; reading it only")
        return database

    @property
    def alive(self) -> bool:
        """Whether there is any use in asking."""
        return self._database is not None

    def get(self, key: bytes, blob_of: Callable[[str], str]) -> Verdict | None:
        """The verdict with a key, if the files it depends on are what they were.

        `blob_of` gives the blob id that a path of the repository has now, "" if there is no such file.
        """
        if self._database is None:
            return None
        try:
            row = self._database.execute("SELECT depends, text, sum FROM verdict WHERE key = ?", (key,)).fetchone()
        except FAILURES as error:
            self._give_up(error)
            return None
        if row is None:
            return None
        depends = _depends(row[0])
        if depends is None or not isinstance(row[1], str):
            self.distrust("there are values of other types in it")
            return None
        if row[2] != _sum(row[0], row[1]):
            self.distrust("a checksum is wrong")
            return None
        if any(blob_of(path) != blob for path, blob in depends.items()):
            return None
        return Verdict(row[1], depends)

    def distrust(self, why: str) -> None:
        """Puts the cache aside: there is something in it that nobody has written there like that."""
        if self._database is not None:
            self._give_up(ValueError(why))

    def known(self, keys: Sequence[bytes]) -> frozenset[bytes]:
        """Those of some keys that have a verdict that rests on nothing else; at most 32,000 keys."""
        if self._database is None or not keys:
            return frozenset()
        marks = ",".join("?" * len(keys))
        try:
            rows = self._database.execute(f"SELECT key FROM verdict WHERE depends = '' AND key IN ({marks})", keys)
            return frozenset(row[0] for row in rows)
        except FAILURES as error:
            self._give_up(error)
            return frozenset()

    def put(self, entries: Iterable[Entry], used: Iterable[bytes] = ()) -> None:
        """Keeps verdicts, and notes that those with the keys `used` are still wanted; one transaction."""
        if self._database is None or not self._writable:
            return
        today = self._today
        rows = [_row(entry, today) for entry in entries]
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?, ?)", rows)
            self._database.executemany(
                "UPDATE verdict SET used = ? WHERE key = ? AND used < ?", ((today, key, today) for key in used)
            )
            self._database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            # Locked, full or read-only: what is there can still be read.
            self._writable = False
            self._warn(f"the cache {self.path} cannot be written to ({shown(error)}); continuing without writing")
            self._roll_back()
        except FAILURES as error:
            self._give_up(error)

    def close(self) -> None:
        """Drops what nobody asked for in a month, once a day, and closes the file."""
        if self._database is None:
            return
        try:
            if self._writable:
                self._drop_old(self._database)
            self._database.close()
        except FAILURES as error:
            self._warn(f"the cache {self.path} could not be cleaned up ({shown(error)})")
        self._database = None

    def _drop_old(self, database: sqlite3.Connection) -> None:
        (cleaned,) = database.execute("PRAGMA user_version").fetchone()
        if cleaned == self._today:
            return
        database.execute("DELETE FROM verdict WHERE used < ?", (self._today - KEPT_DAYS,))
        database.execute(f"PRAGMA user_version = {self._today}")

    def _roll_back(self) -> None:
        if self._database is not None and self._database.in_transaction:
            try:
                self._database.execute("ROLLBACK")
            except FAILURES as error:
                self._give_up(error)

    def _give_up(self, error: Exception | str) -> None:
        message = shown(error)
        if self._database is not None:
            with contextlib.suppress(*FAILURES):
                self._database.close()
        self._database = None
        if isinstance(error, Exception) and is_damaged(error) and self._writable:
            aside = put_aside(self.path, self._inode)
            # Otherwise another process has done it, and said so.
            if aside is not None:
                self._warn(f"the cache {self.path} was damaged ({message}) and moved to {aside}; continuing without it")
        else:
            self._warn(f"the cache {self.path} cannot be used ({message}); continuing without it")


def _row(entry: Entry, today: int) -> tuple[bytes, str, str, int, int]:
    depends = json.dumps(dict(entry.verdict.depends)) if entry.verdict.depends else ""
    return entry.key, depends, entry.verdict.text, _sum(depends, entry.verdict.text), today


def _sum(depends: str, text: str) -> int:
    """What tells that a bit has fallen over: a verdict that is read as another one would be believed."""
    return binascii.crc32(f"{depends}\0{text}".encode())


def _depends(text: object) -> dict[str, str] | None:
    """What a verdict rests on; None if that is not told as we tell it."""
    if text == "":
        return {}
    try:
        plain = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(plain, dict) or not all(isinstance(blob, str) for blob in plain.values()):
        return None
    return plain
