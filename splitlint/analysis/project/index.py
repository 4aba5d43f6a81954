"""Who names and who binds what in the related files of a repository: those that may name a package of some family."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from splitlint.startup.patterns import lazy_pattern

#: Bytes of a file that is asked about others; larger ones are lists that a program made.
LARGEST = 1 << 20
_PATH = lazy_pattern(rb"\.{1,2}/[A-Za-z0-9_.+/-]*")
_TOP_LEVEL = lazy_pattern(r"(?:^|/)pkgs/top-level/[^/]+\.nix\Z")
_NAME_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_'-")

Read = Callable[[str], "bytes | None"]
#: Files, each with the ways in which it writes what was asked for.
Naming = Mapping[str, tuple[bytes, ...]]


class Index(Protocol):
    """What `Repository` asks."""

    @property
    def related(self) -> dict[str, bytes]:
        """The related files, with their bytes."""
        ...

    @property
    def holds_nixpkgs(self) -> bool:
        """Whether nixpkgs itself is among them."""
        ...

    def tells(self, path: str) -> bool:
        """Whether a file is related."""
        ...

    def text(self, path: str) -> bytes | None:
        """The bytes of a related file; None for any other."""
        ...

    def naming(self, path: str) -> Naming:
        """The files that write a path which leads to `path`, with all the ways in which they write it."""
        ...

    def binding(self, name: str, around: tuple[str, ...]) -> Sequence[str]:
        """The files in which a name is bound, and others are written."""
        ...


class FullIndex:
    """All related files, read and indexed when the first question comes."""

    def __init__(self, paths: Callable[[], Sequence[str]], read: Read) -> None:
        self._list = paths
        self._read = read
        self._related: dict[str, bytes] | None = None
        self._named: dict[str, Naming] = {}
        self._binders: dict[str, list[str]] = {}
        self._holds: bool | None = None

    @property
    def related(self) -> dict[str, bytes]:
        """The related files, with their bytes; at most 1 MB each."""
        if self._related is None:
            texts = {path: self._read(path) for path in self._list()}
            self._related = {path: data for path, data in texts.items() if data is not None and len(data) <= LARGEST}
        return self._related

    @property
    def holds_nixpkgs(self) -> bool:
        """Whether nixpkgs itself is among them."""
        if self._holds is None:
            self._holds = any(is_top_level(path) for path in self.related)
        return self._holds

    def prepare(self) -> None:
        """Reads and indexes all now."""
        _ = self._literals, self._joined

    def tells(self, path: str) -> bool:
        """Whether a file is related."""
        return path in self.related

    def text(self, path: str) -> bytes | None:
        """The bytes of a related file; None for any other."""
        return self.related.get(path)

    def naming(self, path: str) -> Naming:
        """The files that write a path which leads to `path`, with all the ways in which they write it."""
        known = self._named.get(path)
        if known is None:
            found: dict[str, tuple[bytes, ...]] = {}
            wanted = names_of(path)
            folder, name = os.path.split(path)
            keys = {name, os.path.basename(os.path.abspath(folder)), folder or "."} if name == "default.nix" else {name}
            for other, text in (one for key in keys for one in self._literals.get(key, ())):
                if other != path and resolved(other, text.decode("utf-8", "replace")) in wanted:
                    found[other] = (*found.get(other, ()), text)
            known = self._named[path] = found
        return known

    def binding(self, name: str, around: tuple[str, ...]) -> Sequence[str]:
        """The files in which a name is bound, and others are written."""
        known = self._binders.get(name)
        if known is None:
            known = self._binders[name] = list(self._binding(name.encode()))
        words = [one.encode() for one in around]
        return [path for path in known if all(word in self.related[path] for word in words)]

    def take(self, path: str, data: bytes) -> None:
        """Takes in that a related file has other bytes now: what is known of the other files is kept."""
        related = self.related
        literals = self._literals
        for key, literal in _literals_in(path, related[path]):
            literals[key].discard((path, literal))
        for key, literal in _literals_in(path, data):
            literals.setdefault(key, set()).add((path, literal))
        related[path] = data
        vars(self).pop("_joined", None)
        self._named.clear()
        self._holds = None
        for name, paths in self._binders.items():
            if binds(data, name.encode()) is not (path in paths):
                now = {path}.symmetric_difference(paths)
                self._binders[name] = [one for one in related if one in now]

    @cached_property
    def _literals(self) -> dict[str, set[tuple[str, bytes]]]:
        """The path literals of all files with the files they stand in, by their last names."""
        literals: dict[str, set[tuple[str, bytes]]] = {}
        for other, data in self.related.items():
            for key, literal in _literals_in(other, data):
                literals.setdefault(key, set()).add((other, literal))
        return literals

    def _binding(self, name: bytes) -> Iterator[str]:
        whole, starts, paths = self._joined
        number = -1
        for at, _ in places_bound(whole, name):
            if number + 1 < len(starts) and at >= starts[number + 1]:
                number = bisect_right(starts, at) - 1
                yield paths[number]

    @cached_property
    def _joined(self) -> tuple[bytes, list[int], list[str]]:
        """All files in one, for those who search them all: where each begins, and its path."""
        sizes = (len(data) + 1 for data in self.related.values())
        return b"\0".join(self.related.values()), list(accumulate(sizes, initial=0))[:-1], list(self.related)


def is_top_level(path: str) -> bool:
    """Whether a file is one of those in which nixpkgs defines its packages: what they bind is nixpkgs' own."""
    return _TOP_LEVEL.search(path) is not None


def names_of(target: str) -> frozenset[str]:
    """The paths by which a file is named: a `default.nix` by its folder, too."""
    folder, name = os.path.split(target)
    return frozenset({target, folder or "."} if name == "default.nix" else {target})


def resolved(file: str, literal: str) -> str:
    """The path that a path literal written in a file leads to."""
    return os.path.normpath(os.path.join(os.path.dirname(file), literal))


def paths_written(file: str, data: bytes) -> dict[str, tuple[bytes, ...]]:
    """The paths that the path literals of a file lead to, with the literals, as `FullIndex.naming` gives them."""
    found: dict[str, tuple[bytes, ...]] = {}
    for _, literal in _literals_in(file, data):
        path = resolved(file, literal.decode("utf-8", "replace"))
        found[path] = (*found.get(path, ()), literal)
    return found


def _literals_in(file: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The path literals of a file, each with its last name, by which it is looked up."""
    for literal in {one.rstrip(b"/") for one in _PATH.findall(data)}:
        text = literal.decode("utf-8", "replace")
        last = text.rpartition("/")[2]
        # `./.` and its like are many, and say nothing before they are resolved.
        yield last if last.strip(".") else resolved(file, text), literal


def binds(data: bytes, name: bytes) -> bool:
    """Whether a name is bound in a file."""
    return any(True for _ in places_bound(data, name))


def places_bound(data: bytes, name: bytes) -> Iterator[tuple[int, int]]:
    """Where `name =` or `a.name =` is written, or `name` inherited: bytes of the name, from and to."""
    end = len(data)
    start = data.find(name)
    while start >= 0:
        after = start + len(name)
        if (start == 0 or data[start - 1] not in _NAME_BYTES) and not (after < end and data[after] in _NAME_BYTES):
            sign = _BOUND.match(data, after)
            if sign is not None:
                yield start, after
        start = data.find(name, after)


_BOUND = lazy_pattern(rb"\"?\s*=(?!=)")
