"""Who names and who binds what in the related files of a repository: those that may name a package of some family."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from splitlint.startup.patterns import lazy_pattern

#: Bytes of a file that is asked about others; larger ones are lists that a program made.
LARGEST = 1 << 20
_PATH = lazy_pattern(rb"\.?\./[A-Za-z0-9_.+/-]*")
_TOP_LEVEL = lazy_pattern(r"(?:^|/)pkgs/top-level/[^/]+\.nix\Z")
_NAME_BYTES_SORTED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_'-"
_NAME_BYTES = frozenset(_NAME_BYTES_SORTED)
#: Each byte as `names_bound` takes it: all spaces are one, and all that is in no name is a dot.
_PLAIN = bytes(
    one if one in _NAME_BYTES or one in b'"=' else ord(" ") if one in b" \t\n\r\f\v" else ord(".") for one in range(256)
)

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
        self._odd_binders: dict[str, list[str]] = {}
        self._looked_into: dict[str, tuple[bytes, set[bytes], list[tuple[str, bytes]]]] = {}
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
        _ = self._indexed

    def look_into(self, path: str, data: bytes) -> None:
        """Takes in a file before all others are known, so that less is left to do when the first question comes."""
        self._looked_into[path] = data, names_bound(data), list(_literals_in(path, data))

    def _known(self, path: str, data: bytes) -> tuple[set[bytes], list[tuple[str, bytes]]]:
        """The names that a file binds, and its path literals with their last names."""
        seen = self._looked_into.pop(path, None)
        if seen is not None and seen[0] == data:
            return seen[1], seen[2]
        return names_bound(data), list(_literals_in(path, data))

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
        words = [one.encode() for one in around]
        return [path for path in self._binding(name) if all(word in self.related[path] for word in words)]

    def _binding(self, name: str) -> Sequence[str]:
        sought = name.encode()
        if is_one_word(sought):
            return self._binders.get(sought, ())
        known = self._odd_binders.get(name)
        if known is None:
            found = [path for path, data in self.related.items() if binds(data, sought)]
            known = self._odd_binders[name] = found
        return known

    def take(self, path: str, data: bytes) -> None:
        """Takes in that a related file has other bytes now: what is known of the other files is kept."""
        related = self.related
        before = related[path]
        literals, _ = self._literals, self._binders
        for key, literal in _literals_in(path, before):
            literals[key].discard((path, literal))
        for key, literal in _literals_in(path, data):
            literals.setdefault(key, set()).add((path, literal))
        related[path] = data
        self._named.clear()
        self._odd_binders.clear()
        self._holds = None
        for name in names_bound(before) ^ names_bound(data):
            now = {path}.symmetric_difference(self._binders.get(name, ()))
            self._binders[name] = [one for one in related if one in now]

    @property
    def _literals(self) -> dict[str, set[tuple[str, bytes]]]:
        """The path literals of all files with the files they stand in, by their last names."""
        return self._indexed[0]

    @property
    def _binders(self) -> dict[bytes, list[str]]:
        """The files in which names are bound, by name."""
        return self._indexed[1]

    @cached_property
    def _indexed(self) -> tuple[dict[str, set[tuple[str, bytes]]], dict[bytes, list[str]]]:
        literals: dict[str, set[tuple[str, bytes]]] = {}
        binders: dict[bytes, list[str]] = {}
        for path, data in self.related.items():
            names, written = self._known(path, data)
            for name in names:
                binders.setdefault(name, []).append(path)
            for key, literal in written:
                literals.setdefault(key, set()).add((path, literal))
        self._looked_into.clear()
        return literals, binders


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
    for literal in {one.rstrip(b"/") for one in _literals_written(data)}:
        text = literal.decode("utf-8", "replace")
        last = text.rpartition("/")[2]
        # `./.` and its like are many, and say nothing before they are resolved.
        yield last if last.strip(".") else resolved(file, text), literal


def _literals_written(data: bytes) -> Iterator[bytes]:
    """What begins with `./` or `../` in a file, as long as it may be a path."""
    at = data.find(b"./")
    while at >= 0:
        # A search from one `./` to the next is ten times as fast as one by the expression.
        found = _PATH.match(data, at - data.startswith(b".", at - 1) if at else at)
        assert found is not None
        yield found[0]
        at = data.find(b"./", found.end())


def is_one_word(name: bytes) -> bool:
    """Whether `names_bound` would tell of a name; else a file has to be searched for it."""
    return bool(name) and not name.strip(_NAME_BYTES_SORTED)


def names_bound(data: bytes) -> set[bytes]:
    """The names of one word that stand before a `=` in a file: `name = ..`, `a.name = ..`, `"a name" = ..`."""
    found: set[bytes] = set()
    # Between the two of `==` there is nothing; behind the last `=` there is the space that is put there.
    for before, after in pairwise((data.translate(_PLAIN) + b" ").split(b"=")):
        if not after:
            continue
        word = before.rstrip(b" ").removesuffix(b'"')
        word = word[word.rfind(b" ") + 1 :]
        word = word[word.rfind(b'"') + 1 :]
        found.add(word[word.rfind(b".") + 1 :])
    found.discard(b"")
    return found


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
