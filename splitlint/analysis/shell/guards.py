"""Whether a script asks which of several folders has what it wants, before it takes it from there."""

from __future__ import annotations

import re

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
