"""A match and its rule's `fix` to fixes: the form that fits the place, as safe as the place allows.

What a page may ask for under `fix` is documented in docs/fixes.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tree_sitter import Node

from splitlint.finding import Confidence, Edit, Fix, Safety
from splitlint.match import Match
from splitlint.meaning.evaluate import Evaluator
from splitlint.mending import edits, forms
from splitlint.mending.uses import Uses, uses_of
from splitlint.predicates import NixView
from splitlint.source import Source
from splitlint.syntax import nix


@dataclass(frozen=True, slots=True)
class Job:
    """A match in Nix source to be mended as the page's `fix` says; `modern`: only nixpkgs after the split matters."""

    match: Match
    ev: Evaluator
    fix: Mapping[str, Any]
    modern: bool

    @property
    def source(self) -> Source:
        return self.ev.source

    @property
    def kernel(self) -> Node:
        return self.match.kernel

    @property
    def safety(self) -> Safety:
        return Safety[str(self.fix.get("safety", "unsafe")).upper()]

    @property
    def split_is_sure(self) -> bool:
        """Whether the package surely has its new outputs: asked for in the configuration, and proved."""
        value = self.match.notes.value
        sure = value is not None and value.confidence is Confidence.HIGH
        return self.modern and sure


def mend(match: Match, nixpkgs: str = "any", since: str = "") -> tuple[Fix, ...]:
    """The fixes of a match, the best first; a manual one with words where nothing can be edited.

    `nixpkgs` is the configured one: "any", or the oldest release to support ("25.11"); `since` is the first
    release that has the new outputs, as the rule's pack says.
    """
    fix = match.rule.fix
    if not fix:
        return ()
    found: tuple[Fix, ...] = ()
    if isinstance(match.view, NixView):
        kind = _KINDS.get(str(fix.get("kind", "output")))
        found = kind(Job(match, match.view.ev, fix, _is_modern(nixpkgs, since))) if kind is not None else ()
    title = str(fix.get("title", ""))
    if found or not title:
        return found
    from splitlint.describe import filled, shortened

    words = {"kernel": shortened(nix.node_text(match.kernel))}
    return (Fix(filled(title, words), Safety.MANUAL),)


def _is_modern(nixpkgs: str, since: str) -> bool:
    if nixpkgs == "any" or not since:
        return False
    oldest, first = ([int(part) for part in release.split(".")] for release in (nixpkgs, since))
    return oldest >= first


def _output(job: Job) -> tuple[Fix, ...]:
    """Take another output of the package where it is handed over: `kind = "output"`."""
    output = str(job.fix["output"])
    uses = uses_of(job.match, job.ev, output)
    if uses is Uses.MIXED or uses is Uses.ELSEWHERE:
        return ()
    safety = min(job.safety, Safety.UNSAFE) if uses is Uses.UNSEEN else job.safety
    if job.kernel.type == "identifier":
        return _inherited_output(job, output, safety)
    whole = forms.subject(job.ev, job.kernel)
    if whole is None:
        return ()
    form = forms.output_form(job.ev, job.kernel, whole, output, split_is_sure=job.split_is_sure)
    fixes = (
        [] if form is None else [_fix(form.text, safety, edits.replace(job.source, job.kernel, form.at(job.kernel)))]
    )
    return (*fixes, *_with_library(job, whole, output, form))


def _fix(text: str, safety: Safety, *changes: Edit) -> Fix:
    return Fix(f"write `{_short(text)}`", safety, changes)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 70 else line[:67] + "..."


def _inherited_output(job: Job, output: str, safety: Safety) -> tuple[Fix, ...]:
    whole = forms.subject_of_inherited(job.ev, job.kernel)
    entry = job.kernel.parent.parent if job.kernel.parent is not None else None
    if whole is None or entry is None or _would_refer_to_itself(job.ev, entry):
        return ()
    form = forms.output_form(job.ev, job.kernel, whole, output, split_is_sure=job.split_is_sure)
    if form is None:
        return ()
    changes = edits.replace_inherited(job.source, job.kernel, form.text)
    return (_fix(f"{nix.node_text(job.kernel)} = {form.text};", safety, *changes),)


def _would_refer_to_itself(ev: Evaluator, entry: Node) -> bool:
    """In a `let` or `rec` set, `inherit kernel;` made into `kernel = .. kernel;` would never end."""
    owner = ev.scopes.parent(entry)
    scope = ev.scopes.parent(owner) if owner is not None else None
    return entry.type == "inherit" and scope is not None and scope.type != "attrset_expression"


def _with_library(job: Job, whole: forms.Subject, output: str, form: forms.Form | None) -> tuple[Fix, ...]:
    """Offer to let a callPackage-style file take `lib`, where the fix without it is not the nicest."""
    if form is not None and " or " not in form.text:
        return ()
    function = _outermost_function(job.ev)
    header = edits.add_formal(job.source, function, "lib") if function is not None else None
    if function is None or header is None or job.ev.scopes.lookup(job.kernel, "lib").binding is not None:
        return ()
    with_lib = forms.Form(f'lib.getOutput "{output}" {whole.packed}', loose=True)
    change = edits.replace(job.source, job.kernel, with_lib.at(job.kernel))
    return (Fix(f"take `lib` as an argument, write `{_short(with_lib.text)}`", Safety.UNSAFE, (header, change)),)


def _outermost_function(ev: Evaluator) -> Node | None:
    node = ev.tree.root_node.child_by_field_name("expression")
    return node if node is not None and node.type == "function_expression" else None


def _add(job: Job) -> tuple[Fix, ...]:
    """Add another output to the list that a package is an element of: `kind = "add"`."""
    output = str(job.fix["output"])
    element = job.kernel
    while element.parent is not None and element.parent.type == "parenthesized_expression":
        element = element.parent
    whole = forms.subject(job.ev, job.kernel)
    if whole is None or element.parent is None or element.parent.type != "list_expression":
        return ()
    form = forms.output_form(job.ev, job.kernel, whole, output, split_is_sure=job.split_is_sure)
    if form is None:
        return ()
    text = f"({form.text})" if form.loose else form.text
    return (Fix(f"add `{_short(text)}`", job.safety, (edits.add_element(job.source, element, text),)),)


def _place(job: Job) -> tuple[Fix, ...]:
    """Take something from another option: `kind = "place"`, `from`, `to` (dotted names, the value's last ones)."""
    before, after = str(job.fix["from"]), str(job.fix["to"])
    node = nix.skip_parentheses(job.kernel)
    path = node.child_by_field_name("attrpath") if node.type == "select_expression" else None
    if path is None or uses_of(job.match, job.ev, "") is not Uses.HERE:
        return ()
    names = ".".join(name or "" for name in nix.attribute_names(path))
    if names != before and not names.endswith("." + before):
        return ()
    text = names.removesuffix(before) + after
    return (_fix(text, job.safety, edits.replace(job.source, path, text)),)


_KINDS: dict[str, Callable[[Job], tuple[Fix, ...]]] = {
    "output": _output,
    "add": _add,
    "place": _place,
}
