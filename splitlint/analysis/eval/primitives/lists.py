"""Primitives over lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from splitlint.analysis.eval.elements import is_open, items_of
from splitlint.analysis.eval.environment import Delayed, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.operators import MOST_ITEMS
from splitlint.analysis.eval.selection.global_names import looked_into
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.literals import integer, number, truth, unsure
from splitlint.analysis.model.texts import known_text
from splitlint.analysis.model.values import FAILURE, Attrs, Failure, Given, Listing, Thunk, Value
from splitlint.findings.finding import Confidence

Primitive = Callable[..., Value]


def _closed(value: Value) -> list[Value] | None:
    """The lists that a value may be, each with all of its elements; None where one is not known."""
    options = [one for one in alternatives(value) if not isinstance(one.shape, Failure)]
    return options if options and not any(map(is_open, options)) else None


def for_each_list(value: Value, function: Callable[[tuple[Thunk, ...]], Value | None]) -> Value | None:
    """What a function gives for each list that a value may be; None where a list, or the answer, is not known."""
    options = _closed(value)
    if options is None:
        return None
    found = [function(items_of(one)) for one in options]
    known = tuple(one for one in found if one is not None)
    return union(known) if len(known) == len(found) else None


def _applied(machine: Machine, function: Thunk, item: Thunk, site: Site) -> Thunk:
    return Delayed(lambda: machine.apply(function(), (item,), site), site.place)


def _map(machine: Machine, function: Thunk, values: Thunk, site: Site) -> Value:
    listing = looked_into(machine, values())
    items = tuple(_applied(machine, function, item, site) for item in items_of(listing))
    machine.forced_later(items)
    return Value(Listing(items, is_open(listing)))


def _imap(machine: Machine, first: Thunk, function: Thunk, values: Thunk, site: Site) -> Value:
    """`imap0`, `imap1`: with the number of each element, counted from `first`."""
    listing, begin = values(), number(first())
    unsure_of = is_open(listing) or begin is None

    def one(at: int, item: Thunk) -> Thunk:
        index = Given(integer(None if unsure_of else at + (begin or 0)))
        return Delayed(lambda: machine.apply(function(), (index, item), site), site.place)

    items = tuple(one(at, item) for at, item in enumerate(items_of(listing)))
    machine.forced_later(items)
    return Value(Listing(items, is_open(listing)))


def _generated(machine: Machine, function: Thunk, count: Thunk, site: Site) -> Value:
    """`genList`: of a list that is not known to be short, one element."""
    known = number(count())
    if known is not None and 0 <= known <= MOST_ITEMS:
        items = tuple(_applied(machine, function, Given(integer(at)), site) for at in range(known))
        return Value(Listing(items))
    return Value(Listing((_applied(machine, function, Given(integer(None)), site),), True))


def _filter(machine: Machine, function: Thunk, values: Thunk, site: Site) -> Value:
    """The elements for which a function does not surely give false."""
    listing, kept, doubt = values(), [], False
    for item in items_of(listing):
        answer = truth(machine.apply(function(), (item,), site))
        doubt = doubt or answer is None
        if answer is not False:
            kept.append(item)
    return Value(Listing(tuple(kept), doubt or is_open(listing)))


def _fold(machine: Machine, function: Thunk, start: Thunk, values: Thunk, site: Site) -> Value:
    listing = values()
    result = start
    for item in items_of(listing):
        result = Given(machine.apply(function(), (result, item), site), site.place)
    return unsure(result()) if is_open(listing) else result()


def _fold_right(machine: Machine, function: Thunk, end: Thunk, values: Thunk, site: Site) -> Value:
    listing = values()
    result = end
    for item in reversed(items_of(listing)):
        result = _folded(machine, function, item, result, site)
    return unsure(result()) if is_open(listing) else result()


def _folded(machine: Machine, function: Thunk, item: Thunk, rest: Thunk, site: Site) -> Thunk:
    return Delayed(lambda: machine.apply(function(), (item, rest), site), site.place)


def _any_element(values: Value) -> Value:
    return unsure(union(tuple(item() for item in items_of(values))))


def _element(machine: Machine, values: Thunk, index: Thunk, site: Site) -> Value:
    listing, at = values(), number(index())
    if at is None:
        return _any_element(listing)
    found = for_each_list(listing, lambda items: items[at]() if 0 <= at < len(items) else FAILURE)
    return found if found is not None else _any_element(listing)


def _last(machine: Machine, values: Thunk, site: Site) -> Value:
    listing = values()
    found = for_each_list(listing, lambda items: items[-1]() if items else FAILURE)
    return found if found is not None else _any_element(listing)


def _part(keep: slice) -> Primitive:
    def run(machine: Machine, values: Thunk, site: Site) -> Value:
        return _cut(values(), keep)

    return run


def _cut(listing: Value, keep: slice) -> Value:
    found = for_each_list(listing, lambda items: Value(Listing(items[keep])))
    return found if found is not None else Value(Listing(items_of(listing), True))


def _sublist(machine: Machine, start: Thunk, count: Thunk, values: Thunk, site: Site) -> Value:
    """`sublist`; a start or a count below zero is an error."""
    first, wanted = number(start()), number(count())
    if first is None or wanted is None or first < 0 or wanted < 0:
        return Value(Listing(items_of(values()), True))
    return _cut(values(), slice(first, first + wanted))


def _some(machine: Machine, values: Thunk, site: Site) -> Value:
    """Some of the elements of a list, in any order."""
    return Value(Listing(items_of(values()), True))


def _length(machine: Machine, values: Thunk, site: Site) -> Value:
    listing = values()
    return integer(None if is_open(listing) else len(items_of(listing)))


def _reversed(machine: Machine, values: Thunk, site: Site) -> Value:
    return _cut(values(), slice(None, None, -1))


def concatenated(machine: Machine, values: Iterable[Value]) -> Value:
    """Lists one after another."""
    items: list[Thunk] = []
    doubt = False
    for value in values:
        items.extend(items_of(value))
        doubt = doubt or is_open(value)
        if len(items) > MOST_ITEMS:
            machine.gave_up("a list of more than 400 elements")
            return Value(Listing(tuple(items[:MOST_ITEMS]), True))
    return Value(Listing(tuple(items), doubt))


def _concat_lists(machine: Machine, values: Thunk, site: Site) -> Value:
    listing = values()
    whole = concatenated(machine, (item() for item in items_of(listing)))
    return Value(Listing(items_of(whole), True)) if is_open(listing) else whole


def _zip(machine: Machine, function: Thunk, first: Thunk, second: Thunk, site: Site) -> Value:
    left, right = first(), second()

    def one(a: Thunk, b: Thunk) -> Thunk:
        return Delayed(lambda: machine.apply(function(), (a, b), site), site.place)

    items = tuple(one(a, b) for a, b in zip(items_of(left), items_of(right), strict=False))
    machine.forced_later(items)
    return Value(Listing(items, is_open(left) or is_open(right)))


def _cat_attrs(machine: Machine, name: Thunk, values: Thunk, site: Site) -> Value:
    wanted, listing = known_text(name()), values()
    items, doubt = [], wanted is None or is_open(listing)
    for item in items_of(listing):
        found = item()
        shape = found.shape
        if not isinstance(shape, Attrs) or found.confidence < Confidence.HIGH:
            doubt = True
        elif wanted is not None and wanted in shape.names:
            items.append(shape.names[wanted])
            doubt = doubt or wanted in shape.optional
        else:
            doubt = doubt or shape.open or shape.base is not None
    return Value(Listing(tuple(items), doubt))


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__map": (2, _map),
    "__imap": (3, _imap),
    "__genList": (2, _generated),
    "__filter": (2, _filter),
    "__foldl": (3, _fold),
    "__foldr": (3, _fold_right),
    "__elemAt": (2, _element),
    "__last": (1, _last),
    "__tail": (1, _part(slice(1, None))),
    "__init": (1, _part(slice(None, -1))),
    "__sublist": (3, _sublist),
    "__some": (1, _some),
    "__length": (1, _length),
    "__reversed": (1, _reversed),
    "__concatLists": (1, _concat_lists),
    "__zip": (3, _zip),
    "__catAttrs": (2, _cat_attrs),
}
