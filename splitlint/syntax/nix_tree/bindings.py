"""What binds names in Nix: sets, `let`, and the bindings and inherited names in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from splitlint.syntax.nix_tree.nodes import Attribute, Node


class Binding:
    """`a.b = value;`. The value is lowered when it is first read."""

    __slots__ = ("_lower", "_value", "end", "name_end", "name_start", "path", "start", "value_end", "value_start")

    def __init__(
        self,
        span: tuple[int, int],
        name_span: tuple[int, int],
        value_span: tuple[int, int],
        path: tuple[Attribute, ...],
        lower: Callable[[], Node],
    ) -> None:
        self.start, self.end = span
        self.name_start, self.name_end = name_span
        self.value_start, self.value_end = value_span
        self.path = path
        self._lower: Callable[[], Node] | None = lower
        self._value: Node | None = None

    @property
    def value(self) -> Node:
        """The bound expression."""
        if self._value is None:
            assert self._lower is not None
            self._value = self._lower()
            self._lower = None
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
