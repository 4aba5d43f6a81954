"""What the evaluator claims to know of a program, and whether that is what Nix says.

Nix describes a value as JSON (`DESCRIBE`); `wrong` compares a value of the evaluator with such a description. What
is not known, or not surely, is compared with nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from splitlint.analysis.eval.engine import Engine
from splitlint.analysis.eval.environment import Unit
from splitlint.analysis.model.families import World
from splitlint.analysis.model.values import (
    Attrs,
    Closure,
    Content,
    Derivation,
    Failure,
    Listing,
    Literal,
    Native,
    Package,
    Text,
    Union,
    Value,
)
from splitlint.analysis.nix.record import Silent
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.syntax import nix
from splitlint.syntax.nix_tree.lower import lower
from splitlint.syntax.nix_tree.nodes import Lambda

DEPTH = 5
#: A function of Nix that describes a value, so deep.
DESCRIBE = f"""
let
  describe = depth: thunk:
    let tried = builtins.tryEval thunk; v = tried.value; in
    if !tried.success then {{ fails = true; }}
    else if builtins.isFunction v then {{ function = true; }}
    else if builtins.isPath v then {{ path = toString v; }}
    else if builtins.isList v then {{ list = if depth == 0 then null else map (describe (depth - 1)) v; }}
    else if !(builtins.isAttrs v) then {{ is = v; }}
    else if (v.type or null) == "derivation" then
      {{ package = v.pname or v.name; output = if v.outputSpecified or false then v.outputName else null; }}
    else if depth == 0 then {{ set = null; }}
    else {{ set = map (name: [ name (describe (depth - 1) v.${{name}}) ]) (builtins.attrNames v); }};
