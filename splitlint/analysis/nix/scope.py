"""Which binding a name refers to, by Nix's scope rules.

`let`, `rec`, formals with defaults, @-names and `inherit` bind lexically; `with` binds weaker than any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from typing import Literal

from tree_sitter import Node, Query, QueryCursor, Tree

from splitlint.startup.records import dataclass
from splitlint.syntax import nix

Kind = Literal["binding", "inherit", "inherit-from", "formal", "universal"]


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """What a name is bound to.

    `site` is the node that introduces the name: the `binding`, the inherited `identifier`, the `formal`
    or the `function_expression` (for an @-name or `x:`). `scope` is the node in which the name holds.
    """

    kind: Kind
    name: str
    site: Node
    scope: Node

    @property
    def key(self) -> tuple[str, int]:
        return (self.name, self.site.id)


@dataclass(frozen=True, slots=True)
class Lookup:
    """The lexical binding of a name, if any, else the `with` environments around it, innermost first."""

    binding: Binding | None
    environments: tuple[Node, ...] = ()


class Scopes:
    """Name resolution over one syntax tree, memoised."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._parents: dict[int, Node | None] = {}
        self._tables: dict[int, dict[str, Binding]] = {}

    def parent(self, node: Node) -> Node | None:
        """The parent of a node, None at the root."""
        known = self._parents
        if node.id not in known:
            known[node.id] = node.parent
        return known[node.id]

    def lookup(self, node: Node, name: str) -> Lookup:
        """What `name` means where `node` stands."""
        environments: list[Node] = []
        child, parent = node, self.parent(node)
        skip = self._inherit_scope(node)
        while parent is not None:
            kind = parent.type
            if kind in ("let_expression", "rec_attrset_expression", "let_attrset_expression"):
                if parent.id != skip:
                    found = self.table(parent).get(name)
                    if found is not None:
                        return Lookup(found)
            elif kind == "function_expression":
                found = self.table(parent).get(name)
                if found is not None:
                    return Lookup(found)
            elif kind == "with_expression":
                environment = parent.child_by_field_name("environment")
                if environment is not None and environment.id != child.id:
                    environments.append(environment)
            child, parent = parent, self.parent(parent)
        return Lookup(None, tuple(environments))

    def _inherit_scope(self, node: Node) -> int | None:
        """`inherit x;` takes x from outside the set that it stands in: the id of that set, to be skipped."""
        attrs = self.parent(node)
        if attrs is None or attrs.type != "inherited_attrs":
            return None
        inherit = self.parent(attrs)
        if inherit is None or inherit.type != "inherit":
            return None
        owner = self.parent(inherit)
        if owner is not None and owner.type == "binding_set":
            owner = self.parent(owner)
        return owner.id if owner is not None else None

    def table(self, scope: Node) -> dict[str, Binding]:
        """The names that a `let`, a `rec` set or a function binds."""
        known = self._tables.get(scope.id)
        if known is None:
            known = self._function_names(scope) if scope.type == "function_expression" else self._set_names(scope)
            self._tables[scope.id] = known
        return known

    def _set_names(self, scope: Node) -> dict[str, Binding]:
        names: dict[str, Binding] = {}
        for entry in nix.bindings(scope):
            if entry.type == "binding":
                path = entry.child_by_field_name("attrpath")
                first = nix.attribute_names(path)[:1] if path is not None else ()
                if first and first[0] is not None:
                    names.setdefault(first[0], Binding("binding", first[0], entry, scope))
                continue
            kind: Kind = "inherit" if entry.type == "inherit" else "inherit-from"
            for attr in inherited(entry):
                name = nix.attribute_name(attr)
                if name is not None:
                    names.setdefault(name, Binding(kind, name, attr, scope))
        return names

    def _function_names(self, scope: Node) -> dict[str, Binding]:
        names: dict[str, Binding] = {}
        formals = scope.child_by_field_name("formals")
        for formal in formals.named_children if formals is not None else ():
            name = formal.child_by_field_name("name") if formal.type == "formal" else None
            if name is not None and not name.is_missing:
                names[nix.node_text(name)] = Binding("formal", nix.node_text(name), formal, scope)
        universal = scope.child_by_field_name("universal")
        if universal is not None:
            names[nix.node_text(universal)] = Binding("universal", nix.node_text(universal), scope, scope)
        return names

    @cached_property
    def _uses(self) -> dict[str, list[Node]]:
        """Every identifier that reads a name, by name."""
        found: dict[str, list[Node]] = {}
        cursor = QueryCursor(_uses_query())
        for nodes in cursor.captures(self.tree.root_node).values():
            for node in nodes:
                found.setdefault(nix.node_text(node), []).append(node)
        for nodes in found.values():
            nodes.sort(key=lambda node: node.start_byte)
        return found

    def readers(self, name: str) -> list[Node]:
        """The `identifier` nodes that read a name, whatever it is bound to, in source order."""
        return self._uses.get(name, [])

    def references(self, binding: Binding) -> list[Node]:
        """The `identifier` nodes that read a binding, in source order."""
        inside = (binding.scope.start_byte, binding.scope.end_byte)
        result = []
        for node in self._uses.get(binding.name, ()):
            if not inside[0] <= node.start_byte < inside[1] or node.id == binding.site.id:
                continue
            found = self.lookup(node, binding.name).binding
            if found is not None and found.key == binding.key:
                result.append(node)
        return result

    def readings(self, binding: Binding, most: int) -> Iterator[tuple[Node, Node]]:
        """The expressions that read a binding (at most so many), each with what it is a part of."""
        for reference in self.references(binding)[:most]:
            variable = self.parent(reference)
            outer = self.parent(variable) if variable is not None else None
            if variable is not None and outer is not None:
                yield variable, outer


def inherited(entry: Node) -> list[Node]:
    """The names listed in an `inherit` or `inherit_from` node."""
    attrs = entry.child_by_field_name("attrs")
    return attrs.children_by_field_name("attr") if attrs is not None else []


_QUERY = """
(variable_expression name: (identifier) @use)
(inherit attrs: (inherited_attrs attr: (identifier) @use))
"""


@cache
def _uses_query() -> Query:
    return nix.query(_QUERY)
