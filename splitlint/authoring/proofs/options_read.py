"""Which NixOS options a piece of Nix reads: a stand-in for NixOS must have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from tree_sitter import Node

from splitlint.syntax import nix


def options_read(root: Node) -> tuple[tuple[str, ...], ...]:
    """The options that a text reads: `config.a.b`, or `cfg.b` where `cfg` is `config.a`; see `_role`."""
    selects = [
        node
        for node in _nodes(root)
        if node.type == "select_expression" and node.child_by_field_name("default") is None
    ]
    known: dict[str, tuple[str, ...]] = {"config": ()}
    for node in _nodes(root):
        value = node.child_by_field_name("expression") if node.type == "binding" else None
        attrpath = node.child_by_field_name("attrpath") if value is not None else None
        if value is not None and attrpath is not None and value.type == "select_expression":
            path = _selected(value)
            if path[:1] == ("config",):
                known[".".join(name or "" for name in nix.attribute_names(attrpath))] = path[1:]
    paths = set()
    for select in selects:
        path = _selected(select)
        if path and path[0] in known and known[path[0]] + path[1:]:
            paths.add(known[path[0]] + path[1:] + _role(select))
    return tuple(sorted(paths))


def _role(node: Node) -> tuple[str, ...]:
    """What an option must be where it is read: "?" a condition, "[]" a list."""
    while node.parent is not None and node.parent.type == "parenthesized_expression":
        node = node.parent
    parent = node.parent
    if parent is None:
        return ()
    if parent.type == "if_expression":
        return ("?",) if parent.child_by_field_name("condition") == node else ()
    if parent.type == "binary_expression":
        sign = parent.child_by_field_name("operator")
        written = nix.node_text(sign) if sign is not None else ""
        return {"&&": ("?",), "||": ("?",), "++": ("[]",)}.get(written, ())
    function = parent.child_by_field_name("function") if parent.type == "apply_expression" else None
    called = nix.node_text(function) if function is not None and function != node else ""
    if re.search(r"(?:\bmkIf|\boptional\w*)$", called):
        return ("?",)
    return ("[]",) if re.search(r"\b(?:map|concat\w+|forEach|escapeShellArgs|unique|flatten)\b", called) else ()


def _selected(select: Node) -> tuple[str, ...]:
    base, path = select.child_by_field_name("expression"), select.child_by_field_name("attrpath")
    base = nix.skip_parentheses(base) if base is not None else None
    if base is None or path is None or base.type != "variable_expression":
        return ()
    known = takewhile(lambda name: name is not None, nix.attribute_names(path))
    return (nix.node_text(base), *(name for name in known if name is not None))


def _nodes(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.named_children)
