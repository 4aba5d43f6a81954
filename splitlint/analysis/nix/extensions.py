"""Extensions of sets of packages that nobody in sight applies: `final: prev: { .. }` in a list or an option.

nixpkgs applies them to each set of a family, or the module system does, so that their parameters are such a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from splitlint.analysis.eval.elements import items_of
from splitlint.analysis.eval.engine import Engine
from splitlint.analysis.eval.environment import Environment, Site
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.families import EXTENDS
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.values import Closure, Given, PackageSet, Thunk, Value
from splitlint.analysis.nix.record import Called
from splitlint.syntax.nix_tree.nodes import Node


def apply_extensions(
    engine: Engine, calls: Iterable[Called], trail: tuple[str, ...], value: Thunk, node: Node, environment: Environment
) -> None:
    """Applies the extensions that an attribute is given, if it is one for them, to a set of its family.

    `trail`: the attribute's name and those of the sets around it; `value`, written as `node`: what it is given;
    `calls`: those that were seen so far.
    """
    for family in engine.world.families:
        base = Given(Value(PackageSet(family.name)))
        place = environment.unit.place(node.start, node.end)
        if trail[-1] in family.set_extensions:
            found = tuple(items_of(value()))
        elif family.is_set_option(trail):
            value()
            found = tuple(_extended(calls, place))
        else:
            continue
        for thunk in found:
            if any(isinstance(one.shape, Closure) for one in alternatives(thunk())):
                engine.apply(thunk(), (base, base), Site(environment, node, "", place))


def _extended(calls: Iterable[Called], around: Place | None) -> Iterator[Thunk]:
    """The extensions of something that is not known, in calls that are written at a place."""
    for call in calls:
        place = call.site.place
        if place is None or around is None or place.path != around.path or call.name.rpartition(".")[2] not in EXTENDS:
            continue
        if around.start <= place.start and place.end <= around.end:
            yield call.arguments[0]
