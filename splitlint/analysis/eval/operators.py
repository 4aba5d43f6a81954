"""Operators: `//`, `++`, comparisons, and what Nix makes of truth."""

from __future__ import annotations

from collections.abc import Sequence

from splitlint.analysis.eval.elements import listing_of
from splitlint.analysis.eval.environment import Environment
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.sets import is_closed, merged
from splitlint.analysis.eval.texts import total
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.literals import MAYBE, boolean, integer, number, truth
from splitlint.analysis.model.texts import known_text, plain
from splitlint.analysis.model.values import (
    Attrs,
    Closure,
    Derivation,
    Failure,
    Listing,
    Literal,
    Member,
    Native,
    Package,
    PackageSet,
    Text,
    Thunk,
    Tree,
    Value,
)
from splitlint.findings.finding import Confidence
from splitlint.syntax.nix_tree.nodes import Binary, Unary

MOST_ITEMS = 400


def binary(machine: Machine, node: Binary, environment: Environment) -> Value:
    """An operator with its operands."""
    operator = node.operator
    if operator == "+":
        return total(machine, node, environment)
    if operator == "++":
        return concatenation(machine, tuple(machine.value(one, environment) for one in node.operands))
    if operator == "//":
        members = frozenset(family.member for family in machine.world.families)
        return merged([machine.value(one, environment) for one in node.operands], members)
    if operator in ("&&", "||", "->"):
        return _logic(machine, node, environment)
    left, right = (machine.value(one, environment) for one in node.operands[:2])
    if operator in ("==", "!="):
        same = equal(left, right)
        return boolean(None if same is None else same is (operator == "=="))
    if operator in ("<", ">", "<=", ">="):
        return boolean(_ordered(left, right, operator))
    return _arithmetic(left, right, operator)


def unary(machine: Machine, node: Unary, environment: Environment) -> Value:
    """`!x`, `-x`."""
    value = machine.value(node.operand, environment)
    if node.operator != "!":
        known = number(value)
        return integer(None if known is None else -known)
    answer = truth(value)
    return boolean(None if answer is None else not answer)


def _arithmetic(left: Value, right: Value, operator: str) -> Value:
    """`-`, `*`, `/` of integers; division cuts off what is behind the point."""
    first, second = number(left), number(right)
    if first is None or second is None or (operator == "/" and second == 0):
        return integer(None)
    if operator == "-":
        return integer(first - second)
    if operator == "*":
        return integer(first * second)
    quotient = abs(first) // abs(second)
    return integer(quotient if (first < 0) == (second < 0) else -quotient)


def _logic(machine: Machine, node: Binary, environment: Environment) -> Value:
    """`&&`, `||`, `->`: where the first operand decides, the second is dead."""
    from splitlint.syntax.nix_tree.names_read import names_in

    first, second = node.operands[:2]
    left = truth(machine.value(first, environment))
    deciding = node.operator == "||"
    if node.operator == "->":
        left = None if left is None else not left
        deciding = True
    if left is deciding:
        environment.mark_dead(names_in(second))
        return boolean(deciding)
    value = machine.value(second, environment)
    if left is not None and isinstance(value.shape, Failure):
        return value
    right = truth(value)
    if left is None:
        return boolean(deciding) if right is deciding else MAYBE
    return boolean(right)


def equal(left: Value, right: Value, depth: int = 4) -> bool | None:
    """Whether two values are equal; None where that is not known. Sets and lists are compared down to a depth."""
    options = [[one for one in alternatives(value) if not isinstance(one.shape, Failure)] for value in (left, right)]
    answers = {_equal(one, other, depth) for one in options[0] for other in options[1]}
    return answers.pop() if len(answers) == 1 else None


