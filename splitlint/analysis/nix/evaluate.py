"""A syntax node to the value that it denotes: lazily, memoised, never looping, never raising.

What a name is bound to is in `names.py`, attributes in `select.py`, functions in `apply.py`.
"""

from __future__ import annotations

import sys
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tree_sitter import Node, Tree

from splitlint.analysis.model.value import (
    UNKNOWN,
    Attrs,
    Call,
    Function,
    Global,
    Listing,
    Literal,
    Package,
    PackageSet,
    Reason,
    Text,
    Unknown,
    Value,
    alternatives,
    join,
    text_of,
    union,
)
from splitlint.analysis.model.world import World
from splitlint.analysis.nix import apply, attribute_sets, names, select
from splitlint.analysis.nix.structure import Structure
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.project.project import Project

Thunk = Callable[[], Value]
_SHELL_READ = lazy_pattern(rb"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?[\"']?/")
_DEEPEST = 90
_MOST_STEPS = 60_000
_DEEPEST_FRAMES = 12
_MOST_FLOW_STEPS = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A function being applied: its `function_expression` id and the argument.

    `scope` is the set that `callPackage` fills missing arguments from, None for a plain application.
    """

    function: int
    argument: Thunk
    outer: Frame | None = None
    scope: Value | None = None
    depth: int = 0

    def find(self, function: int) -> Frame | None:
        frame: Frame | None = self
        while frame is not None and frame.function != function:
            frame = frame.outer
        return frame


class Evaluator:
    """Values of the nodes of one file."""

    def __init__(
        self,
        source: Source,
        tree: Tree,
        world: World,
        project: Project | None = None,
        structure: Structure | None = None,
    ) -> None:
        self.source = source
        self.tree = tree
        self.world = world
        self.project = project
        self.structure = structure or Structure(source, tree)
        self.scopes = self.structure.scopes
        #: The regions of a large file that rules look into, none for the whole of it.
        self.regions: Sequence[tuple[int, int]] = ()
        self._memo: dict[tuple[int, int], Value] = {}
        self.bound: dict[tuple[str, int, int], Value] = {}
        self.sinks: dict[int, list[Any]] = {}
        self.flow_steps = self.flow_left = _MOST_FLOW_STEPS
        self._frames: list[Frame] = []
        self._depth = 0
        # One step of evaluation is up to a dozen Python calls deep; the default limit of 1,000 is for 80 steps.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 40 * _DEEPEST))
        self._steps = 0

    def value(self, node: Node, frame: Frame | None = None) -> Value:
        """What a node denotes; Unknown where nothing can be told, where it would loop or cost too much."""
        key = (node.id, id(frame) if frame is not None else 0)
        known = self._memo.get(key)
        if known is not None:
            return known
        self._steps += 1
        if self._depth >= _DEEPEST or self._steps > _MOST_STEPS:
            return UNKNOWN
        if frame is not None:
            self._frames.append(frame)
        self._memo[key] = UNKNOWN
        self._depth += 1
        try:
            result = self._evaluate(node, frame)
        finally:
            self._depth -= 1
        self._memo[key] = result
        return result

    def forget(self) -> None:
        """Lets go of all values: many hold functions that hold this evaluator, and with it the syntax tree."""
        self._memo.clear()
        self.bound.clear()
        self.sinks.clear()
        self._frames.clear()

    def bounded(self, thunk: Thunk) -> Value:
        """What a thunk gives; Unknown where one leads to another too often."""
        if self._depth >= _DEEPEST:
            return UNKNOWN
        self._depth += 1
        try:
            return thunk()
        finally:
            self._depth -= 1

    @cached_property
    def read_by_shell(self) -> frozenset[str]:
        """The names of shell variables below which the file's text reads a path (`$kernel/lib`)."""
        return frozenset(found[1].decode() for found in _SHELL_READ.finditer(self.source.data))

    def reason(self, text: str, node: Node) -> Reason:
        """A step of proof that points at a node of this file."""
        return Reason(text, self.source.path, node.start_byte, node.end_byte)

    def _evaluate(self, node: Node, frame: Frame | None) -> Value:
        handler = _HANDLERS.get(node.type)
        return handler(self, node, frame) if handler is not None else UNKNOWN

    def child(self, node: Node, field: str, frame: Frame | None) -> Value:
        """The value of a field of a node."""
        inner = node.child_by_field_name(field)
        return self.value(inner, frame) if inner is not None else UNKNOWN


def _inner(field: str) -> Callable[[Evaluator, Node, Frame | None], Value]:
    return lambda ev, node, frame: ev.child(node, field, frame)


