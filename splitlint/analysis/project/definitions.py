"""What a file defines for others: packages in sets and overlays, options in NixOS modules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import Package, PackageSet, Value
from splitlint.analysis.nix import attribute_sets, fixpoints
from splitlint.analysis.nix.apply import called_name
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

_NAME_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_'-")
_SPACE = ord(" ")
_ONE_DERIVATION = frozenset({"mkDerivation", "overrideAttrs", "overrideDerivation", "override"})


def places_bound(data: bytes, name: bytes) -> Iterator[tuple[int, int]]:
    """Where `name =` or `a.name =` is written, as stretches of bytes."""
    end = len(data)
    start = data.find(name)
    while start >= 0:
        after = start + len(name)
        if start == 0 or data[start - 1] not in _NAME_BYTES:
            sign = after
            while sign < end and data[sign] == _SPACE:
                sign += 1
            if data[sign : sign + 1] == b"=" and data[sign + 1 : sign + 2] != b"=":
                yield start, after
        start = data.find(name, after)


def bindings_named(ev: Evaluator, name: str) -> Iterator[Node]:
    """The bindings of a file whose last name is `name` (at most 12)."""
    for start, end in islice(places_bound(ev.source.data, name.encode()), 12):
        node = ev.tree.root_node.named_descendant_for_byte_range(start, end)
        while node is not None and node.type not in ("binding", "binding_set", "source_code"):
            node = ev.scopes.parent(node)
        path = node.child_by_field_name("attrpath") if node is not None and node.type == "binding" else None
        if node is not None and path is not None and nix.attribute_names(path)[-1:] == (name,):
            yield node


def defines_package(ev: Evaluator, binding: Node) -> Node | None:
    """The expression of a binding that gives others a package: in a set that a file or an overlay returns."""
    path = binding.child_by_field_name("attrpath")
    if path is None or len(nix.attribute_names(path)) != 1:
        return None
    scope = _set_of(ev, binding)
    if scope is None or scope.type == "let_expression":
        return None
    parent = ev.scopes.parent(scope)
    while parent is not None and parent.type in (
        "parenthesized_expression",
        "let_expression",
        "with_expression",
        "binary_expression",
    ):
        parent = ev.scopes.parent(parent)
    if parent is None or parent.type not in ("source_code", "function_expression") or _describes_one(ev, parent):
        return None
    return binding.child_by_field_name("expression")


def fills_parameters(ev: Evaluator, binding: Node) -> Node | None:
    """The expression of a binding that gives a package to whoever has a parameter of its name.

    It stands in an overlay or a file that one takes over, or in a set that gets itself or has its own `callPackage`.
    """
    expression = defines_package(ev, binding)
    scope = _set_of(ev, binding)
    if expression is None or scope is None:
        return None
    if _is_of_overlay(ev, scope) or fixpoints.gets_itself(ev, scope):
        return expression
    if _OWN_CALLS & (table := attribute_sets.table_of(ev, scope)).places.keys() or _OWN_CALLS & table.inherited.keys():
        return expression
    uses = ev.project.uses(ev.source.path) if ev.project is not None else ()
    return expression if any(_is_of_overlay(use.ev, use.call) for use in uses) else None


#: What the parameters of overlays are called, alone or as a part: `final`, `lprev`, `pkgsSuper`.
_OF_OVERLAYS = lazy_pattern(r"(?i)final|prev|self|super")
_OWN_CALLS = frozenset({"callPackage", "newScope"})


def _is_of_overlay(ev: Evaluator, node: Node) -> bool:
    """Whether a set is what an overlay (`final: prev: ..`) gives, or a part of that."""
    parent = ev.scopes.parent(node)
    while parent is not None and parent.type in _IN_RESULT:
        node, parent = parent, ev.scopes.parent(parent)
    parameters = []
    for _ in range(2):
        name = parent.child_by_field_name("universal") if parent is not None else None
        if parent is None or name is None or parent.child_by_field_name("formals") is not None:
            return False
        parameters.append(nix.node_text(name))
        parent = ev.scopes.parent(parent)
    return any(_OF_OVERLAYS.search(name) for name in parameters)


_IN_RESULT = frozenset(
    {"parenthesized_expression", "let_expression", "with_expression", "binary_expression", "apply_expression"}
)


def _describes_one(ev: Evaluator, function: Node) -> bool:
    """Whether a function gives the attributes of one derivation, as in `mkDerivation (self: { .. })`."""
    parent = ev.scopes.parent(function)
    while parent is not None and parent.type in ("parenthesized_expression", "function_expression"):
        parent = ev.scopes.parent(parent)
    if parent is None or parent.type != "apply_expression":
        return False
    return called_name(nix.skip_parentheses(nix.call_spine(parent)[0])) in _ONE_DERIVATION


def _set_of(ev: Evaluator, binding: Node) -> Node | None:
    owner = ev.scopes.parent(binding)
    return ev.scopes.parent(owner) if owner is not None else None


def defines_option(ev: Evaluator, binding: Node, path: tuple[str, ...]) -> Node | None:
    """The expression with which a binding sets the option `path`, or the default with which it declares it."""
    expression = binding.child_by_field_name("expression")
    names = _option_names(ev, binding)
    if expression is None or names is None:
        return None
    if names in (path, ("config", *path)):
        return expression
    return _default(expression) if names == ("options", *path) else None


def _option_names(ev: Evaluator, binding: Node) -> tuple[str, ...] | None:
    """The names under which a binding stands in the set that its file returns.

    None if one is computed, or if it stands in a `let`.
    """
    names: tuple[str, ...] = ()
    node: Node | None = binding
    while node is not None and node.type != "source_code":
        if node.type == "binding":
            attrpath = node.child_by_field_name("attrpath")
            here = nix.attribute_names(attrpath) if attrpath is not None else (None,)
            if None in here:
                return None
            names = (*(name for name in here if name is not None), *names)
        above = ev.scopes.parent(node)
        if above is not None and above.type == "let_expression" and node.type == "binding_set":
            return None
        node = above
    return names


def _default(declaration: Node) -> Node | None:
    """The `default` in `mkOption { default = ..; }`."""
    _, arguments = nix.call_spine(declaration)
    for argument in arguments:
        argument = nix.skip_parentheses(argument)
        if argument.type in nix.ATTRSETS:
            for entry in nix.bindings(argument):
                attrpath = entry.child_by_field_name("attrpath") if entry.type == "binding" else None
                if attrpath is not None and nix.attribute_names(attrpath) == ("default",):
                    return entry.child_by_field_name("expression")
    return None


def value_at(ev: Evaluator, expression: Node) -> Value:
    """The value of a definition in another file, told with its place."""
    value = ev.value(expression)
    if isinstance(value.shape, Package | PackageSet):
        return value.because(ev.reason("it is set here", expression))
    return value
