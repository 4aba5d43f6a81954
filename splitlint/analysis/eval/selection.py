"""Attributes: `a.b`, `a.b or c`, `a ? b`, names that come from a `with`."""

from __future__ import annotations

from splitlint.analysis.eval import absent
from splitlint.analysis.eval.environment import Delayed, Environment, Site
from splitlint.analysis.eval.liveness import names_in
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.families import EXTENDS, OVERRIDES, Family
from splitlint.analysis.model.literals import FALSE, MAYBE, TRUE
from splitlint.analysis.model.places import Place, Reason
from splitlint.analysis.model.texts import known_text
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Call,
    Closure,
    Derivation,
    Failure,
    Given,
    Global,
    Listing,
    Literal,
    Member,
    Native,
    Package,
    PackageSet,
    Piece,
    Text,
    Thunk,
    Tree,
    Union,
    Unknown,
    Value,
)
from splitlint.analysis.nixpkgs import table
from splitlint.findings.finding import Confidence
from splitlint.startup.records import replace
from splitlint.syntax.nix_tree.nodes import Attribute, HasAttr, Name, Node, Select

#: Attributes that lead to the roots of the world from anywhere (`inputs.nixpkgs.lib`, `nixosConfigurations.x.config`).
_ROOTS = {"pkgs": "pkgs", "lib": "lib", "config": "config", "legacyPackages": "legacyPackages"}
#: Attributes that every derivation has.
_ALWAYS = frozenset(
    {"all", "args", "builder", "drvPath", "meta", "name", "out", "outPath", "outputName", "outputs", "override"}
    | {"overrideAttrs", "overrideDerivation", "passthru", "system", "type", "version"}
)


def attribute_name(machine: Machine, attribute: Attribute, environment: Environment) -> str | None:
    """A name of an attribute path; None where it is computed and not known."""
    if isinstance(attribute, str):
        return attribute
    return known_text(machine.value(attribute, environment))


def select_node(machine: Machine, node: Select, environment: Environment) -> Value:
    """`base.a.b or default`."""
    value = machine.value(node.base, environment)
    site = Site(environment, node, "", environment.unit.place(node.start, node.end))
    is_told = isinstance(node.base, Name) and absent.is_gone(machine, value)
    is_computed = False
    for number, attribute in enumerate(node.path):
        name = attribute_name(machine, attribute, environment)
        if name is None and isinstance(attribute, Node):
            value = _computed(machine, value, attribute, environment, site)
            is_computed = True
        elif name == "outPath":
            value = _out_path(value, node, number, environment)
        elif node.default is not None:
            value = _with_default(machine, value, node, number, environment, site)
            break
        else:
            value = machine.select(value, name, site)
    if is_computed and node.default is not None:
        return union((value, machine.value(node.default, environment)))
    if not is_told and node.default is None:
        absent.read(machine, value, environment, site, node.base)
    return value


def _with_default(
    machine: Machine, value: Value, node: Select, number: int, environment: Environment, site: Site
) -> Value:
    """The rest of a path, from name `number` on, or the default where one of its names is not there."""
    default = node.default
    assert default is not None
    names = [attribute_name(machine, attribute, environment) for attribute in node.path[number:]]
    found, dead = select_or(machine, value, names, Delayed(lambda: machine.value(default, environment)), site)
    if dead:
        environment.mark_dead(names_in(default))
    return found


def select_or(
    machine: Machine, value: Value, names: list[str | None], default: Thunk, site: Site
) -> tuple[Value, bool]:
    """An attribute of an attribute and so on, or the default where one is not there; whether the default is dead."""
    there: bool | None = True
    sure = True
    for at, name in enumerate(names):
        has = has_attribute(machine, value, name, site)
        if has is False:
            absent.with_default(machine, value, names[at:], site.environment, site)
            return default(), False
        if has is True and sure and _is_there(value):
            # What leads to a package that is known is there, too.
            there = True
        lacking = has is None and _may_lack(value, name)
        value = machine.select(value, name, site)
        if lacking or (has is None and not _is_there(value)):
            there, sure = None, sure and not lacking
    if there is True or (sure and _is_there(value)):
        return value, True
    if isinstance(value.shape, Unknown):
        return _or_unknown(value, default()), False
    return union((value, default())), False


def _may_lack(value: Value, name: str | None) -> bool:
    """Whether an attribute is one that a set may have or not."""
    return any(isinstance(one.shape, Attrs) and name in one.shape.optional for one in alternatives(value))


def _is_there(value: Value) -> bool:
    """Whether what was selected is known well enough to say that it is there."""
    return all(isinstance(one.shape, Package | PackageSet | Tree | Derivation) for one in alternatives(value))


