"""Where a script is when it runs a command: `cd`, `pushd` and `popd`, subshells, loops, branches, functions.

The script's statements are followed in the order in which they run. Where two ways meet that come from different
folders, it is not known any more where the script is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from splitlint.analysis.shell.commands import Command, command_of, seen_through
from splitlint.analysis.shell.facts import Facts
from splitlint.analysis.shell.folder import (
    LOST,
    MOVERS,
    OWN_WORLDS,
    START,
    Folder,
    State,
    is_one_name,
    moving_functions,
)
from splitlint.syntax import shell

_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_LOOPS = frozenset({"for_statement", "c_style_for_statement", "while_statement"})
_ENDS = frozenset({"exit", "return", "continue", "break"})
#: How deeply statements may stand in each other, folders lead on, and how often bodies of functions are run.
_DEEPEST = 150
_LONGEST = 24
_MOST_CALLS = 64


class Folders:
    """The folders in which the commands of a script run."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._at: dict[int, Folder | None] = {}
        self._made: dict[tuple[int, int], Folder] = {}
        self._moving = moving_functions(facts)
        self._entered: dict[str, State] = {}
        self._running: list[str] = []
        self._calls = 0
        self._run(facts.root, State(START), 0)
        self._run_functions()

    def at(self, node: Node) -> Folder | None:
        """The folder in which the statement runs that a node is or stands in, None where that is not known."""
        if node.id in self._at:
            return self._at[node.id]
        return next((self._at[one.id] for one in self._facts.ancestors(node) if one.id in self._at), None)

    def all(self) -> Iterable[Folder]:
        """The folders that the script goes into."""
        return self._made.values()

    def inside(self, above: Folder | None, word: Node, prefix: str = "") -> Folder | None:
        """The folder that a word leads to."""
        if above is None or above.depth >= _LONGEST:
            # An absolute path leads away from anywhere.
            above = None
        key = (id(above), word.id)
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = Folder(above, word, prefix)
        return known

    def _run_functions(self) -> None:
        """The bodies of functions: in the folder of their calls where that is one, each anew where it becomes none."""
        done: dict[str, State] = {}
        for _ in range(3):
            for name, node in self._facts.functions.items():
                entered = self._entered.get(name, LOST)
                if done.get(name) != entered:
                    done[name] = entered
                    self._body(node, entered, 0)

    def _body(self, function: Node, state: State, depth: int) -> State | None:
        body = function.child_by_field_name("body")
        return self._run(body, state, depth) if body is not None else state

    def _note(self, node: Node, state: State) -> None:
        self._at[node.id] = self._meeting(self._at.get(node.id, state.folder), state.folder)

    def _meeting(self, one: Folder | None, other: Folder | None) -> Folder | None:
        """The folder where two ways meet. A word that leads away from anywhere leads to one place from both."""
        if one is other:
            return one
        if one is None or other is None or one.word is None or other.word is None or one.word.id != other.word.id:
            return None
        return self.inside(None, one.word, one.prefix)

    def _run(self, node: Node, state: State, depth: int) -> State | None:
        """The state behind a statement that runs in a state; None if nothing runs behind it."""
        if depth > _DEEPEST:
            return LOST
        kind = node.type
        if kind == "command":
            return self._command(node, state, depth)
        if kind == "list":
            return self._list(node, state, depth)
        if kind in OWN_WORLDS:
            self._apart(node, state, depth)
            return state
        if kind == "if_statement":
            return self._if(node, state, depth)
        if kind in _LOOPS:
            return self._loop(node, state, depth)
        if kind == "case_statement":
            return self._case(node, state, depth)
        if kind == "redirected_statement":
            self._leaf(node, state, depth, node.children_by_field_name("redirect"))
            body = node.child_by_field_name("body")
            return self._run(body, state, depth + 1) if body is not None else state
        if kind in ("program", "compound_statement", "do_group", "else_clause", "negated_command", "ERROR"):
            return self._sequence(node.children, state, depth)
        if kind != "function_definition" and node.is_named:
            self._leaf(node, state, depth, node.children)
        return state

    def _sequence(self, nodes: Iterable[Node], state: State, depth: int) -> State | None:
        result: State | None = state
        last = state
        for node in nodes:
            if node.type == "&":
                # What runs in the background goes nowhere with the script.
                result = last
                continue
            last = result if result is not None else last
            result = self._run(node, last, depth + 1)
        return result

    def _apart(self, node: Node, state: State, depth: int) -> None:
        """Statements that run in a shell of their own."""
        if node.type == "pipeline":
            for child in node.children:
                self._run(child, state, depth + 1)
        else:
            self._note(node, state)
            self._sequence(node.children, state, depth)

    def _leaf(self, node: Node, state: State, depth: int, within: Iterable[Node]) -> None:
        """A statement that does not move; what stands in its substitutions runs where it does."""
        self._note(node, state)
        pending = list(within)
        while pending:
            child = pending.pop()
            if child.type in _SUBSTITUTIONS:
                self._apart(child, state, depth + 1)
            elif child.child_count:
                pending.extend(child.children)

    def _list(self, node: Node, state: State, depth: int) -> State | None:
        operands = list(_operands(node))
        result: State | None = state
        before = state
        for operator, operand in operands:
            if operator == "||":
                # It runs where what stands before it did not get anywhere.
                other = self._run(operand, before, depth + 1)
                if other is not None and other.folder is not before.folder:
                    result = self._joined((result, other))
                continue
            before = result if result is not None else before
            after = self._run(operand, before, depth + 1)
            # What leaves only behind `&&` leaves only where that is run.
            result = after if after is not None or not operator else before
        return result

    def _if(self, node: Node, state: State, depth: int) -> State | None:
        ways: list[State | None] = []
        condition = [child for child in node.children if self._facts.is_condition(node, child)]
        asked = self._sequence(condition, state, depth) or state
        body = [child for child in node.children if not self._facts.is_condition(node, child)]
        ways.append(self._sequence((one for one in body if not one.type.endswith("_clause")), asked, depth))
        for clause in (one for one in body if one.type.endswith("_clause")):
            if clause.type == "else_clause":
                ways.append(self._run(clause, asked, depth + 1))
                return self._joined(ways)
            condition = [child for child in clause.children if self._facts.is_condition(clause, child)]
            asked = self._sequence(condition, asked, depth) or asked
            rest = [child for child in clause.children if not self._facts.is_condition(clause, child)]
            ways.append(self._sequence(rest, asked, depth))
        return self._joined((*ways, asked))

    def _loop(self, node: Node, state: State, depth: int) -> State | None:
        outside = [child for child in node.children if child.type not in ("do_group", "compound_statement")]
        if node.type == "while_statement":
            asked = self._sequence(outside, state, depth) or state
        else:
            self._leaf(node, state, depth, outside)
            asked = state
        body = node.child_by_field_name("body")
        if body is None:
            return asked
        after = self._run(body, asked, depth + 1)
        if after is None or after.folder is asked.folder:
            return asked
        # The second time round it starts where the first has ended.
        if depth < 12:
            self._run(body, LOST, depth + 1)
        return LOST

    def _case(self, node: Node, state: State, depth: int) -> State | None:
        self._leaf(node, state, depth, node.children_by_field_name("value"))
        ways: list[State | None] = [state]
        for item in node.children:
            if item.type == "case_item":
                patterns = {one.id for one in item.children_by_field_name("value")}
                ways.append(self._sequence((one for one in item.children if one.id not in patterns), state, depth))
        return self._joined(ways)

    def _command(self, node: Node, state: State, depth: int) -> State | None:
        self._leaf(node, state, depth, node.children)
        command = seen_through(command_of(self._facts, node))
        if command.through and not set(command.through) <= {"builtin", "command", "exec"}:
            return state
        if command.name in MOVERS:
            return self._moved(command, state)
        if command.name in _ENDS:
            return None
        if command.name in self._facts.functions:
            return self._called(command.name, state, depth)
        return state

    def _joined(self, ways: Iterable[State | None]) -> State | None:
        """The state where several ways meet; None if none of them comes so far."""
        known = [way for way in ways if way is not None]
        if not known:
            return None
        first, *rest = known
        folder = first.folder
        for way in rest:
            folder = self._meeting(folder, way.folder)
        return first if all(way == first for way in rest) else State(folder)

    def _called(self, name: str, state: State, depth: int) -> State | None:
        known = self._entered.get(name)
        self._entered[name] = state if known is None or known.folder is state.folder else LOST
        if name not in self._moving:
            return state
        self._calls += 1
        if name in self._running or self._calls > _MOST_CALLS:
            return LOST
        self._running.append(name)
        after = self._body(self._facts.functions[name], state, depth + 1)
        self._running.pop()
        return after if after is not None else state

    def _moved(self, command: Command, state: State) -> State:
        words = [word for word, text in zip(command.arguments, command.texts, strict=True) if not _is_option(text)]
        if command.name == "popd":
            return State(state.stack[-1], state.folder, state.stack[:-1]) if state.stack and not words else LOST
        if not words:
            if command.name == "pushd" and state.stack:
                return State(state.stack[-1], state.folder, (*state.stack[:-1], state.folder))
            return LOST
        folder = self._next(words[0], state)
        stack = (*state.stack[-_LONGEST:], state.folder) if command.name == "pushd" else state.stack
        return State(folder, state.folder, stack)

    def _next(self, word: Node, state: State) -> Folder | None:
        text = shell.node_text(word).strip("\"'").rstrip("/")
        if text == "-":
            return state.previous
        if text in (".", "$PWD", "$(pwd)"):
            return state.folder
        if text.startswith("+") and text[1:].isdigit():
            return None
        folder = state.folder
        if text == ".." and folder is not None and is_one_name(folder):
            return folder.above
        return self.inside(folder, word)


def _is_option(text: str) -> bool:
    return text.startswith("-") and text != "-"


def _operands(node: Node) -> Iterator[tuple[str, Node]]:
    """The statements of `a && b || c` in order, each with the operator before it."""
    rest: list[tuple[str, Node]] = []
    while node.type == "list" and len(node.named_children) >= 2:
        operator = next((child.type for child in node.children if child.type in ("&&", "||")), "&&")
        rest.append((operator, node.named_children[-1]))
        node = node.named_children[0]
    yield "", node
    yield from reversed(rest)
