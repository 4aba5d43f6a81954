"""Attributes of packages, of sets of them, and of other derivations; what `override` and its like make of them."""

from __future__ import annotations

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.guesses import ROOTS, sure_of_root
from splitlint.analysis.eval.sets import with_others
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.families import EXTENDS, OVERRIDES, Family
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Call,
    Derivation,
    Given,
    Global,
    Member,
    Native,
    Package,
    PackageSet,
    Shape,
    Thunk,
    Unknown,
    Value,
)
from splitlint.analysis.nixpkgs import table
from splitlint.findings.finding import Confidence
from splitlint.startup.records import replace


def of_package(machine: Machine, value: Value, shape: Package, name: str, site: Site) -> Value:
    family = machine.world.family(shape.family)
    if name in OVERRIDES:
        own = shape.attributes.names.get(name) if shape.attributes is not None else None
        return own() if own is not None else value.as_shape(override(machine, value, name))
    if family is None:
        return UNKNOWN
    if shape.claim and name in family.evidence:
        machine.evidence(shape.claim, f"{shape.claim.rpartition(':')[2]}.{name}", site.place)
    if name in family.outputs and family.is_package:
        missing = name in family.new_outputs and (shape.custom or not machine.world.is_after)
        return UNKNOWN if missing else value.as_shape(replace(shape, output=name))
    if shape.attributes is not None and name in shape.attributes.names:
        return shape.attributes.names[name]()
    passthru = passthru_of(machine, shape.attributes, name, site)
    if passthru is not None:
        return passthru
    if not family.is_package and name not in family.gone:
        return value.as_shape(Global((*shape.root.split("."), name))) if shape.root else UNKNOWN
    return value.as_shape(_member(machine, family, name, value, site.place))


def _member(machine: Machine, family: Family, name: str, owner: Value, place: Place | None) -> Member:
    """An attribute of a package; of a list, with the elements that matter."""
    texts = family.lists.get(name, ()) if machine.world.is_after else ()
    elements = (Member(family.name, name, owner, element=text, place=place) for text in texts)
    items = tuple(Given(owner.as_shape(one), place) for one in elements)
    return Member(family.name, name, owner, items=items, place=place)


def passthru_of(machine: Machine, attributes: Attrs | None, name: str, site: Site) -> Value | None:
    """An attribute of a derivation that its `passthru` or `env` gives it."""
    if attributes is None:
        return None
    for holder in ("passthru", "env"):
        thunk = attributes.names.get(holder)
        inner = thunk().shape if thunk is not None else None
        if isinstance(inner, Attrs) and name in inner.names:
            return inner.names[name]()
    return None


def override(machine: Machine, package: Value, how: str) -> Native:
    """`k.overrideAttrs`, `k.override`, `k.overrideDerivation`: the same package, its attributes changed."""

    def run(given: Thunk, site: Site) -> Value:
        shape = package.shape
        if how == "override":
            machine.listener.overridden(site, package, how, overriding(machine, given(), package, site))
            changed = replace(shape, overridden=True) if isinstance(shape, Package) else shape
            return package.as_shape(changed)
        attributes = overriding(machine, given(), package, site)
        machine.listener.overridden(site, package, how, attributes)
        if isinstance(shape, Package):
            known = attributes.shape if isinstance(attributes.shape, Attrs) else None
            before = shape.attributes
            if known is not None and before is not None:
                known = Attrs({**before.names, **known.names}, before.open or known.open, known.base, known.place)
            return package.as_shape(replace(shape, overridden=True, attributes=known or before))
        return package

    return Native(how, 1, run)


def overriding(machine: Machine, given: Value, package: Value, site: Site) -> Value:
    """The attributes that an override is given: a set, a function of the old ones, or of the final and old ones."""
    for _ in range(2):
        functions = [one for one in alternatives(given) if not isinstance(one.shape, Attrs | Unknown | Call)]
        if not functions:
            break
        given = machine.apply(given, (Given(package),), site)
    return union(tuple(_changes(one, package) for one in alternatives(given)))


def _changes(given: Value, package: Value) -> Value:
    """What an override gives, without what the old attributes already had: `old // { .. }`."""
    before, after = package.shape, given.shape
    if not isinstance(after, Package | Derivation) or not isinstance(before, Package | Derivation):
        return given
    if after.attributes is None or after.attributes is before.attributes:
        return given
    old = before.attributes.names if before.attributes is not None else {}
    names = {name: thunk for name, thunk in after.attributes.names.items() if old.get(name) is not thunk}
    return given.as_shape(replace(after.attributes, names=names))


