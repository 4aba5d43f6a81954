"""The shell scripts that stand in the strings of a Nix file, and what their variables are given by derivations."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from tree_sitter import Node, Query, QueryCursor

from splitlint.analysis.model import path_globs
from splitlint.analysis.model.value import Attrs, Package, Value, alternatives, unwrapped
from splitlint.analysis.nix import attribute_sets
from splitlint.analysis.nix.evaluate import Evaluator
from splitlint.analysis.shell.uses import ShellMeaning, ShellUse
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass, field
from splitlint.syntax import nix
from splitlint.syntax.embedded import script_of


@dataclass(frozen=True)
class Scripts:
    """The scripts in one Nix file, each read when it is asked for."""

    ev: Evaluator
    _known: dict[int, ShellMeaning] = field(default_factory=dict)

    def meaning(self, string: Node) -> ShellMeaning:
        """What the shell does in a string."""
        known = self._known.get(string.id)
        if known is None:
            attributes = Attributes(self.ev, string)
            known = ShellMeaning(script_of(string, self.ev.source), self.ev.value, attributes, pipefail=False)
            self._known[string.id] = known
        return known

    def silence(self, node: Node) -> str | None:
        """Why nobody would notice that what an interpolation (or an expression in one) names is missing."""
        interpolation: Node | None = node
        while interpolation is not None and interpolation.type != "interpolation":
            interpolation = self.ev.scopes.parent(interpolation)
        string = self.ev.scopes.parent(interpolation) if interpolation is not None else None
        if interpolation is None or string is None or string.type not in nix.STRINGS:
            return None
        if b"\n" not in (string.text or b""):
            return None
        meaning = self.meaning(string)
        for use in meaning.uses():
            if use.hole is not None and use.hole.id == interpolation.id and use.variable is None:
                return meaning.silence(use.node, use.path)
        return None

    def uses(
        self, words: Collection[bytes] = (), globs: tuple[str, ...] = ("**",)
    ) -> Iterator[tuple[ShellMeaning, ShellUse, Node]]:
        """What scripts that may use a package do: the script, the use, the string.

        `words`: scripts in which none of them is written, nor a path that goes on with a value, are left out.
        `globs`: so are those in which no package stands before a path that may fit.
        """
        for string in _strings(self.ev, words, globs):
            meaning = self.meaning(string)
            for use in meaning.uses():
                yield meaning, use, string


class Attributes:
    """The derivation attributes that a script in a string sees as variables: those of the set that it stands in."""

    def __init__(self, ev: Evaluator, string: Node) -> None:
        self.ev = ev
        self.scope = _derivation(ev, string)

    def __call__(self, name: str) -> Value | None:
        if self.scope is None:
            return None
        known = attribute_sets.members(self.ev, self.scope, None)
        thunk = known.get(name)
        if thunk is None and "env" in known:
            inner = known["env"]().shape
            thunk = inner.names.get(name) if isinstance(inner, Attrs) else None
        return thunk() if thunk is not None else None

    def gives_package(self, text: bytes) -> bool:
        """Whether a script reads a variable that is a package of a family."""
        if self.scope is None:
            return False
        read = {found[1].decode() for found in _READ.finditer(text)}
        return any((value := self(name)) is not None and _packages(value) for name in read)


def _has_package(ev: Evaluator, string: Node, globs: tuple[str, ...]) -> bool:
    """Whether a package of a family is put into a string, before a path that may fit a glob."""
    data = ev.source.data
    return any(
        path_globs.may_begin(globs, data[child.end_byte : child.end_byte + 80]) and _packages(ev.value(child))
        for child in string.named_children
        if child.type == "interpolation"
    )


def _packages(value: Value) -> bool:
    return any(isinstance(unwrapped(option).shape, Package) for option in alternatives(unwrapped(value)))


def _derivation(ev: Evaluator, string: Node) -> Node | None:
    """The set of arguments of a derivation that a string is written in."""
    parent = ev.scopes.parent(string)
    while parent is not None:
        if parent.type in nix.ATTRSETS:
            above = ev.scopes.parent(parent)
            while above is not None and above.type in _AROUND_ARGUMENTS:
                above = ev.scopes.parent(above)
            return parent if above is not None and above.type == "apply_expression" else None
        if parent.type in ("let_expression", "function_expression"):
            return None
        parent = ev.scopes.parent(parent)
    return None


_READ = lazy_pattern(rb"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_AROUND_ARGUMENTS = frozenset({"parenthesized_expression", "function_expression", "binary_expression"})


def _strings(ev: Evaluator, words: Collection[bytes], globs: tuple[str, ...]) -> Iterator[Node]:
    """The strings in which a package of a family stands, or in whose derivation one is an attribute."""
    seen: set[int] = set()
    for node in _all_strings(ev):
        text = node.text or b""
        if node.id in seen or not (b"\n" in text or b" " in text):
            continue
        if words and b"/$" not in text and not any(word in text for word in words):
            continue
        seen.add(node.id)
        if _has_package(ev, node, globs) or (b"$" in text and Attributes(ev, node).gives_package(text)):
            yield node


def _all_strings(ev: Evaluator) -> Iterator[Node]:
    """The strings of a file that have an interpolation or a `$`, in its order; of a large one those near a needle."""
    cursor = QueryCursor(_query())
    for start, end in ev.regions or ((0, len(ev.source.data)),):
        cursor.set_byte_range(start, end)
        yield from (node for _, captures in cursor.matches(ev.tree.root_node) for node in captures["string"])


@cache
def _query() -> Query:
    return nix.query("[(string_expression) (indented_string_expression)] @string")
