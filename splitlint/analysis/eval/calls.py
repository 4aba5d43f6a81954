"""Function application: functions written in Nix, the makers of the families, and rows of the stand-in."""

from __future__ import annotations

from functools import partial
from typing import cast

from splitlint.analysis.eval.environment import Delayed, Environment, Expression, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.passing import call
from splitlint.analysis.eval.selection.packages import member_of_set
from splitlint.analysis.model.alternatives import union
from splitlint.analysis.model.literals import unsure
from splitlint.analysis.model.places import Reason
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Call,
    Closure,
    Failure,
    Given,
    Global,
    Made,
    Native,
    Package,
    PackageSet,
    Thunk,
    Union,
    Unknown,
    Value,
)
from splitlint.analysis.nixpkgs import table
from splitlint.analysis.nixpkgs.table import Row
from splitlint.findings.finding import Confidence
from splitlint.startup.records import replace
from splitlint.syntax.nix_tree.nodes import Apply, Lambda, Name, Node, Select

#: Of a value that may be one of several functions, so many are looked at.
_MOST_FUNCTIONS = 4


def apply_node(machine: Machine, node: Apply, environment: Environment) -> Value:
    """`f x y`."""
    function = machine.value(node.function, environment)
    arguments = tuple(argument_thunk(machine, argument, environment) for argument in node.arguments)
    site = site_of(node, environment)
    if isinstance(function.shape, Unknown) and site.name and not environment.unit.is_library:
        function = Value(Global(("?", site.name)))
    return machine.apply(function, arguments, site)


def site_of(node: Apply, environment: Environment) -> Site:
    """The site of a call: in the stand-in, that of the user's call that led there."""
    if environment.unit.is_library and environment.site is not None:
        return environment.site
    place = environment.unit.place(node.start, node.end)
    return Site(environment, node, called_name(node.function), place)


def argument_thunk(machine: Machine, node: Node, environment: Environment) -> Thunk:
    """An argument, worked out when it is needed; in the stand-in a variable stands for what it is bound to."""
    if environment.unit.is_library:
        bound = environment.lookup(node.name) if isinstance(node, Name) else None
        if bound is not None:
            return bound
    return Expression(machine, node, environment)


def called_name(function: Node) -> str:
    """The last name of an expression that is applied, "" if it has none."""
    if isinstance(function, Name):
        return function.name
    if isinstance(function, Select):
        last = function.path[-1] if function.path else ""
        return last if isinstance(last, str) else ""
    return called_name(function.function) if isinstance(function, Apply) else ""


def apply(machine: Machine, function: Value, arguments: tuple[Thunk, ...], site: Site) -> Value:
    """A value applied to arguments, one after the other."""
    shape = function.shape
    if isinstance(shape, Union):
        results = tuple(machine.apply(option, arguments, site) for option in shape.options[:_MOST_FUNCTIONS])
        return union(results) if len(results) == len(shape.options) else unsure(union(results))
    if isinstance(shape, Closure):
        if not arguments:
            return function
        result = call(machine, shape, arguments[0], site).at_most(function.confidence)
        return machine.apply(result, arguments[1:], site) if len(arguments) > 1 else result
    if isinstance(shape, Native):
        return _native(machine, function, shape, arguments, site)
    if isinstance(shape, Global):
        return _global(machine, shape, arguments, site)
    if isinstance(shape, Package) and shape.made is not None:
        # `callPackage FILE { } { .. }`: a maker's own file takes what it is made from first.
        made = Made(shape.made.function, (*shape.made.arguments, *arguments))
        return function.as_shape(replace(shape, made=made))
    if isinstance(shape, Package | PackageSet | Failure):
        return function
    if isinstance(shape, Attrs):
        functor = shape.names.get("__functor")
        return machine.apply(functor(), (Given(function), *arguments), site) if functor is not None else UNKNOWN
    if isinstance(shape, Call):
        return _unknown_call(machine, shape, arguments, site)
    return UNKNOWN


def _unknown_call(machine: Machine, shape: Call, arguments: tuple[Thunk, ...], site: Site) -> Value:
    """More arguments for a function about which only its name is known."""
    if not shape.arguments and site.name and shape.function.startswith("?."):
        return _global(machine, Global(("?", site.name)), arguments, site)
    given = (*shape.arguments, *arguments)
    machine.listener.called(site, shape.function, None, given)
    return Value(Call(shape.function, given))


