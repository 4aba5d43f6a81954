"""Fixes that take another output of a package: where it is handed over, or beside it in a list."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.analysis.model.value import Package
from splitlint.analysis.nix import sinks
from splitlint.analysis.nix.evaluate import Evaluator
from splitlint.findings.finding import Fix, Safety
from splitlint.fixes.make import edits, forms
from splitlint.fixes.make.job import Job, short, written
from splitlint.fixes.make.uses import Uses, uses_of
from splitlint.syntax import nix


def take(job: Job) -> tuple[Fix, ...]:
    """`kind = "output"`: write `output` of the package instead of the package; "" is the package itself."""
    if job.ev is None:
        return ()
    output = job.word("output")
    uses = uses_of(job.match, job.ev, output)
    if uses in (Uses.MIXED, Uses.ELSEWHERE):
        return ()
    safety = min(job.safety, Safety.UNSAFE) if uses is Uses.UNSEEN else job.safety
    if job.package.type == "identifier":
        return take_inherited(job, job.ev, output, safety)
    return take_expression(job, job.ev, job.package, output, safety)


def take_expression(job: Job, ev: Evaluator, node: Node, output: str, safety: Safety) -> tuple[Fix, ...]:
    """Write an output of the package that an expression denotes in its place."""
    node = _inside_conversions(ev, node)
    whole = forms.subject(ev, node)
    chosen = forms.chosen_output(ev, node)
    if whole is None or (not output and not chosen):
        return ()
    if output and chosen not in ("", "out"):
        # It is this output that was wanted, and that is not always there.
        form = forms.safe_form(ev, node, whole, chosen)
    else:
        form = forms.output_form(ev, node, whole, output, split_is_sure=job.split_is_sure)
    fixes = [] if form is None else [written(form.text, safety, edits.replace(job.source, node, form.at(node)))]
    if not output or (form is not None and " or " not in form.text):
        return tuple(fixes)
    return (*fixes, *_with_library(job, ev, node, f'lib.getOutput "{output}" {whole.packed}'))


def _inside_conversions(ev: Evaluator, node: Node) -> Node:
    """The package in `toString kernel`, which may stay as it is."""
    inner = nix.skip_parentheses(node)
    while inner.type == "apply_expression":
        head, arguments = nix.call_spine(inner)
        if sinks.function_name(ev, head).rpartition(".")[2] != "toString":
            break
        node = arguments[-1]
        inner = nix.skip_parentheses(node)
    return node


def take_inherited(job: Job, ev: Evaluator, output: str, safety: Safety) -> tuple[Fix, ...]:
    """Bind an inherited name to an output of what it was."""
    whole = forms.subject_of_inherited(ev, job.package)
    entry = job.package.parent.parent if job.package.parent is not None else None
    if whole is None or entry is None or _would_refer_to_itself(ev, entry):
        return ()
    form = forms.output_form(ev, job.package, whole, output, split_is_sure=job.split_is_sure)
    if form is None:
        return ()
    changes = edits.replace_inherited(job.source, job.package, form.text)
    return (written(f"{nix.node_text(job.package)} = {form.text};", safety, *changes),)


def _would_refer_to_itself(ev: Evaluator, entry: Node) -> bool:
    """In a `let` or `rec` set, `inherit kernel;` made into `kernel = .. kernel;` would never end."""
    owner = ev.scopes.parent(entry)
    scope = ev.scopes.parent(owner) if owner is not None else None
    return entry.type == "inherit" and scope is not None and scope.type != "attrset_expression"


def _with_library(job: Job, ev: Evaluator, node: Node, text: str) -> tuple[Fix, ...]:
    """Offer to let a callPackage-style file take `lib`, where the fix without it is not the nicest."""
    function = ev.tree.root_node.child_by_field_name("expression")
    if function is None or function.type != "function_expression" or ev.scopes.lookup(node, "lib").binding is not None:
        return ()
    header = edits.add_formal(job.source, function, "lib")
    if header is None:
        return ()
    change = edits.replace(job.source, node, forms.Form(text, loose=True).at(node))
    return (Fix(f"take `lib` as an argument, write `{short(text)}`", Safety.UNSAFE, (header, change)),)


def add(job: Job) -> tuple[Fix, ...]:
    """`kind = "add"`: put `output` of the package behind it in the list that it is an element of.

    If that output is what the list has already, the package itself is put there.
    """
    if job.ev is None:
        return ()
    element = job.package
    while element.parent is not None and element.parent.type == "parenthesized_expression":
        element = element.parent
    whole = forms.subject(job.ev, job.package)
    if whole is None or element.parent is None or element.parent.type != "list_expression":
        return ()
    output = job.word("output")
    is_there = _is_output(job, output)
    form = forms.output_form(job.ev, job.package, whole, "" if is_there else output, split_is_sure=job.split_is_sure)
    if form is None:
        return ()
    text = f"({form.text})" if form.loose else form.text
    return (Fix(f"add `{short(text)}`", job.safety, (edits.add_element(job.source, element, text),)),)


def _is_output(job: Job, output: str) -> bool:
    value = job.match.notes.value
    return value is not None and isinstance(value.shape, Package) and value.shape.output == output
