"""What the other files of a repository say of a name: packages of overlays and sets, options that modules set."""

from __future__ import annotations

import os
from collections.abc import Callable

from splitlint.analysis.eval.elements import NAMELESS
from splitlint.analysis.eval.engine import Engine
from splitlint.analysis.eval.environment import Environment, Site, Unit
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.parameters import conventional_argument
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.places import Reason
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Closure,
    Global,
    Package,
    PackageSet,
    Thunk,
    Unknown,
    Value,
)
from splitlint.analysis.project.declared import by_type, with_defaults
from splitlint.analysis.project.index import Read, is_top_level, places_bound
from splitlint.analysis.project.repository import Repository
from splitlint.startup.records import replace
from splitlint.syntax.nix_tree.nodes import Lambda

_DEEPEST = 4
_MOST_DEFINITIONS = 8
_MOST_BINDINGS = 12


class OtherFiles:
    """The files beside the one that is checked, as one evaluation of it sees them. Implements `machine.Others`."""

    def __init__(self, repository: Repository, read: Read | None = None) -> None:
        self.repository = repository
        self._read = read or repository.read
        self._units: dict[str, Unit | None] = {}
        self._answers: dict[tuple[str, ...], Value] = {}
        self._busy: set[tuple[str, ...]] = set()
        self._replaced: dict[str, bool] = {}
        self._modules: dict[tuple[str, frozenset[tuple[str, ...]]], Value] = {}
        self.consulted: set[str] = set()
        self.machine: Engine | None = None

    @property
    def holds_nixpkgs(self) -> bool:
        return self.repository.holds_nixpkgs

    def adopt(self, unit: Unit) -> None:
        """Makes a file that is being checked the one that is found under its path."""
        self._units[unit.path] = unit
        self._modules = {state: value for state, value in self._modules.items() if state[0] != unit.path}

    def unit(self, path: str) -> Unit | None:
        """A file, None if it cannot be read or is too large."""
        self.consulted.add(path)
        if path not in self._units:
            self._units[path] = self.repository.unit(path, self._read)
        return self._units[path]

    def resolve(self, path: str) -> str | None:
        """The file that a path leads to: itself, or the `default.nix` in it."""
        inside = os.path.join(path, "default.nix") if path != "." else "default.nix"
        for one in (path, inside):
            if one in self._units or self.repository.tells(one):
                return one
        return None

    def _once(self, key: tuple[str, ...], answer: Callable[[], Value]) -> Value:
        """An answer, remembered; Unknown while it is being found."""
        known = self._answers.get(key)
        if known is not None:
            return known
        if key in self._busy or len(self._busy) >= _DEEPEST:
            return UNKNOWN
        self._busy.add(key)
        try:
            result = answer()
        finally:
            self._busy.discard(key)
        self._answers[key] = result
        return result

    def package(self, machine: Machine, name: str) -> Value:
        """What overlays and sets of the repository define under a name; Unknown if none does."""
        if self.holds_nixpkgs or not machine.world.is_worth_searching(name):
            return UNKNOWN
        return self._once(("package", name), lambda: self._defined(name, fills=False))

    def filled(self, machine: Machine, name: str) -> Value:
        """What overlays and sets of the repository put in for a parameter of a name; Unknown if none does."""
        if self.holds_nixpkgs or not machine.world.is_worth_searching(name):
            return UNKNOWN
        return self._once(("filled", name), lambda: self._defined(name, fills=True))

    def any_package(self, name: str) -> Value:
        """As `package`, for whatever name: for those who have seen that it matters."""
        if self.holds_nixpkgs:
            return UNKNOWN
        return self._once(("package", name), lambda: self._defined(name, fills=False))

    def is_replaced(self, machine: Machine, name: str) -> bool:
        """Whether the repository's overlays put something else in the place of a package of nixpkgs.

        A changed package, or one that nixpkgs has under another name, is no other.
        """
        if self.holds_nixpkgs:
            return False
        known = self._replaced.get(name)
        if known is None:
            # What is asked for meanwhile is taken for nixpkgs' own.
            self._replaced[name] = False
            found = self._bound(name, fills=True)
            known = self._replaced[name] = any(not _is_of_nixpkgs(one) for one in found)
        return known

    def option(self, machine: Machine, path: tuple[str, ...]) -> Value:
        """What the repository's NixOS modules set an option to, or its default; Unknown if none does."""
        if not path or not machine.world.is_worth_searching(path[-1]):
            return UNKNOWN
        return self.any_option(path)

    def any_option(self, path: tuple[str, ...]) -> Value:
        """As `option`, for whatever name."""
        return self._once(("option", *path), lambda: self._set_option(path))

    def _set_option(self, path: tuple[str, ...]) -> Value:
        engine = self.machine
        if engine is None:
            return UNKNOWN
        found: list[Value] = []
        is_set = False
        by_types = UNKNOWN
        for file in self.repository.binders(path[-1], path[:-1]):
            # Where nixpkgs lists its packages, it sets no options.
            unit = self.unit(file) if not is_top_level(file) else None
            if unit is None or len(found) >= _MOST_DEFINITIONS:
                continue
            module = self._module(engine, unit)
            for names in (path, ("config", *path), ("options", *path, "default")):
                value, sure = _at_path(module, names)
                if not isinstance(value.shape, Unknown):
                    found += [_of_options(one, path) for one in alternatives(value)]
                    is_set = is_set or sure
            declared = by_type(_at_path(module, ("options", *path, "type"))[0])
            by_types = declared if not isinstance(declared.shape, Unknown) else by_types
        if not isinstance(by_types.shape, Unknown):
            found = [with_defaults(one, by_types) for one in found] or [by_types]
        if not found and len(path) > 1:
            return self._of_sets(path)
        default = engine.world.shape_of(("config", *path))
        if found and isinstance(default, Package | PackageSet) and not is_set:
            # Every definition is below a condition (`mkIf`): where none of them holds, it is what nixpkgs makes it.
            found.append(Value(default))
        return union(tuple(found)) if found else UNKNOWN

    def _module(self, engine: Engine, unit: Unit) -> Value:
        # What is asked for while it is being worked out is unknown, so that each such state has values of its own.
        state = (unit.path, frozenset(self._busy))
        known = self._modules.get(state)
        if known is None:
            known = module_value(engine, unit)
            if not isinstance(known.shape, Unknown):
                self._modules[state] = known
        return known

    def _of_sets(self, path: tuple[str, ...]) -> Value:
        """An option of a set that is an option by its type, or of one in a set of them, by its default."""
        for whole, names in ((path[:-1], path[-1:]), (path[:-2], path[-2:])):
            value = self.any_option(whole) if whole else UNKNOWN
            for name in names:
                value = union(tuple(_attribute(one, name) for one in alternatives(value)))
            if not isinstance(value.shape, Unknown):
                return value
        return UNKNOWN

    def _defined(self, name: str, *, fills: bool) -> Value:
        found = tuple(one for one in self._bound(name, fills=fills) if not isinstance(one.shape, Unknown))
        return union(found) if found else UNKNOWN

    def _bound(self, name: str, *, fills: bool) -> list[Value]:
        """The values that sets of the repository bind a name to."""
        engine = self.machine
        if engine is None:
            return []
        from splitlint.analysis.project.definitions import defined_at

        found: list[Value] = []
        for file in self.repository.binders(name):
            unit = self.unit(file)
            told = [one for one in found if not isinstance(one.shape, Unknown)]
            if unit is None or unit.source is None or len(told) >= _MOST_DEFINITIONS:
                continue
            only_fills = fills and not self._is_taken_over(file)
            for start, _ in list(places_bound(unit.source.data, name.encode()))[:_MOST_BINDINGS]:
                value = defined_at(engine, unit, name, start, fills=only_fills)
                if value is not None:
                    found.append(value)
        return found

    def _is_taken_over(self, file: str) -> bool:
        """Whether an overlay imports a file, so that what the file binds is in the overlay."""
        from splitlint.analysis.project.definitions import is_in_overlay

        for other in self.repository.mentions(file):
            unit = self.unit(other)
            if unit is not None and unit.source is not None:
                places = self.repository.path_literals(unit.source.data, other, file)
                if any(is_in_overlay(unit, start) for start, _ in places):
                    return True
        return False


