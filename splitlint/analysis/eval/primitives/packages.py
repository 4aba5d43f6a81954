"""Primitives over packages and files."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.eval.elements import is_open, items_of
from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.imports import call_package
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.global_names import observed
from splitlint.analysis.eval.selection.presence import has_attribute
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.literals import truth, unsure
from splitlint.analysis.model.texts import known_text
from splitlint.analysis.model.values import UNKNOWN, Attrs, Call, Given, Global, Package, Thunk, Value
from splitlint.startup.records import replace

Primitive = Callable[..., Value]


def _get_output(machine: Machine, names: Thunk, value: Thunk, site: Site) -> Value:
    """`lib.getOutput`: nothing changes where an output was chosen already.

    From nixpkgs' lib/attrsets.nix: `if x.outputSpecified or false then x else x.${output} or x.out or x`.
    """
    listing = names()
    wanted = [known_text(item()) for item in items_of(listing)] + [None] * is_open(listing)
    return union(tuple(_output(machine, one, wanted, site) for one in alternatives(value())))


def _output(machine: Machine, value: Value, wanted: list[str | None], site: Site) -> Value:
    shape = value.shape
    if isinstance(shape, Global):
        own = observed(machine, value)
        return (
            union(tuple(_output(machine, one, wanted, site) for one in alternatives(own)))
            if own is not value
            else value
        )
    if isinstance(shape, Attrs):
        return _output_of_set(machine, value, wanted, site)
    if not isinstance(shape, Package) or shape.output is not None:
        return value
    family = machine.world.family(shape.family)
    if shape.custom or family is None:
        return value
    there = machine.world.outputs_of(family)
    found = next((name for name in wanted if name is None or name in there), "")
    if found is None:
        return unsure(value)
    return value.as_shape(replace(shape, output=found)) if found else value


def _output_of_set(machine: Machine, value: Value, wanted: list[str | None], site: Site) -> Value:
    """The output of a set that is written like a package."""
    if truth(machine.select(value, "outputSpecified", site)) is True:
        return value
    if has_attribute(machine, value, "outputSpecified", site) is not False:
        return UNKNOWN
    for name in wanted:
        there = has_attribute(machine, value, name, site)
        if there is not False:
            return machine.select(value, name, site) if there else UNKNOWN
    return value


def _read_file(machine: Machine, path: Thunk, site: Site) -> Value:
    """The text of a file, which is not looked into."""
    return Value(Call("builtins.readFile", (path,)))


def _nixos_system(machine: Machine, arguments: Thunk, site: Site) -> Value:
    """An evaluated system: what is read of it is known by the names of its options."""
    names = {root: Given(Value(Global((root,)))) for root in ("config", "options", "pkgs")}
    return Value(Attrs(names, True))


def _call_package(machine: Machine, scope: Thunk, function: Thunk, given: Thunk, site: Site) -> Value:
    return call_package(machine, scope(), function, given, site)


def _import(machine: Machine, path: Thunk, site: Site) -> Value:
    return UNKNOWN


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__getOutput": (2, _get_output),
    "__readFile": (1, _read_file),
    "__nixosSystem": (1, _nixos_system),
    "__callPackage": (3, _call_package),
    "__import": (1, _import),
}
