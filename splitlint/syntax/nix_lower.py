"""tree-sitter's tree of a Nix file to typed nodes (`nix_nodes`), once a file; what is bound is lowered when it is read.

Node types are tree-sitter-nix 0.1.0's. It knows neither `|>` nor `<|`: it sees `>` or `<` with an error where the bar
stands, and so lets them bind tighter than `==`, `&&`, `||` and `->`. In Nix nothing binds looser, which is put right
here. Syntax errors become `Broken` nodes, so that the rest of the file keeps its meaning.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial, reduce

from tree_sitter import Node as TreeNode

from splitlint.syntax import nix
from splitlint.syntax.nix_nodes import (
    Apply,
    Assert,
    Attribute,
    AttrSet,
    Binary,
    Binding,
    Broken,
    Entry,
    Formal,
    Fragment,
    HasAttr,
    If,
    Inherited,
    Interpolation,
    Lambda,
    Let,
    List,
    Literal,
    Name,
    Node,
    Select,
    Str,
    TooDeep,
    Unary,
    With,
)
from splitlint.syntax.nix_text import Piece, pieces_of, stripped

#: Expressions nested deeper than this within one binding are not read; each takes up to six Python calls.
DEEPEST = 220
_FRAMES = 6 * DEEPEST + 400
#: More arguments than anybody writes, where there is a syntax error.
_MOST_ARGUMENTS = 8
_PIPES = ("|>", "<|")
#: Operators from the loosest to the tightest, as in Nix's manual; those of a row have the same precedence.
_PRECEDENCE = {
    operator: level
    for level, row in enumerate(
        (("->",), ("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("//",), ("+", "-"), ("*", "/"), ("++",))
    )
    for operator in row
}
#: `//` and `++` bind to the right, too, but it makes no difference.
_RIGHT = frozenset({"->"})
_CHAINED = frozenset({"+", "++", "//"})


#: Attribute paths, and strings of either kind, whose text is what stands there: most are, and need no look at the tree.
_PLAIN_PATH = re.compile(rb"[A-Za-z_][\w'-]*(?:\s*\.\s*[A-Za-z_][\w'-]*)*")
_PLAIN_STRING = re.compile(rb'"([^"\\$\r]*)"')
_PLAIN_INDENTED = re.compile(rb"''((?:[^'$\r]|'(?!'))*)''")


def lower(root: TreeNode, data: bytes) -> Node:
    """The expression of a whole file (a `source_code` node), or of any other expression node of its tree."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
    return _Lowering(data).of(root)


