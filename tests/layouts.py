"""The same Nix code in other layouts, as formatters and people write it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from tree_sitter import Node

from splitlint.syntax import nix

#: Beside these nothing needs a space. (`x:y` would be a URI, and `a/b` a path.)
_CLOSE = frozenset("[](){};,=?@")
_WHOLE = ("string_expression", "indented_string_expression", "comment", "path_expression", "spath_expression")


def layouts(code: str) -> dict[str, str]:
    """The code without the spaces that it can do without, with two of each, and with a line for each token."""
    data = code.encode()
    tokens = list(_tokens(nix.parse(data).root_node))
    gaps = [(before, data[before.end_byte : after.start_byte].decode(), after) for before, after in pairwise(tokens)]
    styles: dict[str, Callable[[Node, str, Node], str]] = {
        "tight": _least,
        "wide": lambda before, gap, after: gap if "\n" in gap else "  ",
        "lines": lambda before, gap, after: gap if "\n" in gap else "\n  ",
    }
    return {
        name: _text(tokens[0]) + "".join(_gap(style, *gap) + _text(gap[2]) for gap in gaps) + "\n"
        for name, style in styles.items()
    }


def _gap(style: Callable[[Node, str, Node], str], before: Node, gap: str, after: Node) -> str:
    """What stands between two tokens in a style; nothing where nothing was, and what was around a comment."""
    return style(before, gap, after) if gap and "comment" not in (before.type, after.type) else gap


def _least(before: Node, gap: str, after: Node) -> str:
    return "" if not _CLOSE.isdisjoint((_text(before), _text(after))) else " "


def _tokens(node: Node) -> Iterator[Node]:
    if node.type in _WHOLE or not node.children:
        if node.end_byte > node.start_byte:
            yield node
        return
    for child in node.children:
        yield from _tokens(child)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def tokens_of(code: str) -> list[str]:
    """The tokens of Nix code, without comments and with strings as one each."""
    found = _tokens(nix.parse(code.encode()).root_node)
    return [" ".join(_text(one).split()) for one in found if one.type != "comment"]
