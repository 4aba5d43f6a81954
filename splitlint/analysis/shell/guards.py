"""Whether a script asks for a file, or which of several folders has it, before it takes it from there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.shell.commands import command_at
from splitlint.analysis.shell.facts import Facts
from splitlint.analysis.shell.silence import is_left_with_failure
from splitlint.analysis.shell.uses import ShellMeaning, ShellUse
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import shell

#: A question for a file, in a condition.
_ASKS = lazy_pattern(rb"(?:^|\s)-[defhrsxL]\s|\b(?:ls|stat|find|compgen|realpath|readlink)\b")
_LEAVES = lazy_pattern(rb"\b(?:continue|break|return|exit)\b")
_BODIES = frozenset({"do_group", "compound_statement", "program", "if_statement", "else_clause", "elif_clause"})
_LOOKED_AT = 40
_TESTS = frozenset({"[", "[[", "test"})
#: Commands that fail where a file is missing, and do nothing with it.
_LOOKERS = frozenset({"ls", "stat", "readlink", "realpath"})
_FILE_TEST = lazy_pattern(rb"\s-[defhrsxL]\s+\Z")


def is_asked_first(facts: Facts, node: Node, variable: str) -> bool:
    """Whether a place is only reached where the script has asked for a file in what a variable holds.

    Also where the variable is given its value only if such a question was answered.
    """
    if _asked_around(facts, node, re.compile(rb"\$\{?" + re.escape(variable.encode()) + rb"\b")):
        return True
    assigned, _ = facts.visible(variable, node)
    return any(_asked_around(facts, one.node, re.compile(b"")) for one in assigned if one.branches)


def other_answers(facts: Facts, node: Node) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """What runs where a question for a file has the other answer than at a place, or, in the question, either one.

    Each as the bytes of the question, and of what runs then: `if [ -d X ]; then <place>; else <this>; fi`,
    `[ -e X ] || <this>`.
    """
    child = node
    for around in facts.ancestors(node):
        kind = around.type
        if kind == "function_definition":
            return
        if kind == "if_statement":
            question = [one for one in around.children if facts.is_condition(around, one)]
            if any(_asks(one, re.compile(b"")) for one in question):
                asked = (question[0].start_byte, question[-1].end_byte)
                for body in _bodies(facts, around):
                    if not body[0] <= node.start_byte < body[1]:
                        yield asked, body
        elif kind == "list" and around.children[0].id == child.id:
            is_or = any(one.type == "||" for one in around.children)
            if is_or and _asks(child, re.compile(b"")):
                yield (child.start_byte, child.end_byte), (child.end_byte, around.end_byte)
        child = around


def _bodies(facts: Facts, statement: Node) -> Iterator[tuple[int, int]]:
    """The bytes of what an `if` runs: first where its condition holds, then its `elif`s and `else`."""
    clauses = [one for one in statement.children if one.type in ("elif_clause", "else_clause")]
    then = next((one.end_byte for one in statement.children if one.type == "then"), statement.end_byte)
    yield then, clauses[0].start_byte if clauses else statement.end_byte
    yield from ((one.start_byte, one.end_byte) for one in clauses)


def _asked_around(facts: Facts, node: Node, mentions: re.Pattern[bytes]) -> bool:
    child = node
    for around in facts.ancestors(node):
        kind = around.type
        if kind == "function_definition":
            return False
        if kind in ("if_statement", "elif_clause"):
            condition = [one for one in around.children if facts.is_condition(around, one)]
            if child in condition or any(_asks(one, mentions) for one in condition):
                return True
        elif kind == "list" and around.children[0].id != child.id and _asks(around.children[0], mentions):
            return True
        if kind in _BODIES and _left_before(around, child, mentions):
            return True
        child = around
    return False


def _left_before(body: Node, child: Node, mentions: re.Pattern[bytes]) -> bool:
    """Whether a statement in front leaves where a file is not there: `[ -d $x/lib ] || continue`."""
    if not mentions.pattern:
        return False
    before = [one for one in body.children if one.type in ("list", "if_statement") and one.end_byte <= child.start_byte]
    return any(_LEAVES.search(one.text or b"") and _asks(one, mentions) for one in before[-_LOOKED_AT:])


def _asks(node: Node, mentions: re.Pattern[bytes]) -> bool:
    text = node.text or b""
    return mentions.search(text) is not None and _ASKS.search(text) is not None


def is_checked(meaning: ShellMeaning, use: ShellUse) -> bool:
    """Whether a use asks whether a file is there, or is only come to where such a question was answered.

    Also where it gives the file to a variable for which the script asks then: `i=$k/x; [ -e $i ] || i=$k/y`.
    """
    facts = meaning.facts
    if _is_question(facts, use.node) or any(_is_asked_for(meaning, use, *part) for part in _before(facts, use.node)):
        return True
    variable = use.assigned or use.variable
    return variable is not None and any(
        one.variable == variable
        and _is_same(one, use)
        and _is_question(facts, one.node)
        and _sets(facts, one, variable)
        for one in meaning.uses()
    )


def _before(facts: Facts, node: Node) -> Iterator[tuple[int, int]]:
    """The bytes of what is run before a node, and decides whether that is come to."""
    child = node
    for around in facts.ancestors(node):
        kind = around.type
        if kind == "function_definition":
            return
        if kind in ("if_statement", "elif_clause"):
            conditions = [one for one in around.children if facts.is_condition(around, one)]
            if conditions and child not in conditions:
                yield conditions[0].start_byte, conditions[-1].end_byte
        elif kind == "list" and around.children[0].id != child.id:
            yield around.children[0].start_byte, around.children[0].end_byte
        earlier = [one for one in around.children if one.end_byte <= child.start_byte]
        for one in earlier[-_LOOKED_AT:]:
            # `[ -e x ] || continue`: what ends in a failure is no other way to go on.
            leaves = one.type in ("list", "if_statement") and _LEAVES.search(one.text or b"") is not None
            if leaves and not is_left_with_failure(facts, one):
                yield one.start_byte, one.end_byte
        child = around


def _is_asked_for(meaning: ShellMeaning, use: ShellUse, start: int, end: int) -> bool:
    found = meaning.uses_between(start, end)
    return any(_is_same(one, use) and _is_question(meaning.facts, one.node) for one in found)


def _is_same(one: ShellUse, other: ShellUse) -> bool:
    return one.value == other.value and one.path == other.path


def _sets(facts: Facts, question: ShellUse, variable: str) -> bool:
    """Whether the statement of a question gives the variable another value."""
    around = next((one for one in facts.ancestors(question.node) if one.type in ("list", "if_statement")), None)
    sets = rb"(?<![\w$])%b=" % re.escape(variable).encode()
    return around is not None and re.search(sets, around.text or b"") is not None


def _is_question(facts: Facts, node: Node) -> bool:
    command = command_at(facts, node)
    if command is None:
        return False
    if command.name in _TESTS:
        word = node
        for outer in facts.ancestors(node):
            if outer.type not in shell.WORDS:
                break
            word = outer
        return _FILE_TEST.search(facts.text, max(0, word.start_byte - 40), word.start_byte) is not None
    return command.name in _LOOKERS and _decides(facts, command.node)


def _decides(facts: Facts, node: Node) -> bool:
    """Whether it matters how a command ends: in a condition, or left of `&&` and `||`."""
    child = node
    for around in facts.ancestors(node):
        if around.type == "list" and around.children[0].id == child.id:
            return True
        if around.type in ("if_statement", "elif_clause"):
            return facts.is_condition(around, child)
        if around.type not in ("redirected_statement", "negated_command", "list"):
            return False
        child = around
    return False
