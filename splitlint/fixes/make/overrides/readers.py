"""Who reads an attribute of an overridden package by its name."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Package
from splitlint.matching.views import NixView
from splitlint.startup.beside import beside
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of

_VARIABLE = lazy_pattern(r"[A-Z][A-Z0-9_]*")


def reads_variable_of(view: NixView, value: Node) -> bool:
    """Whether an expression reads a variable of a package, or asks for one: `old.KCFLAGS or ""`."""
    for node in _nodes(value):
        if node.type not in ("select_expression", "has_attr_expression"):
            continue
        base, path = node.child_by_field_name("expression"), node.child_by_field_name("attrpath")
        if base is None or path is None:
            continue
        name = nix.attribute_names(path)[0]
        if name is None or not _VARIABLE.fullmatch(name):
            continue
        if any(isinstance(one.shape, Package) for one in alternatives(view.value(base))):
            return True
    return False


def is_read_elsewhere(view: NixView, name: str, binding: Node) -> bool:
    """Whether something in the file reads an attribute of this name, not of an `env`, or a recursive set's own."""
    known = _known(view)
    root = view.tree.root_node
    if root.id not in known:
        known[root.id] = frozenset(one for node in _nodes(root) for one in _read(node))
    if name in known[root.id]:
        return True
    scope = parent_of(parent_of(binding))
    if scope is None or scope.type != "rec_attrset_expression":
        return False
    if scope.id not in known:
        known[scope.id] = frozenset(one for node in _nodes(scope) for one in _variables(node))
    return name in known[scope.id]


@beside
def _known(view: NixView) -> dict[int, frozenset[str | None]]:
    """The names that are read: in all of the file (by its root), as variables in a recursive set."""
    return {}


def _read(node: Node) -> Iterator[str | None]:
    """The names of attributes that a node selects, asks for or takes over, or is as a string."""
    if node.type in ("select_expression", "has_attr_expression"):
        path = node.child_by_field_name("attrpath")
        names = nix.attribute_names(path) if path is not None else ()
        yield from (name for at, name in enumerate(names) if not _is_env(node, at, names))
    elif node.type == "inherit_from":
        yield from _inherited(node)
    elif node.type in nix.STRINGS and not _is_name(node):
        yield nix.literal_string(node)


def _variables(node: Node) -> Iterator[str | None]:
    if node.type == "inherit":
        yield from _inherited(node)
    elif node.type == "variable_expression":
        yield nix.node_text(node)


def _inherited(node: Node) -> Iterator[str | None]:
    attrs = node.child_by_field_name("attrs")
    yield from (nix.attribute_name(one) for one in (attrs.children_by_field_name("attr") if attrs is not None else ()))


def _is_env(node: Node, at: int, names: tuple[str | None, ...]) -> bool:
    """Whether it is `..env.NAME` that is read."""
    if at > 0:
        return names[at - 1] == "env"
    base = node.child_by_field_name("expression")
    text = nix.node_text(nix.skip_parentheses(base)) if base is not None else ""
    return text == "env" or text.endswith(".env")


def _is_name(node: Node) -> bool:
    """Whether a string is a name in an attribute path."""
    around = parent_of(node)
    return around is not None and around.type == "attrpath"


def _nodes(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.children)
