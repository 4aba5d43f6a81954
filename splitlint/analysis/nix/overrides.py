"""What is done to a package: which override an expression stands in, what made it, what the code around asks first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import UNKNOWN, Attrs, Call, Literal, Unknown, Value
from splitlint.analysis.nix import flow, sinks
from splitlint.analysis.nix.apply import called_name
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

_OVERRIDE = lazy_pattern(r"(?:.*>)?[^>]*\.(?:overrideAttrs|overrideDerivation)\{([^}]*)\}(?:\[\])?")
#: Asking for the release of nixpkgs is asking for its outputs.
_ASKS_RELEASE = lazy_pattern(
    r"version(?:AtLeast|Older)\b.*\b(?:lib|trivial|nixos|nixpkgs)\.(?:version|release|trivial)", re.S
)
_FARTHEST = 80
#: The step of proof that `apply` gives for what a maker made; it points at the maker's name.
_MADE = lazy_pattern(r"`[^`]+` makes a ")


@dataclass(frozen=True, slots=True)
class Override:
    """An attribute of a package that is overridden: the package, the attribute's name (dotted), the call."""

    package: Value
    attribute: str
    call: Node


def overrides(ev: Evaluator, node: Node) -> Iterator[Override]:
    """The overrides (`k.overrideAttrs (old: { .. })`) that the value of a node is an attribute of."""
    for sink in flow.sinks(ev, node):
        found = _OVERRIDE.fullmatch(sink.name)
        if found is None or sink.node.type != "apply_expression":
            continue
        package = sinks.owner(ev, nix.call_spine(sink.node)[0])
        if package is not None:
            yield Override(package, found[1].replace(sinks.LIST, ""), sink.node)


def asks_first(ev: Evaluator, node: Node, names: Collection[str], *, unset: bool = False) -> bool:
    """Whether the code around a node asks for one of these attributes or outputs first.

    `if k ? NAME then .. else HERE`, `lib.optionalAttrs (!lib.elem "NAME" old.outputs) HERE`, `k.NAME or HERE`, the
    condition in a variable or not; asking which release of nixpkgs it is counts too. With `unset` it also counts that
    HERE is the default of a parameter NAME, or that NAME is compared with null or an empty list.
    """
    unset_name = _unset(names) if unset else None
    child, parent = node, ev.scopes.parent(node)
    for _ in range(_FARTHEST):
        if parent is None:
            return False
        if parent.type == "select_expression" and _is_field(parent, "default", child):
            path = parent.child_by_field_name("attrpath")
            if path is not None and set(nix.attribute_names(path)[-1:]) & set(names):
                return True
        if unset and parent.type == "formal" and nix.node_text(parent).partition("?")[0].strip() in names:
            return True
        condition = _condition_over(parent, child)
        if condition is not None and _asks(ev, condition, names, unset_name):
            return True
        child, parent = parent, ev.scopes.parent(parent)
    return False


def _unset(names: Collection[str]) -> re.Pattern[str]:
    """`NAME == null`, `(x.NAME or null) != null`, `NAME != [ ]`, `isNull NAME`."""
    name, nothing = "|".join(map(re.escape, names)), r"(?:null|\[\s*\])"
    return re.compile(
        rf"(?<![\w'-])(?:{name})(?:\s+or\s+{nothing}\s*\))?\s*[!=]=\s*{nothing}|\bisNull\s+(?:[\w'-]+\.)*(?:{name})\b"
    )


def _is_field(parent: Node, field: str, child: Node) -> bool:
    found = parent.child_by_field_name(field)
    return found is not None and found.id == child.id


def _condition_over(parent: Node, child: Node) -> Node | None:
    """The condition on which `child` depends: of an `if`, or the first argument of `optionalAttrs`, `mkIf` ..."""
    if parent.type == "if_expression":
        return None if _is_field(parent, "condition", child) else parent.child_by_field_name("condition")
    if parent.type == "apply_expression" and _is_field(parent, "argument", child):
        return parent.child_by_field_name("function")
    return None


