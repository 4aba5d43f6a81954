"""Strings of Nix, and paths with interpolations, as typed nodes."""

from __future__ import annotations

from collections.abc import Iterator

from splitlint.syntax.nix_tree.nodes import Node


class Fragment:
    """A piece of a string that is text. `verbatim`: it stands byte for byte at its span; an escape does not."""

    __slots__ = ("end", "start", "text", "verbatim")

    def __init__(self, start: int, end: int, text: str, verbatim: bool) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.verbatim = verbatim


class Interpolation:
    """`${expression}` in a string, a path or an attribute path; the span has the braces in it."""

    __slots__ = ("end", "expression", "start")

    def __init__(self, start: int, end: int, expression: Node) -> None:
        self.start = start
        self.end = end
        self.expression = expression


class Str(Node):
    """A string of fragments and interpolations; `indented` if it is written with two single quotes.

    `is_path`: a path with interpolations (`./x/${y}`), whose text is the path as written.
    """

    __slots__ = ("indented", "is_path", "parts")

    def __init__(
        self, start: int, end: int, parts: tuple[Fragment | Interpolation, ...], indented: bool, is_path: bool = False
    ) -> None:
        self.start = start
        self.end = end
        self.parts = parts
        self.indented = indented
        self.is_path = is_path

    def children(self) -> Iterator[Node]:
        return (part.expression for part in self.parts if isinstance(part, Interpolation))
