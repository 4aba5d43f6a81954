"""What checking a file takes of a rule set, worked out once for all files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from splitlint.analysis.model.families import World
from splitlint.findings.own_rules import OWN_RULES
from splitlint.matching.packs import world_of
from splitlint.prefilter.keyword_occurrences import Word
from splitlint.rulebook.rule import Pack, Rule, RuleSet
from splitlint.startup.records import dataclass


@dataclass(frozen=True, slots=True)
class Prepared:
    """The world of all packs, and what is said in pages and packs by name.

    `since`: by pack, the first release that has the new outputs. `words`: by pack, those by which a file
    mentions what it and the packs that it knows are about. `own_copies`: by pack, files that stand in a tree which is a
    nixpkgs of its own. `names`: all that a comment may name.
    """

    world: World
    since: dict[str, str]
    words: Mapping[str, tuple[Word, ...]]
    own_copies: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...]


_KNOWN: dict[int, tuple[RuleSet, Prepared]] = {}


def prepared(rule_set: RuleSet) -> Prepared:
    """What there is to know of a rule set; made once for each."""
    known = _KNOWN.get(id(rule_set))
    if known is None or known[0] is not rule_set:
        known = _KNOWN[id(rule_set)] = (rule_set, _made(rule_set))
    return known[1]


def _made(rule_set: RuleSet) -> Prepared:
    packs = rule_set.packs
    return Prepared(
        world_of(packs),
        {pack.name: pack.since for pack in packs},
        {pack.name: tuple(word for one in _with_known(pack, packs) for word in one.words) for pack in packs},
        {pack.name: tuple(pack.data.get("own_copy", ())) for pack in packs},
        (*(rule.name for rule in rule_set.rules), *OWN_RULES),
    )


def _with_known(pack: Pack, packs: Sequence[Pack]) -> list[Pack]:
    """A pack, and those that it knows."""
    return [one for one in packs if one is pack or one.name in pack.data.get("knows", ())]


def instead_of(found: Iterable[str], rule_set: RuleSet) -> dict[str, frozenset[str]]:
    """By rule that has found something, those that have nothing to say there; of two of a name that of its own pack."""
    names = frozenset(found)
    return {rule.name: _beaten_by(rule, rule_set) for rule in rule_set.rules if rule.name in names}


def _beaten_by(rule: Rule, rule_set: RuleSet) -> frozenset[str]:
    named = rule.definition.get("instead_of", ())
    return frozenset(one.name for name in named for one in rule_set.named(name, rule.pack))
