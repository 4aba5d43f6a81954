"""Rewritings of expressions, comments and white space."""

from __future__ import annotations

from random import Random

from tree_sitter import Node

from splitlint.syntax import nix
from tests.variants.syntax import (
    Change,
    Changes,
    chosen,
    formals,
    gaps,
    is_applied,
    is_name,
    nodes,
    replaced,
    text,
)

_COMMENTS = ("/* remark */", "# remark\n")


def parenthesised(rng: Random, data: bytes, root: Node) -> Changes | None:
    """An expression stands in parentheses."""
    kinds = ("variable_expression", "select_expression", "apply_expression", "list_expression", *nix.STRINGS)
    found = (node for node in nodes(root) if node.type in kinds and not is_name(node) and text(node) != "config")
    node = chosen(rng, found)
    return [replaced(node, f"({text(node)})")] if node is not None else None


def piped(rng: Random, data: bytes, root: Node) -> Changes | None:
    """`f x` becomes `lib.pipe x [ f ]`, or `(f) x`."""
    if "lib" not in formals(root):
        return None
    node = chosen(rng, (node for node in nodes(root) if node.type == "apply_expression"))
    function = node.child_by_field_name("function") if node is not None else None
    argument = node.child_by_field_name("argument") if node is not None else None
    if node is None or function is None or argument is None or "optional" in text(function):
        return None
    return [replaced(node, f"(lib.pipe ({text(argument)}) [ ({text(function)}) ])")]


def chosen_by_if(rng: Random, data: bytes, root: Node) -> Changes | None:
    """An expression is one of two that are the same."""
    kinds = ("variable_expression", "select_expression")
    found = (
        node
        for node in nodes(root)
        if node.type in kinds
        and not is_applied(node)
        and node.parent is not None
        and node.parent.type in ("interpolation", "binding", "list_expression")
        and ("kernel" in text(node) or "linux" in text(node))
    )
    node = chosen(rng, found)
    if node is None:
        return None
    return [replaced(node, f"(if builtins ? currentSystem then {text(node)} else {text(node)})")]


def in_words(rng: Random, data: bytes, root: Node) -> Changes | None:
    """`${k}` becomes `${toString k}` or `${"${k}"}`."""
    found = []
    for node in nodes(root):
        inner = node.child_by_field_name("expression") if node.type == "interpolation" else None
        in_string = node.parent is not None and node.parent.type in nix.STRINGS
        if in_string and inner is not None and inner.type in ("variable_expression", "select_expression"):
            found.append(inner)
    one = chosen(rng, found)
    if one is None:
        return None
    form = rng.choice(["toString {}", "builtins.toString {}", '"${{{}}}"'])
    return [replaced(one, form.format(text(one)))]


def commented(rng: Random, data: bytes, root: Node) -> Changes | None:
    """Comments stand between tokens."""
    places = [at for at in gaps(root) if data[at : at + 1] != b"."]
    chosen_places = rng.sample(places, min(len(places), rng.randint(1, 3)))
    return [Change(at, at, f" {rng.choice(_COMMENTS)} ") for at in chosen_places]


def spaced(rng: Random, data: bytes, root: Node) -> Changes | None:
    """New lines and blanks stand between tokens."""
    places = gaps(root)
    return [Change(at, at, rng.choice(["\n", "\n\n    ", "  "])) for at in rng.sample(places, min(len(places), 3))]
