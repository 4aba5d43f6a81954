"""Fixes that move an attribute of an overridden derivation into its `env`."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.findings.finding import Edit, Fix
from splitlint.fixes.make import edits
from splitlint.fixes.make.job import Job
from splitlint.syntax import nix


def move(job: Job) -> tuple[Fix, ...]:
    """`kind = "environment"`: make the binding that was found one of `env`, which keeps what the old `env` has.

    The binding stands in the set that `overrideAttrs` is given, or that its function returns.
    """
    binding = job.match.anchor
    path, value = binding.child_by_field_name("attrpath"), binding.child_by_field_name("expression")
    attrset = binding.parent.parent if binding.parent is not None else None
    if binding.type != "binding" or path is None or value is None or attrset is None:
        return ()
    if attrset.type != "attrset_expression" or len(nix.attribute_names(path)) != 1:
        return ()
    title = f"move `{nix.node_text(path)}` into `env`"
    inner = _old_env(attrset)
    if inner is not None:
        return (Fix(title, job.safety, _into(job, binding, inner)),)
    if _binds(attrset, "env"):
        return ()
    old = _argument_name(attrset)
    if old == "":
        return ()
    text = f"env = ({old or 'old'}.env or {{ }}) // {{ {nix.node_text(binding)} }};"
    opening, closing = ("", "") if old else _as_function(attrset)
    # One edit from the brace on, so that two bindings are moved one after the other, into the same `env`.
    before = job.source.text(attrset.start_byte, binding.start_byte)
    change = Edit(job.source.path, attrset.start_byte, binding.end_byte, opening + before + text)
    close = (Edit(job.source.path, attrset.end_byte, attrset.end_byte, closing),) if closing else ()
    return (Fix(title, job.safety, (change, *close)),)


def _binds(attrset: Node, name: str) -> bool:
    for entry in nix.bindings(attrset):
        path = entry.child_by_field_name("attrpath") if entry.type == "binding" else None
        if path is not None and nix.attribute_names(path)[0] == name:
            return True
    return False


def _old_env(attrset: Node) -> Node | None:
    """The `{ .. }` in `env = .. // { .. };` or `env = { .. };` of a set."""
    for entry in nix.bindings(attrset):
        path = entry.child_by_field_name("attrpath") if entry.type == "binding" else None
        if path is None or nix.attribute_names(path) != ("env",):
            continue
        value = entry.child_by_field_name("expression")
        if value is not None and value.type == "binary_expression":
            value = value.child_by_field_name("right")
        if value is not None and value.type == "attrset_expression":
            return value
    return None


def _into(job: Job, binding: Node, env: Node) -> tuple[Edit, ...]:
    """Take a binding out of its set and put it last into another."""
    removal = edits.remove_entry(job.source, binding)
    last = next((child for child in reversed(env.children) if child.type != "}"), env.children[0])
    if last.type == "binding_set":
        last = last.children[-1]
    if last.type == "comment":
        return ()
    at, separator = edits.place_after(job.source, last) if last.type != "{" else (last.end_byte, " ")
    return (removal, Edit(job.source.path, at, at, separator + nix.node_text(binding)))


def _argument_name(attrset: Node) -> str | None:
    """What a function that returns the set calls the old attributes: "" if nothing; None if there is no function."""
    node = attrset.parent
    while node is not None and node.type in ("parenthesized_expression", "let_expression", "with_expression"):
        if (
            node.type == "parenthesized_expression"
            and node.parent is not None
            and node.parent.type == "apply_expression"
        ):
            return None
        node = node.parent
    if node is None or node.type == "apply_expression":
        return None
    if node.type != "function_expression":
        return ""
    while node.parent is not None and node.parent.type == "function_expression":
        inner, node = node, node.parent
        name = inner.child_by_field_name("universal")
        if name is not None:
            return nix.node_text(name)
    name = node.child_by_field_name("universal")
    return nix.node_text(name) if name is not None and nix.node_text(name) != "_" else ""


def _as_function(attrset: Node) -> tuple[str, str]:
    """What goes around `{ .. }` to make it a function of the old attributes; parentheses that are there serve."""
    parent = attrset.parent
    if parent is not None and parent.type == "parenthesized_expression":
        return "old: ", ""
    return "(old: ", ")"
