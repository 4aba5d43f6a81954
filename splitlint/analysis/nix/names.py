"""What names mean: bindings, inherited names, formals with what is passed to them, conventions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import (
    UNKNOWN,
    Attrs,
    Call,
    Function,
    Global,
    Literal,
    Member,
    Package,
    PackageSet,
    Unknown,
    Value,
    union,
)
from splitlint.analysis.nix import attribute_sets, conventions, select
from splitlint.analysis.nix.scope import Binding
from splitlint.findings.finding import Confidence
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator, Frame

_TOP_LEVEL = lazy_pattern(r"(?:^|/)pkgs/top-level/[^/]+\.nix\Z")
#: A set with more names is a set of packages.
_MANY = 200
_CONSTANTS = {"true": "boolean", "false": "boolean", "null": "null"}
_BUILTINS = frozenset(
    {"import", "map", "toString", "removeAttrs", "baseNameOf", "dirOf", "isNull", "throw", "abort", "derivation"}
    | {"placeholder", "fetchTarball", "fetchGit"}
)


def is_top_level(path: str) -> bool:
    """Whether a file is one of those in which nixpkgs defines its packages: what they bind is nixpkgs' own."""
    return _TOP_LEVEL.search(path) is not None


def value_of_name(ev: Evaluator, node: Node, name: str, frame: Frame | None) -> Value:
    """What `name` denotes where `node` stands."""
    lookup = ev.scopes.lookup(node, name)
    if lookup.binding is not None:
        return value_of_binding(ev, lookup.binding, frame)
    if name in _CONSTANTS:
        return Value(Literal(_CONSTANTS[name], name))
    for environment in lookup.environments:
        found = _from_environment(ev, ev.value(environment, frame), name, node)
        if not isinstance(found.shape, Unknown):
            return found
    if name == "builtins":
        return Value(Global(("builtins",)))
    if name in _BUILTINS:
        return Value(Global(("builtins", name)))
    if lookup.environments:
        return select.guess(ev, name, node)
    # Unbound names are errors in Nix; but what binds them may be lost in a syntax error.
    return Value(Global((name,)), Confidence.MEDIUM) if name in ("pkgs", "lib", "config") else UNKNOWN


def _from_environment(ev: Evaluator, environment: Value, name: str, node: Node) -> Value:
    shape = environment.shape
    if isinstance(shape, Global) and shape.path == ("lib",):
        return Value(Global(("lib", name))) if name in conventions.LIB_FUNCTIONS else UNKNOWN
    if isinstance(shape, Global) and shape.path == ("builtins",):
        return UNKNOWN
    if isinstance(shape, Unknown):
        return UNKNOWN
    if isinstance(shape, Attrs) and len(shape.names) > _MANY and not ev.world.is_worth_searching(name):
        # A set of thousands of packages (`with self;`): working them all out to find that none is meant takes seconds.
        return UNKNOWN
    found = select.select(ev, environment, name, node)
    if isinstance(found.shape, Package | PackageSet):
        return found.because(ev.reason(f"`{name}` comes from the `with` around it", node))
    return found


