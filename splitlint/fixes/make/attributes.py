"""Fixes that read another attribute or another option."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.analysis.nixpkgs import table
from splitlint.findings.finding import Edit, Fix
from splitlint.fixes.make import edits, forms
from splitlint.fixes.make.conversions import inside_conversions, piece_of, with_conversions
from splitlint.fixes.make.job import Job, written
from splitlint.fixes.make.others.wishes import Agreement, others_of
from splitlint.matching.syntax_around import called_name
from splitlint.matching.views import NixView
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix
from splitlint.syntax.parents import outermost, parent_of

# A path as it stands in a string behind an interpolation; what is interpolated into it has no braces of its own.
_PATH = lazy_pattern(rb"(?:[^\s\"'`;|&<>(){}$\\:,]|\$\{[^{}]*\}|\$\([^()]*\)|\$\w+)*")


def take_place(job: Job) -> tuple[Fix, ...]:
    """`kind = "place"`, `from`, `to`: read the option `to` instead of `from` (dotted names)."""
    before, after = job.word("from"), job.word("to")
    node = nix.skip_parentheses(job.package)
    path = node.child_by_field_name("attrpath") if node.type == "select_expression" else None
    if job.view is None or path is None or others_of(job, job.view, "").agreement is not Agreement.HERE:
        return ()
    names = ".".join(name or "" for name in nix.attribute_names(path))
    if names != before and not names.endswith("." + before):
        return ()
    text = names.removesuffix(before) + after
    return (written(text, job.safety, edits.replace(job.source, path, text)),)


def take_attribute(job: Job) -> tuple[Fix, ...]:
    """`kind = "attribute"`, `attribute`: write `frob.attribute` for the package and the path below it."""
    if job.view is None or others_of(job, job.view, "").agreement is not Agreement.HERE:
        return ()
    node = with_conversions(inside_conversions(job.package))
    whole = forms.subject(job.view, node)
    parent, piece = parent_of(node), piece_of(node)
    if whole is None or parent is None or not forms.is_set(whole.value):
        return ()
    text = f"{whole.packed}.{job.word('attribute')}"
    if parent.type == "binary_expression" and parent.child_by_field_name("left") == node:
        if not _is_whole_path(parent):
            return ()
        return (written(text, job.safety, edits.replace(job.source, parent, text)),)
    if piece is None:
        return ()
    string, interpolation = piece.string, piece.interpolation
    found = _PATH.match(job.source.data, interpolation.end_byte, string.end_byte)
    if found is None or not found[0].startswith(b"/"):
        return ()
    path = Edit(job.source.path, interpolation.end_byte, found.end(), "")
    return (written(text, job.safety, edits.replace(job.source, node, text), path),)


def _is_whole_path(addition: Node) -> bool:
    """Whether `k + "/path"` has all of the path in its string, which nothing is added to."""
    right = addition.child_by_field_name("right")
    outer = parent_of(addition)
    is_longer = outer is not None and outer.type == "binary_expression" and nix.operator(outer) == "+"
    return right is not None and nix.node_text(right).lstrip("'\"").startswith("/") and not is_longer


def take_global(job: Job) -> tuple[Fix, ...]:
    """`kind = "global"`, `attribute`: write `pkgs.attribute` for `callPackage FILE { }`, FILE being what was found."""
    node = outermost(job.match.anchor, "parenthesized_expression", "binary_expression")
    packages = forms.package_set(job.view, node) if job.view is not None else None
    called, whole = parent_of(node), parent_of(parent_of(node))
    if packages is None or called is None or whole is None or {called.type, whole.type} != {"apply_expression"}:
        return ()
    function, given = called.child_by_field_name("function"), whole.child_by_field_name("argument")
    if function is None or given is None or whole.child_by_field_name("function") != called:
        return ()
    if called_name(function) not in table.marked("fills") or given.type not in nix.ATTRSETS or given.named_children:
        return ()
    if (around := parent_of(whole)) is not None and around.type == "parenthesized_expression":
        whole = around
    text = f"{packages}.{job.word('attribute')}"
    return (written(text, job.safety, edits.replace(job.source, whole, text)),)


def prefer(job: Job) -> tuple[Fix, ...]:
    """`kind = "prefer"`, `from`, `to`: write `k.to or k.from` for `k.from`, where the value of a name is made."""
    before, after = job.word("from"), job.word("to")
    if job.view is None:
        return ()
    node = _where_it_is_made(job, job.view, job.package)
    if _is_fallback_of(node, after):
        return ()
    if node.type == "identifier":
        return _prefer_inherited(job, node, before, after)
    base = _without_last(node, before)
    # What is written twice cannot have remarks in it.
    if base is None or "#" in base or "/*" in base:
        return ()
    form = forms.Form(f"{base}.{after} or {_in_line(node, base, before)}", loose=True)
    return (written(form.text, job.safety, edits.replace(job.source, node, form.at(node))),)


def _in_line(node: Node, base: str, name: str) -> str:
    """`a.b.name`, with the default that the node gives it."""
    default = node.child_by_field_name("default")
    return f"{base}.{name} or {nix.node_text(default)}" if default is not None else f"{base}.{name}"


def _where_it_is_made(job: Job, view: NixView, node: Node) -> Node:
    """What a name is bound to, if it stands in the same file; any other expression itself."""
    inner = nix.skip_parentheses(node)
    thunk = view.bound(nix.node_text(inner), inner) if inner.type == "variable_expression" else None
    place = thunk.place if thunk is not None else None
    if place is None or place.path != job.source.path:
        return node
    return view.node_at(place.start, place.end) or node


def _is_fallback_of(node: Node, name: str) -> bool:
    """Whether a node is the `HERE` in `k.name or HERE`."""
    parent = parent_of(node)
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, parent_of(parent)
    path = parent.child_by_field_name("attrpath") if parent is not None else None
    if parent is None or path is None or parent.child_by_field_name("default") != node:
        return False
    return nix.attribute_names(path)[-1] == name


def _prefer_inherited(job: Job, name: Node, before: str, after: str) -> tuple[Fix, ...]:
    entry = parent_of(parent_of(name))
    source = entry.child_by_field_name("expression") if entry is not None and entry.type == "inherit_from" else None
    if source is None or nix.node_text(name) != before:
        return ()
    base = nix.node_text(source) if forms.is_atom(source) else f"({nix.node_text(source)})"
    text = f"{base}.{after} or {base}.{before}"
    changes = edits.replace_inherited(job.source, name, text)
    return (written(f"{before} = {text};", job.safety, *changes),)


def _without_last(node: Node, name: str) -> str | None:
    """The text of `a.b` for the node `a.b.name`, or `a.b.name or c`; None if it is no such select."""
    path = node.child_by_field_name("attrpath") if node.type == "select_expression" else None
    if path is None or nix.attribute_names(path)[-1] != name:
        return None
    last = path.children_by_field_name("attr")[-1]
    text = (node.text or b"")[: last.start_byte - node.start_byte].decode("utf-8", "replace")
    return text.rstrip().removesuffix(".").rstrip()
