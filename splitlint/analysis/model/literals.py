"""Booleans, numbers and null: what they surely are."""

from __future__ import annotations

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Failure, Literal, Value
from splitlint.findings.finding import Confidence

TRUE = Value(Literal("boolean", "true"))
FALSE = Value(Literal("boolean", "false"))
MAYBE = Value(Literal("boolean"))
NULL = Value(Literal("null", "null"))


def boolean(known: bool | None) -> Value:
    """A boolean, or one of which it is not known which it is."""
    return MAYBE if known is None else TRUE if known else FALSE


def truth(value: Value) -> bool | None:
    """What a boolean surely is, None where that is not known; alternatives that all fail alike count as one."""
    found = {_truth(one) for one in alternatives(value) if not isinstance(one.shape, Failure)}
    return found.pop() if len(found) == 1 else None


def _truth(value: Value) -> bool | None:
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "boolean" and shape.text and value.confidence is Confidence.HIGH:
        return shape.text == "true"
    return None


def number(value: Value) -> int | None:
    """The integer that a value surely is, None where it is not known or no integer."""
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "number" and value.confidence is Confidence.HIGH:
        text = shape.text.removeprefix("-")
        return int(shape.text) if text.isdecimal() else None
    return None


def integer(known: int | None) -> Value:
    """A number; one that does not fit into Nix's 64 bits is not known."""
    return Value(Literal("number", str(known) if known is not None and -(1 << 63) <= known < 1 << 63 else ""))


def unsure(value: Value) -> Value:
    """The same value, but something else may be meant: of a condition or a number, nothing is known then."""
    return value.at_most(Confidence.MEDIUM)