in describe {DEPTH}
"""
Described = Mapping[str, object]
_KERNEL = re.escape("/nix/store/") + "[^/]*-linux-[0-9.]+"


def evaluated(world: World, program: str) -> Value:
    """What the evaluator makes of the body of `{ pkgs, lib, ... }: u: body`, where nobody is seen to call it."""
    data = f"{{ pkgs, lib, ... }}: u: {program}".encode()
    engine = Engine(world, None, Silent())
    unit = Unit("program.nix", lower(nix.parse(data).root_node, data), Source("program.nix", data, "nix"))
    environment = engine.root_environment(unit)
    node = unit.root
    while isinstance(node, Lambda) and (node.formals is not None or node.argument == "u"):
        environment = engine.entered_by_convention(node, environment)
        node = node.body
    return engine.value(node, environment)


def wrong(value: Value, actual: Described, depth: int = DEPTH) -> str:
    """What is wrong with a claim, "" if nothing is."""
    shape = value.shape
    if value.confidence < Confidence.HIGH:
        return ""
    if "fails" in actual:
        # What comes out of code that cannot be run is anybody's guess.
        return ""
    if isinstance(shape, Failure):
        return f"it is to fail, and is {actual}"
    if isinstance(shape, Union):
        if len(shape.options) >= 12:
            return ""
        found = [wrong(option, actual, depth) for option in shape.options]
        return "" if "" in found else f"it is none of the options: {'; '.join(found)}"
    if isinstance(shape, Text):
        known = actual.get("is")
        same = isinstance(known, str) and re.fullmatch(_pattern(shape), known, re.S)
        return "" if same else f"{shown(value)}: {actual}"
    if isinstance(shape, Literal):
        return _literal(shape, actual)
    if isinstance(shape, Listing):
        return _listing(shape, actual, depth)
    if isinstance(shape, Attrs):
        return _attrs(shape, actual, depth)
    if isinstance(shape, Package):
        return _package(shape, actual)
    if isinstance(shape, Derivation):
        return "" if "package" in actual else f"a derivation: {actual}"
    if isinstance(shape, Closure | Native):
        return "" if "function" in actual else f"a function: {actual}"
    return ""


def _pattern(text: Text) -> str:
    """A regular expression for what a text may be."""
    found = []
    for part in text.parts:
        content = part.content
        pattern = re.escape(content) if isinstance(content, str) else _pattern_of_value(content)
        found.append(f"(?:{pattern})?" if part.optional else pattern)
    return "".join(found)


def _pattern_of_value(content: Content) -> str:
    if not isinstance(content, Value) or content.confidence < Confidence.HIGH:
        return ".*"
    if not isinstance(content.shape, Package):
        return ".*"
    output = content.shape.output
    return _KERNEL + ("" if output in (None, "out") else "-" + output)


def _literal(shape: Literal, actual: Described) -> str:
    known = actual.get("is")
    kinds: dict[str, type | tuple[type, ...]] = {
        "boolean": bool,
        "number": (int, float),
        "null": type(None),
        "uri": str,
    }
    if shape.kind == "path":
        same = "path" in actual and (not shape.text or str(actual["path"]).endswith(shape.text.lstrip(".")))
    elif "is" not in actual or not isinstance(known, kinds[shape.kind]):
        same = False
    elif shape.kind == "number":
        same = not isinstance(known, bool) and (not shape.text or float(shape.text) == known)
    elif shape.kind == "boolean":
        same = not shape.text or (shape.text == "true") is known
    else:
        same = shape.kind == "null" or shape.text == known
    return "" if same else f"{shape.kind} {shape.text}: {actual}"


def _listing(shape: Listing, actual: Described, depth: int) -> str:
    items = actual.get("list")
    if "list" not in actual:
        return f"a list: {actual}"
    if shape.open or depth == 0 or not isinstance(items, list):
        return ""
    if len(items) != len(shape.items):
        return f"a list of {len(shape.items)}: {actual}"
    found = (wrong(item(), one, depth - 1) for item, one in zip(shape.items, items, strict=True))
    return next((f"in a list, {one}" for one in found if one), "")


def _attrs(shape: Attrs, actual: Described, depth: int) -> str:
    pairs = actual.get("set")
    if "set" not in actual and "package" not in actual and not (shape.open and "function" in actual):
        return f"a set: {actual}"
    if depth == 0 or not isinstance(pairs, list):
        return ""
    names: dict[str, Described] = dict(pairs)
    sure = shape.names.keys() - shape.optional
    if not sure <= names.keys():
        return f"a set with {', '.join(sorted(sure))}: {actual}"
    if not shape.open and shape.base is None and not names.keys() <= shape.names.keys():
        return f"a set of {', '.join(sorted(shape.names))}: {actual}"
    found = ((name, wrong(shape.names[name](), names[name], depth - 1)) for name in names if name in shape.names)
    return next((f"in {name}, {one}" for name, one in found if one), "")


def _package(shape: Package, actual: Described) -> str:
    same = actual.get("package") == "linux" and (shape.overridden or shape.custom or actual["output"] == shape.output)
    return "" if same else f"{shape.family} {shape.output}: {actual}"


def shown(value: Value, depth: int = DEPTH) -> str:
    """A value in words."""
    shape = value.shape
    if isinstance(shape, Text):
        return '"' + "".join(_shown_part(part.content) for part in shape.parts) + '"'
    if isinstance(shape, Listing) and depth > 0:
        return "[" + " ".join([*(shown(item(), depth - 1) for item in shape.items), *["…"] * shape.open]) + "]"
    if isinstance(shape, Attrs) and depth > 0:
        inner = [
            f"{name}{'?' * (name in shape.optional)}={shown(thunk(), depth - 1)}" for name, thunk in shape.names.items()
        ]
        return "{" + " ".join(inner + ["…"] * (shape.open or shape.base is not None)) + "}"
    if isinstance(shape, Literal):
        return shape.text or f"some {shape.kind}"
    if isinstance(shape, Package):
        return "kernel" + (f".{shape.output}" if shape.output else "")
    if isinstance(shape, Union):
        return " | ".join(shown(one, depth) for one in shape.options)
    return type(shape).__name__.lower()


def _shown_part(content: Content) -> str:
    if isinstance(content, str):
        return content
    return "${" + shown(content) + "}" if isinstance(content, Value) else "…"


def is_known(value: Value, depth: int = DEPTH) -> bool:
    """Whether all of a value is known."""
    shape = value.shape
    if value.confidence < Confidence.HIGH or isinstance(shape, Union):
        return False
    if isinstance(shape, Text):
        return all(not part.optional and _is_known_part(part.content) for part in shape.parts)
    if isinstance(shape, Literal):
        return bool(shape.text)
    if isinstance(shape, Listing):
        return not shape.open and (depth == 0 or all(is_known(item(), depth - 1) for item in shape.items))
    if isinstance(shape, Attrs):
        closed = not (shape.open or shape.base or shape.optional)
        return closed and (depth == 0 or all(is_known(thunk(), depth - 1) for thunk in shape.names.values()))
    return isinstance(shape, Package | Closure | Native)


def _is_known_part(content: Content) -> bool:
    return isinstance(content, str) or (isinstance(content, Value) and isinstance(content.shape, Package))
