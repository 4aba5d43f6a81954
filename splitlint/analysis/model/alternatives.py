"""Values of which there are several, and the packages in them."""

from __future__ import annotations

from collections.abc import Iterator

from splitlint.analysis.model.values import (
    FAILURE,
    UNKNOWN,
    Failure,
    Literal,
    Package,
    Text,
    Tree,
    Union,
    Unknown,
    Value,
)
from splitlint.findings.finding import Confidence
from splitlint.startup.records import replace


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values it may be: itself, or the options of a union."""
    return value.shape.options if isinstance(value.shape, Union) else (value,)


def unwrapped(value: Value) -> Value:
    """The value itself, or the one value that a text consists of."""
    shape = value.shape
    if isinstance(shape, Text) and len(shape.parts) == 1 and isinstance(inner := shape.parts[0].content, Value):
        return inner if inner.reasons or not value.reasons else Value(inner.shape, inner.confidence, value.reasons)
    return value


_MOST_OPTIONS = 12


def union(values: tuple[Value, ...]) -> Value:
    """One value for several alternatives: equal ones are one; unknown ones are dropped but cost confidence.

    Errors (`throw`) are dropped. A list of which only some elements are known stands for all alternatives of its kind.
    """
    flat = [one for value in values for one in alternatives(value) if not isinstance(one.shape, Failure)]
    if not flat:
        return FAILURE if values else UNKNOWN
    known: list[Value] = []
    for one in flat:
        if isinstance(one.shape, Unknown):
            continue
        same = next((number for number, other in enumerate(known) if other.shape == one.shape), None)
        if same is None:
            known.append(one)
        elif isinstance(one.shape, Literal | Text):
            # Where one of them may be something else, so may the whole.
            known[same] = min(known[same], one, key=lambda value: value.confidence)
        elif one.confidence > known[same].confidence:
            known[same] = one
    if not known:
        return UNKNOWN
    if any(isinstance(one.shape, Unknown) for one in flat):
        known = [one.at_most(Confidence.MEDIUM) for one in known]
    if len(known) == 1:
        return known[0]
    return Value(Union(tuple(known[:_MOST_OPTIONS])), max(one.confidence for one in known))


def packages_in(value: Value) -> Iterator[Value]:
    """The packages and named trees that a value is or that stand in its text."""
    for option in alternatives(value):
        shape = option.shape
        if isinstance(shape, Package | Tree):
            yield option
        elif isinstance(shape, Text):
            for part in shape.parts:
                if isinstance(part.content, Value):
                    yield from packages_in(part.content)


def with_package(value: Value, **changes: object) -> Value:
    """The value with fields of its package changed; any other value as it is."""
    shape = value.shape
    return value.as_shape(replace(shape, **changes)) if isinstance(shape, Package) else value  # type: ignore[arg-type]
