"""Fixes of derivation attributes that are shell variables: `inherit frob;` and `$frob/share/frob`."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.fixes.make import edits, forms, outputs
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.others.wishes import Agreement, Wishes, others_of
from splitlint.fixes.make.scripts import script_variables
from splitlint.fixes.make.scripts.reads import Reads, Variables, reads_of
from splitlint.matching.syntax_around import strings_in
from splitlint.matching.views import NixView
from splitlint.startup.beside import beside
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax import nix
from splitlint.syntax.parents import outermost, parent_of


def take(job: Job) -> tuple[Fix, ...]:
    """`kind = "variable"`, `output`: mend a variable if all that read it look for what is in the output.

    It is set by an attribute of a derivation, or in a script. Else a second one is offered for those reads; that is
    unsafe, for a script elsewhere may read the first.
    """
    if job.view is None:
        return ()
    package = _inside_string(job.package)
    entry = _entry(package)
    scope = parent_of(parent_of(entry))
    if entry is None or scope is None or scope.type not in nix.ATTRSETS:
        return script_variables.take(job, job.view, package)
    name = _name(package, entry)
    wishes = Wishes(job, job.view, job.word("output"))
    others = others_of(job, job.view, wishes.output)
    around = _scope(job, job.view, scope)
    reads = reads_of(job, wishes, around.variables, name)
    if others.agreement <= Agreement.ENTANGLED or not reads.wanting:
        return ()
    if others.agreement > Agreement.MIXED and reads.agree:
        is_sure = others.agreement is Agreement.HERE and reads.are_sure and not around.has_scripts_elsewhere
        safety = job.safety if is_sure else min(job.safety, Safety.UNSAFE)
        fixes = outputs.take_at(job, job.view, package, wishes.output, safety)
        return outputs.with_changes(job, job.view, fixes, others.also, wishes.output)
    identifier = package.type == "identifier"
    whole = forms.subject_of_inherited(job.view, package) if identifier else forms.subject(job.view, package)
    form = forms.output_form(job.view, package, whole, wishes.output) if whole is not None else None
    return _second(job, form.text, entry, name, reads) if form is not None else ()


class _Scope(NamedTuple):
    """The set of a derivation: the variables that its scripts read, and whether there may be others."""

    variables: Variables
    has_scripts_elsewhere: bool


@beside
def _known(view: NixView) -> dict[int, _Scope]:
    """By set."""
    return {}


def _scope(job: Job, view: NixView, node: Node) -> _Scope:
    known = _known(view)
    if node.id not in known:
        variables = Variables(job.source.data, (*strings_in(node), *_strings_beside(node)))
        known[node.id] = _Scope(variables, _has_scripts_elsewhere(node))
    return known[node.id]


def _inside_string(node: Node) -> Node:
    """The expression in `"${frob}"`."""
    if node.type in nix.STRINGS and len(node.named_children) == 1 and node.named_children[0].type == "interpolation":
        return node.named_children[0].child_by_field_name("expression") or node
    return node


def _strings_beside(scope: Node) -> Iterator[Node]:
    """The strings that a function takes after a set: the script of `runCommand name { .. } script`."""
    node = scope
    while (around := parent_of(node)) is not None and around.type in ("apply_expression", "parenthesized_expression"):
        node = around
        argument = node.child_by_field_name("argument") if node.type == "apply_expression" else None
        if argument is not None and argument.type in nix.STRINGS:
            yield argument


def _entry(node: Node) -> Node | None:
    """The binding whose whole value a node is, or the inherit that it stands in."""
    if node.type == "identifier":
        return parent_of(parent_of(node))
    around = parent_of(outermost(node, "parenthesized_expression", "interpolation", *nix.STRINGS))
    return around if around is not None and around.type == "binding" else None


def _name(node: Node, entry: Node) -> str:
    if node.type == "identifier":
        return nix.node_text(node)
    path = entry.child_by_field_name("attrpath")
    names = nix.attribute_names(path) if path is not None else ()
    return names[-1] or "" if names else ""


def _has_scripts_elsewhere(scope: Node) -> bool:
    """Whether a derivation runs a script that is not in sight: a `builder`, or any path among its attributes."""
    pending = list(scope.named_children)
    while pending:
        node = pending.pop()
        if node.type in ("path_expression", "spath_expression", "hpath_expression"):
            return True
        if node.type == "binding":
            path = node.child_by_field_name("attrpath")
            if path is not None and nix.attribute_names(path)[0] == "builder":
                return True
            if path is not None and nix.attribute_names(path)[0] == "src":
                continue
        pending.extend(node.named_children)
    return False


def _second(job: Job, text: str, entry: Node, name: str, reads: Reads) -> tuple[Fix, ...]:
    output = job.word("output")
    second = f"{name}_{output.upper()}" if name.isupper() else f"{name}{output.capitalize()}"
    at, separator = edits.place_after(job.source, entry)
    binding = Edit(job.source.path, at, at, f"{separator}{second} = {text};")
    renamed = reads.renamed(job.source.path, second)
    safety = min(job.safety, Safety.UNSAFE)
    return (Fix(f"add `{second} = {text};` and read the modules from it", safety, (binding, *renamed)),)
