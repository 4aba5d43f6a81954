"""tree-sitter's tree of a Nix file to typed nodes (`nodes`), once a file; what is bound is lowered when it is read.

Node types are tree-sitter-nix 0.1.0's. Syntax errors become `Broken` nodes, so that the rest of the file keeps its
meaning.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tree_sitter import Node as TreeNode

from splitlint.syntax.nix_tree.bindings import AttrSet, Let
from splitlint.syntax.nix_tree.literals import literal, path, string, variable
from splitlint.syntax.nix_tree.lowering import DEEPEST, Handler, Lowering
from splitlint.syntax.nix_tree.nodes import (
    Apply,
    Assert,
    Broken,
    Formal,
    HasAttr,
    If,
    Lambda,
    List,
    Name,
    Node,
    Select,
    With,
)
from splitlint.syntax.nix_tree.operators import binary, unary

_FRAMES = 6 * DEEPEST + 400
#: More arguments than anybody writes, where there is a syntax error.
_MOST_ARGUMENTS = 8


def lower(root: TreeNode, data: bytes) -> Node:
    """The expression of a whole file (a `source_code` node), or of any other expression node of its tree."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
    return Lowering(data, _HANDLERS).of(root)


def _source(low: Lowering, node: TreeNode) -> Node:
    inner = node.child_by_field_name("expression")
    if inner is not None:
        return low.of(inner)
    parts = tuple(low.of(child) for child in node.named_children if child.type in low.handlers)
    return parts[0] if len(parts) == 1 else Broken(node.start_byte, node.end_byte, parts)


def _list(low: Lowering, node: TreeNode) -> Node:
    items = tuple([low.of(item) for item in node.children_by_field_name("element")])
    return List(node.start_byte, node.end_byte, items)


def _attrs(low: Lowering, node: TreeNode) -> Node:
    recursive = node.type != "attrset_expression"
    made = AttrSet(node.start_byte, node.end_byte, low.entries(node), recursive)
    if node.type != "let_attrset_expression":
        return made
    return Select(node.start_byte, node.end_byte, made, ("body",), None)


def _let(low: Lowering, node: TreeNode) -> Node:
    return Let(node.start_byte, node.end_byte, low.entries(node), low.of(node.child_by_field_name("body")))


def _with(low: Lowering, node: TreeNode) -> Node:
    environment = low.of(node.child_by_field_name("environment"))
    return With(node.start_byte, node.end_byte, environment, low.of(node.child_by_field_name("body")))


def _assert(low: Lowering, node: TreeNode) -> Node:
    condition = low.of(node.child_by_field_name("condition"))
    return Assert(node.start_byte, node.end_byte, condition, low.of(node.child_by_field_name("body")))


def _if(low: Lowering, node: TreeNode) -> Node:
    condition = low.of(node.child_by_field_name("condition"))
    consequence = low.of(node.child_by_field_name("consequence"))
    return If(node.start_byte, node.end_byte, condition, consequence, low.of(node.child_by_field_name("alternative")))


def _lambda(low: Lowering, node: TreeNode) -> Node:
    argument, formals = node.child_by_field_name("universal"), node.child_by_field_name("formals")
    name = low.text(argument) if argument is not None else ""
    body = low.of(node.child_by_field_name("body"))
    if formals is None:
        return Lambda(node.start_byte, node.end_byte, name, None, True, body)
    taken: list[Formal] = []
    for formal in formals.children_by_field_name("formal"):
        called = formal.child_by_field_name("name")
        # A trailing comma gives a formal of no width.
        if called is not None and called.end_byte > called.start_byte:
            default = formal.child_by_field_name("default")
            lowered = low.of(default) if default is not None else None
            taken.append(Formal(formal.start_byte, formal.end_byte, low.text(called), lowered))
    is_open = formals.child_by_field_name("ellipses") is not None
    return Lambda(node.start_byte, node.end_byte, name, tuple(taken), is_open, body)


def _apply(low: Lowering, node: TreeNode) -> Node:
    arguments: list[TreeNode] = []
    head: TreeNode | None = node
    while head is not None and head.type == "apply_expression":
        argument = head.child_by_field_name("argument")
        if argument is not None:
            arguments.append(argument)
        head = head.child_by_field_name("function")
    arguments.reverse()
    lowered = tuple([low.of(argument) for argument in arguments])
    ends = tuple([argument.end_byte for argument in arguments])
    if node.has_error and len(lowered) > _MOST_ARGUMENTS:
        return Broken(node.start_byte, node.end_byte, tuple(_likely_calls((low.of(head), *lowered))))
    return Apply(node.start_byte, node.end_byte, low.of(head), lowered, ends)


def _likely_calls(words: tuple[Node, ...]) -> Iterator[Node]:
    """What a syntax error further up has made one long application of: names, each with the set that follows it."""
    for number, word in enumerate(words):
        behind = words[number + 1] if number + 1 < len(words) else None
        if isinstance(word, Name | Select) and isinstance(behind, AttrSet):
            yield Apply(word.start, behind.end, word, (behind,), (behind.end,))
        elif not isinstance(word, AttrSet) or not number or not isinstance(words[number - 1], Name | Select):
            yield word


def _select(low: Lowering, node: TreeNode) -> Node:
    default = node.child_by_field_name("default")
    path = low.path(node.child_by_field_name("attrpath"))
    base = low.of(node.child_by_field_name("expression"))
    return Select(node.start_byte, node.end_byte, base, path, low.of(default) if default is not None else None)


def _has_attr(low: Lowering, node: TreeNode) -> Node:
    path = low.path(node.child_by_field_name("attrpath"))
    return HasAttr(node.start_byte, node.end_byte, low.of(node.child_by_field_name("expression")), path)


def _interpolation(low: Lowering, node: TreeNode) -> Node:
    return low.of(node.child_by_field_name("expression"))


def _error(low: Lowering, node: TreeNode) -> Node:
    """What stands in an error: expressions, and what is bound in a set or a `let` that does not end."""
    parts = [low.of(child) for child in node.named_children if child.type in low.handlers]
    entries = low.entries(node)
    if entries:
        parts.append(AttrSet(node.start_byte, node.end_byte, entries, True))
    return Broken(node.start_byte, node.end_byte, tuple(parts))


_HANDLERS: dict[str, Handler] = {
    "source_code": _source,
    "variable_expression": variable,
    "interpolation": _interpolation,
    "integer_expression": literal("number"),
    "float_expression": literal("number"),
    "uri_expression": literal("uri"),
    "path_expression": path,
    "hpath_expression": path,
    "spath_expression": path,
    "string_expression": string,
    "indented_string_expression": string,
    "list_expression": _list,
    "attrset_expression": _attrs,
    "rec_attrset_expression": _attrs,
    "let_attrset_expression": _attrs,
    "let_expression": _let,
    "with_expression": _with,
    "assert_expression": _assert,
    "if_expression": _if,
    "function_expression": _lambda,
    "apply_expression": _apply,
    "select_expression": _select,
    "has_attr_expression": _has_attr,
    "unary_expression": unary,
    "binary_expression": binary,
    "ERROR": _error,
}
