"""The cases of packs, judged with these packs alone and together with those that splitlint ships."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence

from splitlint.authoring.check_rules import check_rules
from splitlint.authoring.trials.judging import Wrong, wrong_case, wrong_page
from splitlint.authoring.trials.proving import Proofs, proofs_of
from splitlint.rulebook.generic import NAME as GENERIC
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import Rule, RuleSet
from splitlint.startup.named_tuples import NamedTuple

#: Where something is wrong: with the packs alone, with the shipped packs beside them, in the pages of those.
ALONE, TOGETHER, SHIPPED = "alone", "together", "shipped"


class Failed(NamedTuple):
    """Something that is not as a page promises, and with which packs."""

    wrong: Wrong
    where: str = ALONE


class Tried(NamedTuple):
    """What came of a trial: the pages and their cases, the cases of shipped pages, and what failed.

    `proofs`: what Nix says of the fixes, None if it was not asked.
    """

    pages: int
    cases: int
    shipped_cases: int
    failed: tuple[Failed, ...]
    proofs: Proofs | None = None


class Packs(NamedTuple):
    """The packs of an author, alone, and together with the shipped ones (None if they are these, or not wanted)."""

    alone: RuleSet
    together: RuleSet | None


def packs_in(folders: Sequence[str], fence: str = "", *, with_shipped: bool = True) -> Packs:
    """The packs in some folders, of an author or shipped; without folders the shipped ones.

    Raises RuleError where a page or pack cannot be used.
    """
    alone = load_rules(folders or [default_folder()], fence)
    check_rules(alone)
    own = [folder for folder in folders if not _is_shipped(folder)]
    if not folders or not with_shipped or any(_is_all(folder) for folder in folders):
        return Packs(alone, None)
    return Packs(alone, load_rules([default_folder(), *own], fence))


def _is_shipped(folder: str) -> bool:
    """Whether a folder is among those that are read where the shipped packs are; the generic pages alone are not."""
    if os.path.realpath(folder) == os.path.realpath(os.path.join(default_folder(), GENERIC)):
        return False
    return os.path.realpath(folder).startswith(os.path.realpath(default_folder()) + os.sep) or _is_all(folder)


def _is_all(folder: str) -> bool:
    return os.path.realpath(folder) == os.path.realpath(default_folder())


def tried(packs: Packs, wanted: Collection[str] = (), *, with_proofs: bool = False) -> Tried:
    """Judges the cases of the packs, or of some of their rules, and the shipped pages with the packs beside them.

    `with_proofs`: and proves their safe fixes by Nix, where that is installed.
    """
    rules = [rule for rule in packs.alone.rules if not wanted or rule.name in wanted]
    failed: list[Failed] = []
    for rule in rules:
        failed += map(Failed, wrong_page(rule))
        beside = _same(rule, packs.together)
        for case in rule.cases:
            wrong = wrong_case(rule, case, packs.alone)
            failed += map(Failed, wrong)
            if not wrong and beside is not None and packs.together is not None:
                failed += (Failed(one, TOGETHER) for one in wrong_case(beside, case, packs.together))
    others = [] if packs.together is None or wanted else _others(packs.together, packs.alone)
    for rule in others:
        assert packs.together is not None
        failed += (Failed(one, SHIPPED) for case in rule.cases for one in wrong_case(rule, case, packs.together))
    proofs = proofs_of(rules, packs.alone) if with_proofs else None
    failed += map(Failed, proofs.wrong if proofs is not None else ())
    cases = sum(len(rule.cases) for rule in rules)
    pages = sum(not rule.is_instance for rule in rules)
    return Tried(pages, cases, sum(len(rule.cases) for rule in others), tuple(failed), proofs)


def _same(rule: Rule, rule_set: RuleSet | None) -> Rule | None:
    """The rule of a page in another set, where it may be called by another name."""
    rules = () if rule_set is None else (one for one in rule_set.rules if not one.is_instance)
    return next((one for one in rules if os.path.realpath(one.path) == os.path.realpath(rule.path)), None)


def _others(together: RuleSet, alone: RuleSet) -> list[Rule]:
    own = {os.path.realpath(rule.path) for rule in alone.rules}
    return [rule for rule in together.rules if os.path.realpath(rule.path) not in own]
