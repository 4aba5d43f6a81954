"""The literal pieces of Python strings: escapes undone, Nix's placeholders and marks kept as holes, words with places.

Imports libcst; import this module only when there is a Python tree to look at.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import libcst as cst

from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import Content, Text
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax.embedded import Script
from splitlint.syntax.python import PythonTree


class Atom(NamedTuple):
    """A part of a text, and the script's bytes that it is written as; `exact`: byte for byte."""

    content: Content
    start: int
    end: int
    exact: bool


class Strings:
    """The string literals of one script."""

    def __init__(self, tree: PythonTree, script: Script) -> None:
        self._tree = tree
        holes = [(hole.start, hole.end, Hole("", "host", source=hole.number)) for hole in script.holes]
        holes += [(mark.start, mark.end, Hole(mark.name, "mark")) for mark in script.marks]
        self._holes = sorted(holes, key=lambda hole: hole[0])
        self._starts = [start for start, _, _ in self._holes]

    def hole_at(self, node: cst.CSTNode) -> Hole | None:
        """The hole that a name is a placeholder of."""
        if not self._holes:
            return None
        start, end = self._tree.span(node)
        number = bisect_right(self._starts, start) - 1
        return self._holes[number][2] if number >= 0 and end <= self._holes[number][1] else None

    def literal(self, node: cst.SimpleString) -> Text:
        """The text of a string; nothing for bytes that are no text."""
        return joined(*(atom.content for atom in self.atoms(node)))

    def formatted_text(self, part: cst.FormattedStringText, node: cst.FormattedString) -> Text:
        """The text between the expressions of an f-string."""
        return joined(*(atom.content for atom in self.formatted_atoms(part, node)))

    def atoms(self, node: cst.SimpleString) -> list[Atom]:
        """The pieces of a string in order."""
        start, _ = self._tree.span(node)
        opening = len(node.prefix) + len(node.quote)
        return list(self._pieces(node.raw_value, start + opening, node.prefix, doubled=False))

    def formatted_atoms(self, part: cst.FormattedStringText, node: cst.FormattedString) -> list[Atom]:
        """The pieces of the text between the expressions of an f-string, `{{` undone."""
        start, _ = self._tree.span(part)
        return list(self._pieces(part.value, start, node.prefix, doubled=True))

    def literal_atoms(self, node: cst.BaseExpression) -> list[Atom]:
        """The pieces of a literal of any kind; a hole from an expression has that as its `source`."""
        atoms: list[Atom] = []
        for literal in literals(node):
            if isinstance(literal, cst.SimpleString):
                atoms += self.atoms(literal)
                continue
            for part in literal.parts:
                if isinstance(part, cst.FormattedStringText):
                    atoms += self.formatted_atoms(part, literal)
                elif isinstance(part, cst.FormattedStringExpression):
                    atoms.append(Atom(Hole("", "expression", source=part.expression), *self._tree.span(part), True))
        return atoms

    def _pieces(self, raw: str, start: int, prefix: str, *, doubled: bool) -> Iterator[Atom]:
        data = raw.encode("utf-8", "surrogatepass")
        at, end = start, start + len(data)
        for low, high, hole in self._holes[bisect_left(self._starts, start) : bisect_left(self._starts, end)]:
            if low < at or high > end:
                continue
            yield from _text(data[at - start : low - start], at, prefix, doubled)
            yield Atom(hole, low, high, True)
            at = high
        yield from _text(data[at - start :], at, prefix, doubled)


def literals(node: cst.BaseExpression) -> Iterator[cst.SimpleString | cst.FormattedString]:
    """The strings that a literal is put together from; none if it is no literal."""
    if isinstance(node, cst.ConcatenatedString):
        yield from literals(node.left)
        yield from literals(node.right)
    elif isinstance(node, (cst.SimpleString, cst.FormattedString)):
        yield node


def _text(data: bytes, start: int, prefix: str, doubled: bool) -> Iterator[Atom]:
    if not data:
        return
    raw = data.decode("utf-8", "replace")
    value = raw.replace("{{", "{").replace("}}", "}") if doubled else raw
    if "\\" in value and "r" not in prefix.lower():
        value = _unescaped(value)
    yield Atom(value, start, start + len(data), value == raw)


def _unescaped(raw: str) -> str:
    """The text that escapes stand for; as it is where it is no literal by itself."""
    quote = '"""' if '"""' not in raw and not raw.endswith('"') else "'''"
    try:
        value = ast.literal_eval(quote + raw + quote)
    except (SyntaxError, ValueError):
        return raw
    return value if isinstance(value, str) else raw


_BREAK = re.compile(r"""[\s;|&()<>"'`=:]+""")


def words(atoms: list[Atom]) -> Iterator[list[Atom]]:
    """The words of a command, or of any text: cut at spaces, quotes, `=`, `:` and what separates commands."""
    word: list[Atom] = []
    for atom in atoms:
        if not isinstance(atom.content, str):
            word.append(atom)
            continue
        at = 0
        for cut in _BREAK.finditer(atom.content):
            if cut.start() > at:
                word.append(_part(atom, at, cut.start()))
            if word:
                yield word
            word = []
            at = cut.end()
        if at < len(atom.content):
            word.append(_part(atom, at, len(atom.content)))
    if word:
        yield word


def _part(atom: Atom, first: int, last: int) -> Atom:
    """The characters `first` to `last` of a text atom."""
    text = str(atom.content)
    if not atom.exact:
        return Atom(text[first:last], atom.start, atom.end, False)
    start = atom.start + len(text[:first].encode("utf-8", "surrogatepass"))
    return Atom(text[first:last], start, start + len(text[first:last].encode("utf-8", "surrogatepass")), True)
