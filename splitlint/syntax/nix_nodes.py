"""Nix syntax as typed nodes: what the evaluator walks.

Made from tree-sitter's tree by `nix_lower`. Spans are bytes of the file, from and to. Parentheses have no node of
their own: the expression inside keeps its span. Nodes have no parent links; what encloses a place is found by span.
Nodes are compared by identity, so that they can be keys of an environment's memo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator


class Node:
    """An expression. `start` and `end` are byte offsets."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    def children(self) -> Iterator[Node]:
        """The expressions that this one consists of, in source order."""
        return iter(())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.start}:{self.end}>"


class Name(Node):
    """A variable: `kernel`."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        self.start = start
        self.end = end
        self.name = name


class Literal(Node):
    """A number, a URI, or a path without interpolations. `kind` is `number`, `path` or `uri`."""

    __slots__ = ("kind", "text")

    def __init__(self, start: int, end: int, kind: str, text: str) -> None:
        self.start = start
        self.end = end
        self.kind = kind
        self.text = text


class Fragment:
    """A piece of a string that is text. `verbatim`: it stands byte for byte at its span; an escape does not."""

    __slots__ = ("end", "start", "text", "verbatim")

    def __init__(self, start: int, end: int, text: str, verbatim: bool) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.verbatim = verbatim


class Interpolation:
    """`${expression}` in a string, a path or an attribute path; the span has the braces in it."""

    __slots__ = ("end", "expression", "start")

    def __init__(self, start: int, end: int, expression: Node) -> None:
        self.start = start
        self.end = end
        self.expression = expression


class Str(Node):
    """A string of fragments and interpolations; `indented` if it is written with two single quotes.

    `is_path`: a path with interpolations (`./x/${y}`), whose text is the path as written.
    """

    __slots__ = ("indented", "is_path", "parts")

    def __init__(
        self, start: int, end: int, parts: tuple[Fragment | Interpolation, ...], indented: bool, is_path: bool = False
    ) -> None:
        self.start = start
        self.end = end
        self.parts = parts
        self.indented = indented
        self.is_path = is_path

    def children(self) -> Iterator[Node]:
        return (part.expression for part in self.parts if isinstance(part, Interpolation))


class List(Node):
    """`[ a b ]`."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: tuple[Node, ...]) -> None:
        self.start = start
        self.end = end
        self.items = items

    def children(self) -> Iterator[Node]:
        return iter(self.items)


#: One name of an attribute path: known, or computed (`a.${b}`).
Attribute = str | Node


class Select(Node):
    """`base.a.b`, with `default` where the source says `or`."""

    __slots__ = ("base", "default", "path")

    def __init__(self, start: int, end: int, base: Node, path: tuple[Attribute, ...], default: Node | None) -> None:
        self.start = start
        self.end = end
        self.base = base
        self.path = path
        self.default = default

    def children(self) -> Iterator[Node]:
        yield self.base
        yield from (one for one in self.path if isinstance(one, Node))
        if self.default is not None:
            yield self.default


class HasAttr(Node):
    """`base ? a.b`."""

    __slots__ = ("base", "path")

    def __init__(self, start: int, end: int, base: Node, path: tuple[Attribute, ...]) -> None:
        self.start = start
        self.end = end
        self.base = base
        self.path = path

    def children(self) -> Iterator[Node]:
        yield self.base
        yield from (one for one in self.path if isinstance(one, Node))


class Apply(Node):
    """`function a b`: a function with all the arguments that are written behind it, at least one.

    `ends` are the byte offsets behind each argument: `f a` ends at the first of them. Pipes are applications too:
    `argument |> function`.
    """

    __slots__ = ("arguments", "ends", "function")

    def __init__(
        self, start: int, end: int, function: Node, arguments: tuple[Node, ...], ends: tuple[int, ...]
    ) -> None:
        self.start = start
        self.end = end
        self.function = function
        self.arguments = arguments
        self.ends = ends

    def children(self) -> Iterator[Node]:
        yield self.function
        yield from self.arguments


class Formal:
    """One name that a function takes out of its argument, with its default."""

    __slots__ = ("default", "end", "name", "start")

    def __init__(self, start: int, end: int, name: str, default: Node | None) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.default = default


class Lambda(Node):
    """`argument: body`, `{ a, b ? c, ... }@argument: body`. `formals` is None where it has none."""

    __slots__ = ("argument", "body", "formals", "is_open")

    def __init__(
        self, start: int, end: int, argument: str, formals: tuple[Formal, ...] | None, is_open: bool, body: Node
    ) -> None:
        self.start = start
        self.end = end
        self.argument = argument
        self.formals = formals
        self.is_open = is_open
        self.body = body

    def children(self) -> Iterator[Node]:
        yield from (formal.default for formal in self.formals or () if formal.default is not None)
        yield self.body


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


class With(Node):
    """`with environment; body`."""

    __slots__ = ("body", "environment")

    def __init__(self, start: int, end: int, environment: Node, body: Node) -> None:
        self.start = start
        self.end = end
        self.environment = environment
        self.body = body

    def children(self) -> Iterator[Node]:
        yield self.environment
        yield self.body


class Assert(Node):
    """`assert condition; body`."""

    __slots__ = ("body", "condition")

    def __init__(self, start: int, end: int, condition: Node, body: Node) -> None:
        self.start = start
        self.end = end
        self.condition = condition
        self.body = body

    def children(self) -> Iterator[Node]:
        yield self.condition
        yield self.body


class If(Node):
    """`if condition then consequence else alternative`."""

    __slots__ = ("alternative", "condition", "consequence")

    def __init__(self, start: int, end: int, condition: Node, consequence: Node, alternative: Node) -> None:
        self.start = start
        self.end = end
        self.condition = condition
        self.consequence = consequence
        self.alternative = alternative

    def children(self) -> Iterator[Node]:
        yield self.condition
        yield self.consequence
        yield self.alternative


class Binary(Node):
    """Operands joined by one operator. `+`, `++` and `//` may have more than two, others have two."""

    __slots__ = ("operands", "operator")

    def __init__(self, start: int, end: int, operator: str, operands: tuple[Node, ...]) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.operands = operands

    def children(self) -> Iterator[Node]:
        return iter(self.operands)


class Unary(Node):
    """`!operand` or `-operand`."""

    __slots__ = ("operand", "operator")

    def __init__(self, start: int, end: int, operator: str, operand: Node) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.operand = operand

    def children(self) -> Iterator[Node]:
        yield self.operand


class Broken(Node):
    """What the grammar could not read, with the expressions that it found inside."""

    __slots__ = ("parts",)

    def __init__(self, start: int, end: int, parts: tuple[Node, ...] = ()) -> None:
        self.start = start
        self.end = end
        self.parts = parts

    def children(self) -> Iterator[Node]:
        return iter(self.parts)


class TooDeep(Broken):
    """An expression that is nested too deeply to be read."""

    __slots__ = ()


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


def walk(node: Node) -> Iterator[Node]:
    """A node and all that it consists of, outermost first, without recursion."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        pending.extend(one.children())