class _Lowering:
    """The tree of one file. What is bound is lowered later, from the outside, so that `depth` starts at 0 again."""

    __slots__ = ("data", "depth")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.depth = 0

    def of(self, node: TreeNode | None) -> Node:
        """An expression node, lowered; Broken where the source lacks it, TooDeep where it is nested too deeply."""
        if node is None:
            return Broken(0, 0)
        kind = node.type
        while kind == "parenthesized_expression":
            inner = node.child_by_field_name("expression")
            if inner is None:
                return Broken(node.start_byte, node.end_byte)
            node, kind = inner, inner.type
        handler = _HANDLERS.get(kind)
        if handler is None:
            return Broken(node.start_byte, node.end_byte)
        if self.depth >= DEEPEST:
            return TooDeep(node.start_byte, node.end_byte)
        self.depth += 1
        made = handler(self, node)
        self.depth -= 1
        return made

    def text(self, node: TreeNode) -> str:
        """The source of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def path(self, attrpath: TreeNode | None) -> tuple[Attribute, ...]:
        """The names of an attribute path."""
        if attrpath is None:
            return ()
        data = self.data[attrpath.start_byte : attrpath.end_byte]
        if _PLAIN_PATH.fullmatch(data):
            if b"." not in data:
                return (data.decode(),)
            return tuple([name.strip() for name in data.decode().split(".")])
        return tuple([self.attribute(attr) for attr in attrpath.children_by_field_name("attr")])

    def attribute(self, attr: TreeNode) -> Attribute:
        """One name of an attribute path, computed or not."""
        if attr.type == "identifier":
            return self.text(attr)
        known = nix.attribute_name(attr)
        if known is not None:
            return known
        return self.of(attr.child_by_field_name("expression") if attr.type == "interpolation" else attr)

    def entries(self, node: TreeNode) -> tuple[Entry, ...]:
        """What stands in a set or a `let`."""
        found: list[Entry] = []
        for held in node.named_children:
            if held.type == "binding_set":
                for entry in held.named_children:
                    self.entry(entry, found)
            elif node.type == "ERROR":
                self.entry(held, found)
        return tuple(found)

    def entry(self, entry: TreeNode, found: list[Entry]) -> None:
        """Appends what one node of a set stands for, if it is no comment or error."""
        if entry.type == "binding":
            binding = self.binding(entry)
            if binding is not None:
                found.append(binding)
        elif entry.type in ("inherit", "inherit_from"):
            found.extend(self.inherited(entry))

    def inherited(self, entry: TreeNode) -> list[Inherited]:
        """`inherit a b;`, `inherit (c) a b;`."""
        attrs = entry.child_by_field_name("attrs")
        source = self.of(entry.child_by_field_name("expression")) if entry.type == "inherit_from" else None
        names = [
            (attr, nix.attribute_name(attr))
            for attr in (attrs.children_by_field_name("attr") if attrs is not None else ())
        ]
        return [
            Inherited(attr.start_byte, attr.end_byte, name, source)
            for attr, name in names
            if name is not None and attr.end_byte > attr.start_byte
        ]

    def binding(self, entry: TreeNode) -> Binding | None:
        """`a.b = c;`; None where the source lacks a part of it."""
        attrpath, value = entry.child_by_field_name("attrpath"), entry.child_by_field_name("expression")
        if attrpath is None or value is None:
            return None
        return Binding(
            (entry.start_byte, entry.end_byte),
            (attrpath.start_byte, attrpath.end_byte),
            (value.start_byte, value.end_byte),
            self.path(attrpath),
            partial(self.of, value),
        )


def _source(low: _Lowering, node: TreeNode) -> Node:
    inner = node.child_by_field_name("expression")
    if inner is not None:
        return low.of(inner)
    parts = tuple(low.of(child) for child in node.named_children if child.type in _HANDLERS)
    return parts[0] if len(parts) == 1 else Broken(node.start_byte, node.end_byte, parts)


def _variable(low: _Lowering, node: TreeNode) -> Node:
    return Name(node.start_byte, node.end_byte, low.text(node))


def _literal(kind: str) -> Callable[[_Lowering, TreeNode], Node]:
    return lambda low, node: Literal(node.start_byte, node.end_byte, kind, low.text(node))


def _path(low: _Lowering, node: TreeNode) -> Node:
    if not any(child.type == "interpolation" for child in node.children):
        return Literal(node.start_byte, node.end_byte, "path", low.text(node))
    parts: list[Fragment | Interpolation] = []
    for child in node.children:
        start, end = child.start_byte, child.end_byte
        if child.type == "interpolation":
            parts.append(Interpolation(start, end, low.of(child.child_by_field_name("expression"))))
        else:
            parts.append(Fragment(start, end, low.text(child), True))
    return Str(node.start_byte, node.end_byte, tuple(parts), indented=False, is_path=True)


def _string(low: _Lowering, node: TreeNode) -> Node:
    start, end, data = node.start_byte, node.end_byte, low.data
    indented = node.type == "indented_string_expression"
    plain = (_PLAIN_INDENTED if indented else _PLAIN_STRING).fullmatch(data, start, end)
    if plain is None:
        pieces = pieces_of(node, data)
    elif indented:
        pieces = list(stripped([Piece(*plain.span(1))], data))
    else:
        text = plain[1].decode("utf-8", "replace")
        return Str(start, end, (Fragment(start + 1, end - 1, text, True),) if text else (), False)
    parts: list[Fragment | Interpolation] = []
    for piece in pieces:
        if piece.node is not None:
            parts.append(Interpolation(piece.start, piece.end, low.of(piece.node.child_by_field_name("expression"))))
        elif piece.text is not None:
            parts.append(Fragment(piece.start, piece.end, piece.text.decode("utf-8", "replace"), False))
        else:
            text = data[piece.start : piece.end].decode("utf-8", "replace")
            parts.append(Fragment(piece.start, piece.end, text, True))
    return Str(start, end, tuple(parts), indented)


def _list(low: _Lowering, node: TreeNode) -> Node:
    items = tuple([low.of(item) for item in node.children_by_field_name("element")])
    return List(node.start_byte, node.end_byte, items)


def _attrs(low: _Lowering, node: TreeNode) -> Node:
    recursive = node.type != "attrset_expression"
    made = AttrSet(node.start_byte, node.end_byte, low.entries(node), recursive)
    if node.type != "let_attrset_expression":
        return made
    return Select(node.start_byte, node.end_byte, made, ("body",), None)


def _let(low: _Lowering, node: TreeNode) -> Node:
    return Let(node.start_byte, node.end_byte, low.entries(node), low.of(node.child_by_field_name("body")))


def _with(low: _Lowering, node: TreeNode) -> Node:
    environment = low.of(node.child_by_field_name("environment"))
    return With(node.start_byte, node.end_byte, environment, low.of(node.child_by_field_name("body")))


def _assert(low: _Lowering, node: TreeNode) -> Node:
    condition = low.of(node.child_by_field_name("condition"))
    return Assert(node.start_byte, node.end_byte, condition, low.of(node.child_by_field_name("body")))


def _if(low: _Lowering, node: TreeNode) -> Node:
    condition = low.of(node.child_by_field_name("condition"))
    consequence = low.of(node.child_by_field_name("consequence"))
    return If(node.start_byte, node.end_byte, condition, consequence, low.of(node.child_by_field_name("alternative")))


def _lambda(low: _Lowering, node: TreeNode) -> Node:
    argument, formals = node.child_by_field_name("universal"), node.child_by_field_name("formals")
    name = low.text(argument) if argument is not None else ""
    body = low.of(node.child_by_field_name("body"))
    if formals is None:
        return Lambda(node.start_byte, node.end_byte, name, None, True, body)
    taken: list[Formal] = []
    for formal in formals.children_by_field_name("formal"):
        called = formal.child_by_field_name("name")
        # A trailing comma gives a formal of no width.
        if called is not None and called.end_byte > called.start_byte:
            default = formal.child_by_field_name("default")
            lowered = low.of(default) if default is not None else None
            taken.append(Formal(formal.start_byte, formal.end_byte, low.text(called), lowered))
    is_open = formals.child_by_field_name("ellipses") is not None
    return Lambda(node.start_byte, node.end_byte, name, tuple(taken), is_open, body)


def _apply(low: _Lowering, node: TreeNode) -> Node:
    arguments: list[TreeNode] = []
    head: TreeNode | None = node
    while head is not None and head.type == "apply_expression":
        argument = head.child_by_field_name("argument")
        if argument is not None:
            arguments.append(argument)
        head = head.child_by_field_name("function")
    arguments.reverse()
    lowered = tuple([low.of(argument) for argument in arguments])
    ends = tuple([argument.end_byte for argument in arguments])
    if node.has_error and len(lowered) > _MOST_ARGUMENTS:
        return Broken(node.start_byte, node.end_byte, tuple(_likely_calls((low.of(head), *lowered))))
    return Apply(node.start_byte, node.end_byte, low.of(head), lowered, ends)


def _likely_calls(words: tuple[Node, ...]) -> Iterator[Node]:
    """What a syntax error further up has made one long application of: names, each with the set that follows it."""
    for number, word in enumerate(words):
        behind = words[number + 1] if number + 1 < len(words) else None
        if isinstance(word, Name | Select) and isinstance(behind, AttrSet):
            yield Apply(word.start, behind.end, word, (behind,), (behind.end,))
        elif not isinstance(word, AttrSet) or not number or not isinstance(words[number - 1], Name | Select):
            yield word


def _select(low: _Lowering, node: TreeNode) -> Node:
    default = node.child_by_field_name("default")
    path = low.path(node.child_by_field_name("attrpath"))
    base = low.of(node.child_by_field_name("expression"))
    return Select(node.start_byte, node.end_byte, base, path, low.of(default) if default is not None else None)


def _has_attr(low: _Lowering, node: TreeNode) -> Node:
    path = low.path(node.child_by_field_name("attrpath"))
    return HasAttr(node.start_byte, node.end_byte, low.of(node.child_by_field_name("expression")), path)


def _unary(low: _Lowering, node: TreeNode) -> Node:
    sign = node.child_by_field_name("operator")
    operator = low.text(sign) if sign is not None else ""
    return Unary(node.start_byte, node.end_byte, operator, low.of(node.child_by_field_name("argument")))


class _Operand:
    """An operand with its span, in which its parentheses are; of a chain that can still grow, `operator` is known."""

    __slots__ = ("end", "nodes", "operator", "start")

    def __init__(self, start: int, end: int, nodes: list[Node], operator: str = "") -> None:
        self.start = start
        self.end = end
        self.nodes = nodes
        self.operator = operator

    def node(self) -> Node:
        """The expression."""
        return Binary(self.start, self.end, self.operator, tuple(self.nodes)) if self.operator else self.nodes[0]


def _binary(low: _Lowering, node: TreeNode) -> Node:
    operators, parts = _flat(node)
    operands = [_Operand(part.start_byte, part.end_byte, [low.of(part)]) for part in parts]
    if any(operator in _PIPES for operator in operators):
        return _with_pipes(operands, operators)
    return _by_precedence(operands, operators).node()


def _flat(node: TreeNode) -> tuple[list[str], list[TreeNode]]:
    """The operators and operands of binary expressions that are nested without parentheses, in source order."""
    operators: list[str] = []
    operands: list[TreeNode] = []
    pending: list[TreeNode | str] = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            operators.append(one)
            continue
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        if one.type != "binary_expression" or left is None or right is None:
            operands.append(one)
            continue
        pending += [right, nix.operator(one), left]
    return operators, operands


def _with_pipes(operands: list[_Operand], operators: list[str]) -> Node:
    """Operands of which some are piped: `a |> f` is `f a`, from the left; `f <| a` is that too, from the right."""
    groups: list[_Operand] = []
    pipes: list[str] = []
    first = 0
    for number, operator in enumerate([*operators, _PIPES[0]]):
        if operator in _PIPES:
            groups.append(_by_precedence(operands[first : number + 1], operators[first:number]))
            pipes.append(operator)
            first = number + 1
    if pipes[0] == "|>":
        return reduce(lambda given, function: _piped(given, function, function.end), groups).node()
    return reduce(lambda given, function: _piped(given, function, given.end), reversed(groups)).node()


def _piped(given: _Operand, function: _Operand, end: int) -> _Operand:
    start, stop = min(given.start, function.start), max(given.end, function.end)
    return _Operand(start, stop, [Apply(start, stop, function.node(), (given.node(),), (end,))])


def _by_precedence(operands: list[_Operand], operators: list[str]) -> _Operand:
    """Operands and operators without pipes as one operand."""
    values = [operands[0]]
    waiting: list[str] = []

    def join() -> None:
        operator = waiting.pop()
        right, left = values.pop(), values.pop()
        if operator in _CHAINED and left.operator == operator:
            left.nodes.append(right.node())
            left.end = right.end
            values.append(left)
        else:
            values.append(_Operand(left.start, right.end, [left.node(), right.node()], operator))

    for operator, operand in zip(operators, operands[1:], strict=True):
        level = _PRECEDENCE.get(operator, 0)
        while waiting:
            before = _PRECEDENCE.get(waiting[-1], 0)
            if before < level or (before == level and operator in _RIGHT):
                break
            join()
        waiting.append(operator)
        values.append(operand)
    while waiting:
        join()
    return values[0]


def _interpolation(low: _Lowering, node: TreeNode) -> Node:
    return low.of(node.child_by_field_name("expression"))


def _error(low: _Lowering, node: TreeNode) -> Node:
    """What stands in an error: expressions, and what is bound in a set or a `let` that does not end."""
    parts = [low.of(child) for child in node.named_children if child.type in _HANDLERS]
    entries = low.entries(node)
    if entries:
        parts.append(AttrSet(node.start_byte, node.end_byte, entries, True))
    return Broken(node.start_byte, node.end_byte, tuple(parts))


_HANDLERS: dict[str, Callable[[_Lowering, TreeNode], Node]] = {
    "source_code": _source,
    "variable_expression": _variable,
    "interpolation": _interpolation,
    "integer_expression": _literal("number"),
    "float_expression": _literal("number"),
    "uri_expression": _literal("uri"),
    "path_expression": _path,
    "hpath_expression": _path,
    "spath_expression": _path,
    "string_expression": _string,
    "indented_string_expression": _string,
    "list_expression": _list,
    "attrset_expression": _attrs,
    "rec_attrset_expression": _attrs,
    "let_attrset_expression": _attrs,
    "let_expression": _let,
    "with_expression": _with,
    "assert_expression": _assert,
    "if_expression": _if,
    "function_expression": _lambda,
    "apply_expression": _apply,
    "select_expression": _select,
    "has_attr_expression": _has_attr,
    "unary_expression": _unary,
    "binary_expression": _binary,
    "ERROR": _error,
}