def _native(machine: Machine, function: Value, shape: Native, arguments: tuple[Thunk, ...], site: Site) -> Value:
    given = (*shape.given, *arguments)
    if len(given) < shape.arity:
        return function.as_shape(Native(shape.name, shape.arity, shape.run, given))
    result = shape.run(*given[: shape.arity], site).at_most(function.confidence)
    rest = given[shape.arity :]
    return machine.apply(result, rest, site) if rest else result


def _global(machine: Machine, shape: Global, arguments: tuple[Thunk, ...], site: Site) -> Value:
    made = _made(machine, shape, arguments, site)
    if made is not None:
        return made
    name = shape.path[-1]
    row = table.row(shape.path)
    if row is not None and 0 < len(arguments) < (arity := _arity(machine, row)):
        return Value(Native(shape.dotted, arity, partial(_whole_call, machine, shape), arguments))
    if row is None and name == "override" and arguments:
        arguments = (_settings(machine, arguments[0], site), *arguments[1:])
    is_guard = row is not None and "guards" in row.facts.marks
    if arguments and not is_guard:
        machine.listener.called(site, shape.dotted, row, arguments)
    if row is None:
        own = machine.others.any_package(name) if machine.others is not None and _is_in_pkgs(shape) else UNKNOWN
        if isinstance(own.shape, Closure) and own.shape.node not in site.environment.calls:
            return machine.apply(own, arguments, site)
        return Value(Call(shape.dotted, arguments))
    if name == "import" and arguments:
        from splitlint.analysis.eval.imports import import_file

        return import_file(machine, arguments, site)
    function = machine.row_value(row)
    if isinstance(function.shape, Unknown) and arguments:
        return Value(Call(shape.dotted, arguments))
    if not arguments:
        return function
    result = machine.apply(function, arguments, site)
    if is_guard:
        # What would have been given is not worked out where it throws.
        machine.listener.called(site, shape.dotted, row, arguments[: -1 if isinstance(result.shape, Failure) else None])
    # Of a function of which only the last name is known it is likely what it does.
    return unsure(result) if shape.path[0] == "?" and not row.facts.builder else result


def _arity(machine: Machine, row: Row) -> int:
    """How many arguments a function of the stand-in takes, one after the other."""
    function = machine.row_value(row).shape
    node, taken = function.node if isinstance(function, Closure) else None, 0
    while isinstance(node, Lambda):
        node, taken = node.body, taken + 1
    return taken


def _whole_call(machine: Machine, shape: Global, *given: Thunk | Site) -> Value:
    """A function of the stand-in that got its arguments in several steps: all that is known of it is known at the last.

    `given`: the arguments, and the site of the call that completed them.
    """
    *arguments, site = given
    return _global(machine, shape, tuple(cast("list[Thunk]", arguments)), cast(Site, site))


def _settings(machine: Machine, given: Thunk, site: Site) -> Thunk:
    """What `override` is given: a set, or what a function makes of the old arguments."""

    def run() -> Value:
        value = given()
        if not isinstance(value.shape, Closure):
            return value
        return machine.apply(value, (Given(Value(Attrs({}, True))),), site)

    return Delayed(run, given.place)


def _is_in_pkgs(shape: Global) -> bool:
    return len(shape.path) == 2 and shape.path[0] == "pkgs"


def _made(machine: Machine, shape: Global, arguments: tuple[Thunk, ...], site: Site) -> Value | None:
    """A package, or set of packages, that one of the families' makers makes; None if it is no maker."""
    world, name = machine.world, shape.path[-1]
    if not arguments:
        return None
    made, sure = world.made_by(shape.dotted), Confidence.HIGH
    if made is None and shape.path[0] in ("?", "pkgs"):
        # `pkgs.unstable.frobPackagesFor`: another nixpkgs under a name of the repository's own.
        made = world.made_by(f"pkgs.{name}")
        sure = Confidence.HIGH if shape.path[0] == "?" else Confidence.MEDIUM
    if made is None:
        return None
    family, is_set = made
    reasons = (Reason(f"`{name}` makes a {family.noun}", *site.place),) if site.place is not None else ()
    if not is_set:
        given = None if family.is_package else arguments[0]().shape
        attributes = given if isinstance(given, Attrs) else None
        package = Package(
            family.name,
            root=shape.dotted,
            made=Made(shape.dotted, arguments),
            attributes=attributes,
            platform=shape.platform,
        )
        machine.listener.called(site, shape.dotted, None, arguments)
        return Value(package, sure, reasons)
    member = member_of_set(arguments[0](), family)
    return Value(PackageSet(family.name, shape.dotted, member), sure, reasons)
