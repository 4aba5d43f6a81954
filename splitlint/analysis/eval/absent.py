"""Attributes that are not there any more: who reads them, and how."""

from __future__ import annotations

from collections.abc import Sequence

from splitlint.analysis.eval.environment import Environment, Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.uses import ASKED, DEFAULT, READ
from splitlint.analysis.model.values import Member, Package, Value
from splitlint.syntax.nix_tree.nodes import Node


def is_gone(machine: Machine, value: Value) -> bool:
    """Whether a value is, or may be, an attribute that is gone."""
    return any(machine.world.is_gone(one.shape) for one in alternatives(value))


def read(machine: Machine, value: Value, environment: Environment, site: Site, within: Node | None = None) -> None:
    """An attribute that is gone is read, at a node. `within`: the expression of which this tells more."""
    around = environment.unit.place(within.start, within.end) if within is not None else None
    _note(machine, value, READ, _place(environment, site), around)


def with_default(
    machine: Machine, value: Value, names: Sequence[str | None], environment: Environment, site: Site
) -> None:
    """`value.a.b or default`, where `a` is gone: the default is what it always is."""
    for one in alternatives(value):
        shape = one.shape
        family = machine.world.family(shape.family) if isinstance(shape, Package | Member) else None
        if family is None or None in names:
            continue
        prefix = [shape.name] if isinstance(shape, Member) else []
        member = Member(family.name, ".".join([*prefix, *(name or "" for name in names)]))
        _note(machine, one.as_shape(member), DEFAULT, _place(environment, site), None)


def asked(
    machine: Machine, value: Value, names: Sequence[str | None], environment: Environment, site: Site, base: Node
) -> None:
    """`value ? a.b`, where the value is an attribute that is gone: to ask is to read it."""
    around = environment.unit.place(base.start, base.end)
    for one in alternatives(value):
        shape = one.shape
        if isinstance(shape, Member) and machine.world.is_gone(shape):
            name = ".".join([shape.name, *(name or "*" for name in names)])
            _note(machine, one.as_shape(Member(shape.family, name)), ASKED, _place(environment, site), around)


def _note(machine: Machine, value: Value, how: str, place: Place | None, within: Place | None) -> None:
    for one in alternatives(value):
        if machine.world.is_gone(one.shape):
            machine.listener.missed(one, how, place, within)


def _place(environment: Environment, site: Site) -> Place | None:
    """Where it is read: in the stand-in for nixpkgs, where that was called."""
    if environment.unit.is_library and environment.site is not None:
        return environment.site.place
    return site.place
