"""What a parameter is when nobody is seen to pass it: by its default, its name, and the shape of its function."""

from __future__ import annotations

from splitlint.analysis.eval.environment import Delayed, Environment, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.passing import may_be_tree
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.families import Family
from splitlint.analysis.model.places import Place, Reason, Taken
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Call,
    Derivation,
    Given,
    Global,
    Literal,
    Member,
    Package,
    PackageSet,
    Thunk,
    Unknown,
    Value,
)
from splitlint.findings.finding import Confidence
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding
from splitlint.syntax.nix_tree.nodes import Apply, Formal, Lambda, Select

_GLOBALS = {"pkgs": "pkgs", "lib": "lib", "config": "config", "options": "options", "legacyPackages": "legacyPackages"}
_PACKAGES = frozenset({"final", "prev", "self", "super"})


def entered_by_convention(machine: Machine, node: Lambda, around: Environment) -> Environment:
    """The environment of a function's body where nobody is seen to call it."""
    names: dict[str, Thunk] = {}
    environment = Environment(around.unit, around, names)
    environment.calls = (node, *around.calls)
    for formal in node.formals or ():
        names[formal.name] = _formal(machine, formal, environment)
    if node.argument:
        names[node.argument] = _argument(machine, node, environment)
    return environment


def conventional_argument(machine: Machine, node: Lambda, around: Environment) -> Thunk:
    """What to apply a function to, so that its parameters are what convention says."""
    if node.formals is not None:
        return Given(Value(Attrs({}, True)))
    environment = Environment(around.unit, around)
    return _argument(machine, node, environment)


def _formal(machine: Machine, formal: Formal, environment: Environment) -> Thunk:
    place = environment.unit.place(formal.start, formal.end)
    if (formal.name == "self" and _makes_outputs(environment)) or _is_of_system(formal, environment):
        return Delayed(lambda: _flake(machine, formal, environment), place)
    return Delayed(lambda: with_default(machine, formal, environment), place)


def _makes_outputs(environment: Environment) -> bool:
    """Whether a function is the one that makes the outputs of a flake."""
    root = environment.unit.root
    entries = root.index[0].get("outputs", ()) if isinstance(root, AttrSet) else ()
    return any(isinstance(entry, Binding) and entry.value is environment.calls[0] for entry in entries)


def _is_of_system(formal: Formal, environment: Environment) -> bool:
    """Whether a formal is what flake-parts' `perSystem` has made for one system: `self'`, and its own `config`."""
    if formal.name == "self'":
        return True
    formals = environment.calls[0].formals or ()
    return formal.name == "config" and any(one.name in ("self'", "inputs'") for one in formals)


def _flake(machine: Machine, formal: Formal, environment: Environment) -> Value:
    """A flake as its own outputs get it: they are in it, as far as they are written out."""
    outputs = machine.value(environment.calls[0].body, environment)
    if not isinstance(outputs.shape, Attrs):
        return formal_by_convention(machine, formal, environment)
    return outputs.as_shape(Attrs(outputs.shape.names, True, outputs.shape.base, outputs.shape.place))


def with_default(machine: Machine, formal: Formal, environment: Environment) -> Value:
    """A formal's default, if that says anything, else what its name says."""
    if formal.default is not None and not machine.world.is_given(formal.name):
        value = machine.value(formal.default, environment)
        if not isinstance(value.shape, Unknown | Literal) and not _is_untold(machine, formal, value):
            return _default(machine, formal, value, environment)
        _show_by_default(machine, formal, environment)
    return formal_by_convention(machine, formal, environment)


def _show_by_default(machine: Machine, formal: Formal, environment: Environment) -> None:
    """A default that is taken from a package of the family (`linux.v6_18`), changed or not, shows what it is."""
    family, node = machine.world.by_name(formal.name), formal.default
    while isinstance(node, Apply):
        node = node.function
    while isinstance(node, Select):
        node = node.base
        shape = machine.value(node, environment).shape
        if family is not None and isinstance(shape, Package) and shape.family == family.name:
            place = environment.unit.place(formal.start, formal.end)
            source = environment.unit.source
            said = source.text(node.start, node.end) if source is not None else formal.name
            machine.evidence(claim_of(environment, place, formal.name), said, place)
            return


def claim_of(environment: Environment, place: Place | None, name: str) -> str:
    """What stands for the claim that a parameter is what its name says."""
    return f"{environment.unit.path}:{place.start if place is not None else 0}:{name}"


def _is_untold(machine: Machine, formal: Formal, value: Value) -> bool:
    """Whether a default is the override of nobody knows what: that speaks neither for a package nor against it.

    Nor does an attribute of a package under a package's name: what is called like one may be a set of its versions.
    """
    if isinstance(value.shape, Call):
        return value.shape.function.endswith((".override", ".overrideAttrs")) or value.shape.function.startswith("?.")
    return isinstance(value.shape, Member) and machine.world.by_name(formal.name) is not None


