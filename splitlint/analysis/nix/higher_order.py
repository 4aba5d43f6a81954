"""What a function gets that is handed to another: `packages.extend (final: prev: ..)`, `map (k: ..) list`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import UNKNOWN, Attrs, Function, Listing, Unknown, Value, union
from splitlint.analysis.model.world import EXTENDS
from splitlint.analysis.nix import fixpoints, overlays
from splitlint.analysis.nix.apply import called_name
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

#: A place to which a function is handed: the whole call and the number of the argument, or a binding (number -1).
Place = tuple[Node, int]

_DEEPEST = 3
_MOST_ITEMS = 30
#: What makes one function of several, or a list of some: what is handed to it goes on.
_HANDED_ON = frozenset(
    {"composeExtensions", "composeManyExtensions", "toExtension", "mkIf", "mkForce", "mkBefore", "mkAfter"}
    | {"optional", "optionals", "singleton"}
)
#: By name: the numbers of the function, of the list, and of the parameter that an element is passed for.
_OVER_LISTS = {
    **dict.fromkeys(("map", "concatMap", "concatMapStrings", "filter", "any", "all"), (0, 1, 0)),
    **dict.fromkeys(("forEach", "genAttrs", "genAttrs'"), (1, 0, 0)),
    **dict.fromkeys(("imap0", "imap1"), (0, 1, 1)),
    "concatMapStringsSep": (1, 2, 0),
    "foldl": (0, 2, 1),
    "foldl'": (0, 2, 1),
    "foldr": (0, 2, 0),
}
#: The same for sets, whose values are passed.
_OVER_SETS = dict.fromkeys(("mapAttrs", "mapAttrs'", "mapAttrsToList", "concatMapAttrs", "filterAttrs"), (0, 1, 1))
_AROUND = frozenset({"parenthesized_expression", "list_expression", "binary_expression"})


def passed(ev: Evaluator, function: Node, position: int = 0) -> Iterator[tuple[Value, Node]]:
    """What those to whom a function is handed pass for its parameter, and the node that shows it.

    `function` is the function of the parameter, or with `position` an expression that gives a function of several.
    """
    node, parent = function, ev.scopes.parent(function)
    while parent is not None and parent.type in ("function_expression", "parenthesized_expression"):
        position += parent.type == "function_expression"
        node, parent = parent, ev.scopes.parent(parent)
    for place, number in islice(_places(ev, node, 0), 8):
        value = _given(ev, place, number, position)
        if not isinstance(value.shape, Unknown):
            yield value, place


def _places(ev: Evaluator, node: Node, depth: int) -> Iterator[Place]:
    """Where the value of a node is handed to, through names, lists and what puts functions together."""
    parent = ev.scopes.parent(node)
    while parent is not None:
        if parent.type == "apply_expression":
            head, arguments = nix.call_spine(parent)
            if parent.child_by_field_name("argument") != node:
                return
            call = _whole(ev, parent)
            if called_name(head) not in _HANDED_ON:
                yield call, len(arguments) - 1
                return
            parent = call
        elif parent.type == "binding":
            yield parent, -1
            yield from _readings(ev, parent, depth)
            return
        elif parent.type not in _AROUND or (parent.type == "binary_expression" and nix.operator(parent) != "++"):
            return
        node, parent = parent, ev.scopes.parent(parent)


def _whole(ev: Evaluator, call: Node) -> Node:
    """The application that has the arguments that follow, too."""
    node, parent = call, ev.scopes.parent(call)
    while parent is not None:
        if parent.type == "apply_expression" and parent.child_by_field_name("function") == node:
            call = parent
        elif parent.type != "parenthesized_expression":
            break
        node, parent = parent, ev.scopes.parent(parent)
    return call


def _readings(ev: Evaluator, binding: Node, depth: int) -> Iterator[Place]:
    """Where the name goes that a binding gives to a function."""
    path = binding.child_by_field_name("attrpath")
    owner = ev.scopes.parent(binding)
    scope = ev.scopes.parent(owner) if owner is not None else None
    names = nix.attribute_names(path) if path is not None else ()
    if scope is None or scope.type == "attrset_expression" or len(names) != 1 or depth >= _DEEPEST:
        return
    bound = ev.scopes.table(scope).get(names[0] or "")
    for reference in ev.scopes.references(bound)[:20] if bound is not None else ():
        variable = ev.scopes.parent(reference)
        if variable is not None and variable.type == "variable_expression":
            yield from _places(ev, variable, depth + 1)


def _given(ev: Evaluator, place: Node, number: int, position: int) -> Value:
    """What is passed at a place for parameter number `position` of the function that is argument number `number`."""
    if number < 0:
        return overlays.of_attribute(ev, place) if position < 2 else UNKNOWN
    head, arguments = nix.call_spine(place)
    name = called_name(head)
    if name in EXTENDS:
        return overlays.extended(ev, place, head) if number == 0 and position < 2 else UNKNOWN
    if fixpoints.is_fixed(name, number):
        return fixpoints.value_of_self(ev, nix.skip_parentheses(arguments[number])) if position == 0 else UNKNOWN
    for table, elements in ((_OVER_LISTS, _of_list), (_OVER_SETS, _of_set)):
        function_number, items, parameter = table.get(name, (-1, -1, -1))
        if function_number == number and parameter == position and items < len(arguments) and _is_library(ev, head):
            reason = ev.reason("these are passed one by one", arguments[items])
            passed_on = islice(elements(ev.value(arguments[items])), _MOST_ITEMS)
            return union(tuple(one.because(reason) for one in passed_on))
    return UNKNOWN


def _is_library(ev: Evaluator, head: Node) -> bool:
    """Whether what is called may be nixpkgs' function of that name: it is no function written out here."""
    return not isinstance(ev.value(head).shape, Function)


def _of_list(value: Value) -> Iterator[Value]:
    yield from value.shape.items if isinstance(value.shape, Listing) else ()


def _of_set(value: Value) -> Iterator[Value]:
    if isinstance(value.shape, Attrs):
        yield from (thunk() for thunk in value.shape.names.values())
