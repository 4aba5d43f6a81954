"""What a file says whatever is asked about it: its names and scopes, the tables of its sets.

Worked out when first needed and shared by all who read the file; values are not, they depend on who asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Tree

from splitlint.analysis.nix.scope import Scopes
from splitlint.files.source import Source

if TYPE_CHECKING:
    from splitlint.analysis.nix.attribute_sets import Table


class Structure:
    """One file. `tables`: of sets and `let`s, by node."""

    def __init__(self, source: Source, tree: Tree) -> None:
        self.source = source
        self.tree = tree
        self.scopes = Scopes(tree)
        self.tables: dict[int, Table] = {}
