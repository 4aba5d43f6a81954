"""Fixes that take another output of a package: where it is handed over, or beside it in a list."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.analysis.model.values import Package
from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.fixes.make import edits, forms
from splitlint.fixes.make.conversions import inside_conversions, with_conversions
from splitlint.fixes.make.job import Job, short, written
from splitlint.fixes.make.others.wishes import Agreement, others_of
from splitlint.matching.use_match import source_says
from splitlint.matching.views import NixView
from splitlint.startup.records import replace
from splitlint.syntax import nix
from splitlint.syntax.parents import in_parentheses, parent_of


def take(job: Job) -> tuple[Fix, ...]:
    """`kind = "output"`: write `output` of the package instead of the package; "" is the package itself."""
    if job.view is None:
        return ()
    output = job.word("output")
    if not job.is_misplaced and forms.chosen_output(job.view, job.package) not in ("", "out", output):
        return take_at(job, job.view, job.package, output, job.safety)
    return take_with_others(job, job.view, output)


def take_with_others(job: Job, view: NixView, output: str) -> tuple[Fix, ...]:
    """The same, if all that becomes of what is written there can do with that output."""
    others = others_of(job, view, output)
    if others.agreement <= Agreement.MIXED:
        return ()
    safety = job.safety if others.agreement is Agreement.HERE else min(job.safety, Safety.UNSAFE)
    fixes = take_at(job, view, job.package, output, safety)
    if output and not others.also and fixes and source_says(view, "let"):
        from splitlint.fixes.make.others import naming

        named = naming.with_name(job, view, job.package, output, safety)
        fixes = (named, *fixes) if named is not None else fixes
    return with_changes(job, view, fixes, others.also, output)


def with_changes(
    job: Job, view: NixView, fixes: tuple[Fix, ...], also: tuple[Node, ...], output: str
) -> tuple[Fix, ...]:
    """Fixes that take the output at other places, too; none if there is one where that cannot be done."""
    changes: list[Edit] = []
    for node in also:
        found = take_at(job, view, node, output, job.safety)
        if not found:
            return ()
        changes.extend(found[0].edits)
    return tuple(replace(fix, edits=(*fix.edits, *changes)) for fix in fixes)


def take_at(job: Job, view: NixView, node: Node, output: str, safety: Safety) -> tuple[Fix, ...]:
    """Write an output of the package that an expression, or an inherited name, denotes in its place."""
    if node.type == "identifier":
        return take_inherited(job, view, node, output, safety)
    return take_expression(job, view, node, output, safety)


def take_expression(job: Job, view: NixView, node: Node, output: str, safety: Safety) -> tuple[Fix, ...]:
    """Write an output of the package that an expression denotes in its place."""
    node = with_conversions(inside_conversions(node))
    whole = forms.subject(view, node)
    chosen = forms.chosen_output(view, node)
    if whole is None or (not output and not chosen):
        return ()
    if output and chosen not in ("", "out") and not job.is_misplaced:
        # It is this output that was wanted, and that is not always there.
        form = forms.safe_form(view, node, whole, chosen)
    else:
        form = forms.output_form(view, node, whole, output, split_is_sure=job.split_is_sure)
    fixes = [] if form is None else [written(form.text, safety, edits.replace(job.source, node, form.at(node)))]
    if not output or (form is not None and form.text != f"{whole.packed}.{output} or {whole.packed}"):
        return tuple(fixes)
    return (*fixes, *_with_library(job, view, node, f'lib.getOutput "{output}" {whole.packed}'))


def take_inherited(job: Job, view: NixView, name: Node, output: str, safety: Safety) -> tuple[Fix, ...]:
    """Bind an inherited name to an output of what it was."""
    whole = forms.subject_of_inherited(view, name)
    entry = parent_of(parent_of(name))
    if whole is None or entry is None or _would_refer_to_itself(view, entry):
        return ()
    form = forms.output_form(view, name, whole, output, split_is_sure=job.split_is_sure)
    if form is None:
        return ()
    changes = edits.replace_inherited(job.source, name, form.text)
    return (written(f"{nix.node_text(name)} = {form.text};", safety, *changes),)


def _would_refer_to_itself(view: NixView, entry: Node) -> bool:
    """In a `let` or `rec` set, `inherit frob;` made into `frob = .. frob;` would never end."""
    owner = parent_of(entry)
    scope = parent_of(owner)
    return entry.type == "inherit" and scope is not None and scope.type != "attrset_expression"


def _with_library(job: Job, view: NixView, node: Node, text: str) -> tuple[Fix, ...]:
    """Offer to let a callPackage-style file take `lib`, where the fix without it is not the nicest."""
    function = view.tree.root_node.child_by_field_name("expression")
    if function is None or function.type != "function_expression" or view.binds("lib", node):
        return ()
    header = edits.add_formal(job.source, function, "lib")
    if header is None:
        return ()
    change = edits.replace(job.source, node, forms.Form(text, loose=True).at(node))
    return (Fix(f"take `lib` as an argument, write `{short(text)}`", Safety.UNSAFE, (header, change)),)


def add(job: Job) -> tuple[Fix, ...]:
    """`kind = "add"`: put `output` of the package behind it in the list that it is an element of.

    If that output is what the list has already, the package itself is put there. `graft_into` is a receiver of the tree
    that the list makes; it is given `attribute` of the package of `family` in it.
    """
    if job.view is None:
        return ()
    element = in_parentheses(job.package)
    around = parent_of(element)
    whole = forms.subject(job.view, job.package)
    if whole is None or around is None or around.type != "list_expression":
        return ()
    output = job.word("output")
    is_there = _is_output(job, output)
    form = forms.output_form(job.view, job.package, whole, "" if is_there else output, split_is_sure=job.split_is_sure)
    if form is None:
        return ()
    text = f"({form.text})" if form.loose else form.text
    changes = [edits.add_element(job.source, element, text)]
    if job.word("graft_into"):
        from splitlint.fixes.make.grafts import graft_around

        grafted = graft_around(job, job.view)
        changes += () if grafted is None else (grafted,)
    return (Fix(f"add `{short(text)}`", job.safety, tuple(changes)),)


def _is_output(job: Job, output: str) -> bool:
    value = job.match.notes.value
    return value is not None and isinstance(value.shape, Package) and value.shape.output == output
