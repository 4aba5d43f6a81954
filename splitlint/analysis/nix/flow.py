"""Where the value of an expression goes: arguments of functions, NixOS options, attributes of sets.

The counterpart of `evaluate`: that asks what an expression is, this asks who receives it.
A sink is written `pkgs.makeModulesClosure{kernel}`, `pkgs.aggregateModules[]`, `option:system.modulesTree[]`:
the function (`?.name` where only its name is known) or option, `{attribute}` of an argument that is a set,
`(n)` the argument's number where it is not the first, `[]` where the value is an element of a list.
`taker:name{attribute}` is a function of the repository that takes any tree (see `takers`).
What is made of it by a function goes on, as `pkgs.aggregateModules>pkgs.vmTools.override{kernel}`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import Function
from splitlint.analysis.model.world import name_pattern
from splitlint.analysis.nix import fixpoints, pass_through
from splitlint.analysis.nix.scope import Binding
from splitlint.analysis.nix.sinks import LIST, Trail, dotted, function_name, written
from splitlint.startup.records import dataclass, replace
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

_DEEPEST = 4
_MOST = 60
#: Steps upwards for one value. What a file may cost in all is `Evaluator.flow_left`.
_MOST_STEPS = 400


@dataclass(frozen=True, slots=True)
class Sink:
    """A receiver: its written form, the node of the call or binding, and the lists passed through.

    `renamed`: the value goes there under another name, at whose reading it can be seen as well.
    """

    name: str
    node: Node
    lists: tuple[Node, ...]
    renamed: bool = False


#: Functions that give an argument of theirs back, whole or as part of what they give.
_TRANSPARENT = (
    frozenset({"mkIf", "mkForce", "mkDefault", "mkBefore", "mkAfter", "mkOverride", "mkOrder", "mkMerge"})
    | {"mkOptionDefault", "mkVMOverride", "mkImageMediaOverride", "optional", "optionals", "optionalAttrs", "toList"}
    | {"singleton", "flatten", "unique", "concatLists", "filter", "lowPrio", "hiPrio", "recursiveUpdate"}
    | {"escapeShellArg", "toString", "id", "warn", "warnIf", "trace", "literalExpression"}
)
_MAKES_LIST = frozenset({"optional", "singleton", "toList"})


def sinks(ev: Evaluator, node: Node) -> list[Sink]:
    """The receivers of the value of a node, the nearest first."""
    known = ev.sinks.get(node.id)
    if known is None:
        ev.flow_steps = min(_MOST_STEPS, ev.flow_left)
        known = ev.sinks[node.id] = list(islice(_climb(ev, node, Trail()), _MOST))
    return known


def goes_into(ev: Evaluator, node: Node, globs: tuple[str, ...], renamed: bool = False) -> Sink | None:
    """The first receiver that fits one of the globs and none that starts with `!`.

    Receivers that get the value under another name count only if `renamed`.
    """
    wanted = name_pattern(tuple(glob for glob in globs if not glob.startswith("!")))
    unwanted = name_pattern(tuple(glob[1:] for glob in globs if glob.startswith("!")))
    hit: Sink | None = None
    for sink in sinks(ev, node):
        if sink.renamed and not renamed:
            continue
        if unwanted is not None and unwanted.fullmatch(sink.name):
            return None
        if hit is None and wanted is not None and wanted.fullmatch(sink.name):
            hit = sink
    return hit


def _climb(ev: Evaluator, node: Node, trail: Trail) -> Iterator[Sink]:
    while True:
        parent = ev.scopes.parent(node)
        ev.flow_steps -= 1
        ev.flow_left -= 1
        if parent is None or ev.flow_steps < 0:
            return
        kind = parent.type
        if kind == "inherited_attrs":
            yield from _inherit(ev, node, parent, trail)
            return
        if kind == "source_code":
            yield from _file_result(ev, node, trail)
            return
        if kind == "list_expression":
            trail = replace(trail, steps=(LIST, *trail.steps), lists=(*trail.lists, parent))
        elif kind == "binary_expression":
            operator = nix.operator(parent)
            if operator not in ("++", "//", "+"):
                return
            if operator == "+":
                trail = replace(trail, in_text=True)
        elif kind == "interpolation":
            trail = replace(trail, in_text=True)
        elif kind == "binding":
            yield from _binding(ev, parent, trail)
            return
        elif kind == "apply_expression":
            function = parent.child_by_field_name("function")
            if function is not None and function.id == node.id:
                node = parent
                continue
            onward = yield from _argument(ev, parent, node, trail)
            if onward is None:
                return
            trail = onward
        elif kind == "function_expression":
            yield from _returned(ev, parent, trail)
            if not _is_outermost(ev, parent) and not _is_argument(ev, parent):
                return
        elif kind not in _THROUGH and not _is_result(parent, node):
            return
        node = parent


_THROUGH = frozenset(
    {"interpolation", "string_expression", "indented_string_expression", "parenthesized_expression"}
    | {"assert_expression", "list_expression", "binary_expression", "apply_expression"}
)
#: By the kind of an expression, the parts of it that it may be.
_RESULTS = {
    "with_expression": ("body",),
    "let_expression": ("body",),
    "if_expression": ("consequence", "alternative"),
    "select_expression": ("default",),
}


def _is_result(parent: Node, node: Node) -> bool:
    fields = _RESULTS.get(parent.type, ())
    return any((child := parent.child_by_field_name(field)) is not None and child.id == node.id for field in fields)


def _is_outermost(ev: Evaluator, function: Node) -> bool:
    parent = ev.scopes.parent(function)
    while parent is not None and parent.type in ("function_expression", "parenthesized_expression", "let_expression"):
        parent = ev.scopes.parent(parent)
    return parent is not None and parent.type == "source_code"


def _is_argument(ev: Evaluator, function: Node) -> bool:
    """Whether a function is handed to another: what it returns goes there (`k.overrideAttrs (old: { .. })`)."""
    node, parent = function, ev.scopes.parent(function)
    while parent is not None and parent.type in ("function_expression", "parenthesized_expression"):
        node, parent = parent, ev.scopes.parent(parent)
    if parent is None or parent.type != "apply_expression":
        return False
    called = parent.child_by_field_name("function")
    return called is not None and called.id != node.id


def _argument(ev: Evaluator, call: Node, argument: Node, trail: Trail) -> Generator[Sink, None, Trail | None]:
    """The sinks of one argument; returns the trail on which the call's result goes on, None if it does not."""
    head, arguments = nix.call_spine(call)
    position = next((n for n, one in enumerate(arguments) if one.id == argument.id), len(arguments) - 1)
    before = arguments[position - 1] if position else None
    if before is not None and call.has_error and before.type in ("select_expression", "variable_expression"):
        # A syntax error further up makes one long application of unrelated words: what stands before is what is called.
        head, position = before, 0
    name = function_name(ev, head)
    bare = name.rpartition(".")[2]
    if bare in _TRANSPARENT:
        listed = bare in _MAKES_LIST and position == (bare == "optional")
        merged = bare == "mkMerge" and trail.steps[:1] == (LIST,)
        steps = (LIST, *trail.steps) if listed else trail.steps[1:] if merged and len(trail.steps) > 1 else trail.steps
        return replace(trail, steps=steps)
    if name:
        yield Sink(trail.through + written(name, position, trail), call, trail.lists, trail.renamed)
    taker = pass_through.taker_of(ev, call, trail.steps[0]) if trail.steps else None
    if taker is not None:
        yield Sink(trail.through + written(f"taker:{taker}", 0, trail), call, trail.lists, trail.renamed)
    local = ev.value(head).shape
    if isinstance(local, Function) and local.node is not None and trail.depth < _DEEPEST:
        yield from _parameter(ev, local.node, position, trail)
    if trail.depth >= _DEEPEST:
        return None
    return Trail(lists=trail.lists, depth=trail.depth + 1, through=f"{name or '?'}>")


