"""Rewritings that put a text, or a part of it, in another place."""

from __future__ import annotations

from random import Random

from tree_sitter import Node

from splitlint.syntax import nix
from tests.variants.syntax import (
    SETS,
    Changes,
    body,
    chosen,
    formals,
    fresh,
    is_module,
    nodes,
    replaced,
    text,
)


def wrapped(rng: Random, data: bytes, root: Node) -> Changes | None:
    """What the file gives stands in a `let`, an `assert`, an `if`, a `with`, in parentheses."""
    inner = body(root)
    if inner is None:
        return None
    name = fresh(rng, root)
    forms = [
        "let unused' = 1; in {}",
        "assert 1 == 1; {}",
        "({})",
        f"let {name} = {{}}; in {name}",
        'if true then {} else throw "no"',
        "builtins.seq 1 ({})",
    ]
    if "lib" in formals(root):
        forms += ["with lib; {}", "lib.id ({})"]
    if "pkgs" in formals(root):
        forms.append("with pkgs; {}")
    if inner.type in SETS:
        forms += ["{{ }} // {}", "{} // {{ }}"]
    form = rng.choice(forms).replace("{{", "\1").replace("}}", "\2").replace("{}", text(inner))
    return [replaced(inner, form.replace("\1", "{").replace("\2", "}"))]


def as_package(rng: Random, data: bytes, root: Node) -> Changes | None:
    """A file for callPackage becomes an entry of an overlay, or a package that another one calls."""
    whole = root.child_by_field_name("expression")
    if whole is None or whole.type != "function_expression" or whole.child_by_field_name("formals") is None:
        return None
    if is_module(root) or {"pkgs", "nixpkgs", "final", "prev"} & formals(root):
        return None
    # nixpkgs has no kernel by that name, but its sets for kernels have.
    scope = "linuxPackages." if "kernel" in formals(root) else ""
    forms = [
        f"final: prev: {{ thing = final.{scope}callPackage (\0) {{ }}; }}",
        f"self: super: rec {{ thing = super.{scope}callPackage (\0) {{ }}; }}",
        f"{{ pkgs, ... }}: pkgs.{scope}callPackage (\0) {{ }}",
        "{ linuxPackages }: linuxPackages.callPackage (\0) { }",
        "let make = \0; in make",
    ]
    if not scope:
        forms += ["{ callPackage }: callPackage (\0) { }", "{ newScope }: { thing = (newScope { }) (\0) { }; }"]
    return [replaced(whole, rng.choice(forms).replace("\0", text(whole)))]


def as_overlay(rng: Random, data: bytes, root: Node) -> Changes | None:
    """A file that takes `pkgs` and `lib` becomes an entry of an overlay."""
    whole, inner = root.child_by_field_name("expression"), body(root)
    taken = formals(root)
    if whole is None or inner is None or not taken or not taken <= {"pkgs", "lib"} or is_module(root):
        return None
    bound = "pkgs = final; " * ("pkgs" in taken) + "inherit (prev) lib; " * ("lib" in taken)
    return [replaced(whole, f"final: prev: {{ thing = let {bound}in {text(inner)}; }}")]


def in_list(rng: Random, data: bytes, root: Node) -> Changes | None:
    """What the file gives, or what a name of a `let` is bound to, is taken out of a list or a set again."""
    inner = body(root)
    places = [inner] if inner is not None and not is_module(root) else []
    for scope in nodes(root):
        if scope.type == "let_expression":
            entries = (entry.child_by_field_name("expression") for entry in nix.bindings(scope))
            # The stand-in asks what options there are by how they are written.
            places += [one for one in entries if one is not None and not text(one).startswith("config")]
    node = chosen(rng, places)
    if node is None:
        return None
    forms = ["(builtins.head [ ({}) ])", "(builtins.elemAt [ null ({}) ] 1)", "({{ value = {}; }}.value)"]
    if "lib" in formals(root):
        forms += ["(lib.last (lib.optional true ({})))", "(lib.findFirst (x: true) null [ ({}) ])"]
    if node.type in SETS and "lib" in formals(root):
        forms.append("(lib.optionalAttrs true {})")
    form = rng.choice(forms).replace("{{", "\1").replace("}}", "\2").replace("{}", text(node))
    return [replaced(node, form.replace("\1", "{").replace("\2", "}"))]


def in_module(rng: Random, data: bytes, root: Node) -> Changes | None:
    """The value of an option of a module stands in `mkIf`, `mkForce`, `mkMerge`."""
    inner = body(root)
    while inner is not None and inner.type == "let_expression":
        inner = inner.child_by_field_name("body")
    if inner is None or inner.type not in SETS or not is_module(root) or "lib" not in formals(root):
        return None
    found = [one for one in nix.bindings(inner) if one.type == "binding" and not text(one).startswith("options")]
    entry = chosen(rng, found)
    value = entry.child_by_field_name("expression") if entry is not None else None
    if value is None:
        return None
    form = rng.choice(["lib.mkIf true ({})", "lib.mkForce ({})", "lib.mkMerge [ ({}) ]", "lib.mkDefault ({})"])
    return [replaced(value, form.replace("{}", text(value)))]
