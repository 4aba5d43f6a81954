"""Nix syntax as typed nodes: what the evaluator walks. Sets and strings stand in modules of their own.

Made from tree-sitter's tree by `lower`. Spans are bytes of the file, from and to. Parentheses have no node of
their own: the expression inside keeps its span. Nodes have no parent links; what encloses a place is found by span.
Nodes are compared by identity, so that they can be keys of an environment's memo.
"""

from __future__ import annotations

from collections.abc import Iterator


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
    """A variable: `frob`."""

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


def walk(node: Node) -> Iterator[Node]:
    """A node and all that it consists of, outermost first, without recursion."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        pending.extend(one.children())
