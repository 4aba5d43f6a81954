"""What the syntax around a node, or in it, says: calls, attributes that are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tree_sitter import Node

from splitlint.analysis.nixpkgs import table
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of

_SAME_EXPRESSION = frozenset(
    {"apply_expression", "parenthesized_expression", "binary_expression", "unary_expression", "list_expression"}
)


#: Nodes above a node that are asked for their parents.
_NEAR = 40


class Nearest:
    """The nearest nodes of some types around nodes of one tree.

    Asking for a parent takes the longer the deeper it is; so what was on the way of one node is not asked again, and a
    long way is gone from the root.
    """

    def __init__(self, root: Node, *types: str) -> None:
        self._root = root
        self._types = frozenset(types)
        self._known: dict[int, Node | None] = {}

    def around(self, node: Node) -> Node | None:
        """The nearest one around a node, None if there is none."""
        way: list[int] = []
        one: Node | None = node
        found: Node | None = None
        while one is not None:
            if one.id in self._known:
                found = self._known[one.id]
                break
            way.append(one.id)
            one = parent_of(one)
            if one is not None and one.type in self._types:
                found = one
                break
            if len(way) > _NEAR:
                found = self._from_root(node)
                break
        self._known.update(dict.fromkeys(way, found))
        return found

    def _from_root(self, node: Node) -> Node | None:
        found: Node | None = None
        cursor = self._root.walk()
        here = cursor.node
        while here is not None and here.id != node.id:
            self._known[here.id] = found
            found = here if here.type in self._types else found
            here = cursor.node if cursor.goto_first_child_for_byte(node.start_byte) is not None else None
        return found


def reads(node: Node, names: Collection[str]) -> bool:
    """Whether an expression reads an attribute (`old.NAME`) or a variable of one of these names."""
    pending = [node]
    while pending:
        one = pending.pop()
        if one.type == "variable_expression" and nix.node_text(one) in names:
            return True
        if one.type == "select_expression":
            path = one.child_by_field_name("attrpath")
            if path is not None and set(nix.attribute_names(path)) & set(names):
                return True
        pending.extend(one.named_children)
    return False


def call_texts(node: Node) -> Iterator[str]:
    """The source of the applications around a node that are part of the same expression, the innermost first."""
    parent = parent_of(node)
    while parent is not None and parent.type in _SAME_EXPRESSION:
        if parent.type == "apply_expression":
            yield nix.node_text(parent)
        parent = parent_of(parent)


def calls_around(node: Node) -> Iterator[str]:
    """The last names of the functions in whose arguments a node is written, the innermost first."""
    child, parent = node, parent_of(node)
    while parent is not None:
        if parent.type == "apply_expression":
            function = parent.child_by_field_name("function")
            if function is None or function.id != child.id:
                yield called_name(nix.call_spine(parent)[0])
        child, parent = parent, parent_of(parent)


def called_name(head: Node) -> str:
    """The last name of an expression that is applied, "" if it has none."""
    if head.type == "variable_expression":
        return nix.node_text(head)
    if head.type == "select_expression":
        path = head.child_by_field_name("attrpath")
        names = nix.attribute_names(path) if path is not None else ()
        return names[-1] or "" if names else ""
    return ""


def strings_in(attrset: Node) -> Iterator[Node]:
    """The strings that are, or stand within, the values of a set (lists and `+` looked through, sets not).

    Any other node: the strings in it.
    """
    pending: list[Node | None] = [attrset]
    if attrset.type in nix.ATTRSETS:
        pending = [one.child_by_field_name("expression") for one in nix.bindings(attrset) if one.type == "binding"]
    while pending:
        node = pending.pop()
        if node is None:
            continue
        if node.type in nix.STRINGS:
            yield node
        elif node.type not in ("function_expression", "select_expression", "path_expression"):
            pending.extend(node.named_children)


def sibling(node: Node, name: str) -> Node | None:
    """The binding or inherited name `name` in the set that a binding, inherit or attribute stands in."""
    scope: Node | None = node
    while scope is not None and scope.type not in nix.ATTRSETS:
        scope = parent_of(scope)
    for entry in nix.bindings(scope) if scope is not None else ():
        if entry.type == "binding":
            path = entry.child_by_field_name("attrpath")
            if path is not None and nix.attribute_names(path)[:1] == (name,):
                return entry
        else:
            attrs = entry.child_by_field_name("attrs")
            for attr in attrs.children_by_field_name("attr") if attrs is not None else ():
                if nix.attribute_name(attr) == name:
                    return attr
    return None


def is_asked_first(node: Node, names: Collection[str]) -> bool:
    """Whether the code around a node asks first whether something has an attribute of one of these names.

    `k.NAME or HERE`, `if k ? NAME then .. else HERE`, `k ? NAME || HERE`, `lib.optional (!(k ? NAME)) HERE`, also where
    the condition is a variable. What has it is not asked.
    """
    child, parent = node, parent_of(node)
    while parent is not None:
        if parent.type == "select_expression" and parent.child_by_field_name("default") == child:
            path = parent.child_by_field_name("attrpath")
            if path is not None and nix.attribute_names(path)[-1] in names:
                return True
        condition = _condition(parent, child)
        if condition is not None and _asks(condition, names):
            return True
        child, parent = parent, parent_of(parent)
    return False


def _condition(parent: Node, child: Node) -> Node | None:
    """What decides whether a part of an expression is needed."""
    if parent.type == "if_expression":
        condition = parent.child_by_field_name("condition")
        return condition if condition != child else None
    if parent.type == "binary_expression":
        operator, right = parent.child_by_field_name("operator"), parent.child_by_field_name("right")
        is_logic = operator is not None and operator.type in ("&&", "||", "->")
        return parent.child_by_field_name("left") if is_logic and right == child else None
    if parent.type == "apply_expression" and parent.child_by_field_name("argument") == child:
        function = parent.child_by_field_name("function")
        if function is None or function.type != "apply_expression":
            return None
        head, arguments = nix.call_spine(function)
        name = called_name(head)
        return arguments[0] if name.startswith("optional") or name in table.marked("conditional", "guards") else None
    return None


def _asks(condition: Node, names: Collection[str]) -> bool:
    pending = [condition]
    while pending:
        one = pending.pop()
        if one.type == "has_attr_expression":
            path = one.child_by_field_name("attrpath")
            if path is not None and set(nix.attribute_names(path)) & set(names):
                return True
        if one.type in nix.STRINGS and nix.node_text(one).strip('"') in names:
            return True
        if one.type == "variable_expression":
            bound = _bound_around(one)
            if bound is not None and bound.type != "variable_expression":
                pending.append(bound)
        pending.extend(one.named_children)
    return False


def _bound_around(variable: Node) -> Node | None:
    """What a `let` around a variable binds it to, None if none does."""
    name = nix.node_text(variable)
    parent = parent_of(variable)
    while parent is not None:
        if parent.type == "let_expression":
            for entry in nix.bindings(parent):
                path = entry.child_by_field_name("attrpath") if entry.type == "binding" else None
                if path is not None and nix.attribute_names(path) == (name,):
                    value = entry.child_by_field_name("expression")
                    inside = value is not None and value.start_byte <= variable.start_byte < value.end_byte
                    return None if inside else value
        parent = parent_of(parent)
    return None
