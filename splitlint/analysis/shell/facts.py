"""What a script's syntax alone says: who is whose parent, the words, the assignments, functions and commands.

Gathered in one walk over the tree. Which assignment a use may see is decided here too, by position, branch
and subshell; what is assigned is for `shell_words` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from splitlint.syntax import shell

_LOOPS = frozenset({"for_statement", "while_statement", "c_style_for_statement"})
_OWN_WORLD = frozenset({"subshell", "command_substitution", "process_substitution", "pipeline"})
_READERS = frozenset({"read", "mapfile", "readarray", "getopts"})

#: A branch that a node is in: the statement that branches, which branch, and whether it is a world of its own.
_Branch = tuple[int, int, bool]


class Assignment(NamedTuple):
    """A place that gives a variable a value: the words it may take, none where they are not known."""

    name: str
    node: Node
    words: tuple[Node, ...]
    appends: bool
    local: bool
    function: int | None
    branches: tuple[_Branch, ...]


class Facts:
    """The syntax of one script, in tables."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.parents: dict[int, Node] = {}
        self.words: list[Node] = []
        self.commands: list[Node] = []
        self.calls: dict[str, list[Node]] = {}
        self.comments: list[Node] = []
        self.functions: dict[str, Node] = {}
        self.assignments: dict[str, list[Assignment]] = {}
        for node, parent in shell.walk(root):
            if parent is not None:
                self.parents[node.id] = parent
                self._note(node, parent)

    def _note(self, node: Node, parent: Node) -> None:
        kind = node.type
        if kind in shell.WORDS:
            if parent.type not in shell.WORDS or parent.type in ("command_substitution", "process_substitution"):
                self.words.append(node)
        elif kind == "variable_assignment":
            self._note_assignment(node)
        elif kind == "for_statement":
            name = node.child_by_field_name("variable")
            values = node.children_by_field_name("value")
            self._assign(name, node, tuple(values))
        elif kind == "command":
            self.commands.append(node)
            name = node.child_by_field_name("name")
            called = shell.node_text(name) if name is not None else ""
            self.calls.setdefault(called, []).append(node)
            if called in _READERS:
                for word in node.children_by_field_name("argument"):
                    self._assign(word, node, ())
        elif kind == "function_definition":
            name = node.child_by_field_name("name")
            if name is not None:
                self.functions[shell.node_text(name)] = node
        elif kind == "comment":
            self.comments.append(node)

    def _note_assignment(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        if name is not None and name.type == "subscript":
            name = name.child_by_field_name("name")
        words: tuple[Node, ...] = ()
        if value is not None:
            words = tuple(value.named_children) if value.type == "array" else (value,)
        appends = any(child.type == "+=" for child in node.children)
        self._assign(name, node, words, appends)

    def _assign(self, name: Node | None, node: Node, words: tuple[Node, ...], appends: bool = False) -> None:
        if name is None:
            return
        function = self.function_of(node)
        statement = self.parents.get(node.id)
        local = (
            function is not None
            and statement is not None
            and statement.type == "declaration_command"
            and shell.node_text(statement).startswith(("local", "declare", "typeset"))
        )
        branches = tuple(self.branches_of(node))
        known = self.assignments.setdefault(shell.node_text(name), [])
        known.append(
            Assignment(shell.node_text(name), node, words, appends, local, function.id if function else None, branches)
        )

    def ancestors(self, node: Node) -> Iterator[Node]:
        """The nodes around a node, nearest first."""
        around = self.parents.get(node.id)
        while around is not None:
            yield around
            around = self.parents.get(around.id)

    def function_of(self, node: Node) -> Node | None:
        """The function definition that a node stands in."""
        return next((one for one in self.ancestors(node) if one.type == "function_definition"), None)

    def branches_of(self, node: Node) -> Iterator[_Branch]:
        """The branches that a node is in, innermost first; a function's body ends the search."""
        child = node
        for around in self.ancestors(node):
            kind = around.type
            if kind == "function_definition":
                return
            if kind in _OWN_WORLD:
                yield around.id, child.id if kind == "pipeline" else 0, True
            elif kind == "if_statement":
                if child.type in ("elif_clause", "else_clause"):
                    yield around.id, child.start_byte, False
                elif any(one.type == "then" and one.start_byte < child.start_byte for one in around.children):
                    yield around.id, 0, False
            elif kind == "case_statement" and child.type == "case_item":
                yield around.id, child.start_byte, False
            elif kind in _LOOPS and child.type == "do_group":
                yield around.id, 0, False
            elif kind == "list" and around.children[0].id != child.id:
                yield around.id, 1, False
            child = around

    def visible(self, name: str, use: Node) -> tuple[list[Assignment], bool]:
        """The assignments to `name` that a use may see, most likely first, and whether one of them surely is seen."""
        known = self.assignments.get(name)
        if not known:
            return [], False
        function = self.function_of(use)
        here = function.id if function is not None else None
        branches = {owner: branch for owner, branch, _ in self.branches_of(use)}
        seen: list[Assignment] = []
        for one in reversed(known):
            if one.function != here or (one.node.end_byte > use.start_byte and not _loops_over(one, use)):
                continue
            standing = _standing(one, branches)
            if standing is None:
                continue
            seen.append(one)
            if standing:
                return seen, True
        if any(one.local for one in seen):
            return seen, False
        for one in reversed(known):
            if one.function != here and not one.local and _standing(one, {}) is not None:
                seen.append(one)
        return seen, False


def _loops_over(one: Assignment, use: Node) -> bool:
    """Whether the assignment is the `for` loop whose body the use stands in."""
    if one.node.type != "for_statement" or one.node.end_byte < use.end_byte:
        return False
    body = one.node.child_by_field_name("body")
    return body is not None and body.start_byte <= use.start_byte


def _standing(one: Assignment, branches: dict[int, int]) -> bool | None:
    """True if the assignment always happened before, False if it may have, None if it cannot have."""
    sure = True
    for owner, branch, own_world in one.branches:
        if owner in branches:
            if branches[owner] != branch:
                return None
        elif own_world:
            return None
        else:
            sure = False
    return sure