def _parameter(ev: Evaluator, function: Node, position: int, trail: Trail) -> Iterator[Sink]:
    """Where a function written in this file sends one of its parameters."""
    for _ in range(position):
        body = function.child_by_field_name("body")
        if body is None or body.type != "function_expression":
            return
        function = body
    table = ev.scopes.table(function)
    if trail.steps and trail.steps[0] in table:
        bound = table.get(trail.steps[0])
        onward = replace(trail, steps=trail.steps[1:], depth=trail.depth + 1)
    else:
        universal = function.child_by_field_name("universal")
        bound = table.get(nix.node_text(universal)) if universal is not None else None
        onward = replace(trail, depth=trail.depth + 1)
    if bound is not None:
        yield from _reads(ev, bound, onward)


def _reads(ev: Evaluator, bound: Binding, trail: Trail) -> Iterator[Sink]:
    if _bare(trail):
        trail = replace(trail, renamed=True)
    for reference in ev.scopes.references(bound)[:20]:
        parent = ev.scopes.parent(reference)
        start = parent if parent is not None and parent.type == "variable_expression" else reference
        if start is not None:
            yield from _climb(ev, start, trail)


def _bare(trail: Trail) -> bool:
    """Whether it is still the value itself that travels, and no list, set, result or text that holds it."""
    return not (trail.steps or trail.through or trail.in_text)


