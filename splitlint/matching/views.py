"""What a rule can see: a language over a piece of source, values that fit a specification, what a match has learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from tree_sitter import Node

from splitlint.analysis.model import path_globs
from splitlint.analysis.model.value import (
    Call,
    Member,
    Package,
    PackageSet,
    Reason,
    Tree,
    Value,
    alternatives,
    text_of,
    unwrapped,
)
from splitlint.analysis.nix import flow, pathuse
from splitlint.analysis.nix.evaluate import Evaluator
from splitlint.analysis.nix.names import asks_for_output, value_of_inherited
from splitlint.findings.finding import Confidence
from splitlint.startup.records import dataclass, field
from splitlint.syntax import nix

#: The nodes that a match of a query captures, by name.
Captures = dict[str, list[Node]]


@dataclass(slots=True)
class Notes:
    """What the predicates learned about one candidate match: what the message and the fix are made from."""

    value: Value | None = None
    path: str = ""
    places: tuple[Node, ...] = ()
    sink: flow.Sink | None = None
    confident_path: bool = False
    span: tuple[int, int] | None = None
    spans: tuple[tuple[int, int], ...] = ()
    extra: dict[str, str] = field(default_factory=dict)


class View(Protocol):
    """A language over a piece of source: what a node denotes there, and which paths follow it."""

    def value(self, node: Node) -> Value: ...

    def paths(self, node: Node) -> Sequence[pathuse.PathUse]: ...

    def text(self, node: Node) -> str: ...

    def handled(self, node: Node) -> bool: ...

    def may_fit(self, node: Node) -> bool: ...

    def may_lead(self, node: Node, globs: Sequence[str]) -> bool: ...

    @property
    def candidates(self) -> dict[Any, list[Captures]]: ...


@dataclass(frozen=True)
class NixView:
    """Nix source. `candidates`: what patterns found in it, by their queries."""

    ev: Evaluator
    candidates: dict[Any, list[Captures]] = field(default_factory=dict)
    _fitting: dict[int, bool] = field(default_factory=dict)

    def value(self, node: Node) -> Value:
        if node.type == "identifier":
            return value_of_inherited(self.ev, node)
        return self.ev.value(node)

    def paths(self, node: Node) -> Sequence[pathuse.PathUse]:
        return pathuse.paths(self.ev, node)

    def text(self, node: Node) -> str:
        if node.type in nix.STRINGS or node.type in ("binary_expression", "apply_expression", "variable_expression"):
            return pathuse.flat(text_of(self.ev.value(node)))
        return nix.node_text(node)

    def may_fit(self, node: Node) -> bool:
        """Whether some specification may name what a node denotes: `fits` is of no use where none can."""
        known = self._fitting.get(node.id)
        if known is None:
            options = alternatives(unwrapped(self.value(node)))
            known = any(isinstance(unwrapped(one).shape, _SPECIFIED) for one in options)
            self._fitting[node.id] = known
        return known

    def may_lead(self, node: Node, globs: Sequence[str]) -> bool:
        """Whether the path below an interpolated value may fit a glob; never False where it does."""
        around = self.ev.scopes.parent(node)
        if around is None or around.type != "interpolation":
            return True
        return path_globs.may_begin(globs, self.ev.source.data[around.end_byte : around.end_byte + 80])

    def handled(self, node: Node) -> bool:
        """Whether the code around a node asks for the output first.

        `if k ? modules then .. else HERE`, `k.modules or HERE`.
        """
        child, parent = node, self.ev.scopes.parent(node)
        for _ in range(60):
            if parent is None or parent.type == "function_expression":
                return False
            if parent.type == "if_expression":
                condition = parent.child_by_field_name("condition")
                if condition is not None and condition.id != child.id and asks_for_output(self.ev, condition):
                    return True
            if parent.type == "select_expression":
                path, default = parent.child_by_field_name("attrpath"), parent.child_by_field_name("default")
                if default is not None and default.id == child.id and path is not None:
                    return nix.attribute_names(path)[-1] in self.ev.world.new_outputs
            if parent.type == "apply_expression":
                function = parent.child_by_field_name("function")
                if function is not None and function.id != child.id and asks_for_output(self.ev, function):
                    return True
            child, parent = parent, self.ev.scopes.parent(parent)
        return False


_SPECIFIED = (Package, PackageSet, Member, Tree, Call)


def fits(value: Value, spec: str) -> Value | None:
    """The alternative of a value that a specification names, None if there is none.

    `kernel` is a whole package of that family that nixpkgs built (or its `out`), `kernel:dev` one output of it,
    `kernel:whole` no output chosen, `kernel:custom` one that nixpkgs did not build, `kernel:overridden`;
    `kernel.makeFlags` an attribute of it; `set:kernel` a set it is a member of; `place:modules-tree`; `call:pkgs.f`.
    """
    return next((option for option in map(unwrapped, alternatives(unwrapped(value))) if _fits(option, spec)), None)


def _fits(value: Value, spec: str) -> bool:
    shape = value.shape
    kind, _, rest = spec.partition(":")
    if isinstance(shape, Package):
        if kind != shape.family:
            return False
        if rest == "custom" or shape.custom:
            return rest == "custom" and shape.custom
        if rest in ("", "whole", "overridden"):
            allowed = (None,) if rest == "whole" else (None, "out")
            return shape.output in allowed and (rest != "overridden" or shape.overridden)
        return rest in ("any", shape.output)
    if isinstance(shape, PackageSet):
        return kind == "set" and rest == shape.family
    if isinstance(shape, Member):
        return spec == f"{shape.family}.{shape.name}"
    if isinstance(shape, Tree):
        return kind == "place" and rest == shape.place
    if isinstance(shape, Call):
        return kind == "call" and shape.function == rest
    return False


def confidence_of(notes: Notes) -> Confidence:
    """How sure a match is: as sure as its value; a name with a telling path below it is convention plus evidence."""
    if notes.value is None:
        return Confidence.HIGH
    if notes.value.confidence is Confidence.LOW and notes.confident_path:
        return Confidence.MEDIUM
    return notes.value.confidence


def reasons_of(notes: Notes) -> tuple[Reason, ...]:
    """The steps of proof of a match's value."""
    return notes.value.reasons if notes.value is not None else ()
