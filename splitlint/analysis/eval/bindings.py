"""What stands in a `let` or a set: names to thunks, attribute paths merged."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from splitlint.analysis.eval import absent
from splitlint.analysis.eval.environment import Delayed, Environment, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.expressions import attribute_name
from splitlint.analysis.eval.set_names import LazyNames, unsure_names
from splitlint.analysis.eval.sets import updated
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.literals import NULL
from splitlint.analysis.model.texts import known_text
from splitlint.analysis.model.values import Attrs, Package, PackageSet, Thunk, Value
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding, Entry, Inherited, Let
from splitlint.syntax.nix_tree.nodes import Lambda, Name, Node

_LONGEST_SAID = 60


class Bound(Delayed):
    """A thunk of a binding, which can tell what it is bound to."""

    __slots__ = ("entry", "environment")

    def __init__(self, machine: Machine, entry: Binding, environment: Environment) -> None:
        unit = environment.unit
        place = unit.place(entry.value_start, entry.value_end)
        super().__init__(lambda: _told(_bound(machine, entry, environment), entry, environment), place)
        self.entry = entry
        self.environment = environment


def _bound(machine: Machine, entry: Binding, environment: Environment) -> Value:
    """The value of a binding; in the files where nixpkgs defines its packages, what they are in any nixpkgs."""
    if not environment.unit.is_nixpkgs or len(entry.path) != 1 or not isinstance(entry.path[0], str):
        return machine.value(entry.value, environment)
    name = entry.path[0]
    own = machine.world.shape_of(("pkgs", name))
    if isinstance(own, Package | PackageSet):
        return Value(own)
    family = next((one for one in machine.world.families if one.member == name), None)
    if family is not None and not isinstance(entry.value, AttrSet | Lambda):
        return Value(Package(family.name))
    return machine.value(entry.value, environment)


def _told(value: Value, entry: Binding, environment: Environment) -> Value:
    unit = environment.unit
    if unit.source is None:
        return value
    name = entry.path[-1] if entry.path and isinstance(entry.path[-1], str) else "it"
    said = ""
    if entry.value_end - entry.value_start <= _LONGEST_SAID:
        said = unit.source.text(entry.value_start, entry.value_end)
    text = f"`{name}` is `{said}`" if said and "\n" not in said else f"`{name}` is bound here"
    return value.because(unit.reason(text, _Span(entry.start, entry.end)))


class _Span(Node):
    """Bytes of a file that are no expression."""

    __slots__ = ()


def set_of(machine: Machine, node: AttrSet, environment: Environment) -> Value:
    """An attribute set, `rec` or not."""
    inner = machine.scope_of(node, environment) if node.is_recursive else environment
    names, is_open, optional = names_of(machine, node, inner, environment)
    return Value(Attrs(names, is_open, None, environment.unit.place(node.start, node.end), optional))


class Names(LazyNames):
    """The names that a `let` or a set binds; thunks are made when they are asked for."""

    __slots__ = ("_around", "_index", "_inner", "_machine")

    def __init__(
        self, machine: Machine, index: Mapping[str, tuple[Entry, ...]], inner: Environment, around: Environment
    ) -> None:
        super().__init__(index)
        self._machine = machine
        self._index = index
        self._inner = inner
        self._around = around

    def _make(self, name: str) -> Thunk | None:
        entries = self._index.get(name)
        return _thunk(self._machine, entries, self._inner, self._around) if entries is not None else None


def names_of(
    machine: Machine, node: Let | AttrSet, inner: Environment, around: Environment
) -> tuple[Mapping[str, Thunk], bool, frozenset[str]]:
    """The thunks of entries by their first name, whether some have a name that is not known, and which may be missing.

    Values are worked out in `inner`, what is inherited comes from `around`.
    """
    index, computed = node.index
    is_open = False
    optional: set[str] = set()
    if computed:
        known: dict[str, tuple[Entry, ...]] = dict(index)
        for entry in computed:
            first = entry.path[0]
            assert isinstance(first, Node)
            for name in _computed_names(machine.value(first, inner)):
                if name is None:
                    is_open = True
                elif name:
                    known[name] = (*known.get(name, ()), entry)
                else:
                    optional.update(one for one in known if known[one][-1] is entry)
        index = known
    names: Mapping[str, Thunk] = Names(machine, index, inner, around)
    if "__overrides" in index and isinstance(node, AttrSet) and node.is_recursive:
        # What stands in it replaces the attributes of the set: an old way to do what `//` does.
        return unsure_names(names), True, frozenset(optional)
    return names, is_open, frozenset(optional)


def _computed_names(value: Value) -> list[str | None]:
    """The name that `${..}` is, None if it is not known; "" behind it or alone where it may be null: no attribute."""
    options = alternatives(value)
    texts = [known_text(one) for one in options if one.shape != NULL.shape]
    if len(texts) > 1 or None in texts or "" in texts:
        return [None]
    return [*texts, *[""] * (len(texts) < len(options))]


def _thunk(machine: Machine, entries: tuple[Entry, ...], inner: Environment, around: Environment) -> Thunk:
    first = entries[0]
    if isinstance(first, Inherited):
        return _inherited(machine, first, inner, around)
    if len(entries) == 1 and len(first.path) == 1:
        return Bound(machine, first, inner)
    parts: list[tuple[tuple[object, ...], Binding]] = [
        (entry.path[1:], entry) for entry in entries if isinstance(entry, Binding)
    ]
    return _nested(machine, None, parts, inner)


def _nested(
    machine: Machine, whole: Thunk | None, parts: list[tuple[tuple[object, ...], Binding]], inner: Environment
) -> Thunk:
    """What `a.b = ..; a.c = ..;` bind `a` to."""
    first = parts[0][1]
    place = inner.unit.place(first.value_start, first.value_end) if len(parts) == 1 else None

    def run() -> Value:
        made = _of_paths(machine, parts, inner)
        return updated(whole(), made) if whole is not None else made

    return Delayed(run, place)


def _of_paths(machine: Machine, parts: list[tuple[tuple[object, ...], Binding]], inner: Environment) -> Value:
    direct = [entry for rest, entry in parts if not rest]
    names: dict[str, Thunk] = {}
    deeper: dict[str, list[tuple[tuple[object, ...], Binding]]] = {}
    is_open = False
    for rest, entry in parts:
        if not rest:
            continue
        first = rest[0]
        name = (
            first
            if isinstance(first, str)
            else attribute_name(machine, first, inner)
            if isinstance(first, Node)
            else None
        )
        if name is None:
            is_open = True
        elif len(rest) == 1:
            names[name] = Bound(machine, entry, inner)
        else:
            deeper.setdefault(name, []).append((rest[1:], entry))
    for name, more in deeper.items():
        names[name] = _nested(machine, names.get(name), more, inner)
    values = [machine.value(entry.value, inner) for entry in direct]
    if names or is_open:
        values.append(Value(Attrs(names, is_open)))
    return reduce(updated, values)


def _inherited(machine: Machine, entry: Inherited, inner: Environment, around: Environment) -> Thunk:
    unit = around.unit
    place = unit.place(entry.start, entry.end)
    span = _Span(entry.start, entry.end)

    def from_source() -> Value:
        assert entry.source is not None
        base = machine.value(entry.source, inner)
        site = Site(inner, span, entry.name, place)
        value = machine.select(base, entry.name, site)
        if not (isinstance(entry.source, Name) and absent.is_gone(machine, base)):
            absent.read(machine, value, inner, site, entry.source)
        return value if place is None else value.because(unit.reason(f"`{entry.name}` is inherited here", span))

    if entry.source is not None:
        return Delayed(from_source, place)
    return Delayed(lambda: machine.name_value(entry.name, span, around), place)
