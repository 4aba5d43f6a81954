"""Which names an expression reads."""

from __future__ import annotations

from splitlint.syntax.nix_tree.bindings import AttrSet, Inherited, Let
from splitlint.syntax.nix_tree.nodes import Name, Node, walk


def names_in(node: Node) -> set[str]:
    """The names that an expression reads; those that it binds itself are among them."""
    found: set[str] = set()
    for one in walk(node):
        if isinstance(one, Name):
            found.add(one.name)
        elif isinstance(one, AttrSet | Let):
            found.update(entry.name for entry in one.entries if isinstance(entry, Inherited) and entry.source is None)
    return found
