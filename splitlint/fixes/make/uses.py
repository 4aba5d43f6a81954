"""Whether all that becomes of an expression wants the same output, so that it can be changed where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from tree_sitter import Node

from splitlint.analysis.model.value import Call, Package, alternatives
from splitlint.analysis.nix import flow, pathuse
from splitlint.analysis.nix.evaluate import Evaluator
from splitlint.analysis.nix.scope import Binding
from splitlint.matching.query_match import Match
from splitlint.syntax import nix


class Uses(Enum):
    """Who would notice if an expression took another output."""

    HERE = auto()  #: Only the place that was found, or places that want the same.
    UNSEEN = auto()  #: Perhaps others, of which nothing is known.
    MIXED = auto()  #: Others, that want something else.
    ELSEWHERE = auto()  #: It is only given a name here; each place that uses the name is found by itself.


def uses_of(match: Match, ev: Evaluator, output: str) -> Uses:
    """What else becomes of the package of a match, if it were its `output` instead ("": if it were anything else)."""
    if _is_read_back(ev, match.package):
        return Uses.ELSEWHERE
    moved = moved_paths(match, ev)
    paths = pathuse.paths(ev, match.package)
    if len({use.path for use in paths}) > 1 and any(output_of(use.path, moved) != output for use in paths):
        return Uses.MIXED
    if match.notes.sink is None:
        return Uses.UNSEEN if any(use.places for use in paths) and not output else Uses.HERE
    named = _named_by(ev, match.package, match.notes.sink)
    if named is None:
        return Uses.HERE
    binding, is_whole = named
    if is_whole:
        return Uses.ELSEWHERE
    others = [use for use in _readers(ev, binding) if not _wants(ev, use, match.notes.sink, output, moved)]
    return Uses.MIXED if others else Uses.HERE


def _is_read_back(ev: Evaluator, node: Node) -> bool:
    """Whether an expression asks the result of a call for what the call was given: `closure.kernel`."""
    inner = nix.skip_parentheses(node)
    base = inner.child_by_field_name("expression") if inner.type == "select_expression" else None
    return base is not None and any(isinstance(one.shape, Call) for one in alternatives(ev.value(base)))


def moved_paths(match: Match, ev: Evaluator) -> dict[str, str]:
    """Path globs to outputs, of the package's family."""
    value = match.notes.value
    family = ev.world.family(value.shape.family) if value is not None and isinstance(value.shape, Package) else None
    return dict(family.moved) if family is not None else {}


def output_of(path: str, moved: dict[str, str]) -> str:
    """Which output a path is in now: the last glob that fits; "out" if none does."""
    return next((to for glob, to in reversed(moved.items()) if pathuse.matches(path, (glob,))), "out")


def _named_by(ev: Evaluator, node: Node, sink: flow.Sink) -> tuple[Binding, bool] | None:
    """The name in a `let` or `rec` set that an expression is bound to, and whether it is all that it is bound to.

    None if the receiver has it without a name.
    """
    child, parent = node, ev.scopes.parent(node)
    whole = True
    while parent is not None and parent.type != "function_expression":
        if parent.id == sink.node.id and parent.type == "apply_expression":
            return None
        if parent.type in ("binding", "inherited_attrs"):
            found = _bound(ev, child if parent.type == "inherited_attrs" else parent)
            if found is not None:
                return found, whole
            if parent.type == "inherited_attrs" or parent.id == sink.node.id:
                return None
        whole = whole and parent.type in ("parenthesized_expression", "binding")
        child, parent = parent, ev.scopes.parent(parent)
    return None


def _bound(ev: Evaluator, site: Node) -> Binding | None:
    scope = ev.scopes.parent(site)
    while scope is not None and scope.type in ("inherited_attrs", "inherit", "inherit_from", "binding_set"):
        scope = ev.scopes.parent(scope)
    if scope is None or scope.type == "attrset_expression":
        return None
    return next((one for one in ev.scopes.table(scope).values() if one.site.id == site.id), None)


def _readers(ev: Evaluator, binding: Binding) -> Iterator[Node]:
    for reference in ev.scopes.references(binding):
        parent = ev.scopes.parent(reference)
        yield parent if parent is not None and parent.type == "variable_expression" else reference


def _wants(ev: Evaluator, node: Node, sink: flow.Sink, output: str, moved: dict[str, str]) -> bool:
    """Whether a reader of the name sends it to the same receiver, or looks below it for what is in the output."""
    # A name for a whole list does not show that the receiver takes its elements.
    if any(other.name.removesuffix("[]") == sink.name.removesuffix("[]") for other in flow.sinks(ev, node)):
        return True
    paths = pathuse.paths(ev, node)
    return bool(paths) and all(output_of(use.path, moved) == output for use in paths)