def _default(machine: Machine, formal: Formal, value: Value, environment: Environment) -> Value:
    source, default = environment.unit.source, formal.default
    if source is None or default is None or not isinstance(value.shape, Package | PackageSet):
        return value
    said = source.text(default.start, default.end)
    short = said if len(said) <= 60 and "\n" not in said else "its default"
    text = f"`{formal.name}` is `{short}` by default"
    return value.because(Reason(text, environment.unit.path, formal.start, formal.end))


def formal_by_convention(machine: Machine, formal: Formal, environment: Environment) -> Value:
    """What a formal is by its name."""
    name, unit = formal.name, environment.unit
    place = unit.place(formal.start, formal.end)
    node = environment.calls[0] if environment.calls else None
    if name in _GLOBALS:
        return Value(Global((_GLOBALS[name],)))
    if name in ("final", "prev"):
        return Value(Global(("pkgs",)))
    site = Site(environment, environment.unit.root, name, place)
    in_nixpkgs = machine.world.shape_of(("pkgs", name))
    if isinstance(in_nixpkgs, Package | PackageSet):
        if machine.others is not None and machine.others.is_replaced(machine, name):
            return UNKNOWN
        return Value(in_nixpkgs, Confidence.MEDIUM, _said(place, f"`{name}` is a parameter with a name from nixpkgs"))
    family = machine.world.by_name(name)
    if family is not None:
        return named(machine, name, family, node, environment, site)
    by_set = machine.world.by_set_name(name)
    if by_set is not None:
        return Value(
            PackageSet(by_set.name), Confidence.MEDIUM, _said(place, f"`{name}` is a parameter with that name")
        )
    of_set = next((one for one in machine.world.families if name in one.set_has), None)
    if of_set is not None:
        return Value(Member(of_set.name, name))
    if node is not None and not is_module(node):
        return Value(in_nixpkgs)
    return UNKNOWN


def _said(place: object, text: str) -> tuple[Reason, ...]:
    return (Reason(text, *place),) if isinstance(place, tuple) else ()


def named(
    machine: Machine, name: str, family: Family, node: Lambda | None, environment: Environment, site: Site
) -> Value:
    """A parameter called like a package of a family: low by its name alone, and surer where something shows it."""
    others = machine.others
    if others is not None and not others.holds_nixpkgs:
        defined = others.filled(machine, name)
        told = tuple(one for one in alternatives(defined) if isinstance(one.shape, Package | Derivation | Call))
        if told and all(not isinstance(one.shape, Package) or one.shape.output is None for one in told):
            return defined.at_most(Confidence.MEDIUM)
    is_tree = node is not None and may_be_tree(node, name, family)
    taken = Taken(name, name, None) if is_tree else None
    if environment.unit.is_nixpkgs:
        return Value(Package(family.name, taken=taken))
    claim = claim_of(environment, site.place, name)
    reasons = _said(site.place, f"`{name}` is a parameter with that name")
    return Value(Package(family.name, claim=claim, taken=taken), Confidence.LOW, reasons)


def is_module(node: Lambda) -> bool:
    """Whether a function looks like a NixOS module: it takes `config` and more."""
    return node.is_open and any(formal.name == "config" for formal in node.formals or ())


def _argument(machine: Machine, node: Lambda, environment: Environment) -> Thunk:
    """`x:` or `{ .. }@x`: by its name, or the set of the formals."""
    name, unit = node.argument, environment.unit
    place = unit.place(node.start, node.start + len(name.encode()))

    def run() -> Value:
        if node.formals is not None:
            return Value(Attrs({formal.name: environment.names[formal.name] for formal in node.formals}, True))
        if name in _GLOBALS:
            return Value(Global((_GLOBALS[name],)))
        if name in _PACKAGES or _is_of_overlay(node):
            return Value(Global(("pkgs",)))
        site = Site(environment, node, name, place)
        family = machine.world.by_name(name)
        if family is not None:
            return named(machine, name, family, None, environment, site)
        by_set = machine.world.by_set_name(name)
        if by_set is not None:
            said = _said(place, f"`{name}` is a parameter with that name")
            return Value(PackageSet(by_set.name), Confidence.MEDIUM, said)
        return UNKNOWN

    return Delayed(run, place)


def _is_of_overlay(node: Lambda) -> bool:
    """Whether a parameter is one of an overlay's by its name: `lfinal`, `pkgsPrev`."""
    name = node.argument.lower()
    return any(word in name for word in ("final", "prev", "super")) and "attr" not in name
