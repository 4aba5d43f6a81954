"""What the stand-in for nixpkgs is built from: the functions whose names begin with `__`.

Each takes thunks and the site of the user's call.
"""

from __future__ import annotations

from functools import partial

from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.primitives import (
    affixes,
    attributes,
    builders,
    conditions,
    file_names,
    list_searches,
    lists,
    packages,
    patterns,
    serialised,
    strings,
    types,
    versions,
)
from splitlint.analysis.model.literals import MAYBE, integer
from splitlint.analysis.model.values import FAILURE, HOLE, UNKNOWN, Call, Global, Native, Piece, Text, Value

_MODULES = (
    affixes,
    attributes,
    builders,
    conditions,
    file_names,
    list_searches,
    lists,
    packages,
    patterns,
    serialised,
    strings,
    types,
    versions,
)
_FUNCTIONS = {name: function for module in _MODULES for name, function in module.FUNCTIONS.items()}
_VALUES: dict[str, Value] = {
    "__unknown": UNKNOWN,
    "__anyString": Value(Text((Piece(HOLE),))),
    "__anyNumber": integer(None),
    "__anyBool": MAYBE,
    "__nothing": UNKNOWN,
    "__throw": FAILURE,
    "__pkgs": Value(Global(("pkgs",))),
    "__lib": Value(Global(("lib",))),
    "__source": Value(Call("source")),
    "__flake": Value(Call("flake")),
}


def primitive(machine: Machine, name: str) -> Value:
    """The primitive of a name. Raises KeyError if there is none."""
    machine.met_error = machine.met_error or name == "__throw"
    if name in _VALUES:
        return _VALUES[name]
    arity, run = _FUNCTIONS[name]
    return Value(Native(name, arity, partial(run, machine)))