def _or_unknown(value: Value, default: Value) -> Value:
    """`x.y or default` where nothing is known of x: the default, less surely."""
    return default.at_most(Confidence.MEDIUM) if not isinstance(default.shape, Literal) else UNKNOWN


def _out_path(value: Value, node: Select, number: int, environment: Environment) -> Value:
    """`k.outPath`: the path of a package as text, which is made here."""
    place = environment.unit.place(node.base.start, node.base.end) if number == 0 else None
    place = place or environment.unit.place(node.start, node.end)
    options = []
    for one in alternatives(value):
        if isinstance(one.shape, Package | Tree | Derivation):
            options.append(Value(Text((Piece(one, place),)), one.confidence, one.reasons))
        else:
            options.append(one if isinstance(one.shape, Text | Literal) else UNKNOWN)
    return union(tuple(options))


def _computed(machine: Machine, value: Value, attribute: Node, environment: Environment, site: Site) -> Value:
    """An attribute with a name of which not all is known: what fits of the sets of packages."""
    name = machine.value(attribute, environment)
    found = []
    for option in alternatives(value):
        shape = option.shape
        if isinstance(shape, Attrs) and not shape.open:
            found.append(union(tuple(thunk() for thunk in list(shape.names.values())[:12])))
        elif isinstance(shape, Global):
            known = _fitting(machine, shape, name)
            found.append(known if known is not None else machine.select(option, None, site))
        else:
            found.append(machine.select(option, None, site))
    return union(tuple(found))


def _fitting(machine: Machine, shape: Global, name: Value) -> Value | None:
    """What a name with an unknown part means below a global: `pkgs."linux_${v}"` is a kernel whatever `v` is."""
    if not isinstance(name.shape, Text) or not name.shape.parts:
        text = "x"
    else:
        text = "".join(part.content if isinstance(part.content, str) else "x" for part in name.shape.parts)
    found = machine.world.shape_of((*shape.path, text))
    if isinstance(found, Package | PackageSet):
        return Value(found, Confidence.MEDIUM)
    return None


def select(machine: Machine, value: Value, name: str | None, site: Site) -> Value:
    """One attribute of a value."""
    shape = value.shape
    if isinstance(shape, Union):
        return union(tuple(machine.select(option, name, site) for option in shape.options))
    if isinstance(shape, Attrs):
        return _of_attrs(machine, shape, name, site).at_most(value.confidence)
    if isinstance(shape, Global):
        return _of_global(machine, value, shape, name, site)
    if name is None:
        return UNKNOWN
    if isinstance(shape, Package):
        return _of_package(machine, value, shape, name, site)
    if isinstance(shape, PackageSet):
        return _of_set(machine, value, shape, name, site)
    if isinstance(shape, Derivation):
        return _of_derivation(machine, value, shape, name, site)
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
    if thunk is None:
        if below is not None:
            return machine.select(below, name, site)
        return guess(machine, name, site) if shape.open else UNKNOWN
    if name not in shape.optional or not (shape.open or below is not None):
        return thunk()
    return union((thunk(), machine.select(below, name, site) if below is not None else UNKNOWN))


def _of_global(machine: Machine, value: Value, shape: Global, name: str | None, site: Site) -> Value:
    if shape.path[0] == "legacyPackages":
        return value.as_shape(Global(("pkgs",)))
    if name is None:
        return UNKNOWN
    path = (*shape.path, name)
    found = machine.world.shape_of(path)
    if not isinstance(found, Global):
        own = _defined_here(machine, path)
        return own if own is not None else value.as_shape(found)
    if path[0] == "?":
        return guess(machine, name, site)
    if path[0] in ("lib", "builtins"):
        row = table.row(path)
        if row is not None and ":" not in row.text and "__unknown" not in row.text:
            return machine.apply(Value(found), (), site)
        return value.as_shape(found)
    if path[0] == "config":
        return _option(machine, value, path, found, name, site)
    if path[0] == "pkgs" and len(path) == 2:
        overlaid = machine.others.package(machine, name) if machine.others is not None else UNKNOWN
        if not isinstance(overlaid.shape, Unknown) and not _is_within(overlaid, site):
            return overlaid
    if path[0] == "pkgs" and len(path) > 2:
        if name in _ROOTS:
            return Value(Global((_ROOTS[name],)), sure_of_root(name))
        by_name = guess(machine, name, site)
        if isinstance(by_name.shape, Package | PackageSet):
            return by_name
    return value.as_shape(found)


def _is_within(value: Value, site: Site) -> bool:
    """Whether a function is asked for in its own body: then the one that it replaces is meant (`prev.f`)."""
    closures = (one.shape for one in alternatives(value) if isinstance(one.shape, Closure))
    return any(closure.node in site.environment.calls for closure in closures)


