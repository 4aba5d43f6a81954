"""Fixes that move an attribute of an overridden derivation into its `env`."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Attrs, Closure, Listing, Literal, Native, Package, Shape, Value
from splitlint.findings.finding import Edit, Fix
from splitlint.fixes.make import edits
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.overrides.overriding import Old, old_attributes, operands_beside
from splitlint.fixes.make.overrides.readers import is_read_elsewhere, reads_variable_of
from splitlint.matching.views import NixView
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of

_VARIABLE = lazy_pattern(r"[A-Z][A-Z0-9_]*")


def move(job: Job) -> tuple[Fix, ...]:
    """`kind = "environment"`: make the binding that was found one of `env`, which keeps what the old `env` has.

    The binding stands in a set that `overrideAttrs` is given, that its function returns, or that is joined with one.
    """
    binding = job.match.anchor
    if job.view is None or binding.type != "binding":
        return ()
    path, attrset = binding.child_by_field_name("attrpath"), _set_of(binding)
    if path is None or attrset is None or len(nix.attribute_names(path)) != 1:
        return ()
    if not _can_be_moved(job.view, binding, attrset):
        return ()
    text = _as_variable(job.view, binding)
    if text is None:
        return ()
    change = _change(job, job.view, binding, attrset, text)
    return (Fix(f"move `{nix.node_text(path)}` into `env`", job.safety, change),) if change else ()


def _set_of(binding: Node) -> Node | None:
    around = parent_of(parent_of(binding))
    return around if around is not None and around.type in ("attrset_expression", "rec_attrset_expression") else None


def _can_be_moved(view: NixView, binding: Node, attrset: Node) -> bool:
    """Whether nobody reads the attribute where it is, and `env` reaches the build that it is for."""
    path, value = binding.child_by_field_name("attrpath"), binding.child_by_field_name("expression")
    if path is None or value is None:
        return False
    name = nix.attribute_names(path)[0]
    overrides = [one for one in view.overrides(value) if one.attribute == name]
    if not overrides or any(one.how == "overrideDerivation" for one in overrides):
        return False
    if name is None or reads_variable_of(view, value) or is_read_elsewhere(view, name, binding):
        return False
    return not any(_may_set_environment(view, one) for one in operands_beside(attrset))


def _may_set_environment(view: NixView, operand: Node) -> bool:
    """Whether an operand of `//` beside the set may have an `env` of its own, or variables that belong there too.

    The old attributes have one, and that is kept.
    """
    for option in alternatives(view.value(operand)):
        shape = option.shape
        if isinstance(shape, Package):
            continue
        if not isinstance(shape, Attrs) or (shape.open and not _is_package(shape.base)):
            return True
        if any(name == "env" or _VARIABLE.fullmatch(name) for name in shape.names):
            return True
    return False


def _is_package(value: Value | None) -> bool:
    return value is not None and all(isinstance(one.shape, Package) for one in alternatives(value))


def _as_variable(view: NixView, binding: Node) -> str | None:
    """The binding for `env`, which takes no lists; None for what is no variable."""
    value = binding.child_by_field_name("expression")
    if value is None:
        return None
    found = [one.shape for one in alternatives(view.value(value))]
    if any(isinstance(one, Attrs | Closure | Native) or _is_path(one) for one in found) or all(map(_is_null, found)):
        return None
    if not any(isinstance(one, Listing) or _is_null(one) for one in found) and not _is_list(value):
        return nix.node_text(binding)
    text = nix.node_text(value)
    changed = f"toString {text}" if _is_argument(value) else f"toString ({text})"
    start, end = value.start_byte - binding.start_byte, value.end_byte - binding.start_byte
    written = binding.text or b""
    return (written[:start] + changed.encode() + written[end:]).decode("utf-8", "replace")


def _is_path(shape: Shape) -> bool:
    return isinstance(shape, Literal) and shape.kind == "path"


def _is_null(shape: Shape) -> bool:
    return isinstance(shape, Literal) and shape.kind == "null"


def _is_list(value: Node) -> bool:
    inner = nix.skip_parentheses(value)
    return inner.type == "list_expression" or (inner.type == "binary_expression" and nix.operator(inner) == "++")


def _is_argument(value: Node) -> bool:
    """Whether an expression can be an argument without parentheses."""
    return value.type in (
        "list_expression", "variable_expression", "select_expression", "parenthesized_expression", *nix.STRINGS
    )  # fmt: skip


def _change(job: Job, view: NixView, binding: Node, attrset: Node, text: str) -> tuple[Edit, ...]:
    """The edits that put `text` into the `env` of a set, or give it one, in the place of a binding."""
    for entry in nix.bindings(attrset):
        if entry.type == "binding":
            path = entry.child_by_field_name("attrpath")
            names = nix.attribute_names(path) if path is not None else ()
            if names[:1] != ("env",):
                continue
            if len(names) > 1:
                at = binding.start_byte
                return (Edit(job.source.path, at, binding.end_byte, f"env.{text}"),)
            value = entry.child_by_field_name("expression")
            return _into(job, binding, value, text) if value is not None else ()
        inherited = _inherited_env(entry)
        if inherited is not None:
            return _instead_of_inherited(job, binding, inherited, text)
    old = old_attributes(job.source, view, attrset)
    return _in_place(job, binding, attrset, text, old) if old is not None else ()


def _inherited_env(entry: Node) -> Node | None:
    attrs = entry.child_by_field_name("attrs")
    found = attrs.children_by_field_name("attr") if attrs is not None else ()
    return next((one for one in found if nix.attribute_name(one) == "env"), None)


def _in_place(job: Job, binding: Node, attrset: Node, text: str, old: Old) -> tuple[Edit, ...]:
    new = f"env = {old.env} // {{ {text} }};"
    # One edit from the brace on, so that two bindings are moved one after the other, into the same `env`.
    before = job.source.text(attrset.start_byte, binding.start_byte)
    change = Edit(job.source.path, attrset.start_byte, binding.end_byte, before + new)
    here = [one for one in old.changes if one.start == attrset.start_byte]
    return (edits.joined(job.source, change, *here), *(one for one in old.changes if one not in here))


def _instead_of_inherited(job: Job, binding: Node, name: Node, text: str) -> tuple[Edit, ...]:
    """`inherit (old) env;` and the binding become `env = (old.env or { }) // { .. };` where the binding was."""
    entry = parent_of(parent_of(name))
    source = entry.child_by_field_name("expression") if entry is not None else None
    if source is not None:
        written = nix.node_text(source)
        base = written if source.type in ("variable_expression", "select_expression") else f"({written})"
        kept = f"({base}.env or {{ }})"
    elif (attrset := _set_of(binding)) is None or attrset.type == "rec_attrset_expression":
        return ()
    else:
        kept = "env"
    removal = edits.remove_inherited(job.source, name)
    new = Edit(job.source.path, binding.start_byte, binding.end_byte, f"env = {kept} // {{ {text} }};")
    return (edits.joined(job.source, removal, new),)


def _into(job: Job, binding: Node, value: Node, text: str) -> tuple[Edit, ...]:
    """Take a binding out of its set and put it into the `env` that the set has already."""
    removal = edits.remove_entry(job.source, binding)
    inner = nix.skip_parentheses(value)
    if inner.type == "binary_expression" and nix.operator(inner) == "//":
        inner = nix.skip_parentheses(inner.child_by_field_name("right") or inner)
    if inner.type != "attrset_expression":
        loose = value.type in ("if_expression", "let_expression", "with_expression", "assert_expression")
        written = nix.node_text(value)
        whole = f"({written}) // {{ {text} }}" if loose else f"{written} // {{ {text} }}"
        return (removal, edits.replace(job.source, value, whole))
    last = next((child for child in reversed(inner.children) if child.type != "}"), inner.children[0])
    if last.type == "binding_set":
        last = last.children[-1]
    if last.type == "comment":
        return ()
    at, separator = edits.place_after(job.source, last) if last.type != "{" else (last.end_byte, " ")
    return (removal, Edit(job.source.path, at, at, separator + text))
