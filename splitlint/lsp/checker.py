"""What is found in the files that are open in an editor, as they are there. Knows nothing of the protocol.

One thread uses it. Nothing here is kept that depends on the order in which files are asked about.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from splitlint.authoring.trials.places import Inspected, inspected
from splitlint.checking.check import check_source, guarded, wanted
from splitlint.checking.when import dated
from splitlint.config import Config
from splitlint.files.languages import NIX, SHELL, TEXT, is_text_file, language_of
from splitlint.files.source import Source
from splitlint.findings import baseline
from splitlint.findings.finding import Finding, Problem, Result, Safety
from splitlint.fixes.apply.apply import Change, fix_files
from splitlint.limits import FILE_TIMEOUT, Failure, contained
from splitlint.lsp.settings import Settings, SettingsByFolder
from splitlint.lsp.trees import Tree
from splitlint.pins.here import nearest_here
from splitlint.rulebook.related_files import top_of
from splitlint.rulebook.rule import RuleSet
from splitlint.startup.named_tuples import NamedTuple

Unwanted = Callable[[], bool]


class Checked(NamedTuple):
    """What is known of an open file: its text, how it was checked, what was found, and what could not be done."""

    source: Source
    settings: Settings
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()


class _Kept(NamedTuple):
    checked: Checked
    tree: Tree
    generation: int


class GivenUpError(Exception):
    """Nobody waits for the answer any longer."""


class Checker:
    """Answers about open files. `take` comes first: paths are those of the buffers, relative to the current folder.

    `roots`: the folders (absolute) that are open in the editor. What is in no repository is one of them, as a whole.
    """

    def __init__(self, roots: tuple[str, ...] = ()) -> None:
        self.roots = roots
        self.settings = SettingsByFolder()
        self._buffers: Mapping[str, bytes] = {}
        self._trees: dict[tuple[str, int], Tree] = {}
        self._kept: dict[str, _Kept] = {}
        self._inspected: dict[str, tuple[_Kept, Inspected]] = {}

    def take(self, buffers: Mapping[str, bytes]) -> None:
        """Takes in what is open now: bytes by path. A text that did not change is the same object."""
        if buffers is self._buffers:
            return
        self._buffers = buffers
        for tree in self._trees.values():
            tree.take(buffers)
        for path in self._kept.keys() - buffers.keys():
            del self._kept[path]
            self._inspected.pop(path, None)

    def refresh(self) -> bool:
        """Reads again what has changed on disk; whether anything has that may matter."""
        changed = [tree.refresh() for tree in self._trees.values()]
        return any(changed)

    def checked(self, path: str, unwanted: Unwanted | None = None) -> Checked | None:
        """What is found in an open file; None if it is none that is checked. Raises GivenUpError."""
        data = self._buffers.get(path)
        if data is None:
            return None
        settings = self.settings.of(os.path.dirname(os.path.abspath(path)))
        tree = self._tree(path, settings.rules)
        kept = self._kept.get(path)
        if kept is not None and kept.tree is tree and kept.generation == tree.generation:
            same = kept.checked.settings is settings and kept.checked.source.data is data
            if same:
                return kept.checked
        language = language_of(path, data)
        if not _is_checked(path, data, language, settings):
            return None
        checked = self._check(Source(path, data, language), settings, tree, unwanted)
        self._kept[path] = _Kept(checked, tree, tree.generation)
        return checked

    def inspected(self, path: str, unwanted: Unwanted | None = None) -> Inspected | None:
        """What is known at the places of an open file; None if that is nothing. Raises GivenUpError."""
        checked = self.checked(path, unwanted)
        if checked is None or checked.source.language not in (NIX, SHELL):
            return None
        kept = self._kept[path]
        known = self._inspected.get(path)
        if known is not None and known[0] is kept:
            return known[1]
        found = contained(
            lambda: inspected(checked.source, checked.settings.rules, kept.tree.repository),
            FILE_TIMEOUT,
            unwanted=unwanted,
        )
        if isinstance(found, Failure):
            if unwanted is not None and unwanted():
                raise GivenUpError
            return None
        self._inspected[path] = kept, found
        return found

    def fixed(self, path: str) -> tuple[Change, ...]:
        """What applying all safe fixes of an open file changes, in it and in others."""
        checked = self.checked(path)
        if checked is None:
            return ()
        tree = self._kept[path].tree

        def check(texts: Mapping[str, bytes]) -> Result:
            tree.take({**self._buffers, **texts})
            found = self._check(Source(path, texts[path], checked.source.language), checked.settings, tree, None)
            return Result(found.findings, found.problems)

        try:
            return fix_files(checked.findings, lambda other: self.read(other, path), check, Safety.SAFE).changes
        finally:
            tree.take(self._buffers)

    def read(self, path: str, beside: str) -> bytes:
        """The bytes of a file of the repository around an open one; b"" if it cannot be read."""
        kept = self._kept.get(beside)
        data = kept.tree.read(path) if kept is not None else self._buffers.get(path)
        return data if data is not None else b""

    def _tree(self, path: str, rules: RuleSet) -> Tree:
        folder = os.path.dirname(os.path.abspath(path))
        top = top_of(folder) or next((one for one in self.roots if _is_below(folder, one)), None)
        key = (top or folder, id(rules))
        tree = self._trees.get(key)
        if tree is None:
            used = [one.tree for one in self._kept.values()]
            self._trees = {name: one for name, one in self._trees.items() if one in used}
            tree = self._trees[key] = Tree(top or folder, rules, is_repository=top is not None)
            tree.take(self._buffers)
        return tree

    def _check(self, source: Source, settings: Settings, tree: Tree, unwanted: Unwanted | None) -> Checked:
        config = settings.config
        rules = settings.active.relevant(source.data, source.language)
        done = contained(
            lambda: check_source(source, settings.rules, config, rules, tree.repository),
            config.file_timeout,
            unwanted=unwanted,
        )
        if isinstance(done, Failure):
            if unwanted is not None and unwanted():
                raise GivenUpError
            return Checked(source, settings, (), (Problem(source.path, f"could not be checked: {done.message}"),))
        shown = [guarded(one, config) for one in done.findings if wanted(one, config) and one.suppressed is None]
        new = baseline.compare(shown, settings.known).new if settings.known else tuple(shown)
        told = dated(new, settings.rules, config.nixpkgs, nearest_here(tree.lock))
        findings = tuple(sorted(told.findings, key=lambda one: one.sort_key))
        return Checked(source, settings, findings, (*done.problems, *told.problems))


def _is_below(folder: str, root: str) -> bool:
    return os.path.join(folder, "").startswith(os.path.join(root, ""))


def _is_checked(path: str, data: bytes, language: str, settings: Settings) -> bool:
    """Whether rules look at a file, and nobody has excluded it."""
    config: Config = settings.config
    if b"\0" in data or config.excludes(path):
        return False
    languages = {one for rule in settings.rules.rules for one in rule.languages}
    return language in languages and (language != TEXT or is_text_file(path, data))
