"""The rules that a configuration asks for, checked.

On the start-up path: what checks is imported only where there are rules that splitlint does not ship.
"""

from __future__ import annotations

from splitlint.config import Config
from splitlint.rulebook.pages import load_rules, rule_folders
from splitlint.rulebook.rule import RuleSet


def configured_rules(config: Config) -> RuleSet:
    """The rules that splitlint ships, if the configuration does not leave them out, and its own.

    Raises RuleError where they cannot be read, or say something that nothing would come of.
    """
    rule_set = load_rules(rule_folders(config.rules, shipped=config.default_rules), config.fence)
    if config.rules:
        from splitlint.authoring.check_rules import check_rules

        check_rules(rule_set)
    return rule_set