def _asks(
    ev: Evaluator, condition: Node, names: Collection[str], unset: re.Pattern[str] | None, depth: int = 0
) -> bool:
    text = nix.node_text(condition)
    if unset is not None and unset.search(text):
        return True
    if any(name in text for name in names) and ("?" in text or "hasAttr" in text or "outputs" in text):
        return True
    if _ASKS_RELEASE.search(text):
        return True
    if depth >= 3:
        return False
    return any(_asks(ev, bound, names, unset, depth + 1) for bound in _bound_in(ev, condition))


def _bound_in(ev: Evaluator, condition: Node) -> Iterator[Node]:
    """What the variables in a condition are bound to, where a `let` or a `rec` set says."""
    pending = [condition]
    while pending:
        node = pending.pop()
        pending.extend(node.named_children)
        if node.type != "variable_expression":
            continue
        binding = ev.scopes.lookup(node, nix.node_text(node)).binding
        expression = binding.site.child_by_field_name("expression") if binding is not None else None
        if expression is not None and binding is not None and binding.kind == "binding":
            yield expression


def reads(node: Node, names: Collection[str]) -> bool:
    """Whether an expression reads an attribute (`old.NAME`) or a variable of one of these names."""
    pending = [node]
    while pending:
        one = pending.pop()
        if one.type == "variable_expression" and nix.node_text(one) in names:
            return True
        if one.type == "select_expression":
            path = one.child_by_field_name("attrpath")
            if path is not None and set(nix.attribute_names(path)) & set(names):
                return True
        pending.extend(one.named_children)
    return False


def made_with(ev: Evaluator, value: Value, names: Collection[str]) -> bool:
    """Whether what made a package was given one of these arguments; `NAME:path` only where it is a path written out.

    `by:NAME` is the function that made it. True, too, where the call or all of its arguments cannot be seen.
    """
    maker, given = "", UNKNOWN
    if isinstance(value.shape, Call):
        maker, given = value.shape.function, value.shape.arguments[0]() if value.shape.arguments else UNKNOWN
    elif (call := _maker_call(ev, value)) is not None:
        argument = call.child_by_field_name("argument")
        maker = sinks.function_name(ev, nix.call_spine(call)[0])
        given = ev.value(argument) if argument is not None else UNKNOWN
    if f"by:{maker.rpartition('.')[2]}" in names:
        return True
    if not isinstance(given.shape, Attrs) or given.shape.open:
        return True
    for word in names:
        name, _, kind = word.partition(":")
        thunk = given.shape.names.get(name)
        if thunk is None:
            continue
        shape = thunk().shape
        if not kind or isinstance(shape, Unknown) or (isinstance(shape, Literal) and shape.kind == kind):
            return True
    return False


def _maker_call(ev: Evaluator, value: Value) -> Node | None:
    """The call of one of its family's makers that made a package, where it stands in this file."""
    for reason in value.reasons:
        if reason.path != ev.source.path or not _MADE.match(reason.text):
            continue
        head = ev.tree.root_node.named_descendant_for_byte_range(reason.start, reason.end)
        while head is not None and head.parent is not None and head.parent.type in _IN_HEAD:
            head = head.parent
        if head is not None and head.parent is not None and head.parent.type == "apply_expression":
            return head.parent
    return None


_IN_HEAD = frozenset({"variable_expression", "parenthesized_expression", "attrpath", "select_expression"})


def call_texts(ev: Evaluator, node: Node) -> Iterator[str]:
    """The source of the applications around a node that are part of the same expression, the innermost first."""
    parent = ev.scopes.parent(node)
    while parent is not None and parent.type in _SAME_EXPRESSION:
        if parent.type == "apply_expression":
            yield nix.node_text(parent)
        parent = ev.scopes.parent(parent)


def calls_around(ev: Evaluator, node: Node) -> Iterator[str]:
    """The last names of the functions in whose arguments a node is written, the innermost first."""
    child, parent = node, ev.scopes.parent(node)
    while parent is not None:
        if parent.type == "apply_expression" and not _is_field(parent, "function", child):
            yield called_name(nix.call_spine(parent)[0])
        child, parent = parent, ev.scopes.parent(parent)


_SAME_EXPRESSION = frozenset(
    {"apply_expression", "parenthesized_expression", "binary_expression", "unary_expression", "list_expression"}
)
