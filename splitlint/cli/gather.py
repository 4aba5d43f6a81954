"""What `splitlint check` reads before the engine is needed: files, their bytes, the account of the rest."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from splitlint.files.discover import EXCLUDED, File, Trouble, discover
from splitlint.files.reading import read_file
from splitlint.rulebook.prefilter import Hit, Prefiltered, prefilter
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Sequence

    from splitlint.config import Config
    from splitlint.rulebook.rule import RuleSet


class Gathered(NamedTuple):
    """What was read: the files to parse, how many others, and what went wrong.

    `related_files`: the Nix files that may tell about others, () if they are to be looked for.
    `texts`: the bytes of the files to parse, by path. `names`: the paths of all files. `reader` gives other files,
    where they are not those on disk.
    """

    hits: tuple[Hit, ...]
    files: int
    skipped: int
    unreadable: int
    problems: tuple[Trouble, ...]
    related_files: tuple[str, ...]
    texts: dict[str, bytes]
    names: frozenset[str]
    excluded: int = 0
    absent: int = 0
    notes: tuple[Trouble, ...] = ()
    reader: Callable[[str], bytes | None] | None = None

    def read(self, file: File) -> bytes:
        """The bytes of a file: those that were searched, or those on disk for files that were not.

        Raises UnreadableError, AbsentError.
        """
        data = self.texts.get(file.path)
        if data is None and self.reader is not None:
            data = self.reader(file.path)
        return read_file(file) if data is None else data


def from_paths(options: argparse.Namespace, config: Config, rule_set: RuleSet) -> Gathered:
    """Reads the files under the paths of the command line."""
    active = rule_set.only(config.select, config.ignore)
    languages = languages_of(active)
    config, force = with_excludes(options, config)
    found = discover(options.paths or ["."], config, languages=languages, force_exclude=force)
    # A hook has no time for files in which nothing can be found; whoever names a file otherwise wants to hear of it.
    prefiltered = _prefiltered(found.files, active, languages, parse_named=not force)
    return Gathered(
        prefiltered.hits,
        prefiltered.files,
        found.skipped + prefiltered.skipped,
        sum(one.fatal for one in found.problems) + prefiltered.unreadable,
        found.problems + prefiltered.problems,
        () if all(file.named for file in found.files) else prefiltered.related_files,
        {hit.file.path: hit.data for hit in prefiltered.hits},
        frozenset(file.path for file in found.files),
        found.skipped,
        prefiltered.absent,
        found.notes + prefiltered.notes,
    )


#: From this many files on it pays to prepare the search for needles.
_MANY = 40


def _prefiltered(
    files: Sequence[File], rule_set: RuleSet, languages: Collection[str], *, parse_named: bool
) -> Prefiltered:
    """Which of some files have to be parsed; of many, only those with a piece of a needle are looked at closely."""
    if len(files) <= _MANY:
        return prefilter(files, rule_set, languages=languages, parse_named=parse_named)
    from splitlint.rulebook.many_files import prefilter_many
    from splitlint.rulebook.rule_index import RuleIndex

    return prefilter_many(files, RuleIndex.of(rule_set), languages=languages, parse_named=parse_named)


def quick(rule_set: RuleSet, files: int) -> RuleSet:
    """The rules as they are asked of a number of files in the least time."""
    if files <= _MANY:
        return rule_set
    from splitlint.rulebook.rule_index import RuleIndex

    return RuleIndex.of(rule_set)


def from_stdin(options: argparse.Namespace, config: Config, rule_set: RuleSet) -> Gathered:
    """Reads standard input under the name that `--stdin-filename` gives it."""
    active = rule_set.only(config.select, config.ignore)
    data = sys.stdin.buffer.read()
    name = os.path.normpath(options.stdin_filename)
    config, force = with_excludes(options, config)
    excluded = force and config.excludes(name)
    files = [] if excluded else [File(name, name, named=True)]
    prefiltered = prefilter(files, active, languages=languages_of(active), read=lambda file: data, parse_named=True)
    return Gathered(
        prefiltered.hits,
        prefiltered.files,
        prefiltered.skipped + excluded,
        prefiltered.unreadable,
        prefiltered.problems,
        (),
        {name: data},
        frozenset({name}),
        excluded=int(excluded),
        notes=(Trouble(name, EXCLUDED, fatal=False),) if excluded else prefiltered.notes,
    )


def languages_of(rule_set: RuleSet) -> frozenset[str]:
    """The languages that the rules look at."""
    return frozenset(language for rule in rule_set.rules for language in rule.languages)


def with_excludes(options: argparse.Namespace, config: Config) -> tuple[Config, bool]:
    """The configuration with the patterns of the command line, and whether they hold for named files too."""
    exclude = (*config.exclude, *_patterns(options.exclude, config))
    return config._replace(exclude=exclude), options.force_exclude or config.force_exclude


def _patterns(given: Sequence[str], config: Config) -> tuple[str, ...]:
    """Patterns of the command line, which are relative to the current folder, relative to the configuration's root."""
    anchored = [pattern for pattern in given if "/" in pattern.rstrip("/")]
    names = [pattern for pattern in given if "/" not in pattern.rstrip("/")]
    moved = [config.relative(pattern.lstrip("/")) + "/" * pattern.endswith("/") for pattern in anchored]
    return (*names, *moved)