def _option(machine: Machine, value: Value, path: tuple[str, ...], found: Global, name: str, site: Site) -> Value:
    defined = machine.others.option(machine, path[1:]) if machine.others is not None else UNKNOWN
    if not isinstance(defined.shape, Unknown):
        return defined
    by_name = guess(machine, name, site)
    if name == "pkgs":
        return by_name
    return by_name if not isinstance(by_name.shape, Unknown | Global) else value.as_shape(found)


def _defined_here(machine: Machine, path: tuple[str, ...]) -> Value | None:
    """What the repository itself says that a package of nixpkgs is: only another kind of thing is worth telling."""
    others = machine.others
    if others is None or others.holds_nixpkgs:
        return None
    if path[0] == "pkgs" and len(path) == 2:
        defined = others.package(machine, path[1])
    elif path[0] == "config":
        defined = others.option(machine, path[1:])
    else:
        return None
    is_option = path[0] == "config"
    found = tuple(_set_member(machine, one) for one in alternatives(defined))
    return defined if all(_is_custom(one, is_option) and one.confidence is Confidence.HIGH for one in found) else None


def _set_member(machine: Machine, value: Value) -> Value:
    """Of a set of the repository's own, the package in it that a family's sets have."""
    shape = value.shape
    if isinstance(shape, Attrs):
        members = (shape.names[one.member]() for one in machine.world.families if one.member in shape.names)
        return next(members, value)
    return value


def _is_custom(value: Value, is_option: bool) -> bool:
    """Whether a definition is another kind of thing. An option of NixOS takes nothing but its kind, whoever made it."""
    shape = value.shape
    if isinstance(shape, PackageSet):
        return shape.member is not None and _is_custom(shape.member, is_option)
    if isinstance(shape, Call):
        return not is_option
    if isinstance(shape, Derivation):
        return True
    return isinstance(shape, Package) and shape.custom


def _of_package(machine: Machine, value: Value, shape: Package, name: str, site: Site) -> Value:
    family = machine.world.family(shape.family)
    if name in OVERRIDES:
        return value.as_shape(override(machine, value, name))
    if family is None:
        return UNKNOWN
    if shape.claim and name in family.evidence:
        machine.evidence(shape.claim, f"{shape.claim.rpartition(':')[2]}.{name}", site.place)
    if name in family.outputs and family.is_package:
        missing = name in family.new_outputs and (shape.custom or not machine.world.is_after)
        return UNKNOWN if missing else value.as_shape(replace(shape, output=name))
    if shape.attributes is not None and name in shape.attributes.names:
        return shape.attributes.names[name]()
    passthru = _passthru(machine, shape.attributes, name, site)
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


def _passthru(machine: Machine, attributes: Attrs | None, name: str, site: Site) -> Value | None:
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
            machine.listener.overridden(site, package, how, given())
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
    """The attributes that `overrideAttrs` is given: a set, a function of the old ones, or of the final and old ones."""
    for _ in range(2):
        functions = [one for one in alternatives(given) if not isinstance(one.shape, Attrs | Unknown | Call)]
        if not functions:
            break
        given = machine.apply(given, (Given(package),), site)
    return given


def _of_set(machine: Machine, value: Value, shape: PackageSet, name: str, site: Site) -> Value:
    family = machine.world.family(shape.family)
    if family is None:
        return UNKNOWN
    if name in EXTENDS:
        return value.as_shape(Native(name, 1, lambda overlay, site: _extended(machine, value, overlay, site)))
    if name in OVERRIDES:
        return value.as_shape(Native(name, 1, lambda given, site: value))
    if name in table.marked("fills", "scope"):
        return value.as_shape(Native(name, 2, lambda f, given, site: machine.call_package(value, f, given, site)))
    if name == family.member:
        if shape.member is not None:
            return shape.member
        return value.as_shape(Package(family.name, root=f"{shape.root}.{name}"))
    return value.as_shape(Member(family.name, name)) if name in family.set_has else UNKNOWN


def _extended(machine: Machine, base: Value, overlay: Thunk, site: Site) -> Value:
    """A set of packages after `extend`: the same, with the package that the extension puts in, if it does."""
    shape = base.shape
    family = machine.world.family(shape.family) if isinstance(shape, PackageSet) else None
    if family is None or not isinstance(shape, PackageSet):
        return base
    result = machine.apply(overlay(), (Given(base), Given(base)), site)
    thunk = result.shape.names.get(family.member) if isinstance(result.shape, Attrs) else None
    member = thunk() if thunk is not None else UNKNOWN
    if isinstance(member.shape, Unknown):
        return base
    return base.as_shape(replace(shape, member=member_of_set(member, family)))


