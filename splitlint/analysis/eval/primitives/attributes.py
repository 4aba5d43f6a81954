"""Primitives over attribute sets."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.eval.elements import NAMELESS, is_open, items_of
from splitlint.analysis.eval.environment import Delayed, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.operators import MOST_ITEMS
from splitlint.analysis.eval.selection.expressions import select_or
from splitlint.analysis.eval.selection.global_names import looked_into
from splitlint.analysis.eval.selection.presence import has_path
from splitlint.analysis.eval.sets import as_set, doubtful, is_closed, merged, renamed, updated
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.literals import MAYBE, boolean, truth, unsure
from splitlint.analysis.model.texts import known_text, plain
from splitlint.analysis.model.values import UNKNOWN, Attrs, Closure, Failure, Given, Listing, Thunk, Unknown, Value
from splitlint.findings.finding import Confidence

Primitive = Callable[..., Value]


def _names_in_order(machine: Machine, shape: Attrs) -> tuple[list[str], bool]:
    """The names of a set as Nix orders them, and whether it may have others or lack some."""
    names = sorted(name for name in shape.names if name != NAMELESS)
    if len(names) > MOST_ITEMS:
        machine.gave_up("a set of more than 400 attributes")
        return names[:MOST_ITEMS], True
    return names, not is_closed(shape)


def _attr_names(machine: Machine, value: Thunk, site: Site) -> Value:
    shape = as_set(value())
    if shape is None:
        return Value(Listing((), True))
    names, doubt = _names_in_order(machine, shape)
    return Value(Listing(tuple(Given(plain(name), value.place) for name in names), doubt))


def _attr_values(machine: Machine, value: Thunk, site: Site) -> Value:
    shape = as_set(looked_into(machine, value()))
    if shape is None:
        return Value(Listing((), True))
    names, doubt = _names_in_order(machine, shape)
    nameless = [shape.names[NAMELESS]] if NAMELESS in shape.names else []
    return Value(Listing((*(shape.names[name] for name in names), *nameless), doubt))


def _name_thunk(name: str) -> Thunk:
    return Given(plain(name) if name != NAMELESS else UNKNOWN)


def _map_attrs(machine: Machine, function: Thunk, value: Thunk, site: Site) -> Value:
    shape = as_set(looked_into(machine, value()))
    if shape is None:
        return UNKNOWN

    def one(name: str, thunk: Thunk) -> Thunk:
        return Delayed(lambda: machine.apply(function(), (_name_thunk(name), thunk), site), site.place)

    made = renamed(shape, one)
    machine.forced_later(tuple(made.names[name] for name in list(made.names)[:MOST_ITEMS]))
    return Value(Attrs(made.names, shape.open or shape.base is not None, None, None, shape.optional))


def _filter_attrs(machine: Machine, function: Thunk, value: Thunk, site: Site) -> Value:
    shape = as_set(looked_into(machine, value()))
    if shape is None:
        return UNKNOWN
    kept, optional = {}, set(shape.optional)
    for name, thunk in shape.names.items():
        answer = truth(machine.apply(function(), (_name_thunk(name), thunk), site))
        if answer is None:
            optional.add(name)
        if answer is not False:
            kept[name] = thunk
    return Value(Attrs(kept, shape.open or shape.base is not None, None, None, frozenset(optional & kept.keys())))


def _list_to_attrs(machine: Machine, values: Thunk, site: Site) -> Value:
    """`listToAttrs`: of several elements with one name the first counts."""
    listing = values()
    names: dict[str, Thunk] = {}
    doubt = is_open(listing)
    for item in items_of(listing):
        found = item()
        shape = found.shape
        sure = isinstance(shape, Attrs) and not shape.optional and found.confidence is Confidence.HIGH
        thunk = shape.names.get("name") if isinstance(shape, Attrs) and sure else None
        name = known_text(thunk()) if thunk is not None else None
        value = shape.names.get("value") if isinstance(shape, Attrs) else None
        if name is None or value is None:
            doubt = True
            if value is not None:
                names.setdefault(NAMELESS, value)
        elif name not in names:
            names[name] = _unsure_thunk(value) if doubt else value
    absent = frozenset(names) if is_open(listing) else frozenset({NAMELESS} & names.keys())
    return Value(Attrs(names, doubt, None, None, absent))


def _unsure_thunk(thunk: Thunk) -> Thunk:
    return Delayed(lambda: unsure(thunk()), thunk.place)


def _remove_attrs(machine: Machine, value: Thunk, names: Thunk, site: Site) -> Value:
    listing = names()
    gone = [known_text(item()) for item in items_of(listing)]
    surely = not is_open(listing) and None not in gone
    options = []
    for one in alternatives(value()):
        shape = one.shape
        if isinstance(shape, Attrs):
            kept = {name: thunk for name, thunk in shape.names.items() if not surely or name not in gone}
            absent = shape.optional & kept.keys() if surely else frozenset(kept)
            options.append(one.as_shape(Attrs(kept, shape.open, shape.base, None, absent)))
        elif isinstance(shape, Failure | Unknown):
            options.append(one)
        else:
            options.append(unsure(one) if gone or not surely else one)
    return union(tuple(options))


def _intersect_attrs(machine: Machine, first: Thunk, second: Thunk, site: Site) -> Value:
    left, right = as_set(first()), as_set(second())
    if right is None:
        return unsure(second())
    if left is None:
        return Value(doubtful(right))
    closed = not left.open and left.base is None
    kept = {name: thunk for name, thunk in right.names.items() if name in left.names or not closed}
    optional = {name for name in kept if name in right.optional or name in left.optional or name not in left.names}
    return Value(Attrs(kept, right.open or right.base is not None, None, None, frozenset(optional)))


def _collected(machine: Machine, function: Thunk, value: Thunk, site: Site) -> Value:
    """`collect`: the values in nested sets that a function accepts."""
    items: list[Thunk] = []
    pending: list[Thunk] = [Given(value())]
    while pending and len(items) < MOST_ITEMS:
        thunk = pending.pop()
        found = thunk()
        if isinstance(found.shape, Failure):
            continue
        if truth(machine.apply(function(), (thunk,), site)) is not False and not isinstance(found.shape, Attrs):
            items.append(thunk)
        elif isinstance(found.shape, Attrs):
            pending.extend(list(found.shape.names.values())[:MOST_ITEMS])
    return Value(Listing(tuple(items), True))


def deeply_merged(values: list[Value]) -> Value:
    """Option definitions put together: sets merged name by name, in which a name may have several definitions."""
    names: dict[str, list[Thunk]] = {}
    certain: set[str] = set()
    is_open = False
    for value in values:
        shape = as_set(value)
        if shape is None:
            continue
        is_open = is_open or shape.open
        certain |= shape.names.keys() - shape.optional
        for name, thunk in shape.names.items():
            names.setdefault(name, []).append(thunk)
    optional = frozenset(names.keys() - certain)
    return Value(Attrs({name: _defined(thunks) for name, thunks in names.items()}, is_open, optional=optional))


def _defined(thunks: list[Thunk]) -> Thunk:
    if len(thunks) == 1:
        return thunks[0]

    def run() -> Value:
        found = [thunk() for thunk in thunks]
        if all(isinstance(one.shape, Attrs) for one in found):
            return deeply_merged(found)
        return union(tuple(found))

    return Delayed(run, thunks[0].place)


def _updated(machine: Machine, first: Thunk, second: Thunk, site: Site) -> Value:
    """`recursiveUpdate`."""
    return updated(first(), second())


def _merged_sets(machine: Machine, values: Thunk, site: Site) -> Value:
    listing = values()
    items = [item() for item in items_of(listing)]
    if not items:
        return Value(Attrs({}, is_open(listing)))
    whole = merged(items)
    shape = as_set(whole)
    return Value(doubtful(shape)) if is_open(listing) and shape is not None else whole


def _grouped(machine: Machine, function: Thunk, values: Thunk, site: Site) -> Value:
    """`groupBy`: lists by the name that a function gives each element."""
    listing = values()
    groups: dict[str, list[Thunk]] = {}
    doubt = is_open(listing)
    for item in items_of(listing):
        name = known_text(machine.apply(function(), (item,), site))
        doubt = doubt or name is None
        groups.setdefault(name if name is not None else NAMELESS, []).append(item)
    names = {name: Given(Value(Listing(tuple(items), doubt))) for name, items in groups.items()}
    return Value(Attrs(names, doubt, None, None, frozenset(names) if doubt else frozenset()))


def _zipped(machine: Machine, function: Thunk, values: Thunk, site: Site) -> Value:
    """`zipAttrsWith`: for each name what a function makes of the values that the sets have under it."""
    listing = values()
    sets = [as_set(item()) for item in items_of(listing)]
    found = [one for one in sets if one is not None]
    doubt = is_open(listing) or len(found) < len(sets) or not all(map(is_closed, found))
    by_name: dict[str, list[Thunk]] = {}
    for one in found:
        for name, thunk in one.names.items():
            by_name.setdefault(name, []).append(thunk)

    def made(name: str, thunks: list[Thunk]) -> Thunk:
        given = (Given(plain(name)), Given(Value(Listing(tuple(thunks), doubt))))
        return Delayed(lambda: machine.apply(function(), given, site), site.place)

    names = {name: made(name, thunks) for name, thunks in by_name.items()}
    machine.forced_later(tuple(names.values()))
    return Value(Attrs(names, doubt, None, None, frozenset(names) if doubt else frozenset()))


def _function_args(machine: Machine, function: Thunk, site: Site) -> Value:
    """`functionArgs`: the names that a function takes out of its argument, and whether they have a default."""
    shape = function().shape
    formals = getattr(shape.node, "formals", None) if isinstance(shape, Closure) else None
    if not isinstance(shape, Closure):
        return Value(Attrs({}, True))
    names = {formal.name: Given(boolean(formal.default is not None)) for formal in formals or ()}
    return Value(Attrs(names))


def _attribute(machine: Machine, name: Thunk, value: Thunk, site: Site) -> Value:
    return machine.select(value(), known_text(name()), site)


def _has_path(machine: Machine, names: Thunk, value: Thunk, site: Site) -> Value:
    listing = names()
    if is_open(listing):
        return MAYBE
    return has_path(machine, value(), [known_text(item()) for item in items_of(listing)], site)


def _attr_by_path(machine: Machine, names: Thunk, default: Thunk, value: Thunk, site: Site) -> Value:
    listing = names()
    if is_open(listing):
        return unsure(union((UNKNOWN, default())))
    path = [known_text(item()) for item in items_of(listing)]
    return select_or(machine, value(), path, default, site)[0]


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__getAttr": (2, _attribute),
    "__hasPath": (2, _has_path),
    "__attrByPath": (3, _attr_by_path),
    "__attrNames": (1, _attr_names),
    "__attrValues": (1, _attr_values),
    "__mapAttrs": (2, _map_attrs),
    "__filterAttrs": (2, _filter_attrs),
    "__listToAttrs": (1, _list_to_attrs),
    "__removeAttrs": (2, _remove_attrs),
    "__intersectAttrs": (2, _intersect_attrs),
    "__collected": (2, _collected),
    "__updated": (2, _updated),
    "__mergedSets": (1, _merged_sets),
    "__groupBy": (2, _grouped),
    "__zipAttrsWith": (2, _zipped),
    "__functionArgs": (1, _function_args),
}
