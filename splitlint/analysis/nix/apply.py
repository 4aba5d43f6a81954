"""Function application: functions written in Nix, the makers of the families, and what lib's functions do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import (
    UNKNOWN,
    Call,
    Function,
    Global,
    Literal,
    Package,
    PackageSet,
    Text,
    Unknown,
    Value,
    alternatives,
    union,
)
from splitlint.analysis.nix import library
from splitlint.findings.finding import Confidence
from splitlint.startup.records import replace
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator, Frame, Thunk


def apply_expression(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    """The value of `f x y`."""
    head, arguments = nix.call_spine(node)
    thunks = [_thunk(ev, argument, frame) for argument in arguments]
    return apply_value(ev, ev.value(head, frame), head, thunks)


def _thunk(ev: Evaluator, node: Node, frame: Frame | None) -> Thunk:
    return lambda: ev.value(node, frame)


def apply_value(ev: Evaluator, function: Value, head: Node, arguments: Sequence[Thunk]) -> Value:
    """A value applied to arguments, one after the other."""
    options = alternatives(function)
    if len(options) > 1:
        return union(tuple(apply_value(ev, option, head, arguments) for option in options[:4]))
    shape = function.shape
    if isinstance(shape, Function) and arguments:
        result = shape.apply(arguments[0])
        rest = arguments[1:]
        return apply_value(ev, result, head, rest) if rest else result
    if isinstance(shape, Global):
        return _global(ev, shape, head, arguments)
    if isinstance(shape, Package | PackageSet):
        return function
    if isinstance(shape, Call):
        return function.as_shape(replace(shape, arguments=(*shape.arguments, *arguments)))
    if isinstance(shape, Unknown):
        return _global(ev, Global(("?", called_name(head))), head, arguments)
    return UNKNOWN


def called_name(head: Node) -> str:
    """The last name of an expression that is applied, "" if it has none."""
    if head.type == "variable_expression":
        return nix.node_text(head)
    if head.type == "select_expression":
        path = head.child_by_field_name("attrpath")
        names = nix.attribute_names(path) if path is not None else ()
        return names[-1] or "" if names else ""
    return ""


def _global(ev: Evaluator, shape: Global, head: Node, arguments: Sequence[Thunk]) -> Value:
    name = shape.path[-1]
    made = ev.world.made_by(shape.dotted)
    sure = Confidence.HIGH
    if made is None and shape.path[0] in ("?", "pkgs"):
        # `pkgs.unstable.linuxPackagesFor`: another nixpkgs under a name of the repository's own.
        made = ev.world.made_by(f"pkgs.{name}")
        sure = Confidence.HIGH if shape.path[0] == "?" else Confidence.MEDIUM
    if made is not None:
        family, is_set = made
        reason = ev.reason(f"`{name}` makes a {family.noun}", head)
        if not is_set:
            return Value(Package(family.name, root=shape.dotted), sure, (reason,))
        member = member_of_set(arguments[0]() if arguments else UNKNOWN, family.name)
        return Value(PackageSet(family.name, shape.dotted, member), sure, (reason,))
    if name in ("callPackage", "callPackages") and arguments:
        called = call_package(ev, Value(Global(("pkgs",))), arguments[0], arguments[1] if len(arguments) > 1 else None)
        return apply_value(ev, called, head, arguments[2:]) if len(arguments) > 2 else called
    if name == "import" and shape.path[0] in ("builtins", "?"):
        return _import(ev, head, arguments)
    rule = library.RULES.get(name) if shape.path[0] in ("lib", "builtins", "?", "pkgs") else None
    if rule is not None:
        needed, run = rule
        if len(arguments) >= needed:
            result = run(ev, arguments)
            rest = arguments[needed:]
            return apply_value(ev, result, head, rest) if rest else result
    return Value(Call(shape.dotted, tuple(arguments)))


def member_of_set(value: Value, family: str) -> Value:
    """The package that a set is made for: another's derivation counts as a custom one."""
    if isinstance(value.shape, Call):
        return value.as_shape(Package(family, custom=is_builder(value.shape.function)))
    if isinstance(value.shape, Unknown):
        return Value(Package(family), Confidence.LOW)
    return value


def is_builder(function: str) -> bool:
    """Whether a function surely makes another's derivation, wherever it comes from."""
    return function.endswith(_BUILDERS)


_BUILDERS = (
    "mkDerivation",
    "runCommand",
    "runCommandNoCC",
    "runCommandCC",
    "runCommandLocal",
    "symlinkJoin",
    "buildEnv",
)


def _import(ev: Evaluator, head: Node, arguments: Sequence[Thunk]) -> Value:
    if not arguments:
        return Value(Global(("builtins", "import")))
    call = head.parent
    argument = call.child_by_field_name("argument") if call is not None else None
    text = nix.node_text(argument) if argument is not None else ""
    rest = arguments[1:]
    maker = _maker_file(ev, arguments[0]())
    if maker is not None:
        return apply_value(ev, maker, head, rest[1:]) if rest else Value(Function(lambda argument, scope=None: maker))
    if ev.project is not None:
        found = ev.project.imported(ev, arguments[0]())
        if not isinstance(found.shape, Unknown):
            return apply_value(ev, found, head, rest) if rest else found
    if "nixpkgs" in text or "pkgs" in text.lower() or (text and not text.strip("./")):
        if text.rstrip('>)"').endswith("/lib"):
            return Value(Global(("lib",)))
        if text.rstrip('>)"').endswith("/nixos"):
            return UNKNOWN
        packages = Value(Global(("pkgs",)))
        return packages if rest else Value(Function(lambda argument, scope=None: packages))
    return UNKNOWN


def _maker_file(ev: Evaluator, value: Value) -> Value | None:
    """The maker that a file of nixpkgs holds, where a value is the path of one; None where it is not."""
    maker = ev.world.maker_in(_last_text(value).rstrip(">"))
    return Value(Global(tuple(maker.split(".")))) if maker is not None else None


def _last_text(value: Value) -> str:
    """The literal text with which a path ends: `./x.nix`, `"${nixpkgs}/x.nix"`, `nixpkgs + /x.nix`; "" if none."""
    shape = value.shape
    if isinstance(shape, Text) and shape.parts:
        last = shape.parts[-1]
        return last if isinstance(last, str) else _last_text(last) if isinstance(last, Value) else ""
    return shape.text if isinstance(shape, Literal) and shape.kind == "path" else ""


def call_package(ev: Evaluator, scope: Value, function: Thunk, argument: Thunk | None = None) -> Value:
    """`callPackage f args`: f's formals are filled from `args`, then from `scope`."""
    if argument is None:
        return Value(Function(lambda later, scope_=None: call_package(ev, scope, function, later)))
    called = function()
    maker = _maker_file(ev, called)
    if maker is not None:
        return maker
    if isinstance(called.shape, Literal) and called.shape.kind == "path" and ev.project is not None:
        called = ev.project.imported(ev, called)
    if isinstance(called.shape, Function):
        run = called.shape.apply
        return ev.bounded(lambda: run(argument, scope))
    return Value(Call("pkgs.callPackage", (function, argument)))
