"""Rewritings that give things other names, or names at all."""

from __future__ import annotations

import re
from random import Random

from tree_sitter import Node

from splitlint.syntax import nix
from tests.variants.syntax import (
    Change,
    Changes,
    body,
    bound_below,
    bound_names,
    chosen,
    formals,
    fresh,
    is_applied,
    is_module,
    is_name,
    is_outermost,
    nodes,
    replaced,
    text,
)


def renamed(rng: Random, data: bytes, root: Node) -> Changes | None:
    """A name that a `let` binds, or a function of one argument takes, is another one."""
    found: list[tuple[Node, Node]] = []
    for node in nodes(root):
        if node.type == "let_expression":
            for entry in nix.bindings(node):
                path = entry.child_by_field_name("attrpath") if entry.type == "binding" else None
                if path is not None and len(path.named_children) == 1 and path.named_children[0].type == "identifier":
                    found.append((node, path.named_children[0]))
        universal = node.child_by_field_name("universal") if node.type == "function_expression" else None
        if universal is not None and node.child_by_field_name("formals") is None and not is_outermost(node):
            found.append((node, universal))
    if not found:
        return None
    scope, name = rng.choice(found)
    uses = [one for one in nodes(root) if one.type == "identifier" and text(one) == text(name)]
    readers = [one for one in uses if one.parent is not None and one.parent.type == "variable_expression"]
    if len(readers) != len(uses) - 1 or not all(scope.start_byte <= one.start_byte < scope.end_byte for one in uses):
        return None
    new = fresh(rng, root)
    return [replaced(one, new) for one in uses]


def named(rng: Random, data: bytes, root: Node) -> Changes | None:
    """An expression such as `pkgs.linux` gets a name, everywhere or in one place."""
    inner = body(root)
    free = formals(root)
    if inner is None:
        return None
    hidden = bound_below(inner)

    def is_free(node: Node) -> bool:
        base = node.child_by_field_name("expression")
        return (
            node.type == "select_expression"
            and node.child_by_field_name("default") is None
            and base is not None
            and base.type == "variable_expression"
            and text(base) in free - hidden
            and not is_applied(node)
            and (text(base) == "pkgs" or "kernel" in text(node) or "linux" in text(node))
        )

    one = chosen(rng, (node for node in nodes(inner) if is_free(node)))
    if one is None:
        return None
    written = text(one)
    same = [node for node in nodes(inner) if text(node) == written and node.type == one.type]
    targets = same if rng.random() < 0.7 else [one]
    name = fresh(rng, root)
    before, _, last = written.rpartition(".")
    forms = [f"let {name} = {written}; in ", f"with {{ {name} = {written}; }}; "]
    if last not in bound_names(root) - {last} and last.isidentifier() and last not in free | hidden:
        forms.append(f"let inherit ({before}) {last}; in ")
    form = rng.choice(forms)
    used = last if form.startswith("let inherit") else name
    return [Change(inner.start_byte, inner.start_byte, form), *(replaced(node, used) for node in targets)]


def by_function(rng: Random, data: bytes, root: Node) -> Changes | None:
    """An expression comes to its string as the argument of a function: `(k: "..${k}..") pkgs.linux`."""
    found = []
    for node in nodes(root):
        if node.type not in nix.STRINGS or is_name(node):
            continue
        for part in node.named_children:
            inner = part.child_by_field_name("expression") if part.type == "interpolation" else None
            if inner is not None and inner.type in ("variable_expression", "select_expression"):
                found.append((node, inner))
    if not found:
        return None
    string, inner = rng.choice(found)
    name, written = fresh(rng, root), text(inner)
    parts = [part.child_by_field_name("expression") for part in string.named_children if part.type == "interpolation"]
    raw = data[string.start_byte : string.end_byte]
    for one in sorted(
        (one for one in parts if one is not None and text(one) == written), key=lambda one: -one.start_byte
    ):
        raw = raw[: one.start_byte - string.start_byte] + name.encode() + raw[one.end_byte - string.start_byte :]
    new = raw.decode()
    forms = [f"(({name}: {new}) {written})", f"(let make' = {name}: {new}; in make' {written})"]
    forms.append(f"(({{ {name} }}: {new}) {{ {name} = {written}; }})")
    if "lib" in formals(root):
        forms.append(f"(lib.concatMapStrings ({name}: {new}) [ {written} ])")
    return [replaced(string, rng.choice(forms))]


def named_path(rng: Random, data: bytes, root: Node) -> Changes | None:
    """The path of a package gets a name, as text."""
    inner = body(root)
    if inner is None:
        return None
    hidden, free = bound_below(inner), formals(root)
    found = []
    for node in nodes(inner):
        one = node.child_by_field_name("expression") if node.type == "interpolation" else None
        if one is None or node.parent is None or node.parent.type not in nix.STRINGS:
            continue
        base = one.child_by_field_name("expression") if one.type == "select_expression" else one
        if base is None or base.type != "variable_expression" or text(base) not in free - hidden:
            continue
        if re.search(r"(?:kernel|linux\w*)$", text(one)):
            found.append(one)
    if not found:
        return None
    written = text(rng.choice(found))
    targets = [one for one in found if text(one) == written]
    targets = targets if rng.random() < 0.7 else [rng.choice(targets)]
    name = fresh(rng, root)
    made = rng.choice(["{}.outPath", '"${{{}}}"', "toString {}", '{} + ""'])
    form = f"let {name} = {made.format(written)}; in "
    return [Change(inner.start_byte, inner.start_byte, form), *(replaced(one, name) for one in targets)]


def as_argument(rng: Random, data: bytes, root: Node) -> Changes | None:
    """An expression becomes an argument with a default."""
    inner, function = body(root), root.child_by_field_name("expression")
    named_arguments = function.child_by_field_name("formals") if function is not None else None
    if inner is None or named_arguments is None or not named_arguments.named_children or is_module(root):
        return None
    hidden, free = bound_below(inner), formals(root)
    found = []
    for node in nodes(inner):
        base = node.child_by_field_name("expression") if node.type == "select_expression" else None
        if base is None or text(base) not in free - hidden or is_applied(node) or " or " in text(node):
            continue
        if "kernel" in text(node) or "linux" in text(node):
            found.append(node)
    if not found:
        return None
    written = text(rng.choice(found))
    name = fresh(rng, root)
    first = named_arguments.named_children[0]
    targets = [node for node in found if text(node) == written]
    return [
        Change(first.start_byte, first.start_byte, f"{name} ? {written}, "),
        *(replaced(node, name) for node in targets),
    ]