def member_of_set(value: Value, family: Family) -> Value:
    """The package that a set is made for: another's derivation counts as a custom one."""
    shape = value.shape
    if isinstance(shape, Derivation):
        return value.as_shape(Package(family.name, custom=True, attributes=shape.attributes))
    if isinstance(shape, Call):
        return value.as_shape(Package(family.name))
    if isinstance(shape, Unknown):
        return Value(Package(family.name), Confidence.LOW)
    return value


def _of_derivation(machine: Machine, value: Value, shape: Derivation, name: str, site: Site) -> Value:
    if name == "override":
        return value.as_shape(Native(name, 1, lambda given, site: value))
    if name in OVERRIDES:
        return value.as_shape(Native(name, 1, lambda given, site: _changed(machine, value, shape, given, site)))
    if shape.attributes is not None:
        if name in shape.attributes.names and name != "meta":
            return shape.attributes.names[name]()
        found = _passthru(machine, shape.attributes, name, site)
        if found is not None:
            return found
    if name in _ROOTS:
        return Value(Global((_ROOTS[name],)), sure_of_root(name))
    return Value(Call("?." + name)) if name != "outPath" else value


def _changed(machine: Machine, value: Value, shape: Derivation, given: Thunk, site: Site) -> Value:
    """Another's derivation after `overrideAttrs`."""
    changes = overriding(machine, given(), value, site)
    machine.listener.overridden(site, value, "overrideAttrs", changes)
    if not isinstance(changes.shape, Attrs) or shape.attributes is None:
        return value
    names = {**shape.attributes.names, **changes.shape.names}
    return value.as_shape(Derivation(shape.maker, Attrs(names, shape.attributes.open), shape.joined))


def _of_call(machine: Machine, value: Value, shape: Call, name: str, site: Site) -> Value:
    read_back = (machine.world.read_back or {}).get(shape.function)
    if read_back is not None and name in read_back and shape.arguments:
        # What was handed over is judged where it was.
        return Value(Call("read-back"))
    if name in OVERRIDES:
        return value.as_shape(Native(name, 1, lambda given, site: value))
    if name in _ROOTS:
        # An option is named in full, so that who evaluates the system proves nothing of it.
        return Value(Global((_ROOTS[name],)), sure_of_root(name), () if name == "config" else value.reasons)
    return guess(machine, name, site)


def sure_of_root(name: str) -> Confidence:
    """Options are named in full (`config.boot.kernelPackages`), so that the way to `config` does not matter."""
    return Confidence.HIGH if name == "config" else Confidence.MEDIUM


def guess(machine: Machine, name: str | None, site: Site) -> Value:
    """What an attribute of something unknown may be, going by its name."""
    if name is None:
        return UNKNOWN
    if name in _ROOTS:
        return Value(Global((_ROOTS[name],)), sure_of_root(name))
    world = machine.world
    by_name = world.by_name(name)
    if by_name is not None:
        claim = f"{site.environment.unit.path}:{name}"
        package = Package(by_name.name, claim=claim)
        return Value(package, Confidence.LOW, _shown(site, f"it is called `{name}`"))
    shape = world.shape_of(("pkgs", name))
    if isinstance(shape, Package | PackageSet):
        return Value(shape, Confidence.MEDIUM, _shown(site, f"`{name}` is the name of one in nixpkgs"))
    by_set = world.by_set_name(name)
    if by_set is not None:
        return Value(PackageSet(by_set.name), Confidence.MEDIUM, _shown(site, f"it is called `{name}`"))
    if table.row(("?", name)) is not None:
        return Value(Global(("?", name)), Confidence.LOW)
    return UNKNOWN


def _shown(site: Site, text: str) -> tuple[Reason, ...]:
    place: Place | None = site.place
    return (Reason(text, *place),) if place is not None else ()


def has_attr_node(machine: Machine, node: HasAttr, environment: Environment) -> Value:
    """`base ? a.b`."""
    value = machine.value(node.base, environment)
    site = Site(environment, node, "", environment.unit.place(node.start, node.end))
    names = [attribute_name(machine, one, environment) for one in node.path]
    if absent.is_gone(machine, value):
        # To ask is to read, which fails; what would be done if it had it is never done.
        if not isinstance(node.base, Name):
            absent.asked(machine, value, names, environment, site, node.base)
        return FALSE
    return has_path(machine, value, names, site)


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
    if isinstance(shape, Derivation) and shape.attributes is not None:
        if name in shape.attributes.names or _passthru(machine, shape.attributes, name, site) is not None:
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