def _inherit(ev: Evaluator, node: Node, attrs: Node, trail: Trail) -> Iterator[Sink]:
    entry = ev.scopes.parent(attrs)
    owner = ev.scopes.parent(entry) if entry is not None else None
    scope = ev.scopes.parent(owner) if owner is not None else None
    name = nix.attribute_name(node)
    if scope is None or name is None:
        return
    yield from _named(ev, scope, (name,), node, trail)


def _binding(ev: Evaluator, binding: Node, trail: Trail) -> Iterator[Sink]:
    attrpath = binding.child_by_field_name("attrpath")
    owner = ev.scopes.parent(binding)
    scope = ev.scopes.parent(owner) if owner is not None else None
    if attrpath is None or scope is None:
        return
    names = tuple(name if name is not None else "*" for name in nix.attribute_names(attrpath))
    yield from _named(ev, scope, names, binding, trail)


def _named(ev: Evaluator, scope: Node, names: tuple[str, ...], site: Node, trail: Trail) -> Iterator[Sink]:
    if scope.type != "attrset_expression" and trail.depth < _DEEPEST:
        bound = ev.scopes.table(scope).get(names[0])
        if bound is not None and bound.site.id == site.id and len(names) == 1:
            yield from _reads(ev, bound, replace(trail, depth=trail.depth + 1))
    elif len(names) == 1 and trail.depth < _DEEPEST:
        for reading in fixpoints.readings(ev, scope, names[0]):
            yield from _climb(ev, reading, replace(trail, depth=trail.depth + 1, renamed=trail.renamed or _bare(trail)))
    if scope.type == "let_expression":
        return
    onward = replace(trail, steps=(*names, *trail.steps))
    yield Sink(f"{trail.through}attribute:{dotted(onward.steps)}", site, trail.lists, trail.renamed)
    yield from _climb(ev, scope, onward)


def _returned(ev: Evaluator, function: Node, trail: Trail) -> Iterator[Sink]:
    """Where the result of a function that has a name goes: to its callers."""
    if trail.depth >= _DEEPEST:
        return
    parent = ev.scopes.parent(function)
    while parent is not None and parent.type in ("function_expression", "parenthesized_expression"):
        parent = ev.scopes.parent(parent)
    if parent is None or parent.type != "binding":
        return
    owner = ev.scopes.parent(parent)
    scope = ev.scopes.parent(owner) if owner is not None else None
    attrpath = parent.child_by_field_name("attrpath")
    names = nix.attribute_names(attrpath) if attrpath is not None else ()
    if scope is None or scope.type == "attrset_expression" or len(names) != 1 or names[0] is None:
        return
    bound = ev.scopes.table(scope).get(names[0])
    if bound is None:
        return
    for reference in ev.scopes.references(bound)[:20]:
        variable = ev.scopes.parent(reference)
        call = ev.scopes.parent(variable) if variable is not None else None
        if variable is None or call is None or call.type != "apply_expression":
            continue
        if call.child_by_field_name("function") == variable:
            yield from _climb(ev, call, replace(trail, depth=trail.depth + 1))


def _file_result(ev: Evaluator, node: Node, trail: Trail) -> Iterator[Sink]:
    """The result of a file: for a NixOS module, option definitions."""
    names = trail.steps
    if names[:1] == ("config",):
        names = names[1:]
    if names:
        yield Sink(f"{trail.through}option:{dotted(names)}", node, trail.lists, trail.renamed)