def _is_of_nixpkgs(value: Value) -> bool:
    """Whether a value may be a package of nixpkgs, changed or not."""
    shapes = [one.shape for one in alternatives(value)]
    return any(isinstance(one, PackageSet) or (isinstance(one, Package) and not one.custom) for one in shapes)


def module_value(engine: Engine, unit: Unit) -> Value:
    """What a NixOS module gives: its file's value, applied by convention."""
    value = engine.root_value(unit)
    for _ in range(2):
        shape = value.shape
        if not isinstance(shape, Closure) or not isinstance(shape.node, Lambda):
            return value
        environment = shape.environment
        assert isinstance(environment, Environment)
        given = conventional_argument(engine, shape.node, environment)
        site = Site(environment, unit.root, "", None)
        value = engine.apply(value, (given,), site)
    return value


def _of_options(value: Value, path: tuple[str, ...]) -> Value:
    """A value that is set at an option: where that is a set of options, others may be set elsewhere."""
    shape = value.shape
    if not isinstance(shape, Attrs) or shape.base is not None:
        return value
    return value.as_shape(replace(shape, base=Value(Global(("config", *path)))))


def _at_path(value: Value, names: tuple[str, ...]) -> tuple[Value, bool]:
    """An attribute of nested sets, where all of them are written, and whether it is there on no condition."""
    sure = True
    for name in names:
        found = []
        for one in alternatives(value):
            thunk = one.shape.names.get(name) if isinstance(one.shape, Attrs) else None
            if thunk is not None:
                found.append(_told(thunk))
                sure = sure and isinstance(one.shape, Attrs) and name not in one.shape.optional
        if not found:
            return UNKNOWN, False
        value = union(tuple(found))
    return value, sure


def _attribute(value: Value, name: str) -> Value:
    """An attribute of a set, or what one has of which the name is not known."""
    shape = value.shape
    if not isinstance(shape, Attrs):
        return UNKNOWN
    thunk = shape.names.get(name) or shape.names.get(NAMELESS)
    if thunk is not None:
        return thunk()
    return _attribute(shape.base, name) if shape.base is not None else UNKNOWN


def _told(thunk: Thunk) -> Value:
    value, place = thunk(), thunk.place
    if place is None or not isinstance(value.shape, Package | PackageSet):
        return value
    return value.because(Reason("it is set here", *place))
