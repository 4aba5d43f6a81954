"""The unit of work: some files of one target, checked in one process, on this machine or another."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from splitlint import __version__
from splitlint.cache import Cache, Entry, Verdict, blob_id, key
from splitlint.check import check_source, wanted
from splitlint.config import Config
from splitlint.discover import File
from splitlint.finding import Finding, Problem, Summary
from splitlint.languages import BY_SUFFIX
from splitlint.needles import Sieve, sieve, winnow
from splitlint.rule import RuleBook, default_folder, load_rules
from splitlint.scanning.blobs import Blobs
from splitlint.scanning.codec import CodecError, dump, load
from splitlint.scanning.targets import Target
from splitlint.sift import LARGEST, MARK, Hit, Sifted, UnreadableError, read_file, sift
from splitlint.source import Source

#: Settings that change what is found in a file. Thresholds and paths to ignore are applied afterwards.
_DECISIVE = ("select", "ignore", "nixpkgs", "fix", "no_fix")


class Job(NamedTuple):
    """What all units of a scan have in common. `cache`: the folder of the cache, None for none.

    `digest` stands for the rules, the settings and the program; a worker that has others refuses to work.
    """

    config: Config
    digest: str
    cache: str | None = None


class Unit(NamedTuple):
    """Files of one target, by their paths in it, with their blob ids ("" where git was not asked)."""

    target: Target
    paths: tuple[str, ...]
    blobs: tuple[str, ...]

    def halves(self) -> tuple[Unit, Unit]:
        """The same files as two units."""
        middle = len(self.paths) // 2
        return (
            self._replace(paths=self.paths[:middle], blobs=self.blobs[:middle]),
            self._replace(paths=self.paths[middle:], blobs=self.blobs[middle:]),
        )


class Outcome(NamedTuple):
    """What came of a unit; paths are those in the target.

    `fresh`: verdicts for the cache; `used`: keys of those that came from it; `warnings`: about the cache.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    summary: Summary = Summary()
    fresh: tuple[Entry, ...] = ()
    used: tuple[bytes, ...] = ()
    warnings: tuple[str, ...] = ()


class MismatchError(Exception):
    """A worker that has other rules, or another version, than whoever sent it the work."""


class Engine(NamedTuple):
    """What a process needs to check files: made once, inherited by forked workers. `active`: the rules that are on."""

    book: RuleBook
    active: RuleBook
    sieve: Sieve
    digest: str


@lru_cache(maxsize=4)
def engine(config: Config) -> Engine:
    """The engine for a configuration. Raises RuleError."""
    book = load_rules([default_folder(), *config.rules])
    needles: dict[str, list[tuple[bytes, ...]]] = {}
    active = book.only(config.select, config.ignore)
    for rule in active.rules:
        for language in rule.languages:
            needles.setdefault(language, []).extend(rule.needles)
    return Engine(book, active, sieve(needles, always=(MARK,)), _digest(book, config))


def _digest(book: RuleBook, config: Config) -> str:
    digest = hashlib.sha256()
    parts = [__version__, _program()]
    parts += (repr((rule.name, rule.front, rule.body)) for rule in book.rules)
    parts += (repr((pack.name, pack.data)) for pack in book.packs)
    parts += (repr(getattr(config, name)) for name in _DECISIVE)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _program() -> str:
    """A digest of splitlint's own code: a working copy changes without changing its version."""
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    digest = hashlib.sha256()
    for folder, inner, names in os.walk(top):
        inner.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as stream:
                    digest.update(stream.read())
    return digest.hexdigest()


def work(job: Job, unit: Unit) -> Outcome:
    """Checks the files of a unit. Raises TargetError if git fails, MismatchError if this process has other rules."""
    own = engine(job.config)
    if own.digest != job.digest:
        raise MismatchError("a worker has other rules, or another version of splitlint, than this machine")
    warnings: list[str] = []
    with _cache(job, warnings) as cache:
        done = _Bench(job, own, unit, cache).done()
    return done._replace(warnings=tuple(warnings))


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


