"""Notes what happens to values while files are evaluated: texts, calls, attributes, overrides."""

from __future__ import annotations

from splitlint.analysis.eval.environment import Environment, Site
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.values import Text, Thunk, Value
from splitlint.analysis.nixpkgs.table import Row
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax.nix_tree.nodes import Node


class Composed(NamedTuple):
    """A text with values in it, and the place of the expression that made it."""

    text: Text
    place: Place | None
    environment: Environment


class Called(NamedTuple):
    """A call of a function that is known by its name."""

    site: Site
    name: str
    row: Row | None
    arguments: tuple[Thunk, ...]


class Set(NamedTuple):
    """An attribute that is given a value: its names from the outermost set on."""

    trail: tuple[str, ...]
    at_root: bool
    value: Thunk


class Overridden(NamedTuple):
    """An override of a package: how, and the new attributes."""

    site: Site
    package: Value
    how: str
    given: Value


class Missed(NamedTuple):
    """An attribute that is not there any more: how it is asked for, where; `within`: a place that is told with it."""

    value: Value
    how: str
    place: Place | None
    within: Place | None


class Recorder:
    """Implements `machine.Listener`. Everything is noted once, in the order it happened."""

    def __init__(self) -> None:
        self.texts: list[Composed] = []
        self.calls: list[Called] = []
        self.attributes: list[Set] = []
        self.overrides: list[Overridden] = []
        self.missing: list[Missed] = []
        self._calls: set[tuple[Node, Environment, str, int]] = set()

    def composed(self, environment: Environment, node: Node, text: Text) -> None:
        if environment.unit.is_library:
            site = environment.site
            place = site.place if site is not None else None
        else:
            place = environment.unit.place(node.start, node.end)
        self.texts.append(Composed(text, place, environment))

    def called(self, site: Site, name: str, row: Row | None, arguments: tuple[Thunk, ...]) -> None:
        key = (site.node, site.environment, name, len(arguments))
        if key not in self._calls or site.environment.unit.is_library:
            self._calls.add(key)
            self.calls.append(Called(site, name, row, arguments))

    def overridden(self, site: Site, package: Value, how: str, given: Value) -> None:
        self.overrides.append(Overridden(site, package, how, given))

    def missed(self, value: Value, how: str, place: Place | None, within: Place | None) -> None:
        self.missing.append(Missed(value, how, place, within))

    def attribute(self, environment: Environment, trail: tuple[str, ...], at_root: bool, value: Thunk) -> None:
        self.attributes.append(Set(trail, at_root, value))


class Silent:
    """A listener who does not listen."""

    def composed(self, environment: Environment, node: Node, text: Text) -> None:
        pass

    def called(self, site: Site, name: str, row: Row | None, arguments: tuple[Thunk, ...]) -> None:
        pass

    def overridden(self, site: Site, package: Value, how: str, given: Value) -> None:
        pass

    def missed(self, value: Value, how: str, place: Place | None, within: Place | None) -> None:
        pass
