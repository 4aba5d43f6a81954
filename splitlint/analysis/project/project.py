"""Other files of the same repository: imports, the callers of a file, overlays, options that modules set.

Nothing is read until an answer depends on it. Only files that may name a package of some family are searched
(`related_files`, which discovery's sieve has found anyway), and every answer is remembered. Nothing here raises.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import UNKNOWN, Call, Literal, Unknown, Value, union
from splitlint.analysis.model.world import World
from splitlint.analysis.nix import names
from splitlint.analysis.nix.scope import Binding
from splitlint.analysis.nix.structure import Structure
from splitlint.analysis.project import callers, definitions
from splitlint.files.source import NIX, Source
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

_MOST_PARSED = 400
#: Bytes of files whose structure is kept for the next file that asks; a structure is 25 times as large as its file.
_MOST_KEPT = 5 << 19
_DEEPEST = 6
#: Bytes of a file that is asked about others; larger ones are lists that a program made.
LARGEST = 1 << 20


class Project:
    """The files beside the one that is checked. `read(path)` gives the bytes of a file, None if it cannot be read."""

    def __init__(
        self, world: World, related_files: Callable[[], Sequence[str]], read: Callable[[str], bytes | None]
    ) -> None:
        self.world = world
        self._list = related_files
        self._read = read
        self._related_files: dict[str, bytes] | None = None
        #: The project that has listed and read the related files for this one.
        self._searched: Project | None = None
        self._structures: dict[str, Structure] = {}
        self._evaluators: dict[str, Evaluator | None] = {}
        self._mentions: dict[str, set[tuple[str, str]]] = {}
        self._answers: dict[tuple[str, ...], Value] = {}
        self._uses: dict[str, list[callers.Use]] = {}
        self._bound: dict[str, list[str]] = {}
        self._holds: bool | None = None
        self._busy: set[tuple[str, ...]] = set()
        self._depth = 0
        self.consulted: set[str] = set()
        #: Whether an answer may rest on what the related files are.
        self.asked = False

    def fresh(self, read: Callable[[str], bytes | None] | None = None) -> Project:
        """The same files with nothing answered yet, so that no answer depends on what was asked for another file.

        What was only searched stays searched. `read` is asked for the files that are not related, if given.
        """
        other = Project(self.world, self._list, read or self._read)
        other._searched = self
        other._mentions, other._bound = self._mentions, self._bound
        other._structures = self._structures
        return other

    def forget(self) -> None:
        """Lets go of what was worked out for one file: it holds syntax trees in circles, and the collector is late."""
        for ev in self._evaluators.values():
            if ev is not None:
                ev.forget()
        self._evaluators.clear()
        self._answers.clear()
        self._uses.clear()

    @property
    def related_files(self) -> dict[str, bytes]:
        """The Nix files of the repository that may name a package, with their bytes; at most 1 MB each."""
        self.asked = True
        if self._searched is not None:
            return self._searched.related_files
        if self._related_files is None:
            texts = {path: self._read(path) for path in self._list()}
            self._related_files = {
                path: data for path, data in texts.items() if data is not None and len(data) <= LARGEST
            }
        return self._related_files

    @property
    def holds_nixpkgs(self) -> bool:
        """Whether nixpkgs itself is in the repository: then the packages it defines are nixpkgs' own."""
        related_files = self.related_files
        if self._holds is None:
            self._holds = any(names.is_top_level(path) for path in related_files)
        return self._holds

    def adopt(self, ev: Evaluator) -> None:
        """Makes the evaluator of the file being checked the one that other files' questions go to."""
        self._evaluators[ev.source.path] = ev

    def evaluator(self, path: str) -> Evaluator | None:
        """The evaluator of a file, None if it cannot be read, is too large, or too many were parsed."""
        if path not in self._evaluators:
            self._evaluators[path] = self._open(path)
        self.consulted.add(path)
        return self._evaluators[path]

    def source(self, path: str) -> Source | None:
        """A file that some answer came from."""
        ev = self._evaluators.get(path)
        return ev.source if ev is not None else None

    def _open(self, path: str) -> Evaluator | None:
        from splitlint.analysis.nix.evaluate import Evaluator

        if len(self._evaluators) >= _MOST_PARSED:
            return None
        data = self.related_files.get(path)
        if data is None:
            data = self._read(path)
        if data is None or len(data) > LARGEST:
            return None
        known = self.structure(Source(path, data, NIX))
        return Evaluator(known.source, known.tree, self.world, self, known)

    def structure(self, source: Source, *, keep: bool = True) -> Structure:
        """A file's tree and what it says whatever is asked; kept, for the next file will ask the same ones."""
        known = self._structures.pop(source.path, None)
        if known is not None and known.source.data == source.data:
            # Back to the end: what was asked for longest ago goes first.
            self._structures[source.path] = known
            return known
        known = Structure(source, nix.parse(source.data))
        if keep and len(source.data) <= LARGEST:
            self._structures[source.path] = known
            self._forget_oldest()
        return known

    def _forget_oldest(self) -> None:
        kept = sum(len(one.source.data) for one in self._structures.values())
        while kept > _MOST_KEPT and len(self._structures) > 1:
            oldest = next(iter(self._structures))
            kept -= len(self._structures.pop(oldest).source.data)

    def _once(self, key: tuple[str, ...], answer: Callable[[], Value]) -> Value:
        """An answer, remembered; Unknown while it is being found (cycles) and where questions lead too deep."""
        known = self._answers.get(key)
        if known is not None:
            return known
        if key in self._busy or self._depth >= _DEEPEST:
            return UNKNOWN
        self._busy.add(key)
        self._depth += 1
        try:
            result = answer()
        finally:
            self._depth -= 1
            self._busy.discard(key)
        self._answers[key] = result
        return result

    def imported(self, ev: Evaluator, target: Value) -> Value:
        """The value of a file that a path names (`./x.nix`, `./folder`), seen from the file of `ev`.

        A file that names no package of any family is not read: what it gives is something else.
        """
        shape = target.shape
        if not isinstance(shape, Literal) or shape.kind != "path" or not shape.text.startswith("."):
            return UNKNOWN
        path = self.resolve(ev.source.path, shape.text)
        if path is None:
            return UNKNOWN if not shape.text.strip("./") else Value(Call("builtins.import"))
        return self.file_value(path)

    def file_value(self, path: str) -> Value:
        """What a file evaluates to."""

        def answer() -> Value:
            other = self.evaluator(path)
            return other.value(other.tree.root_node) if other is not None else UNKNOWN

        return self._once(("file", path), answer)

    def resolve(self, base: str, literal: str) -> str | None:
        """The path of the file that a path literal in the file `base` names; None if it names no package anyway."""
        path = os.path.normpath(os.path.join(os.path.dirname(base), literal))
        inside = os.path.join(path, "default.nix")
        return next((one for one in (path, inside) if one in self.related_files or one in self._evaluators), None)

    def files_that_name(self, path: str) -> list[str]:
        """The files that write a path which leads to `path` (at most 40, those in its own folder first)."""
        if not self._mentions:
            written: dict[str, set[tuple[str, str]]] = {}
            for other, data in self.related_files.items():
                for literal in set(callers.PATH.findall(data)):
                    text = literal.decode("utf-8", "replace").rstrip("/")
                    last = text.rpartition("/")[2]
                    # `./.` and its like are many, and say nothing before they are resolved.
                    key = last if last.strip(".") else callers.resolved(other, text)
                    written.setdefault(key, set()).add((other, text))
            self._mentions.update(written)
        folder, name = os.path.split(path)
        wanted = callers.names_of(path)
        keys = {name, os.path.basename(os.path.abspath(folder)), folder or "."} if name == "default.nix" else {name}
        found = {
            other
            for key in keys
            for other, text in self._mentions.get(key, ())
            if other != path and callers.may_lead(text, path) and callers.resolved(other, text) in wanted
        }
        return sorted(found, key=lambda other: (os.path.dirname(other) != folder, other))[:40]

    def passed(self, ev: Evaluator, binding: Binding) -> list[Value]:
        """What other files pass for a parameter of the outermost function of a file."""
        position = callers.position_in_file(ev, binding.scope)
        if position is None:
            return []
        key = ("passed", ev.source.path, str(position), binding.name)

        def answer() -> Value:
            uses = self.uses(ev.source.path)
            values = [value for use in uses for value in callers.passed_at(use, position, binding)]
            return union(tuple(values)) if values else UNKNOWN

        value = self._once(key, answer)
        return [] if isinstance(value.shape, Unknown) else [value]

    def uses(self, path: str) -> list[callers.Use]:
        """The places in the repository at which a file is called."""
        known = self._uses.get(path)
        if known is None:
            self._uses[path] = []
            evaluators = (self.evaluator(other) for other in self.files_that_name(path))
            known = [use for other in evaluators if other is not None for use in callers.uses_of(other, path)]
            self._uses[path] = known
        return known

    def overlay(self, ev: Evaluator, name: str) -> Value:
        """What an overlay or package set of the repository defines under a name; Unknown if none does."""
        if not self.world.is_worth_searching(name):
            return UNKNOWN
        return self._once(("overlay", name), lambda: self._defined(name, definitions.defines_package))

    def filled(self, name: str) -> Value:
        """What overlays and sets of the repository put in for a parameter of a name; Unknown if none does."""
        return self._once(("filled", name), lambda: self._defined(name, definitions.fills_parameters))

    def option(self, ev: Evaluator, path: tuple[str, ...]) -> Value:
        """What the repository's NixOS modules set an option to, or its default."""
        if not path or not self.world.is_worth_searching(path[-1]):
            return UNKNOWN
        key = ("option", *path)

        def accept(other: Evaluator, node: Node) -> Node | None:
            return definitions.defines_option(other, node, path)

        return self._once(key, lambda: self._defined(path[-1], accept, path[:-1]))

    def _defined(
        self, name: str, accept: Callable[[Evaluator, Node], Node | None], around: tuple[str, ...] = ()
    ) -> Value:
        values: list[Value] = []
        for path in self._binders(name, around):
            other = self.evaluator(path) if len(values) < 8 else None
            for node in definitions.bindings_named(other, name) if other is not None else ():
                expression = accept(other, node) if other is not None else None
                if expression is not None and other is not None:
                    values.append(definitions.value_at(other, expression))
        known = [value for value in values if not isinstance(value.shape, Unknown)]
        return union(tuple(known)) if known else UNKNOWN

    def _binders(self, name: str, around: tuple[str, ...] = (), most: int = 40) -> list[str]:
        """The files (at most 40) in which a name is bound; `around`: names that are written there, too."""
        known = self._bound.get(name)
        if known is None:
            encoded = name.encode()
            known = self._bound[name] = [
                path for path, data in self.related_files.items() if any(definitions.places_bound(data, encoded))
            ]
        words = [one.encode() for one in around]
        return list(islice((path for path in known if all(word in self.related_files[path] for word in words)), most))
