"""What makes a text of a package without changing what is meant: `toString k`, `k.outPath`, `"${k}"`."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.analysis.nixpkgs import table
from splitlint.matching.syntax_around import called_name
from splitlint.startup.records import dataclass
from splitlint.syntax import nix
from splitlint.syntax.parents import in_parentheses, parent_of


@dataclass(frozen=True, slots=True)
class Piece:
    """An interpolation, and the string that it is a piece of."""

    interpolation: Node
    string: Node

    @property
    def is_all(self) -> bool:
        """Whether the string says nothing else."""
        return self.string.named_child_count == 1


def piece_of(node: Node) -> Piece | None:
    """The piece of a string that an expression gives, through conversions; the outermost one that says more."""
    found: Piece | None = None
    while (parent := parent_of(node)) is not None:
        string = parent_of(parent) if parent.type == "interpolation" else None
        if string is not None and string.type in nix.STRINGS:
            found = Piece(parent, string)
            if not found.is_all:
                return found
            node = string
        elif parent.type == "parenthesized_expression" or _is_conversion(parent, node):
            node = parent
        else:
            break
    return found


def with_conversions(node: Node) -> Node:
    """All of `k.outPath`, where `k` in it was found."""
    outer = in_parentheses(node)
    parent = parent_of(outer)
    return parent if parent is not None and _is_path_of(parent, outer) else node


def inside_conversions(node: Node) -> Node:
    """The package in `toString k`, which may stay as it is."""
    inner = nix.skip_parentheses(node)
    while inner.type == "apply_expression":
        head, arguments = nix.call_spine(inner)
        if called_name(head) not in table.marked("converts") or len(arguments) != 1:
            break
        node = arguments[0]
        inner = nix.skip_parentheses(node)
    return node


def _is_conversion(parent: Node, node: Node) -> bool:
    if _is_path_of(parent, node):
        return True
    if parent.type != "apply_expression" or parent.child_by_field_name("argument") != node:
        return False
    head, arguments = nix.call_spine(parent)
    return called_name(head) in table.marked("converts") and len(arguments) == 1


def _is_path_of(select: Node, base: Node) -> bool:
    """Whether an expression is `base.outPath`."""
    if select.type != "select_expression" or select.child_by_field_name("expression") != base:
        return False
    path = select.child_by_field_name("attrpath")
    is_path = path is not None and nix.attribute_names(path) == ("outPath",)
    return is_path and select.child_by_field_name("default") is None
