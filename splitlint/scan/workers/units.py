"""The unit of work: some files of one target, searched or checked in one process, on this machine or another."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache

import splitlint
from splitlint import __version__
from splitlint.analysis.project.index import LARGEST
from splitlint.authoring.configured import configured_rules
from splitlint.config import Config
from splitlint.findings.finding import Finding, Problem, Summary
from splitlint.prefilter.needles import Sieve
from splitlint.rulebook.rule import RuleSet
from splitlint.rulebook.rule_index import RuleIndex
from splitlint.scan.results.cache import Entry, Verdict
from splitlint.scan.targets.targets import Target
from splitlint.startup.named_tuples import NamedTuple

#: Settings that change what is found in a file. Thresholds and paths to ignore are applied afterwards.
_DECISIVE = ("select", "ignore", "nixpkgs", "fix", "no_fix")


class Job(NamedTuple):
    """What all units of a scan have in common. `cache`: the folder of the cache, None for none.

    `digest` stands for the rules, the settings and the program; a worker that has others refuses to work.
    """

    config: Config
    digest: str
    cache: str | None = None


class RelatedFiles(NamedTuple):
    """The Nix files of a target that may tell about others, and a digest of their names and contents."""

    paths: tuple[str, ...]
    digest: str


def related_files_of(blobs: Mapping[str, str]) -> RelatedFiles:
    """The related files with these paths and blob ids."""
    ordered = sorted(blobs.items())
    digest = hashlib.sha256(repr(ordered).encode("utf-8", "backslashreplace")).hexdigest()
    return RelatedFiles(tuple(path for path, _ in ordered), digest)


class Unit(NamedTuple):
    """Files of one target, by their paths in it, with their blob ids ("" where git was not asked).

    Without `related_files` they are searched for needles; with them, they are checked for the `rules` of these.
    `views`: what they hold where the unit was made, for workers that may see something else (see `views.py`).
    """

    target: Target
    paths: tuple[str, ...]
    blobs: tuple[str, ...]
    related_files: RelatedFiles | None = None
    rules: tuple[tuple[str, ...], ...] = ()
    views: tuple[str, ...] = ()

    def halves(self) -> tuple[Unit, Unit]:
        """The same files as two units."""
        count = len(self.paths)
        return self.only(range(count // 2)), self.only(range(count // 2, count))

    def only(self, numbers: Sequence[int]) -> Unit:
        """Some of the files, by their numbers."""
        return self._replace(
            paths=tuple(self.paths[number] for number in numbers),
            blobs=tuple(self.blobs[number] for number in numbers),
            rules=tuple(self.rules[number] for number in numbers) if self.rules else (),
            views=tuple(self.views[number] for number in numbers) if self.views else (),
        )


class FoundFile(NamedTuple):
    """A file that was found by its needles: its path in the target, its blob id, its bytes, the rules it may break."""

    path: str
    blob: str
    size: int
    rules: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What came of a unit; paths are those in the target.

    Of a search: `hits`, the files to be checked, and `related_files`, those that may tell about others.
    `fresh`: verdicts for the cache; `used`: keys of those that came from it; `warnings`: about the cache.
    Of a check in a work tree: `kept`, the verdicts by file, and `answers` to what they asked that are lists of files.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    summary: Summary = Summary()
    hits: tuple[FoundFile, ...] = ()
    related_files: tuple[FoundFile, ...] = ()
    fresh: tuple[Entry, ...] = ()
    used: tuple[bytes, ...] = ()
    warnings: tuple[str, ...] = ()
    kept: Mapping[str, Verdict] = {}
    answers: Mapping[str, Mapping[str, tuple[bytes, ...]]] = {}


def related_of(outcome: Outcome) -> dict[str, tuple[str, int]]:
    """The related files that a search has found and that are not too large to be asked: blob ids and sizes."""
    return {file.path: (file.blob, file.size) for file in outcome.related_files if file.size <= LARGEST}


class Engine(NamedTuple):
    """What a process needs to check files: made once, inherited by forked workers. `active`: the rules that are on."""

    rule_set: RuleSet
    active: RuleIndex
    digest: str

    @property
    def sieve(self) -> Sieve:
        """What of many files is worth a closer look: made when the first file is searched."""
        return self.active.sieve


@lru_cache(maxsize=4)
def engine(config: Config) -> Engine:
    """The engine for a configuration. Raises RuleError."""
    rule_set = configured_rules(config)
    active = RuleIndex.of(rule_set.only(config.select, config.ignore))
    return Engine(rule_set, active, digest_of(rule_set, config))


def digest_of(rule_set: RuleSet, config: Config) -> str:
    """What stands for the rules, the settings that change what is found in a file, and the program."""
    digest = hashlib.sha256()
    parts = [__version__, _program()]
    parts += (repr((rule.name, rule.definition, rule.body)) for rule in rule_set.rules)
    parts += (repr((pack.name, pack.data)) for pack in rule_set.packs)
    parts += (repr(getattr(config, name)) for name in _DECISIVE)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _program() -> str:
    """A digest of splitlint's own code: a working copy changes without changing its version."""
    top = os.path.dirname(os.path.abspath(splitlint.__file__))
    digest = hashlib.sha256()
    for folder, inner, names in os.walk(top):
        inner.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as stream:
                    digest.update(stream.read())
    return digest.hexdigest()