def _variable(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    name = node.child_by_field_name("name")
    return names.value_of_name(ev, name, nix.node_text(name), frame) if name is not None else UNKNOWN


def _string(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    texts: list[Text] = []
    confidence = Confidence.HIGH
    reasons: tuple[Reason, ...] = ()
    for piece in nix.string_pieces(node):
        if isinstance(piece, str):
            texts.append(Text((piece,)))
            continue
        value = ev.child(piece, "expression", frame)
        texts.append(text_of(value))
        if not isinstance(value.shape, Unknown) and value.reasons and not reasons:
            reasons = value.reasons
    return Value(join(tuple(texts)), confidence, reasons)


def _list(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    return Value(Listing(tuple(ev.value(item, frame) for item in node.children_by_field_name("element"))))


def _attrs(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    return Value(
        Attrs(attribute_sets.members(ev, node, frame), open=attribute_sets.table_of(ev, node).computed, node=node)
    )


def _function(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    def run(argument: Thunk, scope: Value | None = None) -> Value:
        depth = frame.depth + 1 if frame is not None else 1
        if depth > _DEEPEST_FRAMES:
            return UNKNOWN
        return ev.child(node, "body", Frame(node.id, argument, frame, scope, depth))

    return Value(Function(run, node, home=ev))


def _binary(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    operator, operands = _operands(node)
    if operator == "+":
        return _sum([ev.value(one, frame) for one in operands])
    if operator == "++":
        return _concatenation([ev.value(one, frame) for one in operands])
    if operator == "//":
        return _merge([ev.value(one, frame) for one in operands])
    if operator == "->":
        return UNKNOWN
    if operator in ("|>", "<|") and len(operands) == 2:
        argument, function = operands if operator == "|>" else reversed(operands)
        return apply.apply_value(ev, ev.value(function, frame), function, [lambda: ev.value(argument, frame)])
    return Value(Literal("boolean"))


def _operands(node: Node) -> tuple[str, list[Node]]:
    """The operator of a chain `a + b + c` and its operands in source order, without recursion."""
    operator = nix.operator(node)
    operands: list[Node] = []
    pending = [node]
    while pending:
        one = pending.pop()
        same = one.type == "binary_expression" and nix.operator(one) == operator
        if one.id != node.id and (not same or operator in ("|>", "<|")):
            operands.append(one)
            continue
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        pending.extend(part for part in (right, left) if part is not None)
    return operator, operands


def _sum(values: list[Value]) -> Value:
    if values and all(isinstance(value.shape, Literal) for value in values):
        return values[0].as_shape(Literal(values[0].shape.kind)) if isinstance(values[0].shape, Literal) else UNKNOWN
    reasons = next((value.reasons for value in values if value.reasons), ())
    return Value(join(tuple(text_of(value) for value in values)), Confidence.HIGH, reasons)


def _concatenation(values: list[Value]) -> Value:
    items: list[Value] = []
    is_open = False
    for value in values:
        for option in alternatives(value):
            if isinstance(option.shape, Listing):
                items.extend(option.shape.items)
                is_open = is_open or option.shape.open
            else:
                is_open = True
    return Value(Listing(tuple(items), is_open))


def _merge(values: list[Value]) -> Value:
    layers: list[Mapping[str, Thunk]] = []
    is_open = False
    base: Value | None = None
    for value in values:
        shape = value.shape
        if isinstance(shape, Attrs):
            layers.insert(0, shape.names)
            is_open = is_open or shape.open
        elif isinstance(shape, Package | PackageSet | Call | Global):
            base = base or value
            is_open = True
        else:
            is_open = True
    if base is not None and isinstance(base.shape, Package | PackageSet):
        return base
    # A chain keeps large sets as they are; only the first layer of a ChainMap is ever written to.
    return Value(Attrs(ChainMap({}, *layers), is_open))  # type: ignore[arg-type]


def _if(ev: Evaluator, node: Node, frame: Frame | None) -> Value:
    condition = node.child_by_field_name("condition")
    consequence, alternative = ev.child(node, "consequence", frame), ev.child(node, "alternative", frame)
    if condition is not None and names.asks_for_output(ev, condition):
        chosen = [one for one in alternatives(consequence) if isinstance(one.shape, Package) and one.shape.output]
        if chosen:
            return union(tuple(chosen))
    return union((consequence, alternative))


def _literal(kind: str) -> Callable[[Evaluator, Node, Frame | None], Value]:
    return lambda ev, node, frame: Value(Literal(kind, nix.node_text(node)))


_HANDLERS: dict[str, Callable[[Evaluator, Node, Frame | None], Value]] = {
    "variable_expression": _variable,
    "parenthesized_expression": _inner("expression"),
    "interpolation": _inner("expression"),
    "let_expression": _inner("body"),
    "with_expression": _inner("body"),
    "assert_expression": _inner("body"),
    "string_expression": _string,
    "indented_string_expression": _string,
    "list_expression": _list,
    "attrset_expression": _attrs,
    "rec_attrset_expression": _attrs,
    "function_expression": _function,
    "binary_expression": _binary,
    "if_expression": _if,
    "select_expression": select.select_expression,
    "apply_expression": apply.apply_expression,
    "let_attrset_expression": lambda ev, node, frame: select.select(ev, _attrs(ev, node, frame), "body", node),
    "source_code": _inner("expression"),
    "integer_expression": _literal("number"),
    "float_expression": _literal("number"),
    "path_expression": _literal("path"),
    "hpath_expression": _literal("path"),
    "spath_expression": _literal("path"),
    "uri_expression": _literal("uri"),
    "has_attr_expression": _literal("boolean"),
    "unary_expression": _literal("other"),
}
