"""Rules and packs as their authors wrote them: nothing that is written is passed over in silence."""

from __future__ import annotations

import os
from functools import cache

from splitlint.authoring.packs import check_pack
from splitlint.authoring.pages import check_page
from splitlint.authoring.vocabulary import vocabulary_of
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import RuleSet


def check_rules(rule_set: RuleSet, *, shipped: bool = False) -> None:
    """Raises RuleError, with file, line and what may have been meant, on what nothing would come of.

    Those that splitlint ships are checked by its tests, and here only if `shipped` says so.
    """
    own = default_folder() + os.sep

    def concerns(path: str) -> bool:
        return shipped or not path.startswith(own)

    @cache
    def is_rule(name: str, pack: str) -> bool:
        return bool(rule_set.named(name, pack) or load_rules([default_folder()]).named(name, pack))

    for pack in rule_set.packs:
        if concerns(pack.path):
            check_pack(pack)
    vocabulary = vocabulary_of(rule_set.packs)
    packs = {pack.name: pack for pack in rule_set.packs}
    for rule in rule_set.rules:
        if concerns(rule.path):
            check_page(rule, packs[rule.pack], vocabulary, is_rule)
