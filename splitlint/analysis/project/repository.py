"""Other files of the same repository: imports, the callers of a file, overlays, options that modules set.

Nothing is read until an answer depends on it. Only files that may name a package of some family are searched (the
related files, which the prefilter has found anyway). Syntax is kept between files, answers are not: what a file's
findings are depends on no other file that was checked before. Nothing here raises.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from splitlint.analysis.eval.environment import Unit
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix
from splitlint.syntax.nix_grammar.doubts import may_be_wrong
from splitlint.syntax.nix_tree.lower import lower

#: Bytes of files whose syntax is kept for the next file that asks.
_MOST_KEPT = 2 << 20
#: Bytes of a file that is asked about others; larger ones are lists that a program made.
LARGEST = 1 << 20
#: Bytes of a file that names no package, and is opened all the same where another imports it.
_LARGEST_UNRELATED = 1 << 16
_PATH = lazy_pattern(rb"\.{1,2}/[A-Za-z0-9_.+/-]*")
_TOP_LEVEL = lazy_pattern(r"(?:^|/)pkgs/top-level/[^/]+\.nix\Z")
_PATH_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+/-")
_PATH_CHARACTERS = frozenset(bytes([one]) for one in _PATH_BYTES)
_NAME_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_'-")
_MOST_FILES = 40

Read = Callable[[str], "bytes | None"]


class Repository:
    """The files beside those that are checked. `read(path)` gives the bytes of a file, None if it cannot be read."""

    def __init__(self, related: Callable[[], Sequence[str]], read: Read) -> None:
        self._list = related
        self.read = read
        self._related: dict[str, bytes] | None = None
        self._units: dict[str, Unit] = {}
        self._named: dict[str, Mapping[str, tuple[bytes, ...]]] = {}
        self._binders: dict[str, list[str]] = {}
        self._there: dict[str, bool] = {}
        self._holds: bool | None = None
        #: Whether an answer may rest on what the related files are.
        self.asked = False
        #: The files of which it is to be known whether Nix parses them, and those of them that were looked into and
        #: that it may not parse.
        self.reported: Collection[str] = ()
        self.doubtful: set[str] = set()
        self._looked_into: set[str] = set()

    @property
    def related(self) -> dict[str, bytes]:
        """The Nix files of the repository that may name a package, with their bytes; at most 1 MB each."""
        self.asked = True
        if self._related is None:
            texts = {path: self.read(path) for path in self._list()}
            self._related = {path: data for path, data in texts.items() if data is not None and len(data) <= LARGEST}
        return self._related

    def prepare(self) -> None:
        """Reads and indexes the related files now, for copies of this process to find that done."""
        _ = self.related, self._literals, self._joined

    @property
    def holds_nixpkgs(self) -> bool:
        """Whether nixpkgs itself is in the repository: then the packages it defines are nixpkgs' own."""
        if self._holds is None:
            self._holds = any(is_top_level(path) for path in self.related)
        return self._holds

    def is_there(self, path: str, read: Read | None = None) -> bool:
        """Whether there is a file that can be read, whatever is in it."""
        known = self._there.get(path)
        if known is None:
            known = self._there[path] = (read or self.read)(path) is not None
        return known

    def unit(self, path: str, read: Read | None = None) -> Unit | None:
        """A file's syntax; None if it cannot be read or is too large. Kept for the next one that asks."""
        data = self._data(path, read or self.read)
        if data is None:
            return None
        unit = self.unit_of(Source(path, data, NIX))
        if path in self.reported and path not in self._looked_into:
            self._looked_into.add(path)
            if unit.tree is not None and may_be_wrong(data, unit.tree):
                self.doubtful.add(path)
        return unit

    def unit_of(self, source: Source) -> Unit:
        """The syntax of a file that was read already."""
        known = self._units.pop(source.path, None)
        if known is not None and known.source is not None and known.source.data == source.data:
            # Back to the end: what was asked for longest ago goes first.
            self._units[source.path] = known
            return known
        made = parsed(source)
        self._units[source.path] = made
        self._forget_oldest()
        return made

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
        self._there.clear()
        self._holds = None
        for name, paths in self._binders.items():
            if _binds(data, name.encode()) is not (path in paths):
                now = {path}.symmetric_difference(paths)
                self._binders[name] = [one for one in related if one in now]

    def _data(self, path: str, read: Read) -> bytes | None:
        known = self.related.get(path)
        if known is not None:
            return known
        data = read(path)
        return data if data is not None and len(data) <= _LARGEST_UNRELATED else None

    def _forget_oldest(self) -> None:
        kept = sum(len(unit.source.data) for unit in self._units.values() if unit.source is not None)
        while kept > _MOST_KEPT and len(self._units) > 1:
            oldest = self._units.pop(next(iter(self._units)))
            kept -= len(oldest.source.data) if oldest.source is not None else 0

    def mentions(self, path: str) -> list[str]:
        """The files that write a path which leads to `path` (at most 40, those in its own folder first)."""
        folder = os.path.dirname(path)
        return sorted(self._naming(path), key=lambda other: (os.path.dirname(other) != folder, other))[:_MOST_FILES]

    def path_literals(self, data: bytes, file: str, target: str) -> list[tuple[int, int]]:
        """Where a file that is related writes a path that leads to another: bytes, from and to."""
        return sorted(span for text in self._naming(target).get(file, ()) for span in _literals(data, text))

    def _naming(self, path: str) -> Mapping[str, tuple[bytes, ...]]:
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

    @cached_property
    def _literals(self) -> dict[str, set[tuple[str, bytes]]]:
        """The path literals of all files with the files they stand in, by their last names."""
        literals: dict[str, set[tuple[str, bytes]]] = {}
        for other, data in self.related.items():
            for key, literal in _literals_in(other, data):
                literals.setdefault(key, set()).add((other, literal))
        return literals

    def binders(self, name: str, around: tuple[str, ...] = ()) -> list[str]:
        """The files (at most 40) in which a name is bound; `around`: names that are written there, too."""
        known = self._binders.get(name)
        if known is None:
            known = self._binders[name] = list(self._binding(name.encode()))
        words = [one.encode() for one in around]
        return [path for path in known if all(word in self.related[path] for word in words)][:_MOST_FILES]

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


def parsed(source: Source) -> Unit:
    """A file as the evaluator takes it."""
    tree = nix.parse(source.data)
    root = lower(tree.root_node, source.data)
    return Unit(source.path, root, source, tree, is_nixpkgs=is_top_level(source.path))


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


def _literals_in(file: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The path literals of a file, each with its last name, by which it is looked up."""
    for literal in {one.rstrip(b"/") for one in _PATH.findall(data)}:
        text = literal.decode("utf-8", "replace")
        last = text.rpartition("/")[2]
        # `./.` and its like are many, and say nothing before they are resolved.
        yield last if last.strip(".") else resolved(file, text), literal


def _binds(data: bytes, name: bytes) -> bool:
    """Whether a name is bound in a file."""
    return any(True for _ in places_bound(data, name))


def _literals(data: bytes, text: bytes) -> Iterator[tuple[int, int]]:
    """Where a path literal stands as a whole, with or without `/` at its end: bytes, from and to."""
    at = data.find(text)
    while at >= 0:
        end = at + len(text)
        while data[end : end + 1] == b"/":
            end += 1
        begins = not at or data[at - 1] not in _PATH_BYTES
        if begins and data[end : end + 1] not in _PATH_CHARACTERS and b"/" in data[at:end]:
            yield at, end
        at = data.find(text, end)


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
