"""Whether a value has an attribute in the world after all splits."""

from __future__ import annotations

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.global_names import observed
from splitlint.analysis.eval.selection.packages import passthru_of
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.literals import FALSE, MAYBE, TRUE
from splitlint.analysis.model.values import (
    Attrs,
    Closure,
    Derivation,
    Failure,
    Global,
    Listing,
    Literal,
    Native,
    Package,
    PackageSet,
    Text,
    Tree,
    Value,
)
from splitlint.findings.finding import Confidence

#: Attributes that every derivation has.
_ALWAYS = frozenset(
    {"all", "args", "builder", "drvPath", "meta", "name", "out", "outPath", "outputName", "outputs", "override"}
    | {"overrideAttrs", "overrideDerivation", "passthru", "system", "type", "version"}
)


def has_path(machine: Machine, value: Value, names: list[str | None], site: Site) -> Value:
    """Whether a value has an attribute, and that another, and so on."""
    for number, name in enumerate(names):
        there = has_attribute(machine, value, name, site)
        if there is False:
            return FALSE
        if there is None:
            return MAYBE
        if number + 1 < len(names):
            value = machine.select(value, name, site)
    return TRUE


def has_attribute(machine: Machine, value: Value, name: str | None, site: Site) -> bool | None:
    """Whether a value has an attribute in the world after all splits; None where that is not known."""
    found = {_has(machine, one, name, site) for one in alternatives(value) if not isinstance(one.shape, Failure)}
    return found.pop() if len(found) == 1 else None


def _has(machine: Machine, value: Value, name: str | None, site: Site) -> bool | None:
    shape = value.shape
    if name is None:
        return None
    if isinstance(shape, Attrs):
        if value.confidence < Confidence.HIGH:
            return None
        if name in shape.names and name not in shape.optional:
            return True
        if name in shape.names:
            return None
        if shape.base is not None:
            return _has(machine, shape.base, name, site)
        return None if shape.open else False
    if isinstance(shape, Package):
        return _package_has(machine, shape, name)
    if isinstance(shape, PackageSet):
        family = machine.world.family(shape.family)
        return True if family is not None and name in (family.member, *family.set_has) else None
    if isinstance(shape, Text | Literal | Listing | Closure | Native):
        return False if value.confidence is Confidence.HIGH else None
    if isinstance(shape, Global) and shape.path[0] == "config":
        known = machine.world.shape_of((*shape.path, name))
        if isinstance(known, Package | PackageSet | Tree):
            return True
    if isinstance(shape, Global) and ".".join((*shape.path, name)) in machine.world.new_packages:
        return machine.world.is_after
    if isinstance(shape, Global) and name in machine.world.outputs:
        own = observed(machine, value)
        return has_attribute(machine, own, name, site) if own is not value else None
    if isinstance(shape, Derivation) and shape.attributes is not None:
        if name in shape.attributes.names or passthru_of(machine, shape.attributes, name, site) is not None:
            return True
        return _derivation_has(machine, shape, name)
    return None


def _package_has(machine: Machine, shape: Package, name: str) -> bool | None:
    family = machine.world.family(shape.family)
    if family is None:
        return None
    if shape.attributes is not None and name in shape.attributes.names:
        return True
    if name in family.new_outputs:
        return not shape.custom and machine.world.is_after
    if name in _ALWAYS:
        return True
    if name in family.outputs:
        return None if shape.custom else True
    if name in family.gone:
        return None if shape.custom else not machine.world.is_after
    if name in family.has:
        return None if shape.custom else True
    return None


def _derivation_has(machine: Machine, shape: Derivation, name: str) -> bool | None:
    """Another's derivation has no output that only a family's packages have, unless it says so."""
    if shape.attributes is None or shape.attributes.open:
        return None
    outputs = shape.attributes.names.get("outputs")
    if outputs is None and any(name in family.new_outputs for family in machine.world.families):
        return False
    return None
