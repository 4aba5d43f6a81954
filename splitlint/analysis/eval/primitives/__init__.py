"""What the stand-in for nixpkgs is built from: the functions whose names begin with `__`.

Each takes thunks and the site of the user's call. Their modules are imported when one of their functions is first
asked for: most files need one or two of them.
"""

from __future__ import annotations

from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.literals import MAYBE, integer
from splitlint.analysis.model.values import FAILURE, UNKNOWN, Call, Global, Native, Piece, Text, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from splitlint.analysis.eval.machine import Machine

#: The names of all functions by the module of this package whose `FUNCTIONS` has them.
NAMES = {
    "affixes": "__hasPrefix __hasSuffix __hasInfix __removePrefix __removeSuffix",
    "attributes": "__getAttr __hasPath __attrByPath __attrNames __attrValues __mapAttrs __filterAttrs __listToAttrs"
    " __removeAttrs __intersectAttrs __collected __updated __mergedSets __groupBy __zipAttrsWith"
    " __functionArgs",
    "builders": "__derivation __fixDerivation __command __text __joinedTrees",
    "conditions": "__when __unsure __merged __seq __deepSeq __fails",
    "file_names": "__baseNameOf __dirOf",
    "list_searches": "__unique __sort __elem __all __any __findFirst",
    "lists": "__map __imap __genList __filter __foldl __foldr __elemAt __last __tail __init __sublist __some"
    " __length __reversed __concatLists __zip __catAttrs",
    "packages": "__getOutput __readFile __nixosSystem __callPackage __import",
    "patterns": "__match __split",
    "serialised": "__serialised __fromJSON __mentions",
    "strings": "__joined __toString __replaceStrings __splitString __characters __substring __stringLength __quoted"
    " __toLower __toUpper __trim",
    "types": "__isType __typeOf __submodule",
    "versions": "__add __compareVersions __splitVersion __parseDrvName __toInt",
}
_MODULES = {name: module for module, names in NAMES.items() for name in names.split()}
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
    arity, run = _functions(_MODULES[name])[name]
    return Value(Native(name, arity, partial(run, machine)))


@cache
def _functions(module: str) -> Mapping[str, tuple[int, Any]]:
    """The functions of a module of this package: how many arguments each takes, and what to call."""
    found: Mapping[str, tuple[int, Any]] = import_module(f"splitlint.analysis.eval.primitives.{module}").FUNCTIONS
    return found
