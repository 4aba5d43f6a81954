"""Who receives a value: the name of what is applied, and the written form of its argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import Function, Global, Package, PackageSet, Value, alternatives
from splitlint.analysis.nix import select
from splitlint.analysis.nix.apply import called_name
from splitlint.startup.records import dataclass
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

LIST = "[]"


@dataclass(frozen=True, slots=True)
class Trail:
    """How the value travels: the names of attributes it stands under and `[]` for lists, outermost first; the lists."""

    steps: tuple[str, ...] = ()
    lists: tuple[Node, ...] = ()
    depth: int = 0
    through: str = ""
    renamed: bool = False
    in_text: bool = False


def written(name: str, position: int, trail: Trail) -> str:
    """The written form of an argument."""
    number = f"({position})" if position else ""
    steps = trail.steps
    inner = steps[:-1] if steps[-1:] == (LIST,) else steps
    return name + number + ("{" + dotted(inner) + "}" if inner else "") + (LIST if inner != steps else "")


def dotted(steps: tuple[str, ...]) -> str:
    """`contents[].object` for ("contents", "[]", "object")."""
    return "".join(step if step == LIST else f".{step}" for step in steps).removeprefix(".")


def function_name(ev: Evaluator, head: Node) -> str:
    """The global name of what is applied, `?.name` where only its last name is known, "" for local functions."""
    for option in alternatives(ev.value(head)):
        shape = option.shape
        if isinstance(shape, Global):
            return shape.dotted
        if isinstance(shape, Function) and shape.node is not None:
            return ""
        if isinstance(shape, Package | PackageSet):
            return f"{shape.family}.{called_name(head)}"
        if isinstance(shape, Function):
            holder = owner(ev, head)
            for inner in alternatives(holder) if holder is not None else ():
                if isinstance(inner.shape, Package | PackageSet):
                    return f"{inner.shape.family}.{called_name(head)}"
    bare = called_name(head)
    return f"?.{bare}" if bare else ""


def owner(ev: Evaluator, head: Node) -> Value | None:
    """The value whose attribute is applied: that of `a.b` in `a.b.overrideAttrs f`; None where it is no attribute."""
    base, path = head.child_by_field_name("expression"), head.child_by_field_name("attrpath")
    if head.type != "select_expression" or base is None or path is None:
        return None
    value = ev.value(base)
    for name in nix.attribute_names(path)[:-1]:
        value = select.select(ev, value, name, head)
    return value