def value_of_binding(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    """What a lexical binding denotes; a package, set or text is told with the place of the binding."""
    key = (*binding.key, id(frame) if frame is not None else 0)
    known = ev.bound.get(key)
    if known is None:
        ev.bound[key] = UNKNOWN
        known = ev.bound[key] = _value_of_binding(ev, binding, frame)
    return known


def _value_of_binding(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    if binding.kind == "binding" and is_top_level(ev.source.path):
        own = ev.world.shape_of(("pkgs", binding.name))
        if isinstance(own, Package | PackageSet):
            return _told(ev, Value(own), binding)
    if binding.kind == "binding":
        thunk = attribute_sets.members(ev, binding.scope, frame).get(binding.name)
        value = thunk() if thunk is not None else UNKNOWN
        return _told(ev, value, binding)
    if binding.kind == "inherit":
        return value_of_name(ev, binding.site, binding.name, frame)
    if binding.kind == "inherit-from":
        return _told(ev, inherited_from(ev, binding.site, binding.name, frame), binding)
    if binding.kind == "formal":
        return formal(ev, binding, frame)
    return universal(ev, binding, frame)


def _told(ev: Evaluator, value: Value, binding: Binding) -> Value:
    if isinstance(value.shape, Unknown | Global | Literal | Attrs | Function):
        return value
    site = binding.site
    if binding.kind == "inherit-from":
        site = site.parent.parent if site.parent is not None and site.parent.parent is not None else site
        return value.because(ev.reason(f"`{binding.name}` is inherited here", site))
    expression = site.child_by_field_name("expression")
    said = _short(nix.node_text(expression)) if expression is not None else ""
    text = f"`{binding.name}` is `{said}`" if said else f"`{binding.name}` is bound here"
    return value.because(ev.reason(text, site))


def told_at(ev: Evaluator, value: Value, expression: Node) -> Value:
    """A value read as an attribute, told with the place of the binding whose expression gives it."""
    site = expression.parent
    path = site.child_by_field_name("attrpath") if site is not None else None
    name = nix.attribute_names(path)[-1] if path is not None else None
    if site is None or name is None:
        return value
    return _told(ev, value, Binding("binding", name, site, site))


def _short(text: str) -> str:
    return text if len(text) <= 60 and "\n" not in text else ""


def inherited_from(ev: Evaluator, identifier: Node, name: str, frame: Frame | None) -> Value:
    """What a name in `inherit (x) name;` denotes."""
    attrs = identifier.parent
    entry = attrs.parent if attrs is not None else None
    if entry is None:
        return UNKNOWN
    return select.select(ev, ev.child(entry, "expression", frame), name, identifier)


def formal(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    """A formal: what is passed for it, else its default, else what its name means by convention."""
    applied = frame.find(binding.scope.id) if frame is not None else None
    default = binding.site.child_by_field_name("default")
    if applied is not None:
        passed = applied.argument()
        if isinstance(passed.shape, Attrs) and binding.name in passed.shape.names:
            return passed.shape.names[binding.name]()
        if applied.scope is not None:
            filled = conventions.filled_by_call_package(ev, applied.scope, binding, default is not None)
            if not isinstance(filled.shape, Unknown):
                return filled
            return ev.value(default, frame) if default is not None else filled
        if default is not None and isinstance(passed.shape, Attrs) and not passed.shape.open:
            return ev.value(default, frame)
        if not isinstance(passed.shape, Attrs | Unknown):
            return select.select(ev, passed, binding.name, binding.site)
    passed_here = conventions.passed_by_callers(ev, binding)
    if passed_here is not None:
        if default is None:
            return passed_here
        return union((passed_here, ev.value(default, frame)))
    if default is not None:
        value = ev.value(default, frame)
        if not isinstance(value.shape, Unknown | Literal) and not _is_untold(ev, binding, value):
            return _default_of(ev, value, binding, default)
    return conventions.by_convention(ev, binding)


def _is_untold(ev: Evaluator, binding: Binding, value: Value) -> bool:
    """Whether a default is the override of nobody knows what: that speaks neither for a package nor against it.

    Nor does an attribute of a package under a package's name: what is called like one may be a set of its versions.
    """
    if isinstance(value.shape, Call):
        return value.shape.function.endswith((".override", ".overrideAttrs"))
    return isinstance(value.shape, Member) and ev.world.by_name(binding.name) is not None


def _default_of(ev: Evaluator, value: Value, binding: Binding, default: Node) -> Value:
    if not isinstance(value.shape, Package | PackageSet):
        return value
    said = _short(nix.node_text(default))
    told = value.because(ev.reason(f"`{binding.name}` is `{said}` unless the caller says otherwise", binding.site))
    return conventions.confirmed(ev, binding, told)


def universal(ev: Evaluator, binding: Binding, frame: Frame | None) -> Value:
    """`x:` or `{ .. }@x`: the argument itself."""
    applied = frame.find(binding.scope.id) if frame is not None else None
    if applied is not None:
        return applied.argument()
    passed = conventions.passed_by_callers(ev, binding)
    if passed is not None:
        return passed
    value = conventions.by_convention(ev, binding)
    if not isinstance(value.shape, Unknown) or binding.scope.child_by_field_name("formals") is None:
        return value
    table = ev.scopes.table(binding.scope)
    formals = {name: partial(value_of_binding, ev, one, frame) for name, one in table.items() if one.kind == "formal"}
    return Value(Attrs(formals, open=True))


def asks_for_output(ev: Evaluator, condition: Node) -> bool:
    """Whether a condition asks if a new output is there.

    `k ? modules`, `hasAttr "modules" k`, `elem "modules" ..outputs`.
    """
    text = nix.node_text(condition)
    if not any(name in text for name in ev.world.new_outputs):
        return False
    return "?" in text or "hasAttr" in text or ("elem" in text and "outputs" in text)


def value_of_inherited(ev: Evaluator, identifier: Node) -> Value:
    """What an identifier in `inherit kernel;` or `inherit (x) kernel;` denotes; Unknown for any other identifier."""
    attrs = identifier.parent
    entry = attrs.parent if attrs is not None and attrs.type == "inherited_attrs" else None
    if entry is None:
        return UNKNOWN
    name = nix.node_text(identifier)
    if entry.type == "inherit_from":
        return inherited_from(ev, identifier, name, None)
    return value_of_name(ev, identifier, name, None)
