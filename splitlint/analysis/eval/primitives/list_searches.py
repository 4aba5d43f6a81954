"""Primitives that compare or test the elements of a list."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.eval.elements import is_open, items_of
from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.operators import equal
from splitlint.analysis.eval.primitives.lists import for_each_list
from splitlint.analysis.model.alternatives import union
from splitlint.analysis.model.literals import MAYBE, boolean, truth, unsure
from splitlint.analysis.model.texts import known_text
from splitlint.analysis.model.values import Listing, Thunk, Value

Primitive = Callable[..., Value]


def _unique(machine: Machine, values: Thunk, site: Site) -> Value:
    """The elements that are not equal to one before them."""
    listing, kept, doubt = values(), list[Thunk](), False
    for item in items_of(listing):
        answers = {equal(item(), other()) for other in kept}
        doubt = doubt or None in answers
        if True not in answers:
            kept.append(item)
    return Value(Listing(tuple(kept), doubt or is_open(listing)))


def _sorted(machine: Machine, less: Thunk, values: Thunk, site: Site) -> Value:
    """`sort`: stable; in any order where a comparison is not known."""
    listing = values()
    done: list[Thunk] = []
    for item in items_of(listing):
        low, high = 0, len(done)
        while low < high:
            middle = (low + high) // 2
            answer = truth(machine.apply(less(), (item, done[middle]), site))
            if answer is None:
                return Value(Listing(items_of(listing), True))
            low, high = (low, middle) if answer else (middle + 1, high)
        done.insert(low, item)
    return Value(Listing(tuple(done), is_open(listing)))


def _contains(machine: Machine, wanted: Thunk, values: Thunk, site: Site) -> Value:
    """`elem`: a list of outputs is one of names, which a package is asked for."""
    value, listing = wanted(), values()
    outputs = machine.outputs_of(listing)
    if outputs is not None:
        name = known_text(value)
        return boolean(name in outputs) if name is not None else MAYBE
    found = for_each_list(listing, lambda items: boolean(_is_among(value, items)))
    return found if found is not None else MAYBE


def _is_among(value: Value, items: tuple[Thunk, ...]) -> bool | None:
    answers = {equal(value, item()) for item in items}
    return True if True in answers else None if None in answers else False


def _quantified(stop_at: bool) -> Primitive:
    def run(machine: Machine, function: Thunk, values: Thunk, site: Site) -> Value:
        def asked(items: tuple[Thunk, ...]) -> Value:
            doubt = False
            for item in items:
                answer = truth(machine.apply(function(), (item,), site))
                if answer is stop_at:
                    return boolean(stop_at)
                doubt = doubt or answer is None
            return boolean(None if doubt else not stop_at)

        listing = values()
        found = for_each_list(listing, asked)
        if found is None:
            asked(items_of(listing))
        return found if found is not None else MAYBE

    return run


def _find_first(machine: Machine, function: Thunk, default: Thunk, values: Thunk, site: Site) -> Value:
    def search(items: tuple[Thunk, ...]) -> Value:
        found: list[Value] = []
        for item in items:
            answer = truth(machine.apply(function(), (item,), site))
            if answer is not False:
                found.append(item())
            if answer is True:
                return union(tuple(found))
        return union((*found, default()))

    listing = values()
    known = for_each_list(listing, search)
    return known if known is not None else unsure(union((search(items_of(listing)), default())))


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__unique": (1, _unique),
    "__sort": (2, _sorted),
    "__elem": (2, _contains),
    "__all": (2, _quantified(False)),
    "__any": (2, _quantified(True)),
    "__findFirst": (3, _find_first),
}
