"""Function application: functions written in Nix, the makers of the families, and rows of the stand-in."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, cast

from splitlint.analysis.eval.environment import Delayed, Environment, Passed, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.packages import member_of_set
from splitlint.analysis.model.alternatives import alternatives, union, with_package
from splitlint.analysis.model.families import Family
from splitlint.analysis.model.literals import unsure
from splitlint.analysis.model.places import Place, Reason
from splitlint.analysis.model.texts import literal_text
from splitlint.analysis.model.values import (
    FAILURE,
    UNKNOWN,
    Attrs,
    Call,
    Closure,
    Failure,
    Given,
    Global,
    Literal,
    Made,
    Native,
    Package,
    PackageSet,
    Taken,
    Text,
    Thunk,
    Union,
    Unknown,
    Value,
)
from splitlint.analysis.nixpkgs import table
from splitlint.findings.finding import Confidence
from splitlint.syntax.nix_tree.nodes import Apply, Formal, Lambda, Name, Node, Select

#: So often may one function stand in the chain of calls that lead to a value.
DEEPEST_RECURSION = 3
_MOST_CHAINED = 24
#: Of a value that may be one of several functions, so many are looked at.
_MOST_FUNCTIONS = 4
_GLOBALS = {"pkgs": "pkgs", "lib": "lib", "config": "config", "options": "options"}


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
        site = environment.site
        return Delayed(lambda: machine.value(node, environment), site.place if site is not None else None)
    return Delayed(lambda: machine.value(node, environment), environment.unit.place(node.start, node.end))


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


def call(machine: Machine, closure: Closure, argument: Thunk, site: Site, scope: Value | None = None) -> Value:
    """A function written in Nix, applied. `scope` is what `callPackage` fills missing arguments from."""
    node, around = cast(Lambda, closure.node), cast(Environment, closure.environment)
    chain = site.environment.calls
    if chain.count(node) >= DEEPEST_RECURSION or len(chain) >= _MOST_CHAINED:
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


def _mark_trees(machine: Machine, node: Lambda, names: dict[str, Thunk], site: Site) -> None:
    """Parameters that take any tree (`{ kernel, rootModules }: ..`): their callers are judged, not the function."""
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
        return default.at_most(given.confidence) if surely else unsure(default)
    if isinstance(shape, Attrs) and not shape.open:
        return UNKNOWN
    return machine.by_convention(formal, environment)


class Filler(NamedTuple):
    """What `callPackage` fills missing arguments from, and where it is called."""

    scope: Value
    place: Place | None


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
    if isinstance(found.shape, Unknown):
        found = machine.select(Value(Global(("pkgs",))), name, site)
    if isinstance(found.shape, Global) and (formal.default is not None or machine.world.by_name(name) is not None):
        return UNKNOWN
    return found


def _global(machine: Machine, shape: Global, arguments: tuple[Thunk, ...], site: Site) -> Value:
    made = _made(machine, shape, arguments, site)
    if made is not None:
        return made
    name = shape.path[-1]
    row = table.row(shape.path)
    if arguments:
        machine.listener.called(site, shape.dotted, row, arguments)
    if row is None:
        return Value(Call(shape.dotted, arguments))
    if name == "import" and arguments:
        return _import(machine, arguments, site)
    function = machine.row_value(row)
    if isinstance(function.shape, Unknown) and arguments:
        return Value(Call(shape.dotted, arguments))
    if not arguments:
        return function
    result = machine.apply(function, arguments, site)
    # Of a function of which only the last name is known it is likely what it does.
    return unsure(result) if shape.path[0] == "?" and not row.facts.builder else result


def _made(machine: Machine, shape: Global, arguments: tuple[Thunk, ...], site: Site) -> Value | None:
    """A package, or set of packages, that one of the families' makers makes; None if it is no maker."""
    world, name = machine.world, shape.path[-1]
    if not arguments:
        return None
    made, sure = world.made_by(shape.dotted), Confidence.HIGH
    if made is None and shape.path[0] in ("?", "pkgs"):
        # `pkgs.unstable.linuxPackagesFor`: another nixpkgs under a name of the repository's own.
        made = world.made_by(f"pkgs.{name}")
        sure = Confidence.HIGH if shape.path[0] == "?" else Confidence.MEDIUM
    if made is None:
        return None
    family, is_set = made
    reasons = (Reason(f"`{name}` makes a {family.noun}", *site.place),) if site.place is not None else ()
    if not is_set:
        given = None if family.is_package else arguments[0]().shape
        attributes = given if isinstance(given, Attrs) else None
        package = Package(family.name, root=shape.dotted, made=Made(shape.dotted, arguments), attributes=attributes)
        machine.listener.called(site, shape.dotted, None, arguments)
        return Value(package, sure, reasons)
    member = member_of_set(arguments[0](), family)
    return Value(PackageSet(family.name, shape.dotted, member), sure, reasons)


