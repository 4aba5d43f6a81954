"""What binds names in Nix: sets, `let`, and the bindings and inherited names in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from splitlint.syntax.nix_tree.nodes import Attribute, Node

if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode


class _Lowering(Protocol):
    """The tree that is being lowered, as a binding asks it."""

    def of(self, node: TreeNode | None) -> Node: ...


class Binding:
    """`a.b = value;`. The value is lowered when it is first read: of a list of all packages hardly any ever is."""

    __slots__ = ("_lowering", "_node", "_value", "end", "name_end", "path", "start")

    def __init__(
        self,
        span: tuple[int, int],
        name_end: int,
        path: tuple[Attribute, ...],
        value: TreeNode,
        lowering: _Lowering,
    ) -> None:
        self.start, self.end = span
        self.name_end = name_end
        self.path = path
        self._node = value
        self._lowering = lowering
        self._value: Node | None = None

    @property
    def name_start(self) -> int:
        """The first byte of its attribute path, with which it begins."""
        return self.start

    @property
    def value_start(self) -> int:
        """The first byte of the bound expression."""
        return self._node.start_byte

    @property
    def value_end(self) -> int:
        """The byte behind the bound expression."""
        return self._node.end_byte

    @property
    def value(self) -> Node:
        """The bound expression."""
        if self._value is None:
            self._value = self._lowering.of(self._node)
        return self._value


class Inherited:
    """One name of an `inherit`: of the scope around, or, with `source`, an attribute of that."""

    __slots__ = ("end", "name", "source", "start")

    def __init__(self, start: int, end: int, name: str, source: Node | None) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.source = source


Entry = Binding | Inherited
Index = tuple[dict[str, tuple[Entry, ...]], tuple[Binding, ...]]


def _indexed(entries: tuple[Entry, ...]) -> Index:
    by_name: dict[str, tuple[Entry, ...]] = {}
    computed: list[Binding] = []
    for entry in entries:
        first = entry.name if isinstance(entry, Inherited) else entry.path[0] if entry.path else ""
        if isinstance(first, str):
            by_name[first] = (*by_name[first], entry) if first in by_name else (entry,)
        elif isinstance(entry, Binding):
            computed.append(entry)
    return by_name, tuple(computed)


class AttrSet(Node):
    """`{ .. }`, `rec { .. }`; what stands in it, in order."""

    __slots__ = ("_index", "entries", "is_recursive")

    def __init__(self, start: int, end: int, entries: tuple[Entry, ...], is_recursive: bool) -> None:
        self.start = start
        self.end = end
        self.entries = entries
        self.is_recursive = is_recursive
        self._index: Index | None = None

    @property
    def index(self) -> Index:
        """The entries by their first name, and those whose first name is computed."""
        if self._index is None:
            self._index = _indexed(self.entries)
        return self._index

    def children(self) -> Iterator[Node]:
        return children_of_entries(self.entries)


class Let(Node):
    """`let .. in body`; `let { body = ..; }` is an attribute set from which `body` is selected."""

    __slots__ = ("_index", "body", "entries")

    def __init__(self, start: int, end: int, entries: tuple[Entry, ...], body: Node) -> None:
        self.start = start
        self.end = end
        self.entries = entries
        self.body = body
        self._index: Index | None = None

    @property
    def index(self) -> Index:
        """The entries by their first name, and those whose first name is computed."""
        if self._index is None:
            self._index = _indexed(self.entries)
        return self._index

    def children(self) -> Iterator[Node]:
        yield from children_of_entries(self.entries)
        yield self.body


def children_of_entries(entries: tuple[Entry, ...]) -> Iterator[Node]:
    """The expressions in the entries of a set or a `let`."""
    sources: set[int] = set()
    for entry in entries:
        if isinstance(entry, Binding):
            yield from (one for one in entry.path if isinstance(one, Node))
            yield entry.value
        elif entry.source is not None and id(entry.source) not in sources:
            sources.add(id(entry.source))
            yield entry.source
