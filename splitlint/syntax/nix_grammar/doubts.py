"""Whether tree-sitter's tree of a Nix file may be wrong about its syntax, so that `errors` has to be asked.

tree-sitter objects to more than Nix does, and lets some errors pass. Asking Nix's own grammar of every file would take
as long as parsing it five times; these questions take a fifth of the parsing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax.nix import query

if TYPE_CHECKING:
    from tree_sitter import Node, Query, Tree

    from splitlint.syntax.nix_grammar.bindings import NixError

#: In larger files (lists of thousands of packages) only what tree-sitter objects to is looked into.
_LARGE = 256 * 1024
#: A keyword as the name of an attribute, and a number that may be too large: apart, `re` finds either much faster.
_ODD = (
    lazy_pattern(rb"\.(?:if|then|else|assert|with|let|in|rec|inherit)(?![\w'-])"),
    lazy_pattern(rb"[0-9](?<![\w.][0-9])[0-9]{18}"),
)
_TEXTS = frozenset({"comment", "string_fragment", "path_fragment", "uri_expression", "spath_expression"})
#: Says little, because what is nested takes tree-sitter as long to compile as a small file takes in all.
_QUERY = """
(binding_set) @set
(let_expression (binding_set) @let)
(inherited_attrs) @inherited
(function_expression formals: (formals)) @function
(path_fragment) @path
(binary_expression) @binary
"""
_queries: dict[str, Query] = {}


def syntax_error(data: bytes, tree: Tree) -> NixError | None:
    """The first syntax error of a Nix file of which `tree` is the tree; None if Nix parses it."""
    if not may_be_wrong(data, tree):
        return None
    from splitlint.syntax.nix_grammar.errors import first_error

    return first_error(data)


def may_be_wrong(data: bytes, tree: Tree) -> bool:
    """Whether Nix may not parse a file of which `tree` is the tree."""
    return any(_objections(tree.root_node)) or _lets_pass(data, tree)


def _objections(root: Node) -> Iterator[Node]:
    """The errors that tree-sitter sees, without the one that it sees in every comma before the end of formals."""
    if root.named_child_count == 0 or all(child.type == "comment" for child in root.named_children):
        yield root
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or (node.is_missing and not _is_trailing_comma(node)):
            yield node
        elif node.has_error:
            pending.extend(node.children)


def _is_trailing_comma(node: Node) -> bool:
    formal = node.parent
    return formal is not None and formal.type == "formal" and formal.next_sibling is not None


def _lets_pass(data: bytes, tree: Tree) -> bool:
    """Whether something is there that tree-sitter may have let pass."""
    if any(not _is_text(tree, found.start()) for odd in _ODD for found in odd.finditer(data)):
        return True
    if len(data) > _LARGE:
        return False
    from tree_sitter import QueryCursor

    found = QueryCursor(_query()).captures(tree.root_node)
    return (
        any(_ends_badly(path) for path in found.get("path", ()))
        or any(_compares(chain) and _compares(chain.named_child(0)) for chain in found.get("binary", ()))
        or any(_is_computed(name) for names in found.get("inherited", ()) for name in names.named_children)
        or any(_is_computed(path.named_child(0)) for names in found.get("let", ()) for path in _paths(names))
        or any(_bound_twice(names) for names in found.get("set", ()))
        or any(_repeats_argument(function) for function in found.get("function", ()))
    )


def _is_text(tree: Tree, offset: int) -> bool:
    """Whether a byte stands in a comment, or in what a string or a path literally says."""
    node = tree.root_node.descendant_for_byte_range(offset, offset + 1)
    return node is not None and node.type in _TEXTS


def _query() -> Query:
    if "nix" not in _queries:
        _queries["nix"] = query(_QUERY)
    return _queries["nix"]


def _ends_badly(path: Node) -> bool:
    text = path.text or b""
    return b"//" in text or (text.endswith(b"/") and path.next_named_sibling is None)


def _compares(expression: Node | None) -> bool:
    sign = expression.child_by_field_name("operator") if expression is not None else None
    return sign is not None and sign.type in ("==", "!=", "<", ">", "<=", ">=")


def _bound_twice(names: Node) -> bool:
    """Whether a name may be bound twice in one set: a whole path again, or a name and a path that begins with it."""
    known: dict[bytes, bool] = {}
    for text in _names(names):
        first, dot, _ = text.partition(b".")
        if text in known or (dot and known.get(first)) or (not dot and first in known):
            return True
        known[text] = not dot
        known.setdefault(first, False)
    return False


def _names(names: Node) -> Iterator[bytes]:
    """The names that the bindings of a set or a `let` bind, as they are written."""
    for binding in names.named_children:
        if binding.type == "binding":
            path = binding.child_by_field_name("attrpath")
            yield (path.text or b"") if path is not None else b""
        elif binding.type in ("inherit", "inherit_from"):
            inherited = binding.child_by_field_name("attrs")
            yield from (name.text or b"" for name in (inherited.named_children if inherited is not None else ()))


def _paths(names: Node) -> Iterator[Node]:
    """The attribute paths that the bindings of a set or a `let` bind."""
    for binding in names.named_children:
        path = binding.child_by_field_name("attrpath") if binding.type == "binding" else None
        if path is not None:
            yield path


def _is_computed(name: Node | None) -> bool:
    """Whether the name of an attribute is known only when it is evaluated."""
    if name is None or name.type == "identifier":
        return False
    parts = name.named_children if name.type == "string_expression" else (name,)
    return any(part.type == "interpolation" for part in parts)


def _repeats_argument(function: Node) -> bool:
    """Whether an argument of a function is there twice; the name after `@` is one."""
    formals = function.child_by_field_name("formals")
    names = [formal.child_by_field_name("name") for formal in (formals.named_children if formals is not None else ())]
    names += function.children_by_field_name("universal")
    texts = [name.text for name in names if name is not None and not name.is_missing]
    return len(set(texts)) < len(texts)
