"""What `final` and `prev` are in an extension of a set of packages (`linuxPackages.extend (final: prev: ..)`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import UNKNOWN, Global, PackageSet, Unknown, Value, alternatives, union
from splitlint.analysis.nix import flow, sinks
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator


def extended(ev: Evaluator, call: Node, head: Node) -> Value:
    """What the extension in `X.extend (final: prev: ..)` gets: X, where it is nixpkgs, its lib or a set of a family."""
    base = sinks.owner(ev, head)
    if base is None:
        return UNKNOWN
    known = [one for one in alternatives(base) if _is_extended(one)]
    if known:
        return union(tuple(one.because(ev.reason("this set is extended", head)) for one in known))
    if any(not isinstance(one.shape, Unknown | Global) for one in alternatives(base)):
        return UNKNOWN
    for family in ev.world.families:
        options = tuple(f"option:{name.removeprefix('config.')}" for name in family.sets if name.startswith("config."))
        if options and flow.goes_into(ev, call, options, renamed=True) is not None:
            return Value(PackageSet(family.name), reasons=(ev.reason("the option takes such a set", call),))
    return UNKNOWN


def _is_extended(value: Value) -> bool:
    shape = value.shape
    return isinstance(shape, PackageSet) or (isinstance(shape, Global) and shape.path in (("pkgs",), ("lib",)))


def of_attribute(ev: Evaluator, binding: Node) -> Value:
    """What an extension gets that is bound to an attribute which a family names for extensions of all its sets."""
    path = binding.child_by_field_name("attrpath")
    name = nix.attribute_names(path)[-1] if path is not None else None
    family = next((one for one in ev.world.families if name in one.set_extensions), None)
    if family is None:
        return UNKNOWN
    reason = ev.reason(f"`{name}` extends the sets of each {family.noun}", binding)
    return Value(PackageSet(family.name), reasons=(reason,))
