"""Names, numbers, paths and strings, from tree-sitter's nodes to typed ones."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node as TreeNode

from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax.nix_text import Piece, pieces_of, stripped
from splitlint.syntax.nix_tree.lowering import Lowering
from splitlint.syntax.nix_tree.nodes import (
    Literal,
    Name,
    Node,
)
from splitlint.syntax.nix_tree.strings import Fragment, Interpolation, Str

_PLAIN_STRING = lazy_pattern(rb'"([^"\\$\r]*)"')
_PLAIN_INDENTED = lazy_pattern(rb"''((?:[^'$\r]|'(?!'))*)''")


def variable(low: Lowering, node: TreeNode) -> Node:
    return Name(node.start_byte, node.end_byte, low.text(node))


def literal(kind: str) -> Callable[[Lowering, TreeNode], Node]:
    return lambda low, node: Literal(node.start_byte, node.end_byte, kind, low.text(node))


def path(low: Lowering, node: TreeNode) -> Node:
    if not any(child.type == "interpolation" for child in node.children):
        return Literal(node.start_byte, node.end_byte, "path", low.text(node))
    parts: list[Fragment | Interpolation] = []
    for child in node.children:
        start, end = child.start_byte, child.end_byte
        if child.type == "interpolation":
            parts.append(Interpolation(start, end, low.of(child.child_by_field_name("expression"))))
        else:
            parts.append(Fragment(start, end, low.text(child), True))
    return Str(node.start_byte, node.end_byte, tuple(parts), indented=False, is_path=True)


def string(low: Lowering, node: TreeNode) -> Node:
    start, end, data = node.start_byte, node.end_byte, low.data
    indented = node.type == "indented_string_expression"
    plain = (_PLAIN_INDENTED if indented else _PLAIN_STRING).fullmatch(data, start, end)
    if plain is None:
        pieces = pieces_of(node, data)
    elif indented:
        pieces = list(stripped([Piece(*plain.span(1))], data))
    else:
        text = plain[1].decode("utf-8", "replace")
        return Str(start, end, (Fragment(start + 1, end - 1, text, True),) if text else (), False)
    parts: list[Fragment | Interpolation] = []
    for piece in pieces:
        if piece.node is not None:
            parts.append(Interpolation(piece.start, piece.end, low.of(piece.node.child_by_field_name("expression"))))
        elif piece.text is not None:
            parts.append(Fragment(piece.start, piece.end, piece.text.decode("utf-8", "replace"), False))
        else:
            text = data[piece.start : piece.end].decode("utf-8", "replace")
            parts.append(Fragment(piece.start, piece.end, text, True))
    return Str(start, end, tuple(parts), indented)
