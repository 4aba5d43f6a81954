"""The elements of lists, of values that may be one of several."""

from __future__ import annotations

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Listing, Member, Thunk, Value
from splitlint.findings.finding import Confidence

#: The name of an attribute whose name is not known, but its value.
NAMELESS = "\0"


def listing_of(value: Value) -> Listing | None:
    """The list that a value is; of a package's attribute that is one, the elements that matter. None for others."""
    shape = value.shape
    if isinstance(shape, Listing):
        return shape
    return Listing(shape.items, True) if isinstance(shape, Member) and shape.items else None


def items_of(value: Value) -> tuple[Thunk, ...]:
    """The elements of all the lists that a value may be."""
    found = (listing_of(one) for one in alternatives(value))
    return tuple(item for one in found if one is not None for item in one.items)


def is_open(value: Value) -> bool:
    """Whether a value may hold other elements than those that are known, or lack some."""
    shape = value.shape
    return not isinstance(shape, Listing) or shape.open or value.confidence < Confidence.HIGH
