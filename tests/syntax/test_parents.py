"""Parents that are written down are those that tree-sitter finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tree_sitter import Node

from splitlint.syntax import nix, parents
from splitlint.syntax.parents import climbing, in_parentheses, outermost, parent_of

DEEP = "{ a, ... }:\n" + 'let x = "${a}/b"; in { inherit (x) y; z = [ (\n' * 150 + "1" + ") ]; }" * 150
FLAT = "[\n" + '(a ? b "${c}/d")\n' * 500 + "]"
BROKEN = "{ a = ( " * 200 + "; b = ]"


def nodes(root: Node) -> Iterator[Node]:
    """All nodes of a tree."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


@pytest.mark.parametrize("code", [DEEP, FLAT, BROKEN], ids=["deep", "flat", "broken"])
def test_the_parent_is_the_one_that_tree_sitter_finds(code: str) -> None:
    tree, other = nix.parse(code.encode()), nix.parse(b"{ a = (b); }")
    with climbing(tree):
        for node in (*nodes(tree.root_node), *nodes(other.root_node)):
            assert parent_of(node) == node.parent
    assert parent_of(None) is None


def test_only_the_parents_of_a_deep_tree_are_written_down_and_only_for_the_time_being() -> None:
    deep, flat = nix.parse(DEEP.encode()), nix.parse(FLAT.encode())
    for tree, is_deep in ((flat, False), (deep, True)):
        with climbing(tree):
            for node in nodes(tree.root_node):
                parent_of(node)
            assert bool(parents._now.known) is is_deep
        assert parents._now.known == {}


def test_a_tree_of_a_great_many_nodes_is_not_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parents, "_MOST_NODES", 1000)
    tree = nix.parse(DEEP.encode())
    with climbing(tree):
        assert [node for node in nodes(tree.root_node) if parent_of(node) != node.parent] == []
        assert parents._now.known == {}


def test_the_tree_is_let_go_of_when_something_goes_wrong() -> None:
    with pytest.raises(ZeroDivisionError), climbing(nix.parse(b"1")):
        raise ZeroDivisionError
    assert parents._now.root is None


def test_nodes_of_some_types_are_climbed_through() -> None:
    tree = nix.parse(b'[ ((a)) "x${b}" ]')
    first = next(node for node in nodes(tree.root_node) if node.text == b"a")
    assert in_parentheses(outermost(first, "variable_expression")).text == b"((a))"
    assert in_parentheses(tree.root_node) == tree.root_node
    inner = next(node for node in nodes(tree.root_node) if node.text == b"b" and node.type == "variable_expression")
    assert outermost(inner, "interpolation", *nix.STRINGS).text == b'"x${b}"'