def _equal(left: Value, right: Value, depth: int) -> bool | None:
    left, right = _as_text(left), _as_text(right)
    first, second = left.shape, right.shape
    if isinstance(first, Package) and isinstance(second, Package):
        return _same_package(first, second)
    kinds = (_kind(left), _kind(right))
    if None in kinds:
        # What a package of nixpkgs has is something.
        is_there = isinstance(first, Member | Tree) or isinstance(second, Member | Tree)
        return False if is_there and "null" in kinds else None
    if kinds[0] != kinds[1]:
        return False
    if isinstance(first, Literal) and isinstance(second, Literal):
        return _same_literal(first, second)
    if kinds[0] == "string":
        texts = (known_text(left), known_text(right))
        return texts[0] == texts[1] if None not in texts else None
    if depth == 0:
        return None
    if isinstance(first, Listing) and isinstance(second, Listing):
        if first.open or second.open:
            return None
        pairs = list(zip(first.items, second.items, strict=False))
        return _all_equal(pairs, depth) if len(first.items) == len(second.items) else False
    if isinstance(first, Attrs) and isinstance(second, Attrs):
        return _same_set(first, second, depth)
    return None


def _as_text(value: Value) -> Value:
    """An element of a package's attribute is its text, however sure it is that it is that package."""
    shape = value.shape
    return plain(shape.element) if isinstance(shape, Member) and shape.element else value


def _same_package(left: Package, right: Package) -> bool | None:
    """Different outputs of one family's packages are different, whichever they are; of equal ones it is not known."""
    if left.custom or right.custom or left.family != right.family:
        return None
    return False if (left.output or "out") != (right.output or "out") else None


def _same_literal(left: Literal, right: Literal) -> bool | None:
    if left.kind == "null":
        return True
    if not left.text or not right.text:
        return None
    if left.kind == "number":
        return float(left.text) == float(right.text)
    if left.kind == "path" and (left.text.startswith("<") or right.text.startswith("<")):
        return True if left.text == right.text else None
    return left.text == right.text


def _same_set(left: Attrs, right: Attrs, depth: int) -> bool | None:
    if not (is_closed(left) and is_closed(right)) or "type" in left.names or "type" in right.names:
        return None
    if left.names.keys() != right.names.keys():
        return False
    return _all_equal([(left.names[name], right.names[name]) for name in left.names], depth)


def _all_equal(pairs: Sequence[tuple[Thunk, Thunk]], depth: int) -> bool | None:
    answers = {equal(first(), second(), depth - 1) for first, second in pairs}
    return False if False in answers else None if None in answers else True


def _kind(value: Value) -> str | None:
    """What type of value it surely is; None where that is not known."""
    shape = value.shape
    if isinstance(shape, Package | PackageSet | Derivation):
        return "set"
    if value.confidence < Confidence.HIGH:
        return None
    if isinstance(shape, Text):
        return "string"
    if isinstance(shape, Listing):
        return "list"
    if isinstance(shape, Attrs):
        return "set"
    if isinstance(shape, Closure | Native):
        return "lambda"
    if isinstance(shape, Literal):
        return "string" if shape.kind == "uri" else shape.kind
    return None


def _ordered(left: Value, right: Value, operator: str) -> bool | None:
    if any(len(alternatives(one)) > 1 for one in (left, right)):
        return None
    first, second = number(left), number(right)
    if first is not None and second is not None:
        return _compared(first, second, operator)
    before, after = known_text(left), known_text(right)
    if before is None or after is None or "string" not in (_kind(left), _kind(right)):
        return None
    return _compared(before.encode(), after.encode(), operator)


def _compared(first: int | bytes, second: int | bytes, operator: str) -> bool:
    below, same = first < second, first == second  # type: ignore[operator]
    return {"<": below, ">": not (below or same), "<=": below or same, ">=": not below}[operator]


def concatenation(machine: Machine, values: tuple[Value, ...]) -> Value:
    """`a ++ b`: the elements of all that are lists; of one that may be several lists, those of all."""
    items: list[Thunk] = []
    is_open = False
    for value in values:
        options = [one for one in alternatives(value) if not isinstance(one.shape, Failure)]
        is_open = is_open or len(options) > 1 or value.confidence < Confidence.HIGH
        for option in options:
            listing = listing_of(option)
            if listing is not None:
                items.extend(listing.items)
            is_open = is_open or listing is None or listing.open
        if len(items) > MOST_ITEMS:
            machine.gave_up("a list of more than 400 elements")
            return Value(Listing(tuple(items[:MOST_ITEMS]), True))
    return Value(Listing(tuple(items), is_open))
