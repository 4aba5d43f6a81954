"""What an attribute of something unknown may be, going by its name."""

from __future__ import annotations

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.model.places import Place, Reason
from splitlint.analysis.model.values import (
    UNKNOWN,
    Global,
    Package,
    PackageSet,
    Value,
)
from splitlint.analysis.nixpkgs import table
from splitlint.findings.finding import Confidence

#: Attributes that lead to the roots of the world from anywhere (`inputs.nixpkgs.lib`, `nixosConfigurations.x.config`).
ROOTS = {"pkgs": "pkgs", "lib": "lib", "config": "config", "legacyPackages": "legacyPackages"}


def sure_of_root(name: str) -> Confidence:
    """Options are named in full (`config.frobPackages`), so that the way to `config` does not matter."""
    return Confidence.HIGH if name == "config" else Confidence.MEDIUM


def guess(machine: Machine, name: str | None, site: Site) -> Value:
    """What an attribute of something unknown may be, going by its name."""
    if name is None:
        return UNKNOWN
    if name in ROOTS:
        return Value(Global((ROOTS[name],)), sure_of_root(name))
    world = machine.world
    by_name = world.by_name(name)
    if by_name is not None:
        claim = f"{site.environment.unit.path}:{name}"
        package = Package(by_name.name, claim=claim)
        return Value(package, Confidence.LOW, _shown(site, f"it is called `{name}`"))
    shape = world.shape_of(("pkgs", name))
    if isinstance(shape, Package | PackageSet):
        if machine.others is not None and machine.others.is_replaced(machine, name):
            return UNKNOWN
        return Value(shape, Confidence.MEDIUM, _shown(site, f"`{name}` is also a name in nixpkgs"))
    by_set = world.by_set_name(name)
    if by_set is not None:
        return Value(PackageSet(by_set.name), Confidence.MEDIUM, _shown(site, f"it is called `{name}`"))
    if table.row(("?", name)) is not None:
        return Value(Global(("?", name)), Confidence.LOW)
    return UNKNOWN


def _shown(site: Site, text: str) -> tuple[Reason, ...]:
    place: Place | None = site.place
    return (Reason(text, *place),) if place is not None else ()
