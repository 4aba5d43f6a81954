"""What a platform says of itself, in a world in which code is built for a known one (`World.platform`)."""

from __future__ import annotations

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.model.texts import plain
from splitlint.analysis.model.values import Attrs, Given, Global, Value
from splitlint.analysis.nixpkgs import table

_PLATFORMS = frozenset({"hostPlatform", "targetPlatform"})
#: A name by which nixpkgs itself says the same.
_SHORT = ("pkgs", "system")


def on_platform(machine: Machine, value: Value, site: Site) -> Value:
    """A value, or what it is on the platform: of `stdenv.hostPlatform.isMips`, whether that is a MIPS."""
    shape = value.shape
    if not isinstance(shape, Global) or not machine.world.platform or len(shape.path) < 2:
        return value
    *_, holder, name = shape.path
    if holder not in _PLATFORMS and holder != "stdenv" and shape.path != _SHORT:
        return value
    function = machine.row_value(table.platform_facts())
    facts = machine.apply(function, (Given(plain(machine.world.platform)),), site).shape
    return facts.names[name]() if isinstance(facts, Attrs) and name in facts.names else value
