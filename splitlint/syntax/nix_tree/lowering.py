"""The tree of a Nix file that is being lowered: what all kinds of expressions ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tree_sitter import Node as TreeNode

from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix
from splitlint.syntax.nix_tree.bindings import Binding, Entry, Inherited
from splitlint.syntax.nix_tree.nodes import (
    Attribute,
    Broken,
    Node,
    TooDeep,
)

#: Expressions nested deeper than this within one binding are not read; each takes up to six Python calls.
DEEPEST = 220
#: Attribute paths, and strings of either kind, whose text is what stands there: most are, and need no look at the tree.
_PLAIN_PATH = lazy_pattern(rb"[A-Za-z_][\w'-]*(?:\s*\.\s*[A-Za-z_][\w'-]*)*")
Handler = Callable[["Lowering", TreeNode], Node]


class Lowering:
    """The tree of one file, and what lowers each type of node.

    What is bound is lowered later, from the outside, so that `depth` starts at 0 again.
    """

    __slots__ = ("data", "depth", "handlers")

    def __init__(self, data: bytes, handlers: Mapping[str, Handler]) -> None:
        self.data = data
        self.handlers = handlers
        self.depth = 0

    def of(self, node: TreeNode | None) -> Node:
        """An expression node, lowered; Broken where the source lacks it, TooDeep where it is nested too deeply."""
        if node is None:
            return Broken(0, 0)
        kind = node.type
        while kind == "parenthesized_expression":
            inner = node.child_by_field_name("expression")
            if inner is None:
                return Broken(node.start_byte, node.end_byte)
            node, kind = inner, inner.type
        handler = self.handlers.get(kind)
        if handler is None:
            return Broken(node.start_byte, node.end_byte)
        if self.depth >= DEEPEST:
            return TooDeep(node.start_byte, node.end_byte)
        self.depth += 1
        made = handler(self, node)
        self.depth -= 1
        return made

    def text(self, node: TreeNode) -> str:
        """The source of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def path(self, attrpath: TreeNode | None) -> tuple[Attribute, ...]:
        """The names of an attribute path."""
        if attrpath is None:
            return ()
        data = self.data[attrpath.start_byte : attrpath.end_byte]
        if _PLAIN_PATH.fullmatch(data):
            if b"." not in data:
                return (data.decode(),)
            return tuple([name.strip() for name in data.decode().split(".")])
        return tuple([self.attribute(attr) for attr in attrpath.children_by_field_name("attr")])

    def attribute(self, attr: TreeNode) -> Attribute:
        """One name of an attribute path, computed or not."""
        if attr.type == "identifier":
            return self.text(attr)
        known = nix.attribute_name(attr)
        if known is not None:
            return known
        return self.of(attr.child_by_field_name("expression") if attr.type == "interpolation" else attr)

    def entries(self, node: TreeNode) -> tuple[Entry, ...]:
        """What stands in a set or a `let`."""
        found: list[Entry] = []
        for held in node.named_children:
            if held.type == "binding_set":
                for entry in held.named_children:
                    self.entry(entry, found)
            elif node.type == "ERROR":
                self.entry(held, found)
        return tuple(found)

    def entry(self, entry: TreeNode, found: list[Entry]) -> None:
        """Appends what one node of a set stands for, if it is no comment or error."""
        if entry.type == "binding":
            binding = self.binding(entry)
            if binding is not None:
                found.append(binding)
        elif entry.type in ("inherit", "inherit_from"):
            found.extend(self.inherited(entry))

    def inherited(self, entry: TreeNode) -> list[Inherited]:
        """`inherit a b;`, `inherit (c) a b;`."""
        attrs = entry.child_by_field_name("attrs")
        source = self.of(entry.child_by_field_name("expression")) if entry.type == "inherit_from" else None
        names = [
            (attr, nix.attribute_name(attr))
            for attr in (attrs.children_by_field_name("attr") if attrs is not None else ())
        ]
        return [
            Inherited(attr.start_byte, attr.end_byte, name, source)
            for attr, name in names
            if name is not None and attr.end_byte > attr.start_byte
        ]

    def binding(self, entry: TreeNode) -> Binding | None:
        """`a.b = c;`; None where the source lacks a part of it."""
        attrpath, value = entry.child_by_field_name("attrpath"), entry.child_by_field_name("expression")
        if attrpath is None or value is None:
            return None
        return Binding((entry.start_byte, entry.end_byte), attrpath.end_byte, self.path(attrpath), value, self)
