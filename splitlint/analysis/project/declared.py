"""What a NixOS option holds by its declared type: sets and lists of sets whose own options have defaults."""

from __future__ import annotations

from splitlint.analysis.eval.elements import NAMELESS
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.values import UNKNOWN, Attrs, Given, Listing, Literal, Text, Unknown, Value
from splitlint.startup.records import replace


def by_type(declared: Value) -> Value:
    """What an option of a type holds where nothing more is known of it; Unknown for most types.

    A set of sets has one of which the name is not known, a list one element.
    """
    for one in alternatives(declared):
        names = one.shape.names if isinstance(one.shape, Attrs) else {}
        if "__set" in names:
            return names["__set"]()
        kind = next((kind for kind in ("__values", "__elements") if kind in names), None)
        inner = by_type(names[kind]()) if kind is not None else UNKNOWN
        if kind is None or isinstance(inner.shape, Unknown):
            continue
        element = Given(inner, names[kind].place)
        if kind == "__values":
            return Value(Attrs({NAMELESS: element}, True, optional=frozenset({NAMELESS})))
        return Value(Listing((element,), True))
    return UNKNOWN


def with_defaults(value: Value, declared: Value) -> Value:
    """What an option is set to, with what its type says of the rest."""
    shape, by_default = value.shape, declared.shape
    if isinstance(shape, Literal | Text):
        # The null of `nullOr`, or the other type of `either`.
        return union((value, declared))
    if isinstance(by_default, Listing):
        if not isinstance(shape, Listing) or not shape.items:
            return declared
        items = tuple(Given(with_defaults(item(), by_default.items[0]()), item.place) for item in shape.items)
        return value.as_shape(Listing(items, shape.open))
    if not isinstance(shape, Attrs) or not isinstance(by_default, Attrs):
        return value
    element = by_default.names.get(NAMELESS)
    if element is None:
        return value.as_shape(replace(shape, base=declared))
    names = {name: Given(with_defaults(thunk(), element()), thunk.place) for name, thunk in shape.names.items()}
    return value.as_shape(replace(shape, names={**names, NAMELESS: element}, optional=shape.optional | {NAMELESS}))
