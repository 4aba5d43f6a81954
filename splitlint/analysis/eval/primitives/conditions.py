"""Primitives that decide what counts: conditions, option definitions, errors."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.eval.elements import items_of
from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.primitives.attributes import deeply_merged
from splitlint.analysis.eval.primitives.lists import concatenated
from splitlint.analysis.eval.texts import maybe
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.literals import boolean, truth, unsure
from splitlint.analysis.model.values import (
    FAILURE,
    UNKNOWN,
    Attrs,
    Derivation,
    Failure,
    Listing,
    Literal,
    Package,
    PackageSet,
    Text,
    Thunk,
    Unknown,
    Value,
)
from splitlint.startup.records import replace

Primitive = Callable[..., Value]


def _when(machine: Machine, condition: Thunk, value: Thunk, otherwise: Thunk, site: Site) -> Value:
    """`optional c x`: what it gives where `c` is not surely false; where `c` is not known all in it may be missing."""
    known = truth(condition())
    if known is False:
        return otherwise()
    found = value()
    return found if known is True else union(tuple(_perhaps(one) for one in alternatives(found)))


def _perhaps(value: Value) -> Value:
    """A value that may be left out."""
    shape = value.shape
    if isinstance(shape, Listing):
        return value.as_shape(Listing(shape.items, True))
    if isinstance(shape, Attrs):
        return value.as_shape(replace(shape, optional=frozenset(shape.names)))
    if isinstance(shape, Text):
        return value.as_shape(maybe(shape))
    return value.as_shape(replace(shape, text="")) if isinstance(shape, Literal) else value


def _unsure_value(machine: Machine, value: Thunk, site: Site) -> Value:
    return unsure(value())


def _merged(machine: Machine, values: Thunk, site: Site) -> Value:
    """`mkMerge`: lists one after another, sets merged, of others any."""
    items = [item() for item in items_of(values())]
    found = [one for one in items if not isinstance(one.shape, Unknown)]
    if found and all(isinstance(one.shape, Listing) for one in found):
        return concatenated(machine, found)
    if found and all(isinstance(one.shape, Attrs) for one in found):
        return deeply_merged(found)
    return union(tuple(found)) if found else UNKNOWN


def _after(depth: int) -> Primitive:
    """`seq`, `deepSeq`: the second value, unless the first, or something so deep in it, is an error."""

    def run(machine: Machine, first: Thunk, second: Thunk, site: Site) -> Value:
        return FAILURE if _has_failure(first(), depth) else second()

    return run


def _has_failure(value: Value, depth: int) -> bool:
    shape = value.shape
    if depth == 0 or not isinstance(shape, Listing | Attrs):
        return isinstance(shape, Failure)
    inner = shape.items if isinstance(shape, Listing) else tuple(shape.names.values())
    return any(_has_failure(thunk(), depth - 1) for thunk in inner[:100])


def _fails(machine: Machine, value: Thunk, site: Site) -> Value:
    """Whether `tryEval` catches an error: surely not where it is a package, and no `throw` was met anywhere."""
    found = value()
    if isinstance(found.shape, Failure):
        return boolean(True)
    sound = isinstance(found.shape, Package | PackageSet | Derivation) and not machine.met_error
    return boolean(False if sound else None)


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__when": (3, _when),
    "__unsure": (1, _unsure_value),
    "__merged": (1, _merged),
    "__seq": (2, _after(0)),
    "__deepSeq": (2, _after(3)),
    "__fails": (1, _fails),
}
