"""The function of an override: what it calls the old attributes, and how a set in it comes to be part of its result."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Member, Package
from splitlint.analysis.nixpkgs import table
from splitlint.files.source import Source
from splitlint.findings.finding import Edit
from splitlint.fixes.make import edits
from splitlint.matching.syntax_around import called_name, reads
from splitlint.matching.views import NixView
from splitlint.startup.records import dataclass
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of

#: What stands around a set without changing what it gives.
_AROUND = frozenset({"parenthesized_expression", "let_expression", "with_expression", "assert_expression"})
_NAMES = ("old", "previousAttrs", "oldAttrs")


@dataclass(frozen=True, slots=True)
class Old:
    """How the old `env` is written in a set (with parentheses where `//` follows), and what has to change for that."""

    env: str
    changes: tuple[Edit, ...] = ()


def result_of(attrset: Node) -> Node:
    """The expression that a set is joined to a result in: through `//`, `optionalAttrs`, `if`, `let` and the like."""
    node = attrset
    while (parent := parent_of(node)) is not None:
        if not _gives_what_it_holds(parent, node):
            return node
        node = parent
    return node


def _gives_what_it_holds(parent: Node, node: Node) -> bool:
    """Whether an expression gives a set that is a part of it, or one with that in it."""
    if parent.type == "parenthesized_expression":
        return True
    if parent.type in _AROUND:
        return _is(parent, "body", node)
    if parent.type == "if_expression":
        return not _is(parent, "condition", node)
    return (parent.type == "binary_expression" and nix.operator(parent) == "//") or _is_optional(parent, node)


def operands_beside(attrset: Node) -> Iterator[Node]:
    """The other operands of the `//`s that a set is joined with."""
    node, end = attrset, result_of(attrset)
    while node.id != end.id and (parent := parent_of(node)) is not None:
        if parent.type == "binary_expression":
            sides = (parent.child_by_field_name(side) for side in ("left", "right"))
            yield from (one for one in sides if one is not None and one != node)
        node = parent


def old_attributes(source: Source, view: NixView, attrset: Node) -> Old | None:
    """How a set in an override says `env` of the old attributes; None if it cannot be told what they are called."""
    whole = result_of(attrset)
    parent = parent_of(whole)
    if parent is None:
        return None
    if parent.type == "apply_expression" and _is(parent, "argument", whole):
        return _in_new_function(source, parent, whole)
    while parent is not None and parent.type in ("function_expression", *_AROUND):
        if parent.type == "function_expression":
            found = _of_function(source, view, parent, attrset)
            if found is not None:
                return found
        parent = parent_of(parent)
    return None


def _is(parent: Node, field: str, node: Node) -> bool:
    return parent.child_by_field_name(field) == node


def _is_optional(call: Node, argument: Node) -> bool:
    """Whether a set is the second argument of `optionalAttrs` or the like."""
    if call.type != "apply_expression" or not _is(call, "argument", argument):
        return False
    head, arguments = nix.call_spine(call)
    return called_name(head) in table.marked("conditional") and len(arguments) == 2


def _in_new_function(source: Source, call: Node, whole: Node) -> Old | None:
    """The set that is all that `overrideAttrs` is given becomes the result of a function."""
    head, arguments = nix.call_spine(call)
    if called_name(head) not in ("overrideAttrs", "overrideAttrs'") or len(arguments) != 1:
        return None
    inner = nix.skip_parentheses(whole)
    name = next((one for one in _NAMES if not reads(inner, (one,))), None)
    if name is None:
        return None
    changes = [Edit(source.path, inner.start_byte, inner.start_byte, f"{name}: ")]
    if whole.type != "parenthesized_expression":
        changes = [
            Edit(source.path, inner.start_byte, inner.start_byte, f"({name}: "),
            Edit(source.path, inner.end_byte, inner.end_byte, ")"),
        ]
    return Old(f"({name}.env or {{ }})", tuple(changes))


def _of_function(source: Source, view: NixView, function: Node, attrset: Node) -> Old | None:
    """The same where a function gets the old attributes; None if this one gets something else."""
    universal = function.child_by_field_name("universal")
    if universal is not None:
        name = nix.node_text(universal)
        values = alternatives(view.name(name, attrset))
        if not values or not all(isinstance(one.shape, Package) for one in values):
            return None
        if name != "_":
            return Old(f"({name}.env or {{ }})")
        body = function.child_by_field_name("body")
        new = next((one for one in _NAMES if body is not None and not reads(body, (one,))), None)
        if new is None:
            return None
        return Old(f"({new}.env or {{ }})", (edits.replace(source, universal, new),))
    formals = function.child_by_field_name("formals")
    names = [one.child_by_field_name("name") for one in formals.named_children] if formals is not None else []
    known = [nix.node_text(one) for one in names if one is not None]
    if not any(isinstance(one.shape, Member) for name in known for one in alternatives(view.name(name, attrset))):
        return None
    if attrset.type == "rec_attrset_expression":
        return None
    if "env" in known:
        return Old("env")
    added = edits.add_formal(source, function, "env ? { }")
    return Old("env", (added,)) if added is not None else None
