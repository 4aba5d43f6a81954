"""One syntax node to its value: the handlers of the evaluator."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.eval import bindings, calls, operators, texts
from splitlint.analysis.eval.environment import Delayed, Environment, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.expressions import has_attr_node, select_node
from splitlint.analysis.eval.selection.guesses import guess
from splitlint.analysis.eval.selection.presence import has_attribute
from splitlint.analysis.model.alternatives import union
from splitlint.analysis.model.literals import FALSE, NULL, TRUE, truth, unsure
from splitlint.analysis.model.values import (
    FAILURE,
    UNKNOWN,
    Call,
    Closure,
    Failure,
    Global,
    Listing,
    Literal,
    Package,
    PackageSet,
    Unknown,
    Value,
)
from splitlint.analysis.nixpkgs import table
from splitlint.findings.finding import Confidence
from splitlint.syntax.nix_tree import nodes as syntax
from splitlint.syntax.nix_tree.bindings import AttrSet, Let
from splitlint.syntax.nix_tree.names_read import names_in
from splitlint.syntax.nix_tree.nodes import Node
from splitlint.syntax.nix_tree.strings import Str

_CONSTANTS = {"true": TRUE, "false": FALSE, "null": NULL}
_ROOTS = ("pkgs", "lib", "config")


def _name(machine: Machine, node: syntax.Name, environment: Environment) -> Value:
    return name_value(machine, node.name, node, environment)


def name_value(machine: Machine, name: str, node: Node, environment: Environment) -> Value:
    """What a name denotes where `node` stands."""
    thunk = environment.lookup(name)
    if thunk is not None:
        return thunk()
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    if environment.unit.is_library:
        if name.startswith("__"):
            return machine.primitive(name)
        row = table.in_library(name)
        return machine.row_value(row) if row is not None else UNKNOWN
    # What Nix itself binds is bound around the whole file, and so before any `with`.
    if name == "builtins":
        return Value(Global(("builtins",)))
    if name in table.marked("bare"):
        return Value(Global(("builtins", name)))
    site = Site(environment, node, name, environment.unit.place(node.start, node.end))
    scopes = environment.scopes()
    if scopes:
        return _from_scopes(machine, [scope() for scope in scopes], name, site)
    # Unbound names are errors in Nix; but what binds them may be lost in a syntax error.
    return Value(Global((name,)), Confidence.MEDIUM) if name in _ROOTS else UNKNOWN


def _from_scopes(machine: Machine, scopes: list[Value], name: str, site: Site) -> Value:
    """A name from the innermost `with` whose set has it; less sure where one further in may have it, too."""
    doubt = False
    untold: Value | None = None
    for scope in scopes:
        path = scope.shape.path if isinstance(scope.shape, Global) else ("",)
        if path[0] in ("lib", "builtins"):
            if table.row((*path, name)) is None:
                continue
            doubt = doubt and untold is None
        there = has_attribute(machine, scope, name, site)
        if there is False:
            continue
        found = _from_scope(machine, scope, name, site)
        if _is_untold(found):
            untold, doubt = untold or found, True
        elif there or not isinstance(found.shape, Unknown):
            return unsure(found) if doubt else found
        else:
            doubt = True
    return untold if untold is not None else guess(machine, name, site)


def _is_untold(value: Value) -> bool:
    """Whether a name is said to be a package of nixpkgs because any name may be one: a `with` further out may know."""
    shape = value.shape
    return isinstance(shape, Global) and shape.path[0] == "pkgs" and table.row(shape.path) is None


def _from_scope(machine: Machine, scope: Value, name: str, site: Site) -> Value:
    shape = scope.shape
    if isinstance(shape, Unknown | Call):
        # Others around it may be known; what is called like a package is only guessed at when none is.
        return UNKNOWN
    if isinstance(shape, Global) and shape.path[0] in ("lib", "builtins"):
        return Value(Global((*shape.path, name)))
    found = machine.select(scope, name, site)
    if isinstance(found.shape, Package | PackageSet):
        return found.because(site.environment.unit.reason(f"`{name}` comes from the `with` around it", site.node))
    return found


def _literal(machine: Machine, node: syntax.Literal, environment: Environment) -> Value:
    if node.kind == "path":
        return Value(Literal("path", texts.resolved(environment.unit.path, node.text)))
    return Value(Literal(node.kind, node.text))


def _list(machine: Machine, node: syntax.List, environment: Environment) -> Value:
    items = tuple(calls.argument_thunk(machine, item, environment) for item in node.items)
    return Value(Listing(items))


def _lambda(machine: Machine, node: syntax.Lambda, environment: Environment) -> Value:
    return Value(Closure(node, environment))


def _let(machine: Machine, node: Let, environment: Environment) -> Value:
    return machine.value(node.body, machine.scope_of(node, environment))


def _with(machine: Machine, node: syntax.With, environment: Environment) -> Value:
    return machine.value(node.body, machine.scope_of(node, environment))


def _assert(machine: Machine, node: syntax.Assert, environment: Environment) -> Value:
    condition = machine.value(node.condition, environment)
    machine.met_error = machine.met_error or truth(condition) is not True
    if not fails(condition):
        return machine.value(node.body, environment)
    environment.mark_dead(names_in(node.body))
    return FAILURE


def fails(condition: Value) -> bool:
    """Whether an assertion of a value surely fails, `lib.assertMsg` being one that throws itself."""
    return truth(condition) is False or isinstance(condition.shape, Failure)


def _if(machine: Machine, node: syntax.If, environment: Environment) -> Value:
    known = truth(machine.value(node.condition, environment))
    if known is None:
        return union((machine.value(node.consequence, environment), machine.value(node.alternative, environment)))
    live, dead = (node.consequence, node.alternative) if known else (node.alternative, node.consequence)
    environment.mark_dead(names_in(dead))
    return machine.value(live, environment)


def _too_deep(machine: Machine, node: Node, environment: Environment) -> Value:
    machine.gave_up("an expression is nested too deeply")
    return UNKNOWN


def _unknown(machine: Machine, node: Node, environment: Environment) -> Value:
    return UNKNOWN


def make_scope(machine: Machine, node: Node, environment: Environment) -> Environment:
    """The environment inside a `let`, a `with` or a `rec` set."""
    if isinstance(node, syntax.With):
        inner = environment
        scope = Delayed(lambda: machine.value(node.environment, inner))
        return Environment(environment.unit, environment, None, scope)
    made = Environment(environment.unit, environment)
    if isinstance(node, Let | AttrSet):
        made.names = bindings.names_of(machine, node, made, environment)[0]
    return made


HANDLERS: dict[type[Node], Callable[..., Value]] = {
    syntax.Name: _name,
    syntax.Literal: _literal,
    Str: texts.string,
    syntax.List: _list,
    AttrSet: bindings.set_of,
    syntax.Lambda: _lambda,
    Let: _let,
    syntax.With: _with,
    syntax.Assert: _assert,
    syntax.If: _if,
    syntax.Binary: operators.binary,
    syntax.Unary: operators.unary,
    syntax.Select: select_node,
    syntax.HasAttr: has_attr_node,
    syntax.Apply: calls.apply_node,
    syntax.Broken: _unknown,
    syntax.TooDeep: _too_deep,
}
