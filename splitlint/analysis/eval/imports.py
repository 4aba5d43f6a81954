"""Files and nixpkgs as `import` and `callPackage` give them."""

from __future__ import annotations

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.passing import call
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.texts import literal_text
from splitlint.analysis.model.values import (
    Attrs,
    Call,
    Closure,
    Global,
    Literal,
    Native,
    Text,
    Thunk,
    Value,
)


def import_file(machine: Machine, arguments: tuple[Thunk, ...], site: Site) -> Value:
    target, rest = arguments[0](), arguments[1:]
    result = union(tuple(imported(machine, one, arguments[0], rest, site) for one in alternatives(target)))
    return machine.apply(result, rest, site) if rest else result


def imported(machine: Machine, target: Value, written: Thunk, rest: tuple[Thunk, ...], site: Site) -> Value:
    """What `import` gives for a path: a file's value; nixpkgs, where the path says so."""
    maker = _maker_file(machine, target)
    if maker is not None:
        return maker
    shape = target.shape
    if isinstance(shape, Global) and shape.path == ("pkgs", "path"):
        return _nixpkgs()
    text = _path_text(target)
    if isinstance(shape, Literal) and shape.kind == "path" and not text.startswith("<"):
        path = machine.others.resolve(text) if machine.others is not None else None
        unit = machine.others.unit(path) if machine.others is not None and path is not None else None
        if _leads_to_nixpkgs(machine, text, unit is not None):
            return _nixpkgs()
        if unit is not None:
            return machine.root_value(unit)
        return Value(Call("builtins.import", (written,)))
    source = text or _source_text(site)
    if "nixpkgs" in source or "pkgs" in source.lower():
        end = source.rstrip('>)" ')
        if end.endswith("/lib"):
            return Value(Global(("lib",)))
        return Value(Global(("pkgs", "nixos"))) if end.endswith("/nixos") else _nixpkgs()
    if isinstance(shape, Call) and shape.function == "source":
        return _nixpkgs() if "nixpkgs" in _source_text(site) else Value(Call("builtins.import", (written,)))
    return Value(Call("builtins.import", (written,)))


def _leads_to_nixpkgs(machine: Machine, path: str, is_there: bool) -> bool:
    """Whether a path is that of the folder that nixpkgs is in, as its own files write it (`import ../.. { }`)."""
    if path == "." and machine.others is not None and machine.others.holds_nixpkgs:
        return True
    return not is_there and path.startswith("..") and not path.strip("./")


def _nixpkgs() -> Value:
    return Value(Native("nixpkgs", 1, lambda settings, site: Value(Global(("pkgs",), _platform_of(settings)))))


def _platform_of(settings: Thunk) -> str:
    """The platform that nixpkgs is told to build for, as its settings name it; "" if they do not."""
    given = settings().shape
    for name in ("crossSystem", "localSystem", "system") if isinstance(given, Attrs) else ():
        thunk = given.names.get(name) if isinstance(given, Attrs) else None
        shape = thunk().shape if thunk is not None else None
        if isinstance(shape, Attrs):
            inner = next((shape.names[one] for one in ("config", "system") if one in shape.names), None)
            shape = inner().shape if inner is not None else None
        named = literal_text(Value(shape)) if isinstance(shape, Text) else ""
        if named or isinstance(shape, Global):
            return named or (shape.path[-1] if isinstance(shape, Global) else "")
    return ""


def _source_text(site: Site) -> str:
    """The source of a call."""
    unit = site.environment.unit
    return unit.source.text(site.node.start, site.node.end) if unit.source is not None else ""


def _path_text(value: Value) -> str:
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "path":
        return shape.text
    if isinstance(shape, Text):
        return literal_text(value) or _last_text(value)
    return ""


def _maker_file(machine: Machine, value: Value) -> Value | None:
    """The maker that a file of nixpkgs holds, where a value is the path of one; None where it is not."""
    maker = machine.world.maker_in(_last_text(value).rstrip(">"))
    return Value(Global(tuple(maker.split(".")))) if maker is not None else None


def _last_text(value: Value) -> str:
    """The literal text with which a path ends: `./x.nix`, `"${nixpkgs}/x.nix"`, `nixpkgs + /x.nix`; "" if none."""
    shape = value.shape
    if isinstance(shape, Text) and shape.parts:
        last = shape.parts[-1].content
        return last if isinstance(last, str) else _last_text(last) if isinstance(last, Value) else ""
    return shape.text if isinstance(shape, Literal) and shape.kind == "path" else ""


def call_package(machine: Machine, scope: Value, function: Thunk, given: Thunk, site: Site) -> Value:
    """`callPackage f args`: f's formals are filled from `args`, then from `scope`."""
    called = function()
    return union(tuple(_call_package(machine, scope, one, function, given, site) for one in alternatives(called)))


def _call_package(machine: Machine, scope: Value, called: Value, written: Thunk, given: Thunk, site: Site) -> Value:
    maker = _maker_file(machine, called)
    if maker is not None:
        return machine.apply(maker, (given,), site)
    if isinstance(called.shape, Literal) and called.shape.kind == "path":
        called = imported(machine, called, written, (given,), site)
    if isinstance(called.shape, Closure):
        return call(machine, called.shape, given, site, scope)
    if isinstance(called.shape, Native):
        return machine.apply(called, (given,), site)
    return Value(Call("pkgs.callPackage", (written, given)))
