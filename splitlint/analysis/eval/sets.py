"""Attribute sets put together: `//`, one of several, sets of which not all is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from splitlint.analysis.eval.environment import Delayed
from splitlint.analysis.eval.set_names import Seen, Unsure, any_of, either_names, layered, unsure_names
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.literals import unsure
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Call,
    Closure,
    Derivation,
    Failure,
    Global,
    Listing,
    Member,
    Package,
    PackageSet,
    Thunk,
    Union,
    Unknown,
    Value,
)
from splitlint.findings.finding import Confidence
from splitlint.startup.records import replace

_MOST_OPTIONS = 4


def either(options: Sequence[Attrs]) -> Attrs:
    """One set for several of which one is meant: a name is optional where not all have it."""
    if len(options) == 1:
        return options[0]
    base = options[0].base
    same = all((one.base is None) == (base is None) and (base is None or one.base == base) for one in options)
    names, optional = either_names([one.names for one in options])
    return Attrs(
        names,
        not same or any(one.open for one in options),
        base if same else None,
        options[0].place,
        frozenset(optional.union(*(one.optional for one in options))),
    )


def doubtful(shape: Attrs) -> Attrs:
    """A set that may be another: it may lack what it has, and have more."""
    return Attrs(unsure_names(shape.names), True, shape.base, shape.place, frozenset(shape.names))


def as_set(value: Value) -> Attrs | None:
    """The set that a value is; one for several; None where nothing of it is known to be a set."""
    options = [one for one in alternatives(value) if not isinstance(one.shape, Failure)]
    found = [
        doubtful(one.shape) if one.confidence < Confidence.HIGH else one.shape
        for one in options
        if isinstance(one.shape, Attrs)
    ]
    if not found:
        return None
    whole = either(found)
    return whole if len(found) == len(options) else doubtful(whole)


def is_closed(shape: Attrs) -> bool:
    """Whether a set has just the names that are known."""
    return not (shape.open or shape.optional or shape.base is not None)


def merged(values: Sequence[Value], members: frozenset[str] = frozenset()) -> Value:
    """`a // b`: a package stays one; of several alternatives each is merged.

    `members` are the names of the packages that families' sets have: a set with another one is something else.
    """
    result = values[0]
    for value in values[1:]:
        lefts, rights = _options(result), _options(value)
        options = [_merged(left, right, members) for left in lefts for right in rights]
        result = options[0] if len(options) == 1 else Value(Union(tuple(options)), _confidence(options))
    return result


def _confidence(values: Sequence[Value]) -> Confidence:
    return max(one.confidence for one in values)


def _options(value: Value) -> Sequence[Value]:
    """The alternatives of an operand: sets are made one, so that chains do not double at every link."""
    options = [one for one in alternatives(value) if not isinstance(one.shape, Failure)]
    if not options:
        return (value,)
    sets = [one for one in options if isinstance(one.shape, Attrs)]
    others = [one for one in options if not isinstance(one.shape, Attrs)]
    if len(sets) > 1:
        whole = either([one.shape for one in sets if isinstance(one.shape, Attrs)])
        sets = [Value(whole, min(one.confidence for one in sets))]
    found = [*sets, *others]
    if len(found) > _MOST_OPTIONS:
        found = [unsure(one) for one in found[:_MOST_OPTIONS]]
    return found


def _merged(left: Value, right: Value, members: frozenset[str]) -> Value:
    first, second = left.shape, right.shape
    if isinstance(first, Failure) or isinstance(second, Failure):
        return left if isinstance(first, Failure) else right
    confidence = min(left.confidence, right.confidence)
    if isinstance(second, Attrs):
        if isinstance(first, Package | Derivation):
            return _extended(left, second)
        if isinstance(first, Attrs):
            return Value(_both(first, second), confidence)
        if isinstance(first, PackageSet) and members.isdisjoint(second.names):
            return left.as_shape(with_others(first, second))
        base = left if isinstance(first, PackageSet | Global | Call | Member) else second.base
        if second.optional:
            # What is missing there may be in the left operand.
            second = _both(Attrs({}, True), second)
        return Value(Attrs(second.names, True, base, second.place, second.optional), right.confidence)
    if isinstance(second, Package | PackageSet | Derivation | Global):
        return right
    if isinstance(first, Attrs):
        # Whatever the right operand has is put over what the left one has.
        return Value(Attrs(unsure_names(first.names), True, first.base, first.place, first.optional), left.confidence)
    return unsure(left) if isinstance(first, Package | PackageSet) else UNKNOWN


def _both(first: Attrs, second: Attrs) -> Attrs:
    below = first.names
    if second.open or second.base is not None:
        below = unsure_names(below)
    doubled = {
        name: any_of((second.names[name], first.names[name])) if name in first.names else Unsure(second.names[name])
        for name in second.optional
        if name in first.names or first.open
    }
    optional = frozenset(name for name in second.optional if name not in first.names or name in first.optional)
    if first.optional:
        optional |= first.optional - (second.names.keys() - second.optional)
    names = layered(doubled, second.names, below) if doubled else layered(second.names, below)
    base = second.base or first.base
    is_open = first.open or second.open or (second.base is not None and first.base is not None)
    return Attrs(names, is_open, base, second.place or first.place, optional)


def with_others(packages: PackageSet, changes: Attrs) -> PackageSet:
    """A set of packages with more in it, none of which is the one that its family is about."""
    return replace(packages, others=_both(packages.others, changes) if packages.others is not None else changes)


def _extended(left: Value, changes: Attrs) -> Value:
    """A derivation with more attributes is that derivation."""
    shape = left.shape
    if isinstance(shape, Derivation) and shape.attributes is not None:
        return left.as_shape(Derivation(shape.maker, _both(shape.attributes, changes), shape.joined))
    if isinstance(shape, Package):
        before = shape.attributes
        attributes = _both(before, changes) if before is not None else replace(changes, open=True)
        return left.as_shape(replace(shape, attributes=attributes))
    return left


def renamed(shape: Attrs, through: Callable[[str, Thunk], Thunk]) -> Attrs:
    """The set with other values, each made of its name and the old one."""
    return Attrs(Seen(shape.names, through), shape.open, None, None, shape.optional)


def updated(left: Value, right: Value) -> Value:
    """The right value over the left one; two sets are put together, and the sets in them."""
    below, above = as_set(left), as_set(right)
    if above is None:
        if isinstance(right.shape, Unknown | Call):
            return UNKNOWN
        # Of packages the attributes are put together, too.
        is_both = isinstance(right.shape, Package) and isinstance(left.shape, Package)
        return unsure(right) if is_both else right
    if below is None:
        if isinstance(left.shape, Unknown | Call):
            return Value(Attrs(above.names, True, above.base, above.place, above.optional), right.confidence)
        return merged((left, right)) if not isinstance(left.shape, Closure | Listing) else right
    whole = merged((Value(below), Value(above)))
    shape = whole.shape
    assert isinstance(shape, Attrs)
    both = {
        name: _updated_thunk(below.names[name], above.names[name], name in above.optional or name in below.optional)
        for name in above.names
        if name in below.names
    }
    return Value(Attrs({**shape.names, **both}, shape.open, shape.base, None, shape.optional))


def _updated_thunk(before: Thunk, after: Thunk, doubt: bool) -> Thunk:
    made = Delayed(lambda: updated(before(), after()), after.place)
    return any_of((made, after, before)) if doubt else made
