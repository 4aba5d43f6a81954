"""Operators, from tree-sitter's nodes to typed ones.

tree-sitter-nix 0.1.0 knows neither `|>` nor `<|`: it sees `>` or `<` with an error where the bar stands, and so lets
them bind tighter than `==`, `&&`, `||` and `->`. In Nix nothing binds looser, which is put right here.
"""

from __future__ import annotations

from functools import reduce

from tree_sitter import Node as TreeNode

from splitlint.syntax import nix
from splitlint.syntax.nix_tree.lowering import Lowering
from splitlint.syntax.nix_tree.nodes import (
    Apply,
    Binary,
    Node,
    Unary,
)

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


def unary(low: Lowering, node: TreeNode) -> Node:
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


def binary(low: Lowering, node: TreeNode) -> Node:
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
