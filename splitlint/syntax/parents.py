"""The parents of nodes, for those who climb a syntax tree.

tree-sitter looks for a parent from the root, so that each step up from a node takes as long as the way down to it: a
file with a thousand findings in each other took three seconds. The parents of a deep tree are written down once; in any
other, tree-sitter is asked.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Tree

#: Nodes above a node from which on it takes tree-sitter long to find the parent.
_DEEP = 200
#: Once in so many questions it is looked how deep a node is, which takes as long as the question.
_OFTEN = 16
#: Nodes of the largest tree whose parents are written down: each takes 200 bytes.
_MOST_NODES = 200_000


class _Climbed:
    """The tree in which parents are asked for now, how often, and what is written down of it: parents by node."""

    root: Node | None
    asked: int
    known: dict[int, Node]

    def __init__(self) -> None:
        self.begin(None)

    def begin(self, root: Node | None) -> None:
        """Forgets the tree, and goes on with another."""
        self.root, self.asked, self.known = root, 0, {}


#: Also asked for nodes of other trees. The nodes of two trees that are both in memory have different numbers, and what
#: is written down of a tree keeps it there.
_now = _Climbed()


@contextmanager
def climbing(tree: Tree) -> Iterator[None]:
    """While parents are asked for in this tree, mostly."""
    _now.begin(tree.root_node)
    try:
        yield
    finally:
        _now.begin(None)


def parent_of(node: Node | None) -> Node | None:
    """The node around a node, None if that is the root or there is none."""
    if node is None:
        return None
    known = _now.known.get(node.id)
    if known is not None:
        return known
    _now.asked += 1
    if _now.asked % _OFTEN == 0 and not _now.known and _now.root is not None and _is_deep(_now.root, node):
        _now.known = _parents(_now.root)
    return node.parent


def outermost(node: Node, *types: str) -> Node:
    """The outermost node around a node between which and itself there are only nodes of some types."""
    while (around := parent_of(node)) is not None and around.type in types:
        node = around
    return node


def in_parentheses(node: Node) -> Node:
    """An expression with the parentheses around it."""
    return outermost(node, "parenthesized_expression")


def _is_deep(root: Node, node: Node) -> bool:
    if root.descendant_count > _MOST_NODES:
        return False
    cursor = root.walk()
    while cursor.depth < _DEEP:
        if cursor.goto_first_child_for_byte(node.start_byte) is None:
            return False
    return True


def _parents(root: Node) -> dict[int, Node]:
    """The parent of each node below a root, by the node's number."""
    known: dict[int, Node] = {}
    cursor = root.walk()
    ways: list[Node] = []
    here = root
    while True:
        if cursor.goto_first_child():
            ways.append(here)
        else:
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return known
                ways.pop()
        child = cursor.node
        assert child is not None
        here = child
        known[here.id] = ways[-1]
