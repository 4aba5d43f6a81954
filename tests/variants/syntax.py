"""What the rewritings of tests/variants share: pieces of Nix syntax, and changes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tree_sitter import Node

from splitlint.syntax import nix

#: Names that nothing in a page has, and that say nothing of a kernel.
_FRESH = ("it", "base", "thing", "x1", "target_", "src'", "given", "chosen")
SETS = ("attrset_expression", "rec_attrset_expression")


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes to be replaced."""

    start: int
    end: int
    text: str


Changes = Sequence[Change]
Rewriting = Callable[[Random, bytes, Node], Changes | None]


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.named_children:
        yield from nodes(child)


def text(node: Node) -> str:
    return nix.node_text(node)


def body(root: Node) -> Node | None:
    """What the outermost functions of a file give."""
    node = root.child_by_field_name("expression")
    while node is not None and node.type == "function_expression":
        node = node.child_by_field_name("body")
    return node


def formals(root: Node) -> set[str]:
    """The names that the outermost functions take."""
    found: set[str] = set()
    node = root.child_by_field_name("expression")
    while node is not None and node.type == "function_expression":
        universal = node.child_by_field_name("universal")
        found |= {text(universal)} if universal is not None else set()
        named = node.child_by_field_name("formals")
        for formal in named.named_children if named is not None else ():
            name = formal.child_by_field_name("name")
            found |= {text(name)} if name is not None else set()
        node = node.child_by_field_name("body")
    return found


def bound_names(root: Node) -> set[str]:
    """Every name that is bound, inherited or taken anywhere, and every attribute."""
    return {text(node) for node in nodes(root) if node.type == "identifier"}


def fresh(rng: Random, root: Node) -> str:
    """A name that stands nowhere in a text."""
    taken = bound_names(root)
    return rng.choice([name for name in _FRESH if name not in taken])


def replaced(node: Node, new: str) -> Change:
    return Change(node.start_byte, node.end_byte, new)


def chosen(rng: Random, found: Iterable[Node]) -> Node | None:
    """One of some nodes at random, None if there are none."""
    known = list(found)
    return rng.choice(known) if known else None


def is_module(root: Node) -> bool:
    """Whether a text is a module of NixOS."""
    return "config" in formals(root)


def is_outermost(function: Node) -> bool:
    """Whether a function is the file's, whose arguments mean what they are called."""
    node = function
    while node.parent is not None and node.parent.type == "function_expression":
        node = node.parent
    return node.parent is not None and node.parent.type == "source_code"


def bound_below(inner: Node) -> set[str]:
    """The names that are bound somewhere in an expression, by `let`, `rec` or a function."""
    found: set[str] = set()
    for node in nodes(inner):
        if node.type in ("let_expression", "rec_attrset_expression"):
            found |= {text(one).partition(" ")[0].partition(".")[0] for one in nix.bindings(node)}
            found |= {text(name) for one in nix.bindings(node) for name in nodes(one) if name.type == "identifier"}
        elif node.type == "function_expression":
            found |= {text(one) for one in nodes(node) if one.type == "identifier" and one.parent is not None
                      and one.parent.type in ("formal", "function_expression")}  # fmt: skip
    return found


def is_applied(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type == "apply_expression" and parent.child_by_field_name("function") == node


def is_name(node: Node) -> bool:
    return node.parent is not None and node.parent.type in ("attrpath", "inherited_attrs")


def has_comments(node: Node) -> bool:
    return any(one.type == "comment" for one in nodes(node))


def gaps(root: Node) -> list[int]:
    """The offsets between two tokens of Nix source, where white space or a comment can be put."""
    found = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type in (*nix.STRINGS, "path_expression", "spath_expression"):
            found += [node.start_byte, node.end_byte]
        elif node.child_count:
            pending.extend(node.children)
        elif node.type not in ("comment", "string_fragment") and not _is_behind_dot(node):
            found.append(node.start_byte)
    return sorted(set(found))


def _is_behind_dot(node: Node) -> bool:
    """Whether a node follows the dot of a path: lines are broken before the dot."""
    while node.prev_sibling is None and node.parent is not None:
        node = node.parent
    return node.prev_sibling is not None and node.prev_sibling.type == "."
