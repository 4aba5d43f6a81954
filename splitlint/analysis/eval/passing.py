"""What the parameters of a function written in Nix are: what is passed, what `callPackage` fills in, defaults."""

from __future__ import annotations

from functools import partial
from typing import cast

from splitlint.analysis.eval.environment import Delayed, Environment, Expression, Passed, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.model.alternatives import alternatives, packages_in, union, with_package
from splitlint.analysis.model.families import Family
from splitlint.analysis.model.literals import truth, unsure
from splitlint.analysis.model.places import Place, Reason, Taken
from splitlint.analysis.model.values import (
    FAILURE,
    UNKNOWN,
    Attrs,
    Closure,
    Failure,
    Global,
    Member,
    Package,
    PackageSet,
    Thunk,
    Unknown,
    Value,
)
from splitlint.analysis.nixpkgs import table
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax.nix_tree.nodes import Formal, Lambda

#: So often may one function stand in the chain of calls that lead to a value.
DEEPEST_RECURSION = 3
_MOST_CHAINED = 24
_MOST_LOOKED_AT = 16
_GLOBALS = {"pkgs": "pkgs", "lib": "lib", "config": "config", "options": "options"}


def call(machine: Machine, closure: Closure, argument: Thunk, site: Site, scope: Value | None = None) -> Value:
    """A function written in Nix, applied. `scope` is what `callPackage` fills missing arguments from."""
    node, around = cast(Lambda, closure.node), cast(Environment, closure.environment)
    chain = site.environment.calls
    if chain.count(node) >= DEEPEST_RECURSION or len(chain) >= _MOST_CHAINED:
        if not around.unit.is_library and _has_package(site.environment):
            machine.gave_up(f"a function calls itself more than {DEEPEST_RECURSION} times")
        return UNKNOWN
    names: dict[str, Thunk] = {}
    environment = Environment(around.unit, around, names)
    environment.calls = (node, *chain)
    filler = Filler(scope, site.place) if scope is not None else None
    if around.unit.is_library:
        environment.site = site if not site.environment.unit.is_library else site.environment.site or site
    if node.formals is not None:
        if isinstance(argument().shape, Failure):
            return FAILURE
        for formal in node.formals:
            names[formal.name] = _formal(machine, formal, argument, environment, filler)
    if node.argument:
        names[node.argument] = argument if scope is None else _with_scope(argument, scope)
    if not machine.entered(node, environment, argument, site):
        return UNKNOWN
    if not around.unit.is_library:
        _mark_trees(machine, node, names, site)
    return machine.value(node.body, environment)


def _has_package(environment: Environment) -> bool:
    """Whether one of the parameters of a function that is being applied is a package."""
    env: Environment | None = environment
    looked_at = 0
    while env is not None and env.calls and looked_at < _MOST_LOOKED_AT:
        for thunk in list(env.names.values())[:_MOST_LOOKED_AT]:
            looked_at += 1
            if isinstance(thunk, Passed | Delayed | Expression) and any(packages_in(thunk())):
                return True
        env = env.parent
    return False


def _mark_trees(machine: Machine, node: Lambda, names: dict[str, Thunk], site: Site) -> None:
    """Parameters that take any tree (`{ frob, rootNames }: ..`): their callers are judged, not the function."""
    for formal in node.formals or ():
        family = machine.world.by_name(formal.name)
        if family is not None and may_be_tree(node, formal.name, family):
            given = names[formal.name]
            source = given.source_place() if isinstance(given, Passed) else given.place
            taken = Taken(site.name or "function", formal.name, source)
            names[formal.name] = Delayed(partial(_taken, given, taken), given.place)


def _taken(given: Thunk, taken: Taken) -> Value:
    options = (one if _is_taken(one) else with_package(one, taken=taken) for one in alternatives(given()))
    return union(tuple(options))


def _is_taken(value: Value) -> bool:
    """Whether a function that takes any tree only hands on what it was given: then its caller is judged."""
    return isinstance(value.shape, Package) and value.shape.taken is not None


def may_be_tree(node: Lambda, name: str, family: Family) -> bool:
    """Whether a parameter stands beside one (`rootModules`) that says that any tree will do, and has no default."""
    formals = {formal.name: formal for formal in node.formals or ()}
    own = formals.get(name)
    if own is not None and own.default is not None:
        return False
    return not family.tree_beside.isdisjoint(formals)


