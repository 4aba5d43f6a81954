"""Nix source to syntax tree, and small helpers over its nodes.

Node types are tree-sitter-nix 0.1.0's. One quirk matters: the trailing comma of `{ lib, stdenv, }:`
gives a zero-width MISSING identifier in `formals`, so `root_node.has_error` proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Language, Node, Tree

from splitlint.syntax.grammar import grammar
from splitlint.syntax.parsing import parsed

if TYPE_CHECKING:
    from tree_sitter import Query

STRINGS = ("string_expression", "indented_string_expression")
ATTRSETS = ("attrset_expression", "rec_attrset_expression", "let_attrset_expression")


def language() -> Language:
    """The grammar of Nix."""
    return grammar("tree_sitter_nix")


def parse(data: bytes) -> Tree:
    """The syntax tree of Nix source; never fails, errors are nodes in the tree."""
    return parsed(language(), data)


def query(text: str) -> Query:
    """A compiled query. Raises tree_sitter.QueryError on a node type or syntax it does not know."""
    from tree_sitter import Query

    return Query(language(), text)


def node_text(node: Node) -> str:
    """The source text of a node."""
    raw = node.text
    return raw.decode("utf-8", "replace") if raw is not None else ""


def identifier(node: Node) -> str:
    """The name of a `variable_expression`, or of an `identifier` node."""
    return node_text(node)


def skip_parentheses(node: Node) -> Node:
    """The expression inside any number of parentheses."""
    while node.type == "parenthesized_expression":
        inner = node.child_by_field_name("expression")
        if inner is None:
            return node
        node = inner
    return node


def attribute_names(attrpath: Node) -> tuple[str | None, ...]:
    """The names of an attribute path; None where a name is computed (`a.${b}`)."""
    return tuple(attribute_name(attr) for attr in attrpath.children_by_field_name("attr"))


def attribute_name(attr: Node) -> str | None:
    """The name that an `attr` node states, None if it is computed."""
    if attr.type == "identifier":
        return node_text(attr)
    if attr.type == "string_expression":
        return literal_string(attr)
    if attr.type == "interpolation":
        inner = attr.child_by_field_name("expression")
        if inner is not None and inner.type == "string_expression":
            return literal_string(inner)
    return None


def literal_string(node: Node) -> str | None:
    """The text of a string without interpolations, escapes undone; None if it has any."""
    pieces = []
    for piece in string_pieces(node):
        if not isinstance(piece, str):
            return None
        pieces.append(piece)
    return "".join(pieces)


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def string_pieces(node: Node) -> Iterator[str | Node]:
    """The pieces of a string in order: text with its escapes undone, and `interpolation` nodes."""
    for child in node.named_children:
        kind = child.type
        if kind == "interpolation":
            yield child
        elif kind == "string_fragment":
            yield node_text(child)
        elif kind == "dollar_escape":
            # `''$` and `$$` are written as an escape node that is followed by a fragment "$".
            continue
        elif kind == "escape_sequence":
            yield unescape(node_text(child))


def unescape(text: str) -> str:
    r"""The character that `\n`, `''\n`, `'''` or `\"` stands for."""
    if text == "'''":
        return "''"
    body = text.removeprefix("''").removeprefix("\\")
    return _ESCAPES.get(body, body)


_PIPES = ("|>", "<|")


def operator(expression: Node) -> str:
    """The operator of a `binary_expression`, "" if it has none.

    tree-sitter-nix 0.1.0 knows neither `|>` nor `<|`: it sees `>` or `<`, and an error where the bar stands.
    """
    sign = expression.child_by_field_name("operator")
    if sign is None:
        return ""
    text = node_text(sign)
    if text in ("<", ">") and any(child.type == "ERROR" and child.text == b"|" for child in expression.children):
        return "|>" if text == ">" else "<|"
    return text


def is_broken(node: Node) -> bool:
    """Whether there is a syntax error in a node that is more than the bar of a pipe (see `operator`)."""
    pending = [node]
    while pending:
        one = pending.pop()
        is_bar = one.text == b"|" and one.parent is not None and operator(one.parent) in _PIPES
        if one.is_missing or (one.type == "ERROR" and not is_bar):
            return True
        pending.extend(child for child in one.children if child.has_error)
    return False


def bindings(attrset: Node) -> Iterator[Node]:
    """The `binding`, `inherit` and `inherit_from` nodes of an attribute set or a `let`."""
    for child in attrset.named_children:
        if child.type == "binding_set":
            yield from (b for b in child.named_children if b.type in ("binding", "inherit", "inherit_from"))


def call_spine(node: Node) -> tuple[Node, list[Node]]:
    """The function at the head of nested applications, and its arguments in order."""
    arguments: list[Node] = []
    node = skip_parentheses(node)
    while node.type == "apply_expression":
        function = node.child_by_field_name("function")
        argument = node.child_by_field_name("argument")
        if function is None or argument is None:
            break
        arguments.append(argument)
        node = skip_parentheses(function)
    arguments.reverse()
    return node, arguments
