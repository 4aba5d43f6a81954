"""What a script's syntax alone says: who is whose parent, the words, the assignments, functions and commands.

Gathered in one walk over the tree. Which assignment a use may see is decided here too, by position, branch
and subshell; what is assigned is for `shell_words` to say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax import shell

_LOOPS = frozenset({"for_statement", "while_statement", "c_style_for_statement"})
_OWN_WORLD = frozenset({"subshell", "command_substitution", "process_substitution", "pipeline"})
_READERS = frozenset({"read", "mapfile", "readarray", "getopts"})

#: How many nodes around a node are looked at: `a && b && ..` is as deep as it is long.
_DEEPEST = 500
#: How many assignments to a variable are looked at for one use, and how many of them count.
_LOOKED_AT = 400
_SEEN = 8

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


def _written_words(command: Node | None) -> Iterator[Node]:
    """The words that `echo` and `printf` write."""
    name = command.child_by_field_name("name") if command is not None and command.type == "command" else None
    called = shell.node_text(name) if name is not None else ""
    if command is not None and called in ("echo", "printf"):
        yield from command.children_by_field_name("argument")[called == "printf" :]


class Facts:
    """The syntax of one script, in tables."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.text = root.text or b""
        self.parents: dict[int, Node] = {}
        #: What others have worked out of a node, by its id.
        self.kept: dict[int, object] = {}
        self.words: list[Node] = []
        self.commands: list[Node] = []
        self.calls: dict[str, list[Node]] = {}
        self.functions: dict[str, Node] = {}
        self._conditions: dict[int, int] = {}
        self._comments: list[tuple[int, int]] = []
        self._assignments: dict[tuple[str, int | None], list[Assignment]] = {}
        self._global: dict[str, list[Assignment]] = {}
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
            if called == "set":
                self._note_parameters(node)
            if called in _READERS:
                given = tuple(self._read_words(node))
                for word in node.children_by_field_name("argument"):
                    self._assign(word, node, given)
        elif kind == "function_definition":
            name = node.child_by_field_name("name")
            if name is not None:
                self.functions[shell.node_text(name)] = node
        elif kind == "comment":
            self._comments.append((node.start_byte, node.end_byte))
        elif kind in ("if_statement", "elif_clause"):
            then = next((child.start_byte for child in node.children if child.type == "then"), node.end_byte)
            self._conditions[node.id] = then

    def _note_parameters(self, node: Node) -> None:
        """`set -- x y` gives the script its parameters anew: they are assigned to `@`."""
        words = node.children_by_field_name("argument")
        dashes = next((at for at, one in enumerate(words) if shell.node_text(one) == "--"), None)
        if dashes is not None and words[dashes + 1 :]:
            branches = tuple(self.branches_of(node))
            function = self.function_of(node)
            given = tuple(words[dashes + 1 :])
            one = Assignment("@", node, given, False, False, function.id if function else None, branches)
            self._assignments.setdefault(("@", one.function), []).append(one)

    def _read_words(self, reader: Node) -> Iterator[Node]:
        """The words that a `read` or its loop is given, where the script writes them itself: `done < <(echo $x)`."""
        taker = self.parents[reader.id] if self.parents[reader.id].type == "while_statement" else reader
        around = self.parents.get(taker.id)
        if around is not None and around.type == "pipeline":
            yield from _written_words(taker.prev_named_sibling)
        elif around is not None and around.type == "redirected_statement":
            for one in around.named_children:
                if one.type == "herestring_redirect":
                    yield from one.named_children
                elif one.type == "file_redirect":
                    source = one.child_by_field_name("destination")
                    if source is not None and source.type == "process_substitution" and source.named_child_count == 1:
                        yield from _written_words(source.named_children[0])

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
        called = shell.node_text(name)
        branches = tuple(self.branches_of(node))
        one = Assignment(called, node, words, appends, local, function.id if function else None, branches)
        self._assignments.setdefault((called, one.function), []).append(one)
        if not local and _standing(one, {}) is not None:
            self._global.setdefault(called, []).append(one)

    @cached_property
    def has_nullglob(self) -> bool:
        """Whether the script says what becomes of globs that match nothing."""
        return b"nullglob" in self.text

    def is_comment(self, offset: int) -> bool:
        """Whether a byte of the script stands in a comment."""
        at = bisect_right(self._comments, (offset, len(self.text))) - 1
        return at >= 0 and offset < self._comments[at][1]

    def is_condition(self, around: Node, child: Node) -> bool:
        """Whether `child` of an `if` or `elif` stands in front of its `then`."""
        return child.start_byte < self._conditions.get(around.id, 0)

    def ancestors(self, node: Node) -> Iterator[Node]:
        """The nodes around a node, nearest first, as far as anybody writes them."""
        around = self.parents.get(node.id)
        for _ in range(_DEEPEST):
            if around is None:
                return
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
                elif not self.is_condition(around, child):
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
        function = self.function_of(use)
        here = function.id if function is not None else None
        branches = {owner: branch for owner, branch, _ in self.branches_of(use)}
        seen: list[Assignment] = []
        known = self._assignments.get((name, here), [])
        last = bisect_right(known, use.start_byte, key=lambda one: one.node.start_byte)
        for one in reversed(known[max(0, last - _LOOKED_AT) : last]):
            if one.node.end_byte > use.start_byte and not _loops_over(one, use):
                continue
            standing = _standing(one, branches)
            if standing is None:
                continue
            seen.append(one)
            if standing or len(seen) >= _SEEN:
                return seen, standing
        if any(one.local for one in seen):
            return seen, False
        elsewhere = self._global.get(name, [])[-_LOOKED_AT:]
        seen.extend(one for one in reversed(elsewhere) if one.function != here)
        return seen[:_SEEN], False


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
