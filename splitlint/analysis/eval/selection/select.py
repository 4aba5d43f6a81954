"""One attribute of a value, whatever that is."""

from __future__ import annotations

from splitlint.analysis.eval.elements import NAMELESS
from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.global_names import of_global
from splitlint.analysis.eval.selection.guesses import ROOTS, guess, sure_of_root
from splitlint.analysis.eval.selection.packages import of_derivation, of_package, of_set
from splitlint.analysis.model.alternatives import union
from splitlint.analysis.model.families import OVERRIDES
from splitlint.analysis.model.literals import unsure
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Call,
    Derivation,
    Failure,
    Global,
    Member,
    Native,
    Package,
    PackageSet,
    Union,
    Unknown,
    Value,
)


def select(machine: Machine, value: Value, name: str | None, site: Site) -> Value:
    """One attribute of a value."""
    found = _select(machine, value, name, site)
    if machine.world.platform and isinstance(found.shape, Global):
        from splitlint.analysis.eval.selection.platforms import on_platform

        return on_platform(machine, found, site)
    return found


def _select(machine: Machine, value: Value, name: str | None, site: Site) -> Value:
    shape = value.shape
    if isinstance(shape, Union):
        return union(tuple(machine.select(option, name, site) for option in shape.options))
    if isinstance(shape, Attrs):
        return _of_attrs(machine, shape, name, site).at_most(value.confidence)
    if isinstance(shape, Global):
        return of_global(machine, value, shape, name, site)
    if name is None:
        return UNKNOWN
    if isinstance(shape, Package):
        return of_package(machine, value, shape, name, site)
    if isinstance(shape, PackageSet):
        return of_set(machine, value, shape, name, site)
    if isinstance(shape, Derivation):
        return of_derivation(machine, value, shape, name, site)
    if isinstance(shape, Call):
        return _of_call(machine, value, shape, name, site)
    if isinstance(shape, Unknown):
        return guess(machine, name, site)
    if isinstance(shape, Member):
        return value.as_shape(Member(shape.family, f"{shape.name}.{name}", shape.owner))
    return value if isinstance(shape, Failure) else UNKNOWN


def _of_attrs(machine: Machine, shape: Attrs, name: str | None, site: Site) -> Value:
    thunk = shape.names.get(name) if name is not None else None
    below = shape.base
    if thunk is None and NAMELESS in shape.names:
        # One of which only the value is known may have any name.
        other = machine.select(below, name, site) if below is not None else UNKNOWN
        return unsure(shape.names[NAMELESS]()) if isinstance(other.shape, Unknown | Global) else other
    if thunk is None:
        if below is not None:
            return machine.select(below, name, site)
        return guess(machine, name, site) if shape.open else UNKNOWN
    if name not in shape.optional or not (shape.open or below is not None):
        return thunk()
    return union((thunk(), machine.select(below, name, site) if below is not None else UNKNOWN))


def _of_call(machine: Machine, value: Value, shape: Call, name: str, site: Site) -> Value:
    read_back = (machine.world.read_back or {}).get(shape.function)
    if read_back is not None and name in read_back and shape.arguments:
        # What was handed over is judged where it was.
        return Value(Call("read-back"))
    if name in OVERRIDES:
        return value.as_shape(Native(name, 1, lambda given, site: value))
    if name in ROOTS:
        # An option is named in full, so that who evaluates the system proves nothing of it.
        return Value(Global((ROOTS[name],)), sure_of_root(name), () if name == "config" else value.reasons)
    return guess(machine, name, site)
