"""Shell source to syntax tree, and small helpers over its nodes.

Node types are tree-sitter-bash 0.25's. Three of its habits matter to callers: the text of a string or of
a heredoc is not always covered by nodes, so text is taken from byte ranges and never by joining children;
`cmd 2>/dev/null word` hands `word` to the redirection (see `redirect_words`); an option such as `-e` in
`[ -e x ]` is a `test_operator`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Language, Node, Tree

from splitlint.syntax.grammar import grammar
from splitlint.syntax.parsing import parsed

if TYPE_CHECKING:
    from tree_sitter import Query

#: Nodes that stand for text that is only known when the script runs.
EXPANSIONS = frozenset({"simple_expansion", "expansion", "command_substitution", "process_substitution"})

#: Nodes that are one shell word, or text in a word's place, when their parent is none of them.
WORDS = EXPANSIONS | {
    "word",
    "concatenation",
    "string",
    "raw_string",
    "ansi_c_string",
    "translated_string",
    "number",
    "brace_expression",
    "arithmetic_expansion",
    "extglob_pattern",
    "regex",
    "heredoc_body",
}


def language() -> Language:
    """The grammar of shell scripts; loading it is left until one has to be read."""
    return grammar("tree_sitter_bash")


def parse(data: bytes) -> Tree:
    """The syntax tree of shell source; never fails, errors are nodes in the tree."""
    return parsed(language(), data)


def query(text: str) -> Query:
    """A compiled query. Raises tree_sitter.QueryError on a node type or syntax it does not know."""
    from tree_sitter import Query

    return Query(language(), text)


def node_text(node: Node) -> str:
    """The text of a node as the shell sees it."""
    raw = node.text
    return raw.decode("utf-8", "replace") if raw is not None else ""


def walk(root: Node) -> Iterator[tuple[Node, Node | None]]:
    """Each node with its parent, parents first, in the order of the text. Not recursive: trees can be deep."""
    stack: list[tuple[Node, Node | None]] = [(root, None)]
    while stack:
        node, parent = stack.pop()
        yield node, parent
        if node.child_count:
            stack.extend((child, node) for child in reversed(node.children))


def variable_of(expansion: Node) -> str | None:
    """The variable that `$x`, `${x}` or `${x%/}` expands; None for `$(..)`, `${!x}` and `${#x}`."""
    if expansion.type == "simple_expansion":
        name = expansion.named_children[0] if expansion.named_child_count else None
        return node_text(name) if name is not None else None
    if expansion.type != "expansion":
        return None
    for child in expansion.children[1:]:
        if child.type == "subscript":
            inner = child.child_by_field_name("name")
            return node_text(inner) if inner is not None else None
        if child.type in ("variable_name", "special_variable_name"):
            return node_text(child)
        if child.type in ("!", "#"):
            return None
    return None


def redirect_words(redirect: Node) -> tuple[Node, ...]:
    """The words that the grammar gives to a redirection but the shell gives to its command."""
    if redirect.type == "file_redirect":
        return tuple(redirect.children_by_field_name("destination")[1:])
    if redirect.type == "heredoc_redirect":
        return tuple(redirect.children_by_field_name("argument"))
    return ()
