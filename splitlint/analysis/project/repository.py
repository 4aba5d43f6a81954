"""Other files of the same repository: imports, the callers of a file, overlays, options that modules set.

Nothing is read until an answer depends on it. Only files that may name a package of some family are searched (the
related files, which the prefilter has found anyway). Syntax is kept between files, answers are not: what a file's
findings are depends on no other file that was checked before. Every answer that is given is noted (`notes`), so that
somebody can tell later whether the same would be found. Nothing here raises.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence

from splitlint.analysis.eval.environment import Unit
from splitlint.analysis.project import questions
from splitlint.analysis.project.index import FullIndex, Index, Read, is_top_level
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.syntax import nix
from splitlint.syntax.nix_grammar.doubts import may_be_wrong
from splitlint.syntax.nix_tree.lower import lower

#: Bytes of files whose syntax is kept for the next file that asks.
_MOST_KEPT = 2 << 20
#: Bytes of a file that names no package, and is opened all the same where another imports it.
_LARGEST_UNRELATED = 1 << 16
_PATH_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+/-")
_PATH_CHARACTERS = frozenset(bytes([one]) for one in _PATH_BYTES)
_MOST_FILES = 40


class Repository:
    """The files beside those that are checked. `read(path)` gives the bytes of a file, None if it cannot be read.

    `index`: what is known of the related files already; else all that `related` lists are read at the first question.
    """

    def __init__(self, related: Callable[[], Sequence[str]], read: Read, index: Index | None = None) -> None:
        self.read = read
        self._full = FullIndex(related, read)
        self._index: Index = index or self._full
        self._units: dict[str, Unit] = {}
        self._there: dict[str, bool] = {}
        #: What was asked, as `questions` has it; whoever wants to know for one file begins a new set.
        self.notes: set[str] = set()
        #: The files of which it is to be known whether Nix parses them, and those of them that were looked into and
        #: that it may not parse.
        self.reported: Collection[str] = ()
        self.doubtful: set[str] = set()
        self._looked_into: set[str] = set()

    @property
    def related(self) -> dict[str, bytes]:
        """The Nix files of the repository that may name a package, with their bytes; at most 1 MB each."""
        return self._index.related

    def tells(self, path: str) -> bool:
        """Whether a file is one of the related ones."""
        self.notes.add(questions.tells(path))
        return self._index.tells(path)

    def prepare(self) -> None:
        """Reads and indexes the related files now, for copies of this process to find that done."""
        self._full.prepare()

    def look_into_early(self, path: str, data: bytes) -> None:
        """Takes in a related file before all of them are known."""
        self._full.look_into(path, data)

    @property
    def holds_nixpkgs(self) -> bool:
        """Whether nixpkgs itself is in the repository: then the packages it defines are nixpkgs' own."""
        self.notes.add(questions.HOLDS)
        return self._index.holds_nixpkgs

    def is_there(self, path: str, read: Read | None = None) -> bool:
        """Whether there is a file that can be read, whatever is in it."""
        self.notes.add(questions.there(path))
        known = self._there.get(path)
        if known is None:
            known = self._there[path] = (read or self.read)(path) is not None
        return known

    def unit(self, path: str, read: Read | None = None) -> Unit | None:
        """A file's syntax; None if it cannot be read or is too large. Kept for the next one that asks."""
        self.notes.add(path)
        data = self._data(path, read or self.read)
        if data is None:
            return None
        unit = self.unit_of(Source(path, data, NIX))
        if path in self.reported and path not in self._looked_into:
            self.look_into(path, wrong=unit.tree is not None and may_be_wrong(data, unit.tree))
        return unit

    def look_into(self, path: str, *, wrong: bool) -> None:
        """Takes in that a file was looked into, and whether Nix may not parse it."""
        self._looked_into.add(path)
        if wrong:
            self.doubtful.add(path)

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
        self._full.take(path, data)
        self._there.clear()

    def _data(self, path: str, read: Read) -> bytes | None:
        known = self._index.text(path)
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
        self.notes.add(questions.named(path))
        folder = os.path.dirname(path)
        found = self._index.naming(path)
        return sorted(found, key=lambda other: (os.path.dirname(other) != folder, other))[:_MOST_FILES]

    def path_literals(self, data: bytes, file: str, target: str) -> list[tuple[int, int]]:
        """Where a file that is related writes a path that leads to another: bytes, from and to."""
        self.notes.add(questions.named(target))
        return sorted(span for text in self._index.naming(target).get(file, ()) for span in _literals(data, text))

    def binders(self, name: str, around: tuple[str, ...] = ()) -> list[str]:
        """The files (at most 40) in which a name is bound; `around`: names that are written there, too."""
        self.notes.add(questions.bound(name, around))
        return list(self._index.binding(name, around)[:_MOST_FILES])

    def answered(self, question: str) -> dict[str, tuple[bytes, ...]]:
        """All that there is to a question of who names a path or binds a name, however many; nothing to any other."""
        path, names = questions.path_named(question), questions.names_bound(question)
        if path is not None:
            return {file: tuple(sorted(texts)) for file, texts in self._index.naming(path).items()}
        return dict.fromkeys(self._index.binding(*names), ()) if names is not None else {}

    def told(self, question: str) -> str:
        """The answer to a question as short as a blob id; what a file holds is no question for this one."""
        if question == questions.HOLDS:
            return str(self._index.holds_nixpkgs)
        if (path := questions.path_that_tells(question)) is not None:
            return str(self._index.tells(path))
        if (path := questions.path_there(question)) is not None:
            return str(self.is_there(path))
        found = self.answered(question)
        return questions.told(found if questions.names_bound(question) else sorted(found))


def parsed(source: Source) -> Unit:
    """A file as the evaluator takes it."""
    tree = nix.parse(source.data)
    root = lower(tree.root_node, source.data)
    return Unit(source.path, root, source, tree, is_nixpkgs=is_top_level(source.path))


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
