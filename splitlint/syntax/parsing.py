"""Bytes to a tree-sitter tree, in time: a parser written in C is asked for its progress, so that it can be interrupted.

Both grammars take quadratic time for some texts: 114 s for 200 kB of `a.a.a.`, 143 s for 200 kB of `a=(a=(a=(`.
"""

from __future__ import annotations

from tree_sitter import Language, Parser, Tree

from splitlint.limits import is_over, uninterrupted
from splitlint.syntax.decodable import decodable

#: Whatever is in them, texts up to this size are parsed in a quarter of a second.
_SMALL = 8192
#: Bytes that the parser is handed at a time: it then costs as much as all of them at once.
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
    return Parser(language).parse(
        lambda offset, point: text[offset : offset + _PIECE], progress_callback=lambda offset, has_error: is_over()
    )
