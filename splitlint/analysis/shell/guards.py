"""Whether a script asks which of several folders has what it wants, before it takes it from there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.shell.facts import Facts
from splitlint.startup.patterns import lazy_pattern

#: A question for a file, in a condition.
_ASKS = lazy_pattern(rb"(?:^|\s)-[defhrsxL]\s|\b(?:ls|stat|find|compgen|realpath|readlink)\b")
_LEAVES = lazy_pattern(rb"\b(?:continue|break|return|exit)\b")
_BODIES = frozenset({"do_group", "compound_statement", "program", "if_statement", "else_clause", "elif_clause"})
_LOOKED_AT = 40


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
