"""Which strings of a Nix file are Python: by the function or attribute that takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from splitlint.syntax import nix

_ATTRIBUTES = frozenset({"testScript"})
_WRITERS = re.compile(r"(?:^|\.)(writePython3?(?:Bin)?|writePyPy3?(?:Bin)?)\b")
_SHEBANG = re.compile(rb"^(?:''|\")\s*#!.*\bpython")


def python_strings(root: Node) -> Iterator[Node]:
    """The string nodes that hold Python, in source order."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type in nix.STRINGS and (_SHEBANG.match(node.text or b"") or _taken_as_python(node)):
            yield node
            continue
        pending.extend(reversed(node.named_children))


_AROUND = ("parenthesized_expression", "function_expression", "binary_expression", "let_expression")


def _taken_as_python(string: Node) -> bool:
    node = string
    for _ in range(6):
        parent = node.parent
        if parent is None:
            return False
        if parent.type == "binding":
            path = parent.child_by_field_name("attrpath")
            return path is not None and nix.attribute_names(path)[-1] in _ATTRIBUTES
        if parent.type == "apply_expression":
            function = parent.child_by_field_name("function")
            if function is not None and function.id != node.id:
                head, _ = nix.call_spine(parent)
                return _WRITERS.search(nix.node_text(head)) is not None
        elif parent.type not in _AROUND:
            return False
        node = parent
    return False
