"""The attributes of values: `kernel.dev`, `a.b or c`, `config.boot.kernelPackages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import (
    UNKNOWN,
    Attrs,
    Call,
    Function,
    Global,
    Package,
    PackageSet,
    Text,
    Unknown,
    Value,
    alternatives,
    text_of,
    union,
)
from splitlint.analysis.model.world import EXTENDS, OVERRIDES
from splitlint.analysis.nix import apply
from splitlint.findings.finding import Confidence
from splitlint.startup.records import replace
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator, Frame, Thunk

#: What these give nobody knows where they are calls still: the file is out of sight.
_UNTOLD = frozenset({"pkgs.callPackage", "builtins.import"})
#: Attributes that lead from anything unknown to a global root: a flake's outputs, an evaluated system.
_ROOTS = {"config": "config", "pkgs": "pkgs", "lib": "lib", "legacyPackages": "legacyPackages"}


def select_expression(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    """The value of `base.a.b or fallback`."""
    base = node.child_by_field_name("expression")
    path = node.child_by_field_name("attrpath")
    if base is None or path is None:
        return UNKNOWN
    value = ev.value(base, frame)
    for attr in path.children_by_field_name("attr"):
        name = nix.attribute_name(attr)
        value = select(ev, value, name, node) if name is not None else _computed(ev, value, attr, node, frame)
    default = node.child_by_field_name("default")
    if default is None:
        return value
    if isinstance(value.shape, Package) and value.shape.output is not None:
        return value
    return union((value, ev.value(default, frame)))


def _computed(ev: Evaluator, value: Value, attr: Node, node: Node, frame: Frame | None) -> Value:
    """An attribute whose name is worked out: `pkgs.${name}`; of nixpkgs, what all of such a name are."""
    expression = attr.child_by_field_name("expression") if attr.type == "interpolation" else attr
    if expression is None or not isinstance(value.shape, Global | Attrs):
        return select(ev, value, None, node)
    found = []
    for option in alternatives(ev.value(expression, frame)):
        parts = text_of(option).parts
        name = "".join(part if isinstance(part, str) else "?" for part in parts)
        if all(isinstance(part, str) for part in parts):
            found.append(select(ev, value, name, node))
            continue
        shape = ev.world.shape_of((*value.shape.path, name)) if isinstance(value.shape, Global) else None
        if isinstance(shape, Package | PackageSet):
            found.append(value.as_shape(shape).at_most(Confidence.MEDIUM))
        else:
            found.append(select(ev, value, None, node))
    return union(tuple(found))


def select(ev: Evaluator, value: Value, name: str | None, node: Node) -> Value:
    """One attribute of a value; `name` is None where it is computed. `node` is where it is read."""
    options = alternatives(value)
    if len(options) > 1:
        return union(tuple(select(ev, option, name, node) for option in options))
    shape = value.shape
    if isinstance(shape, Attrs):
        thunk = shape.names.get(name) if name is not None else None
        if thunk is not None:
            return thunk()
        return guess(ev, name, node) if shape.open else UNKNOWN
    if isinstance(shape, Global):
        return _of_global(ev, value, shape, name, node)
    if name is None:
        return UNKNOWN
    if isinstance(shape, Package | PackageSet):
        return _of_package(ev, value, shape, name)
    if isinstance(shape, Call):
        return _of_call(ev, value, shape, name, node)
    if isinstance(shape, Text) and name == "outPath":
        return value
    if isinstance(shape, Unknown):
        return guess(ev, name, node)
    return UNKNOWN


def _of_global(ev: Evaluator, value: Value, shape: Global, name: str | None, node: Node) -> Value:
    if shape.path[0] == "legacyPackages":
        return value.as_shape(Global(("pkgs",)))
    if name is None:
        return UNKNOWN
    path = (*shape.path, name)
    found = ev.world.shape_of(path)
    if not isinstance(found, Global):
        own = _defined_here(ev, path)
        return own if own is not None else value.as_shape(found)
    if path[0] == "config":
        defined = ev.project.option(ev, path[1:]) if ev.project is not None else UNKNOWN
        if not isinstance(defined.shape, Unknown):
            return defined
        by_name = guess(ev, name, node)
        if name == "pkgs":
            return by_name
        return by_name if not isinstance(by_name.shape, Unknown | Global) else value.as_shape(found)
    if path[0] == "pkgs" and len(path) == 2 and ev.project is not None:
        overlaid = ev.project.overlay(ev, name)
        if all(isinstance(one.shape, Package | PackageSet | Call) for one in alternatives(overlaid)):
            return overlaid
    if path[0] == "pkgs" and len(path) > 2 and name in _ROOTS:
        return Value(Global((_ROOTS[name],)), _sure_of_root(name))
    if path[0] == "pkgs" and len(path) > 2:
        by_name = guess(ev, name, node)
        if isinstance(by_name.shape, Package | PackageSet):
            return by_name
    return value.as_shape(found)


def _defined_here(ev: Evaluator, path: tuple[str, ...]) -> Value | None:
    """What the repository itself says that a package of nixpkgs is: only another kind of thing is worth telling."""
    if ev.project is None or ev.project.holds_nixpkgs:
        return None
    if path[0] == "pkgs" and len(path) == 2:
        defined = ev.project.overlay(ev, path[1])
    elif path[0] == "config":
        defined = ev.project.option(ev, path[1:])
    else:
        return None
    is_option = path[0] == "config"
    return defined if all(_is_custom(one, is_option) for one in alternatives(defined)) else None


def _is_custom(value: Value, is_option: bool) -> bool:
    """Whether a definition is another kind of thing. An option of NixOS takes nothing but its kind, whoever made it."""
    shape = value.shape
    if isinstance(shape, PackageSet):
        return shape.member is not None and _is_custom(shape.member, is_option)
    if isinstance(shape, Call):
        untold = shape.function.startswith("?.") or shape.function in _UNTOLD
        return not (is_option and untold) or apply.is_builder(shape.function)
    return isinstance(shape, Package) and shape.custom


def _of_package(ev: Evaluator, value: Value, shape: Package | PackageSet, name: str) -> Value:
    if isinstance(shape, PackageSet) and name in EXTENDS:
        return value.as_shape(Function(lambda argument, scope=None: _extended(ev, value, argument)))
    if name in OVERRIDES:
        return value.as_shape(Function(lambda argument, scope=None: overridden(value)))
    if isinstance(shape, PackageSet):
        if name in ("callPackage", "callPackages", "newScope"):
            return value.as_shape(Function(lambda one, scope=None: apply.call_package(ev, value, one), owner=value))
        if shape.member is not None and ev.world.member_of(shape, name) is not None:
            return shape.member
    found = ev.world.member_of(shape, name)
    return value.as_shape(found) if found is not None else UNKNOWN


def overridden(value: Value) -> Value:
    """A package after `.override` or `.overrideAttrs`: the same package, its attributes changed."""
    shape = value.shape
    changed = value.as_shape(replace(shape, overridden=True)) if isinstance(shape, Package) else value
    return changed


def _extended(ev: Evaluator, base: Value, extension: Thunk) -> Value:
    """A set of packages after `extend`: the same, with the package that the extension puts in, if it does."""
    shape = base.shape
    family = ev.world.family(shape.family) if isinstance(shape, PackageSet) else None
    if family is None or not isinstance(shape, PackageSet):
        return base
    result = extension()
    for _ in range(2):
        result = result.shape.apply(lambda: base) if isinstance(result.shape, Function) else result
    thunk = result.shape.names.get(family.member) if isinstance(result.shape, Attrs) else None
    member = thunk() if thunk is not None else UNKNOWN
    if isinstance(member.shape, Unknown):
        return base
    return base.as_shape(replace(shape, member=apply.member_of_set(member, family.name)))


def _of_call(ev: Evaluator, value: Value, shape: Call, name: str, node: Node) -> Value:
    read_back = (ev.world.read_back or {}).get(shape.function)
    if read_back is not None and name in read_back and shape.arguments:
        # What was handed over is judged where it was.
        return Value(Call("read-back"))
    if name in OVERRIDES:
        return value.as_shape(Function(lambda argument, scope=None: value))
    if name in _ROOTS:
        # An option is named in full, so that who evaluates the system proves nothing of it.
        return Value(Global((_ROOTS[name],)), _sure_of_root(name), () if name == "config" else value.reasons)
    if shape.function.startswith("?."):
        return guess(ev, name, node)
    return UNKNOWN


def _sure_of_root(name: str) -> Confidence:
    """Options are named in full (`config.boot.kernelPackages`), so that the way to `config` does not matter."""
    return Confidence.HIGH if name == "config" else Confidence.MEDIUM


def guess(ev: Evaluator, name: str | None, node: Node) -> Value:
    """What an attribute of something unknown may be, going by its name."""
    if name is None:
        return UNKNOWN
    if name in _ROOTS:
        return Value(Global((_ROOTS[name],)), _sure_of_root(name))
    by_name = ev.world.by_name(name)
    if by_name is not None:
        return Value(Package(by_name.name), Confidence.LOW, (ev.reason(f"it is called `{name}`", node),))
    shape = ev.world.shape_of(("pkgs", name))
    if isinstance(shape, Package | PackageSet):
        return Value(shape, Confidence.MEDIUM, (ev.reason(f"`{name}` is the name of one in nixpkgs", node),))
    by_set = ev.world.by_set_name(name)
    if by_set is not None:
        return Value(PackageSet(by_set.name), Confidence.MEDIUM, (ev.reason(f"it is called `{name}`", node),))
    return UNKNOWN
