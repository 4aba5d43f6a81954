"""What pages and packs may speak of: families and their outputs, places, global names; and what a page got wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from splitlint.matching.packs import world_of
from splitlint.matching.sink_patterns import sink_pattern
from splitlint.matching.use_tables import MISPLACED
from splitlint.rulebook.mistakes import nearest
from splitlint.rulebook.rule import Pack
from splitlint.startup.named_tuples import NamedTuple

#: What global names begin with.
ROOTS = ("pkgs", "lib", "builtins", "config", "options")
#: What a specification may say of a package instead of the name of an output.
_CHOICES = frozenset({"any", "whole", "custom", "overridden"})
#: What stands before the `:` of a specification that is not about a family.
_KINDS = ("set", "place", "call")
#: What a receiver's function may begin with besides.
_UNKNOWN_ROOTS = ("*", "**", "?", "taker")


class Vocabulary(NamedTuple):
    """The families with their outputs, and the places, of all packs in use."""

    outputs: Mapping[str, frozenset[str]]
    places: frozenset[str]

    def wrong_value(self, spec: str) -> str | None:
        """What is wrong with a specification of what is used (see `views.fits`); None if nothing is."""
        if spec in ("any", "list"):
            return None
        kind, colon, rest = spec.partition(":")
        if colon and kind == "set":
            return self.wrong_value(rest)
        if colon and kind == "place":
            return None if rest in (*self.places, "*") else f"there is no place `{rest}`{nearest(rest, self.places)}"
        if colon and kind == "call":
            return None if rest.startswith("*.") else wrong_global(rest)
        if kind in MISPLACED:
            known = frozenset({"whole", "chosen"}).union(*self.outputs.values())
            is_known = not colon or rest in known
            return None if is_known else f"no package of the pack has an output `{rest}`{nearest(rest, known)}"
        family, dot, attribute = kind.partition(".")
        if family not in self.outputs:
            kinds = _KINDS if colon else ("any", "list")
            return f"there is no family `{family}`{nearest(family, (*self.outputs, *kinds))}"
        if dot and (colon or not attribute):
            return f"`{spec}` is no specification: `{family}.ATTRIBUTE` is an attribute of such a package"
        known = self.outputs[family] | _CHOICES
        if colon and rest not in known and not re.fullmatch(r"overridden\.[\w.-]+", rest):
            return f"the family `{family}` has no output `{rest}`{nearest(rest, known)}"
        return None

    def wrong_receiver(self, written: str) -> str | None:
        """What is wrong with a receiver (`*.makeFrobIndex{frob}`, `frob.override{x}`); None if nothing is."""
        bare = written.removeprefix("!")
        try:
            kind = sink_pattern(bare).kind
        except ValueError as error:
            return str(error)
        if kind != "argument":
            return None
        for function in bare.split(">"):
            root = re.split(r"[.({\[]", function, maxsplit=1)[0]
            if not (root.startswith("*") or root in (*ROOTS, *_UNKNOWN_ROOTS) or _is_override(function, self.outputs)):
                return f"no function is called `{root}..`{nearest(root, (*ROOTS, *_UNKNOWN_ROOTS))}"
        return None


def _is_override(function: str, families: Iterable[str]) -> bool:
    """Whether a receiver is the `override` of the packages of some family (`frob.override{x}`)."""
    return re.split(r"[({\[]", function, maxsplit=1)[0] in {f"{family}.override" for family in families}


def vocabulary_of(packs: Iterable[Pack]) -> Vocabulary:
    """What the pages of these packs may speak of. Raises RuleError where a pack cannot be meant."""
    world = world_of(tuple(packs))
    outputs = {family.name: frozenset(family.outputs) for family in world.families}
    return Vocabulary(outputs, frozenset(name for name, _ in world.places))


def wrong_global(name: str) -> str | None:
    """What is wrong with a global name, or a glob for some; None if nothing is."""
    root, dot, rest = name.removeprefix("!").partition(".")
    if root not in ROOTS:
        return f"`{name}` is no global name{nearest(root, ROOTS)}"
    return None if dot and rest else f"`{name}` is no global name: something stands behind `{root}.`"


def wrong_regex(regex: str) -> str | None:
    """What is wrong with a regular expression; None if nothing is."""
    try:
        re.compile(regex)
    except re.error as error:
        return f"`{regex}` is no regular expression: {error}"
    return None
