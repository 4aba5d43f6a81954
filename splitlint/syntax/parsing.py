"""Bytes to a tree-sitter tree, in time: a parser written in C is asked for its progress, so that it can be interrupted.

Both grammars take quadratic time for some texts: 114 s for 200 kB of `a.a.a.`, 143 s for 200 kB of `a=(a=(a=(`.
"""

from __future__ import annotations

from tree_sitter import Language, Parser, Tree

from splitlint.limits import is_over, uninterrupted
from splitlint.syntax.decodable import decodable

#: Whatever is in them, texts up to this size are parsed in a quarter of a second.
_SMALL = 8192
#: Bytes that the parser is handed where it goes back, as it does in syntax errors.
_PIECE = 1024


def parsed(language: Language, data: bytes) -> Tree:
    """The tree of a text; never fails for what is in it, errors are nodes in the tree. Raises OutOfTimeError."""
    text = decodable(data)
    if len(text) <= _SMALL:
        return Parser(language).parse(text)
    tree = uninterrupted(lambda: _parsed_in_pieces(language, text))
    # Such a tree calls back for the text of each node, and then an interruption would crash the binding. Parsing the
    # same text on top of it takes over all nodes, in a few microseconds, and keeps the text.
    return Parser(language).parse(text, tree)


def _parsed_in_pieces(language: Language, text: bytes) -> Tree:
    """Raises ValueError if the time is over before the text is parsed."""

    def read(offset: int, point: object) -> bytes:
        # What a callback gives the binding (0.26) is never let go of: the text itself is there anyway, copies are not.
        return text if not offset else text[offset : offset + _PIECE]

    return Parser(language).parse(read, progress_callback=lambda offset, has_error: is_over())
