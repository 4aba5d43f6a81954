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
    forms = [
        "final: prev: {{ thing = final.callPackage ({}) {{ }}; }}",
        "self: super: rec {{ thing = super.callPackage ({}) {{ }}; }}",
        "{{ callPackage }}: callPackage ({}) {{ }}",
        "{{ pkgs, ... }}: pkgs.callPackage ({}) {{ }}",
        "let make = {}; in make",
        "{{ newScope, lib }}: {{ thing = (newScope {{ }}) ({}) {{ }}; }}",
    ]
    form = rng.choice(forms[:5])
    return [replaced(whole, form.replace("{}", text(whole)).replace("{{", "{").replace("}}", "}"))]


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
