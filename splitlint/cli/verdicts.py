"""What `check --cache` knows of files that it has checked before: the cache of scans, file by file.

A verdict rests on the file itself, the rules and settings, the folder from which its paths are told, and all that it
asked of other files (`analysis.project.questions`): it stands as long as all of that is the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from splitlint.analysis.project import questions
from splitlint.checking.verdicts import Checked
from splitlint.files.index import blob_id
from splitlint.scan.results.cache import Cache, Entry, Verdict, key
from splitlint.scan.results.codec import CodecError, dump, load

if TYPE_CHECKING:
    from splitlint.analysis.project.index import Read
    from splitlint.analysis.project.repository import Repository
    from splitlint.rulebook.prefilter import Hit


class KeptVerdicts:
    """The verdicts in a cache; implements `checking.check.Verdicts`.

    `digest` stands for the rules, the settings and the program. `warn` is told, once, why the cache is not used.
    """

    def __init__(self, folder: str, digest: str, warn: Callable[[str], None]) -> None:
        self._cache = Cache(folder, warn)
        self._digest = digest
        self._here = os.getcwd()
        self._blobs: dict[str, str] = {}
        self._fresh: list[Entry] = []
        self._used: list[bytes] = []

    def reading(self, read: Read) -> Read:
        """What reads other files, and notes what they hold."""
        # Another run over files, as after a fix, may be told of other bytes.
        self._blobs = blobs = {}

        def of(path: str) -> bytes | None:
            data = read(path)
            blobs[path] = "" if data is None else blob_id(data)
            return data

        return of

    def known(self, hit: Hit, repository: Repository) -> Checked | None:
        """What came of a file the last time; None if that is not known."""
        if not self._cache.alive:
            return None
        name = self._key(hit)
        verdict = self._cache.get(name, lambda question: self._answer(question, repository))
        if verdict is None:
            return None
        try:
            checked, wrong = _loaded(verdict.text)
        except CodecError as error:
            self._cache.distrust(str(error))
            return None
        self._used.append(name)
        for path in _looked_into(verdict.depends, repository):
            if path in wrong:
                repository.look_into(path, wrong=wrong[path])
            else:
                repository.unit(path)
        return checked

    def noted(self, hit: Hit, repository: Repository, checked: Checked) -> Entry | None:
        """What is to be kept of a file that was just checked: nothing, if the check failed."""
        if checked.failed or not self._cache.alive:
            return None
        depends = {question: self._answer(question, repository) for question in sorted(repository.notes)}
        wrong = {path: path in repository.doubtful for path in _looked_into(depends, repository)}
        text = json.dumps([dump(checked.findings, checked.problems), wrong])
        return Entry(self._key(hit), Verdict(text, depends))

    def keep(self, note: object) -> None:
        """Keeps what `noted` gave."""
        if isinstance(note, Entry):
            self._fresh.append(note)

    def close(self) -> None:
        """Writes what is new."""
        self._cache.put(self._fresh, self._used)
        self._cache.close()

    def _key(self, hit: Hit) -> bytes:
        rules = " ".join(f"{rule.pack}/{rule.name}" for rule in hit.rules)
        about = "\0".join(("check", self._here, hit.language, rules, hit.file.path))
        return key(self._digest, about, blob_id(hit.data))

    def _answer(self, question: str, repository: Repository) -> str:
        """What is answered now to what a verdict rests on."""
        if not questions.is_path(question):
            return repository.told(question)
        if question not in self._blobs:
            repository.read(question)
        return self._blobs[question]


def _looked_into(depends: Iterable[str], repository: Repository) -> list[str]:
    """The files of which it is to be known whether Nix parses them, among those that a verdict rests on."""
    return [one for one in depends if questions.is_path(one) and one in repository.reported]


def _loaded(text: str) -> tuple[Checked, dict[str, bool]]:
    """A verdict as it was kept, and which files Nix may not parse. Raises CodecError."""
    try:
        told, wrong = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise CodecError(str(error)) from error
    if not isinstance(wrong, dict) or not all(isinstance(one, bool) for one in wrong.values()):
        raise CodecError("something else in the place of names")
    return Checked(*load(told)), wrong
