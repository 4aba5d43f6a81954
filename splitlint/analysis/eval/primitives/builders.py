"""Primitives that make derivations."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.eval.elements import items_of
from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.packages import override
from splitlint.analysis.eval.sets import as_set
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import literal_text
from splitlint.analysis.model.values import Attrs, Derivation, Given, Member, Thunk, Value
from splitlint.analysis.nixpkgs import table

Primitive = Callable[..., Value]


def _derivation(machine: Machine, maker: Thunk, attributes: Thunk, site: Site) -> Value:
    return made(machine, literal_text(maker()) or "", attributes(), site)


def made(machine: Machine, maker: str, attributes: Value, site: Site) -> Value:
    """A derivation of a builder with these attributes; made of a package's (`k.drvAttrs // { .. }`), an override."""
    shape = attributes.shape
    old = shape.base.shape if isinstance(shape, Attrs) and shape.base is not None else None
    if isinstance(old, Member) and old.name == "drvAttrs" and old.owner is not None:
        return override(machine, old.owner, "overrideDerivation").run(Given(attributes), site)
    return Value(Derivation(maker, shape if isinstance(shape, Attrs) else None))


def _fixed(machine: Machine, maker: Thunk, arguments: Thunk, site: Site) -> Value:
    """`mkDerivation args`, where `args` may be a function of the final attributes."""
    name, given = literal_text(maker()) or "", arguments()
    if all(isinstance(one.shape, Attrs) for one in alternatives(given)):
        whole = as_set(given)
        return made(machine, name, given if whole is None else given.as_shape(whole), site)
    final: list[Value] = []
    attributes = machine.apply(given, (_Final(final),), site)
    final.append(made(machine, name, attributes, site))
    machine.listener.called(site, name, table.row(tuple(name.split("."))), (Given(attributes),))
    return final[0]


class _Final:
    """`finalAttrs`: the derivation's own attributes, which are there once they are asked for."""

    __slots__ = ("_final", "place")

    def __init__(self, final: list[Value]) -> None:
        self._final = final
        self.place: Place | None = None

    def __call__(self) -> Value:
        return Value(Attrs(_FinalNames(self._final), True))


class _FinalNames(dict[str, Thunk]):
    """The attributes of a derivation that is being made."""

    def __init__(self, final: list[Value]) -> None:
        super().__init__()
        self._final = final

    def _names(self) -> dict[str, Thunk]:
        shape = self._final[0].shape if self._final else None
        known = shape.attributes.names if isinstance(shape, Derivation) and shape.attributes is not None else {}
        passthru = known.get("passthru")
        inner = passthru().shape if passthru is not None else None
        return {**(dict(inner.names) if isinstance(inner, Attrs) else {}), **known}

    def __contains__(self, name: object) -> bool:
        return name in self._names()

    def __getitem__(self, name: str) -> Thunk:
        return self._names()[name]

    def get(self, name: str, default: Thunk | None = None) -> Thunk | None:  # type: ignore[override]
        return self._names().get(name, default)


def _command(machine: Machine, maker: Thunk, environment: Thunk, script: Thunk, site: Site) -> Value:
    """`runCommand name env script`: its attributes are those of `env`."""
    given = environment().shape
    names = dict(given.names) if isinstance(given, Attrs) else {}
    attributes = Attrs({**names, "buildCommand": script}, not isinstance(given, Attrs) or given.open)
    return Value(Derivation(literal_text(maker()) or "", attributes))


def _text(machine: Machine, maker: Thunk, text: Thunk, site: Site) -> Value:
    return Value(Derivation(literal_text(maker()) or "", Attrs({"text": text}, True)))


def _joined_trees(machine: Machine, maker: Thunk, arguments: Thunk, site: Site) -> Value:
    """`symlinkJoin`, `buildEnv`: a derivation that has the files of all of its `paths`."""
    given = arguments().shape
    attributes = given if isinstance(given, Attrs) else None
    paths = attributes.names.get("paths") if attributes is not None else None
    joined = items_of(paths()) if paths is not None else ()
    return Value(Derivation(literal_text(maker()) or "", attributes, joined))


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__derivation": (2, _derivation),
    "__fixDerivation": (2, _fixed),
    "__command": (3, _command),
    "__text": (2, _text),
    "__joinedTrees": (2, _joined_trees),
}