class _Bench:
    """One unit on its way. Gathers what `Outcome` is made of."""

    def __init__(self, job: Job, own: Engine, unit: Unit, cache: Cache | None) -> None:
        self._own = own
        self._unit = unit
        self._cache = cache
        # Rules may be switched off for paths of the target, wherever this process happens to run.
        self._config = job.config._replace(root=os.getcwd())
        self._fresh: list[Entry] = []
        self._used: list[bytes] = []
        self._blobs: dict[str, str] = {path: blob for path, blob in zip(unit.paths, unit.blobs, strict=True) if blob}
        self._git: Blobs | None = None

    def done(self) -> Outcome:
        """The outcome."""
        if not self._unit.target.commit:
            sifted, cleared = self._sift_folder(), 0
            return self._outcome(sifted, cleared)
        with Blobs(self._unit.target.folder) as self._git:
            return self._outcome(*self._sift_commit())

    def _sift_folder(self) -> Sifted:
        prefix = self._unit.target.folder.rstrip("/") + "/"
        files = [File(path, prefix + path) for path in self._unit.paths]
        left = winnow(files, self._own.sieve)
        data = {file.path: data for file, data in left.grains}

        def read(file: File) -> bytes:
            return data[file.path] if file.path in data else read_file(file)

        sifted = self._sift(chain((file for file, _ in left.grains), left.odd), read)
        return sifted._replace(files=sifted.files + left.read, skipped=sifted.skipped + left.skipped)

    def _sift_commit(self) -> tuple[Sifted, int]:
        """What is left of the files of a commit, and how many were known to be of no interest without being read."""
        assert self._git is not None
        clear = {
            path: key(self._own.digest, "", BY_SUFFIX[suffix] + blob)
            for path, blob in self._blobs.items()
            if (suffix := path.rpartition(".")[2]) in BY_SUFFIX
        }
        known = self._cache.known(list(clear.values())) if self._cache else frozenset()
        files = [File(path, path) for path in self._unit.paths if clear.get(path) not in known]
        contents = dict(
            zip(files, self._git.read_many([self._blobs[file.path] for file in files], LARGEST), strict=True)
        )

        def read(file: File) -> bytes:
            data = contents.pop(file, None)
            if data is None:
                raise UnreadableError(f"is not here, or has more than {LARGEST >> 20} MB: not checked", fatal=False)
            return data

        sifted = self._sift(files, read)
        of_interest = {hit.file.path for hit in sifted.hits} | {problem.path for problem in sifted.problems}
        if self._cache:
            boring = (name for path, name in clear.items() if path not in of_interest and name not in known)
            self._fresh += (Entry(name, Verdict("")) for name in boring)
            self._used += known
        return sifted, len(self._unit.paths) - len(files)

    def _sift(self, files: Iterable[File], read: Callable[[File], bytes]) -> Sifted:
        return sift(files, self._own.active, languages=self._own.sieve.anchors, read=read)

    def _outcome(self, sifted: Sifted, cleared: int) -> Outcome:
        findings: list[Finding] = []
        problems = [Problem(one.path, one.message, one.fatal) for one in sifted.problems]
        below = 0
        for hit in sifted.hits:
            found, trouble = self._checked(hit)
            problems += trouble
            kept = [finding for finding in found if wanted(finding, self._config)]
            below += len(found) - len(kept)
            findings += kept
        shown = [finding for finding in findings if finding.suppressed is None]
        summary = Summary(
            files=sifted.files + cleared,
            parsed=len(sifted.hits),
            findings=len(shown),
            fixable=sum(finding.safety is not None for finding in shown),
            suppressed=len(findings) - len(shown),
            below_threshold=below,
            skipped=sifted.skipped,
            unreadable=sifted.unreadable,
        )
        return Outcome(tuple(findings), tuple(problems), summary, tuple(self._fresh), tuple(self._used))

    def _checked(self, hit: Hit) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
        path = hit.file.path
        name = b""
        if self._cache is not None:
            blob = self._blobs.get(path) or blob_id(hit.data)
            name = key(self._own.digest, path, blob)
            verdict = self._cache.get(name, self._blob_now)
            if verdict is not None:
                try:
                    known = load(verdict.text)
                except CodecError:
                    known = None
                if known is not None:
                    self._used.append(name)
                    return known
        source = Source(path, hit.data, hit.language)
        checked = check_source(source, self._own.book, self._config, hit.rules)
        if name:
            depends: Mapping[str, str] = {}
            self._fresh.append(Entry(name, Verdict(dump(checked.findings, checked.problems), depends)))
        return checked.findings, checked.problems

    def _blob_now(self, path: str) -> str:
        """The blob id that a path of the target has now, "" if there is no such file."""
        if path not in self._blobs:
            data = self._read(path)
            self._blobs[path] = "" if data is None else blob_id(data)
        return self._blobs[path]

    def _read(self, path: str) -> bytes | None:
        target = self._unit.target
        if self._git is not None:
            return self._git.read(f"{target.commit}:{path}", LARGEST)
        try:
            with open(os.path.join(target.folder, path), "rb") as stream:
                return stream.read(LARGEST)
        except OSError:
            return None
