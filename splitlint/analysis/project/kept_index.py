"""Answers about related files that were kept, for a tree of which little has changed: no file is read for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property

from splitlint.analysis.project import questions
from splitlint.analysis.project.index import (
    FullIndex,
    Naming,
    Read,
    binds,
    is_one_word,
    is_top_level,
    names_bound,
    names_of,
    paths_written,
)


class KeptIndex:
    """An `Index` of some related files that knows some answers; what nobody has asked before costs a full one."""

    def __init__(self, related: Collection[str], answers: Mapping[str, Naming], read: Read) -> None:
        self._paths = frozenset(related)
        self._answers = answers
        self._read = read
        self._texts: dict[str, bytes | None] = {}

    @property
    def related(self) -> dict[str, bytes]:
        """The related files, with their bytes."""
        return self._full.related

    @cached_property
    def holds_nixpkgs(self) -> bool:
        """Whether nixpkgs itself is among them."""
        return any("pkgs/top-level/" in path and is_top_level(path) for path in self._paths)

    def tells(self, path: str) -> bool:
        """Whether a file is related."""
        return path in self._paths

    def text(self, path: str) -> bytes | None:
        """The bytes of a related file; None for any other."""
        if path not in self._paths:
            return None
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def naming(self, path: str) -> Naming:
        """The files that write a path which leads to `path`, with all the ways in which they write it."""
        known = self._answers.get(questions.named(path))
        return self._full.naming(path) if known is None else known

    def binding(self, name: str, around: tuple[str, ...]) -> Sequence[str]:
        """The files in which a name is bound, and others are written."""
        known = self._answers.get(questions.bound(name, around))
        return self._full.binding(name, around) if known is None else list(known)

    @cached_property
    def _full(self) -> FullIndex:
        return FullIndex(lambda: sorted(self._paths), self.text)


def brought_up_to_date(
    answers: Mapping[str, Naming], changed: Mapping[str, Callable[[], bytes] | None]
) -> dict[str, Naming]:
    """The answers of which the files are others now, where some files have changed.

    `changed`: what gives the bytes of a file if it is a related one, None if it is not (any more).
    """
    fresh: dict[str, dict[str, tuple[bytes, ...]]] = {}
    paths, names = _asked(answers)
    for file, get in changed.items():
        data = get() if get is not None else None
        now = _named(file, data, paths) if data is not None else {}
        now |= dict.fromkeys(_bound(data, names) if data is not None else (), ())
        for question, texts in now.items():
            if answers[question].get(file) != texts:
                fresh.setdefault(question, dict(answers[question]))[file] = texts
        for question, files in answers.items():
            if file in files and question not in now:
                del fresh.setdefault(question, dict(files))[file]
    return {question: dict(sorted(files.items())) for question, files in fresh.items()}


def _asked(answers: Iterable[str]) -> tuple[dict[str, set[str]], dict[str, list[tuple[str, tuple[str, ...]]]]]:
    """The questions by the paths that would be written, and by the names that would be bound."""
    paths: dict[str, set[str]] = {}
    names: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for question in answers:
        path, name = questions.path_named(question), questions.names_bound(question)
        for one in names_of(path) if path is not None else ():
            paths.setdefault(one, set()).add(path or "")
        if name is not None:
            names.setdefault(name[0], []).append((question, name[1]))
    return paths, names


def _named(file: str, data: bytes, paths: Mapping[str, set[str]]) -> dict[str, tuple[bytes, ...]]:
    """The questions of who names a path to which a file is an answer, with what it writes."""
    found: dict[str, tuple[bytes, ...]] = {}
    for written, texts in paths_written(file, data).items():
        for path in paths.get(written, ()):
            if path != file:
                question = questions.named(path)
                found[question] = tuple(sorted((*found.get(question, ()), *texts)))
    return found


def _bound(data: bytes, names: Mapping[str, list[tuple[str, tuple[str, ...]]]]) -> list[str]:
    """The questions of who binds a name to which a file is an answer."""
    bound = names_bound(data)
    found: list[str] = []
    for name, asked in names.items():
        word = name.encode()
        if word in bound if is_one_word(word) else binds(data, word):
            found += (question for question, around in asked if all(one.encode() in data for one in around))
    return found
