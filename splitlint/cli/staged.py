"""`splitlint check --staged`: what the commit that is about to be made brings, in its own files and in others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError
from splitlint.cli.gather import Gathered, languages_of, quick, with_excludes
from splitlint.files.discover import File, Trouble, Walk
from splitlint.files.languages import NIX, SHELL, TEXT, language_of
from splitlint.files.reading import AbsentError
from splitlint.files.staged import StagedChange, StagedError
from splitlint.rulebook.prefilter import prefilter

if TYPE_CHECKING:
    import argparse

    from splitlint.cli.examine import Examiner
    from splitlint.config import Config
    from splitlint.findings.finding import Finding
    from splitlint.rulebook.rule import RuleSet

#: In a repository with more Nix files only those that are staged are checked.
MOST_NIX_FILES = 4000
#: Where pre-commit and prek say which commit to compare with, as they do before a push and in CI.
_FROM_REF = "PRE_COMMIT_FROM_REF"


def staged_change() -> StagedChange:
    """The change that is staged. Raises UsageError where git cannot say."""
    try:
        return StagedChange(os.environ.get(_FROM_REF) or None)
    except StagedError as error:
        raise UsageError(f"--staged: {error}") from error


def from_index(change: StagedChange, options: argparse.Namespace, config: Config, rule_set: RuleSet) -> Gathered:
    """Reads the files that a change may have broken, and those that are named, as they are in the index."""
    active = rule_set.only(config.select, config.ignore)
    languages = languages_of(active)
    config, _ = with_excludes(options, config)
    walk = Walk(config, languages, [])
    named = _named(change, options.paths)
    names = [name for name in _candidates(change, named, active) if walk.may_be_checked(os.path.basename(name))]
    files = [File(name, name) for name in names if not config.excludes(name)]
    found = prefilter(files, quick(active, len(files)), languages=languages, read=_reader(change.read))
    excluded = len(names) - len(files)
    return Gathered(
        hits=found.hits,
        files=found.files,
        skipped=excluded + found.skipped,
        unreadable=found.unreadable,
        problems=found.problems,
        related_files=found.related_files,
        texts={hit.file.path: hit.data for hit in found.hits},
        names=frozenset(file.path for file in files),
        excluded=excluded,
        absent=found.absent,
        notes=tuple(_notes(change, options.paths)),
        reader=change.read,
    )


def found_before(
    change: StagedChange, given: Sequence[str], findings: Sequence[Finding], examiner: Examiner, texts: Gathered
) -> frozenset[str]:
    """The fingerprints of what was found before the change where something is found now.

    Files that were given by name and that the change does not touch count as new: whoever names them wants to know.
    """
    from splitlint.files.source import Source
    from splitlint.matching.describe import fingerprinted
    from splitlint.startup.records import replace

    exempt = _named(change, given) - change.changed
    paths = {one.path for one in findings if one.suppressed is None} - exempt
    if not paths:
        return frozenset()
    old_names = change.old_names()
    new_names = {old_names.get(path, path): path for path in paths}
    before = {name: data for name in new_names if (data := change.read_before(name)) is not None}
    then = examiner._replace(
        known=frozenset(),
        related_files=tuple(_related_before(change, texts.related_files, examiner.rule_set)),
        read=change.read_before,
    )
    known: set[str] = set()
    found = then.everything(then.hit(name, data) for name, data in before.items()).findings
    for name, data in before.items():
        there = [replace(one, path=new_names[name]) for one in found if one.path == name and one.suppressed is None]
        known.update(one.fingerprint for one in fingerprinted(there, Source(name, data)))
    return frozenset(known)


def _candidates(change: StagedChange, named: frozenset[str], rule_set: RuleSet) -> Iterator[str]:
    """The files of the index to look at: what is changed, named, and what depends on other files, if these change."""
    touched = (*change.changed, *change.gone)
    others = any(language_of(name) == NIX for name in touched) or _moves_past(change, touched, rule_set)
    others = others and sum(name.endswith(".nix") for name in change.files) <= MOST_NIX_FILES
    for name in sorted(change.files):
        if name in change.changed or name in named or (others and _may_depend(name)):
            yield name


def _moves_past(change: StagedChange, touched: Sequence[str], rule_set: RuleSet) -> bool:
    """Whether a lock is moved past what breaks something."""
    from splitlint.pins.nearest import is_lock

    if not any(map(is_lock, touched)):
        return False
    from splitlint.checking.lock_changes import may_break

    return may_break(touched, rule_set, change.read_before, change.read)


def _may_depend(name: str) -> bool:
    """Whether what is found in a file may depend on Nix files: a script gets its variables from them."""
    language = language_of(name)
    return language in (NIX, SHELL) or (language == TEXT and "." not in os.path.basename(name))


def _named(change: StagedChange, given: Sequence[str]) -> frozenset[str]:
    """The files of the index that are given, by their own names or by a folder's."""
    paths = {os.path.normpath(path) for path in given}
    files = frozenset(path for path in paths if path in change.files)
    folders = tuple("" if path == os.curdir else f"{path}/" for path in paths - files)
    return files | {name for name in change.files if folders and name.startswith(folders)}


def _notes(change: StagedChange, given: Sequence[str]) -> Iterator[Trouble]:
    if not change.changed and not change.gone and not given:
        yield Trouble("index", "nothing is staged", fatal=False)
    number = sum(name.endswith(".nix") for name in change.files)
    if number > MOST_NIX_FILES:
        what = f"has {number:,} Nix files: only the staged files are checked"
        yield Trouble("index", what, fatal=False)


def _related_before(change: StagedChange, related_now: Sequence[str], rule_set: RuleSet) -> Iterator[str]:
    """The Nix files that could tell about others before the change."""
    yield from (name for name in related_now if name not in change.changed)
    for name in sorted(change.changed | change.gone):
        if language_of(name) == NIX and (data := change.read_before(name)) is not None and rule_set.concerns(data):
            yield name


def _reader(read: Callable[[str], bytes | None]) -> Callable[[File], bytes]:
    def of_file(file: File) -> bytes:
        data = read(file.path)
        if data is None:
            raise AbsentError
        return data

    return of_file
