"""Sets that get themselves: `makeExtensible (self: { .. })`, `makeScope newScope (self: with self; { .. })`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import UNKNOWN, Attrs, Value
from splitlint.analysis.nix.apply import called_name
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

#: By name: which argument is the function that is applied to what it gives.
_FIXED = {"fix": 0, "fix'": 0, "makeExtensible": 0, "makeExtensibleWithCustomName": 1, "makeScope": 1}
_INSIDE = frozenset({"parenthesized_expression", "let_expression", "with_expression", "assert_expression"})


def is_fixed(name: str, number: int) -> bool:
    """Whether argument number `number` (0-based) of a function of lib is applied to what it gives."""
    return _FIXED.get(name) == number


def value_of_self(ev: Evaluator, function: Node) -> Value:
    """What `self` is in `self: { .. }`: the set, which may have others besides (those of the scope, of extensions)."""
    body = function.child_by_field_name("body") if function.type == "function_expression" else None
    value = ev.value(body) if body is not None else UNKNOWN
    shape = value.shape
    return value.as_shape(Attrs(shape.names, True, shape.node)) if isinstance(shape, Attrs) else UNKNOWN


def gets_itself(ev: Evaluator, attrset: Node) -> bool:
    """Whether a set is what such a function gives."""
    return _function_of(ev, attrset) is not None


def readings(ev: Evaluator, attrset: Node, name: str) -> Iterator[Node]:
    """The expressions that read an attribute of a set that gets itself: `self.name`, `name` under `with self`."""
    function = _function_of(ev, attrset)
    universal = function.child_by_field_name("universal") if function is not None else None
    if function is None or universal is None:
        return
    bound = ev.scopes.table(function)[nix.node_text(universal)]
    for variable, outer in ev.scopes.readings(bound, most=40):
        if outer.type == "select_expression":
            path = outer.child_by_field_name("attrpath")
            if path is not None and nix.attribute_names(path) == (name,):
                yield outer
        elif outer.type == "with_expression" and outer.child_by_field_name("environment") == variable:
            yield from _read_under(ev, variable, name)


def _function_of(ev: Evaluator, attrset: Node) -> Node | None:
    """The `self: { .. }` that gives a set and is applied to it; None if there is none."""
    parent = ev.scopes.parent(attrset)
    while parent is not None and parent.type in _INSIDE:
        parent = ev.scopes.parent(parent)
    if parent is None or parent.type != "function_expression":
        return None
    outer = ev.scopes.parent(parent)
    while outer is not None and outer.type == "parenthesized_expression":
        outer = ev.scopes.parent(outer)
    if outer is None or outer.type != "apply_expression":
        return None
    head, arguments = nix.call_spine(outer)
    handed = nix.skip_parentheses(arguments[-1]).id == parent.id
    return parent if handed and is_fixed(called_name(head), len(arguments) - 1) else None


def _read_under(ev: Evaluator, environment: Node, name: str) -> Iterator[Node]:
    for node in ev.scopes.readers(name)[:20]:
        lookup = ev.scopes.lookup(node, name)
        variable = ev.scopes.parent(node)
        if lookup.binding is not None or lookup.environments[:1] != (environment,):
            continue
        if variable is not None and variable.type == "variable_expression":
            yield variable
