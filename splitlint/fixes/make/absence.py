"""Fixes for attributes that are not there any more: something in their stead, or a question that can be asked."""

from __future__ import annotations

from splitlint.findings.finding import Fix
from splitlint.fixes.make import edits, forms
from splitlint.fixes.make.job import Job, written
from splitlint.syntax import nix
from splitlint.syntax.parents import in_parentheses, parent_of


def give_default(job: Job) -> tuple[Fix, ...]:
    """`kind = "default"`, `default`: write `(HERE or default)`.

    `before` is the operator that has to follow it (`//`), if any.
    """
    node = nix.skip_parentheses(job.package)
    if node.type != "select_expression" or node.child_by_field_name("default") is not None:
        return ()
    if not _is_followed(job):
        return ()
    form = forms.Form(f"{nix.node_text(node)} or {job.word('default')}", loose=True)
    return (written(form.text, job.safety, edits.replace(job.source, node, form.at(node))),)


def _is_followed(job: Job) -> bool:
    wanted = job.word("before")
    if not wanted:
        return True
    outer = in_parentheses(job.package)
    parent = parent_of(outer)
    operator = parent.child_by_field_name("operator") if parent is not None else None
    is_left = parent is not None and parent.child_by_field_name("left") == outer
    return is_left and operator is not None and operator.type == wanted


def ask_whole(job: Job) -> tuple[Fix, ...]:
    """`kind = "ask"`: write `x ? a.b` for `x.a ? b`, which reads `x.a` before it asks."""
    node = nix.skip_parentheses(job.package)
    path = node.child_by_field_name("attrpath") if node.type == "has_attr_expression" else None
    base = node.child_by_field_name("expression") if path is not None else None
    if base is None or path is None or nix.skip_parentheses(base).type != "select_expression":
        return ()
    inner = nix.skip_parentheses(base)
    names = inner.child_by_field_name("attrpath")
    start = inner.child_by_field_name("expression")
    if names is None or start is None or inner.child_by_field_name("default") is not None:
        return ()
    *before, last = names.children_by_field_name("attr")
    asked = ".".join([nix.node_text(start), *map(nix.node_text, before)])
    text = f"{asked} ? {nix.node_text(last)}.{nix.node_text(path)}"
    return (written(text, job.safety, edits.replace(job.source, node, text)),)


def rename(job: Job) -> tuple[Fix, ...]:
    """`kind = "rename"`, `to`: call the attribute that was found so, where only nixpkgs that has it needs to work."""
    binding = job.match.anchor if job.match.anchor.type == "binding" else parent_of(job.package)
    path = binding.child_by_field_name("attrpath") if binding is not None and binding.type == "binding" else None
    attributes = path.children_by_field_name("attr") if path is not None else []
    if not job.modern or not attributes:
        return ()
    return (written(job.word("to"), job.safety, edits.replace(job.source, attributes[-1], job.word("to"))),)