def _with_scope(argument: Thunk, scope: Value) -> Thunk:
    """`args` in `{ .. }@args` of a function that `callPackage` calls: what is given, and the rest of the scope."""

    def run() -> Value:
        given = argument()
        if isinstance(given.shape, Attrs):
            return Value(Attrs(given.shape.names, True, scope, given.shape.place))
        return given

    return Delayed(run, argument.place)


def _formal(
    machine: Machine, formal: Formal, argument: Thunk, environment: Environment, filler: Filler | None
) -> Thunk:
    unit = environment.unit

    def run() -> Value:
        given = argument()
        options = [_passed(machine, one, formal, environment, filler) for one in alternatives(given)]
        return union(tuple(options))

    def source() -> Place | None:
        """The attribute of the first argument set that has one of that name."""
        sets = (one.shape.names for one in alternatives(argument()) if isinstance(one.shape, Attrs))
        return next((names[formal.name].place for names in sets if formal.name in names), None)

    place = unit.place(formal.start, formal.end)
    return Passed(Delayed(run, place), source, place)


def _passed(machine: Machine, given: Value, formal: Formal, environment: Environment, filler: Filler | None) -> Value:
    """What one argument set gives a formal: its attribute, what `callPackage` fills in, the default."""
    unit, name = environment.unit, formal.name
    shape = given.shape
    if isinstance(shape, Attrs) and name in shape.names:
        thunk = shape.names[name]
        value = thunk().at_most(given.confidence)
        if isinstance(value.shape, Unknown) and not unit.is_library:
            return machine.by_convention(formal, environment)
        if name in shape.optional and formal.default is not None:
            value = union((value, machine.value(formal.default, environment)))
        if thunk.place is not None and not unit.is_library:
            value = value.because(Reason(f"`{name}` is passed here", *thunk.place))
        return value
    if filler is not None:
        filled = filled_from(machine, filler, formal, environment)
        if not isinstance(filled.shape, Unknown):
            return filled
    elif isinstance(shape, Attrs) and shape.base is not None:
        site = Site(environment, environment.unit.root, name, unit.place(formal.start, formal.end))
        found = machine.select(shape.base, name, site)
        if not isinstance(found.shape, Unknown | Global) or formal.default is None:
            return found
    elif not isinstance(shape, Attrs | Unknown | Failure):
        site = Site(environment, environment.unit.root, name, unit.place(formal.start, formal.end))
        found = machine.select(given, name, site)
        if not isinstance(found.shape, Unknown | Global) or formal.default is None:
            return found
    if formal.default is not None and not (filler is not None and machine.world.is_given(name)):
        default = machine.value(formal.default, environment)
        surely = isinstance(shape, Attrs) and not shape.open and shape.base is None
        if filler is not None and truth(default) is not None:
            # A switch of the package's (`withRust ? false`), which its users turn with `.override`.
            return unsure(default)
        return default.at_most(given.confidence) if surely else unsure(default)
    if isinstance(shape, Attrs) and not shape.open:
        return UNKNOWN
    return machine.by_convention(formal, environment)


class Filler(NamedTuple):
    """What `callPackage` fills missing arguments from, and where it is called."""

    scope: Value
    place: Place | None


def _is_untold(found: Value) -> bool:
    """Whether a set of packages of a family says no more of a name than that it might be in it."""
    return isinstance(found.shape, Member | Global)


def filled_from(machine: Machine, filler: Filler, formal: Formal, environment: Environment) -> Value:
    """What `callPackage` puts in for a formal that its caller did not name."""
    name, unit = formal.name, environment.unit
    site = Site(environment, unit.root, name, unit.place(formal.start, formal.end))
    if name in _GLOBALS:
        return Value(Global((_GLOBALS[name],)))
    found = machine.select(filler.scope, name, site)
    if name in table.marked("fills", "scope"):
        return found
    if isinstance(found.shape, Package | PackageSet) and not found.reasons and filler.place is not None:
        return found.because(Reason(f"`callPackage` fills in `{name}` here", *filler.place))
    if isinstance(found.shape, Unknown) or (isinstance(filler.scope.shape, PackageSet) and _is_untold(found)):
        found = machine.select(Value(Global(("pkgs",))), name, site)
    if isinstance(found.shape, Global) and (formal.default is not None or machine.world.by_name(name) is not None):
        return UNKNOWN
    return found
