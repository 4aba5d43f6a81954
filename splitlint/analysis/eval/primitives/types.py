"""Primitives that ask for the type of a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from splitlint.analysis.eval.environment import Delayed, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.operators import equal
from splitlint.analysis.eval.selection.presence import has_attribute
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.literals import MAYBE, boolean, number
from splitlint.analysis.model.texts import known_text, plain
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Closure,
    Derivation,
    Failure,
    Given,
    Listing,
    Literal,
    Native,
    Package,
    PackageSet,
    Shape,
    Text,
    Thunk,
    Value,
)
from splitlint.findings.finding import Confidence

Primitive = Callable[..., Value]


_TYPES: dict[str, tuple[type[Shape], ...]] = {
    "list": (Listing,),
    "string": (Text,),
    "stringlike": (Text, Package, Derivation),
    "set": (Attrs, Package, PackageSet, Derivation),
    "lambda": (Closure, Native),
    "derivation": (Package, Derivation),
}
_TYPED = (Listing, Text, Attrs, Package, PackageSet, Derivation, Closure, Native)
_KINDS = {"boolean": "bool", "uri": "string"}


def _is_type(machine: Machine, kind: Thunk, value: Thunk, site: Site) -> Value:
    wanted = known_text(kind()) or ""
    options = [one for one in alternatives(value()) if not isinstance(one.shape, Failure)]
    answers = {_is(machine, one, wanted, site) for one in options}
    return boolean(answers.pop()) if len(answers) == 1 else MAYBE


def _is(machine: Machine, value: Value, wanted: str, site: Site) -> bool | None:
    shape = value.shape
    if isinstance(shape, Package | PackageSet | Derivation):
        return isinstance(shape, _TYPES.get(wanted, ()))
    if value.confidence < Confidence.HIGH:
        return None
    if isinstance(shape, Literal):
        if shape.kind == "number":
            kind = ("int" if number(value) is not None else "float") if shape.text else None
            return kind == wanted if kind is not None or wanted not in ("int", "float") else None
        kind = _KINDS.get(shape.kind, shape.kind)
        return kind == wanted or (wanted == "stringlike" and kind in ("string", "path"))
    if isinstance(shape, Attrs) and wanted in ("derivation", "stringlike"):
        return _set_is(machine, value, wanted, site)
    return isinstance(shape, _TYPES.get(wanted, ())) if isinstance(shape, _TYPED) else None


def _set_is(machine: Machine, value: Value, wanted: str, site: Site) -> bool | None:
    """Whether a set is like a derivation, or becomes text."""
    if wanted == "stringlike":
        there = [has_attribute(machine, value, name, site) for name in ("outPath", "__toString")]
        return True if True in there else None if None in there else False
    there_is = has_attribute(machine, value, "type", site)
    if there_is is not True:
        return there_is
    return equal(machine.select(value, "type", site), plain("derivation"))


def _type_of(machine: Machine, value: Thunk, site: Site) -> Value:
    kinds = ("set", "list", "string", "lambda", "path", "bool", "int", "float", "null")
    options = [one for one in alternatives(value()) if not isinstance(one.shape, Failure)]
    found = {next((kind for kind in kinds if _is(machine, one, kind, site)), "") for one in options}
    return plain(found.pop()) if len(found) == 1 and "" not in found else UNKNOWN


def _submodule(machine: Machine, module: Thunk, site: Site) -> Value:
    """`types.submodule`: under `__set`, what its sets have by the module: what it sets, and defaults of its options."""

    def run() -> Value:
        found = module()
        if isinstance(found.shape, Closure):
            found = machine.apply(found, (Given(Value(Attrs({"config": made}, True))),), site)
        shape = found.shape
        if not isinstance(shape, Attrs):
            return UNKNOWN
        options, config = (_names_under(shape, name) for name in ("options", "config"))
        return Value(Attrs({**_settings(options), **config}, True))

    made = Delayed(run, site.place)
    machine.forced_later((made,))
    return Value(Attrs({"__set": made}))


def _names_under(shape: Attrs, name: str) -> dict[str, Thunk]:
    inner = shape.names[name]().shape if name in shape.names else None
    return dict(inner.names) if isinstance(inner, Attrs) else {}


def _settings(options: Mapping[str, Thunk]) -> dict[str, Thunk]:
    """What declared options are where nobody sets them: by name, those with a default."""
    found: dict[str, Thunk] = {}
    for name, thunk in options.items():
        declared = thunk().shape
        if not isinstance(declared, Attrs):
            continue
        if "default" in declared.names:
            found[name] = declared.names["default"]
        elif "type" not in declared.names:
            found[name] = Given(Value(Attrs(_settings(declared.names), True)), thunk.place)
    return found


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__submodule": (1, _submodule),
    "__isType": (2, _is_type),
    "__typeOf": (1, _type_of),
}