def _import(machine: Machine, arguments: tuple[Thunk, ...], site: Site) -> Value:
    target, rest = arguments[0](), arguments[1:]
    result = union(tuple(imported(machine, one, arguments[0], rest, site) for one in alternatives(target)))
    return machine.apply(result, rest, site) if rest else result


def imported(machine: Machine, target: Value, written: Thunk, rest: tuple[Thunk, ...], site: Site) -> Value:
    """What `import` gives for a path: a file's value; nixpkgs, where the path says so."""
    maker = _maker_file(machine, target)
    if maker is not None:
        return maker
    shape = target.shape
    if isinstance(shape, Global) and shape.path == ("pkgs", "path"):
        return _nixpkgs()
    text = _path_text(target)
    if isinstance(shape, Literal) and shape.kind == "path" and not text.startswith("<"):
        path = machine.others.resolve(text) if machine.others is not None else None
        unit = machine.others.unit(path) if machine.others is not None and path is not None else None
        if _leads_to_nixpkgs(machine, text, unit is not None):
            return _nixpkgs()
        if unit is not None:
            return machine.root_value(unit)
        return Value(Call("builtins.import", (written,)))
    source = text or _source_text(site)
    if "nixpkgs" in source or "pkgs" in source.lower():
        end = source.rstrip('>)" ')
        if end.endswith("/lib"):
            return Value(Global(("lib",)))
        return Value(Global(("pkgs", "nixos"))) if end.endswith("/nixos") else _nixpkgs()
    if isinstance(shape, Call) and shape.function == "source":
        return _nixpkgs() if "nixpkgs" in _source_text(site) else Value(Call("builtins.import", (written,)))
    return Value(Call("builtins.import", (written,)))


def _leads_to_nixpkgs(machine: Machine, path: str, is_there: bool) -> bool:
    """Whether a path is that of the folder that nixpkgs is in, as its own files write it (`import ../.. { }`)."""
    if path == "." and machine.others is not None and machine.others.holds_nixpkgs:
        return True
    return not is_there and path.startswith("..") and not path.strip("./")


def _nixpkgs() -> Value:
    packages = Value(Global(("pkgs",)))
    return Value(Native("nixpkgs", 1, lambda settings, site: packages))


def _source_text(site: Site) -> str:
    """The source of a call."""
    unit = site.environment.unit
    return unit.source.text(site.node.start, site.node.end) if unit.source is not None else ""


def _path_text(value: Value) -> str:
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "path":
        return shape.text
    if isinstance(shape, Text):
        return literal_text(value) or _last_text(value)
    return ""


def _maker_file(machine: Machine, value: Value) -> Value | None:
    """The maker that a file of nixpkgs holds, where a value is the path of one; None where it is not."""
    maker = machine.world.maker_in(_last_text(value).rstrip(">"))
    return Value(Global(tuple(maker.split(".")))) if maker is not None else None


def _last_text(value: Value) -> str:
    """The literal text with which a path ends: `./x.nix`, `"${nixpkgs}/x.nix"`, `nixpkgs + /x.nix`; "" if none."""
    shape = value.shape
    if isinstance(shape, Text) and shape.parts:
        last = shape.parts[-1].content
        return last if isinstance(last, str) else _last_text(last) if isinstance(last, Value) else ""
    return shape.text if isinstance(shape, Literal) and shape.kind == "path" else ""


def call_package(machine: Machine, scope: Value, function: Thunk, given: Thunk, site: Site) -> Value:
    """`callPackage f args`: f's formals are filled from `args`, then from `scope`."""
    called = function()
    return union(tuple(_call_package(machine, scope, one, function, given, site) for one in alternatives(called)))


def _call_package(machine: Machine, scope: Value, called: Value, written: Thunk, given: Thunk, site: Site) -> Value:
    maker = _maker_file(machine, called)
    if maker is not None:
        return machine.apply(maker, (given,), site)
    if isinstance(called.shape, Literal) and called.shape.kind == "path":
        called = imported(machine, called, written, (given,), site)
    if isinstance(called.shape, Closure):
        return call(machine, called.shape, given, site, scope)
    if isinstance(called.shape, Native):
        return machine.apply(called, (given,), site)
    return Value(Call("pkgs.callPackage", (written, given)))
