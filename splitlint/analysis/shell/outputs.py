"""What a command in `$(..)` prints, for the few commands that print a path they were given."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.values import Piece
from splitlint.analysis.shell.commands import Command, command_of, seen_through
from splitlint.analysis.shell.facts import Facts
from splitlint.analysis.shell.spelling import (
    UNKNOWN_SPELLING,
    Spelling,
    few,
    links_followed,
    together,
    without_last_segment,
)
from splitlint.syntax import shell

Speller = Callable[[Node], tuple[Spelling, ...]]

#: Commands behind a pipe that hand on some of the lines they read.
_PASSING = frozenset({"head", "tail", "sort", "uniq", "grep", "tee", "cat"})
_SAME_FILE = frozenset({"readlink", "realpath"})


def printed_by(facts: Facts, substitution: Node, spell: Speller, where: Speller) -> tuple[Spelling, ...]:
    """What stands in the place of `$(..)` or of backticks. `where` gives the folder that a node's command runs in."""
    statements = [child for child in substitution.named_children if child.type != "comment"]
    if len(statements) == 1 and shell.node_text(statements[0]) == "pwd":
        return where(substitution) or UNKNOWN_SPELLING
    if len(statements) == 1:
        return _printed(facts, statements[0], spell)
    if len(statements) == 2:
        return _printed_in_folder(facts, statements, spell)
    return UNKNOWN_SPELLING


def _printed(facts: Facts, statement: Node, spell: Speller) -> tuple[Spelling, ...]:
    if statement.type == "redirected_statement":
        body = statement.child_by_field_name("body")
        return _printed(facts, body, spell) if body is not None else UNKNOWN_SPELLING
    if statement.type == "list":
        return _printed_in_list(facts, statement, spell)
    if statement.type == "pipeline":
        first, *rest = statement.named_children
        if all(one.type == "command" and command_of(facts, one).name in _PASSING for one in rest):
            return _printed(facts, first, spell)
        return UNKNOWN_SPELLING
    if statement.type != "command":
        return UNKNOWN_SPELLING
    return _of_command(seen_through(command_of(facts, statement)), spell)


def _printed_in_list(facts: Facts, statement: Node, spell: Speller) -> tuple[Spelling, ...]:
    operands = statement.named_children
    if len(operands) != 2:
        return UNKNOWN_SPELLING
    if any(child.type == "||" for child in statement.children):
        return _printed(facts, operands[0], spell)
    return _printed_in_folder(facts, operands, spell)


def _printed_in_folder(facts: Facts, statements: list[Node], spell: Speller) -> tuple[Spelling, ...]:
    """`cd X && pwd`."""
    first, second = statements
    if first.type != "command" or second.type != "command" or command_of(facts, second).name != "pwd":
        return UNKNOWN_SPELLING
    change = command_of(facts, first)
    return spell(change.arguments[-1]) if change.name == "cd" and change.arguments else UNKNOWN_SPELLING


def _of_command(command: Command, spell: Speller) -> tuple[Spelling, ...]:
    words = tuple(word for word in command.arguments if not shell.node_text(word).startswith("-"))
    if not words:
        return UNKNOWN_SPELLING
    if command.name == "echo":
        return few((together((spell(word)[0] for word in words), " "),)) if len(words) > 1 else spell(words[0])
    if command.name == "printf":
        plain = shell.node_text(words[0]).strip("\"'") in ("%s", "%s\\n")
        return spell(words[1]) if plain and len(words) == 2 else UNKNOWN_SPELLING
    if command.name in _SAME_FILE:
        return few(links_followed(one) for one in spell(words[-1]))
    if command.name == "dirname":
        return few(without_last_segment(one) for one in spell(words[0]))
    if command.name == "find":
        return few((*one, Piece(HOLE)) for one in spell(words[0]))
    if command.name == "ls" and ("*" in shell.node_text(words[0]) or len(words) < len(command.arguments)):
        return few(one for word in words for one in spell(word))
    return UNKNOWN_SPELLING
