"""What `a.b or c` and `a ? b` are."""

from __future__ import annotations

from splitlint.analysis.eval import absent
from splitlint.analysis.eval.environment import Delayed, Environment, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.presence import has_attribute, has_path
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.literals import FALSE
from splitlint.analysis.model.texts import known_text
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Derivation,
    Global,
    Literal,
    Package,
    PackageSet,
    Piece,
    Text,
    Thunk,
    Tree,
    Unknown,
    Value,
)
from splitlint.findings.finding import Confidence
from splitlint.syntax.nix_tree.names_read import names_in
from splitlint.syntax.nix_tree.nodes import Attribute, HasAttr, Name, Node, Select


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
    """What a name with an unknown part means below a global: `pkgs."frob_${v}"` is of the family whatever `v` is."""
    if not isinstance(name.shape, Text) or not name.shape.parts:
        text = "x"
    else:
        text = "".join(part.content if isinstance(part.content, str) else "x" for part in name.shape.parts)
    found = machine.world.shape_of((*shape.path, text))
    if isinstance(found, Package | PackageSet):
        return Value(found, Confidence.MEDIUM)
    return None


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