def of_set(machine: Machine, value: Value, shape: PackageSet, name: str, site: Site) -> Value:
    family = machine.world.family(shape.family)
    if family is None:
        return UNKNOWN
    if shape.others is not None and name in shape.others.names and name not in shape.others.optional:
        return shape.others.names[name]()
    if name in EXTENDS:
        return value.as_shape(Native(name, 1, lambda overlay, site: _extended(machine, value, overlay, site)))
    if name in OVERRIDES:
        return value.as_shape(Native(name, 1, lambda given, site: value))
    if name in table.marked("fills", "scope"):
        return value.as_shape(Native(name, 2, lambda f, given, site: machine.call_package(value, f, given, site)))
    if name == family.member:
        if shape.member is not None:
            return shape.member
        return value.as_shape(Package(family.name, root=f"{shape.root}.{name}", platform=shape.platform))
    if name in family.set_has:
        return value.as_shape(Member(family.name, name))
    other = _of_others(machine, shape, family, name)
    return value.as_shape(other) if other is not None else UNKNOWN


def _of_others(machine: Machine, shape: PackageSet, family: Family, name: str) -> Shape | None:
    """What other families say that an attribute of a set is: by the set's own name, or as of any set of its family."""
    roots = dict.fromkeys((shape.root, family.first_set))
    found = [machine.world.shape_of((*root.split("."), name)) for root in roots if root]
    known = (one for one in found if isinstance(one, Package | PackageSet))
    return next(known, found[-1] if found else None)


def _extended(machine: Machine, base: Value, overlay: Thunk, site: Site) -> Value:
    """A set of packages after `extend`: the same, with the package that the extension puts in, if it does."""
    shape = base.shape
    family = machine.world.family(shape.family) if isinstance(shape, PackageSet) else None
    if family is None or not isinstance(shape, PackageSet):
        return base
    changes = machine.apply(overlay(), (Given(base), Given(base)), site).shape
    if not isinstance(changes, Attrs):
        return base
    shape = with_others(shape, replace(changes, names={k: v for k, v in changes.names.items() if k != family.member}))
    thunk = changes.names.get(family.member)
    member = thunk() if thunk is not None else UNKNOWN
    if not isinstance(member.shape, Unknown):
        shape = replace(shape, member=member_of_set(member, family))
    return base.as_shape(shape)


def member_of_set(value: Value, family: Family) -> Value:
    """The package that a set is made for: another's derivation counts as a custom one."""
    shape = value.shape
    if isinstance(shape, Derivation):
        return value.as_shape(Package(family.name, custom=True, attributes=shape.attributes))
    if isinstance(shape, Call):
        return value.as_shape(Package(family.name))
    if isinstance(shape, Attrs) and not {"outPath", "drvPath", "type"} & set(shape.names):
        # What it is to be built of: `frobs.customPackage { version = ..; src = ..; }`.
        return value.as_shape(Package(family.name))
    if isinstance(shape, Unknown):
        return Value(Package(family.name), Confidence.LOW)
    return value


def of_derivation(machine: Machine, value: Value, shape: Derivation, name: str, site: Site) -> Value:
    if name == "override":
        return value.as_shape(Native(name, 1, lambda given, site: value))
    if name in OVERRIDES:
        return value.as_shape(Native(name, 1, lambda given, site: _changed(machine, value, shape, given, site)))
    if shape.attributes is not None:
        if name in shape.attributes.names and name != "meta":
            return shape.attributes.names[name]()
        found = passthru_of(machine, shape.attributes, name, site)
        if found is not None:
            return found
    if name in ROOTS:
        return Value(Global((ROOTS[name],)), sure_of_root(name))
    return Value(Call("?." + name)) if name != "outPath" else value


def _changed(machine: Machine, value: Value, shape: Derivation, given: Thunk, site: Site) -> Value:
    """Another's derivation after `overrideAttrs`."""
    changes = overriding(machine, given(), value, site)
    machine.listener.overridden(site, value, "overrideAttrs", changes)
    if not isinstance(changes.shape, Attrs) or shape.attributes is None:
        return value
    names = {**shape.attributes.names, **changes.shape.names}
    return value.as_shape(Derivation(shape.maker, Attrs(names, shape.attributes.open), shape.joined))
