"""The rules that a configuration asks for, checked.

On the start-up path: what checks is imported only where there are rules that splitlint does not ship.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.config import Config, ConfigError, did_you_mean
from splitlint.files.discover import display
from splitlint.findings.own_rules import OWN_RULES
from splitlint.rulebook.pages import load_rules, rule_folders
from splitlint.rulebook.rule import RuleSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def configured_rules(config: Config) -> RuleSet:
    """The rules that splitlint ships, if the configuration does not leave them out, and its own.

    Raises RuleError where they cannot be read, or say something that nothing would come of.
    """
    rule_set = load_rules(rule_folders(config.rules, shipped=config.default_rules), config.fence)
    if config.rules:
        from splitlint.authoring.check_rules import check_rules

        check_rules(rule_set)
    return rule_set


def load_rule_set(config: Config) -> tuple[RuleSet, Config]:
    """The rules of a configuration, and the configuration with the names that findings give to the rules it names.

    Raises RuleError, and ConfigError where the configuration or an argument names a rule that does not exist.
    """
    rule_set = configured_rules(config)
    return rule_set, with_rules_named(config, rule_set)


def with_rules_named(config: Config, rule_set: RuleSet) -> Config:
    """A configuration with the names that findings give to the rules it names.

    Raises ConfigError where the configuration or an argument names a rule that does not exist.
    """
    for where, listed in _rules_named(config):
        for name in listed:
            _meant(rule_set, name, where)

    def meant(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for name in names for one in _meant(rule_set, name)))

    return config._replace(
        select=meant(config.select),
        ignore=meant(config.ignore),
        fix=meant(config.fix),
        no_fix=meant(config.no_fix),
        per_path_ignores=tuple((pattern, meant(names)) for pattern, names in config.per_path_ignores),
    )


def _meant(rule_set: RuleSet, name: str, where: str = "") -> tuple[str, ...]:
    """The rules that a name means: its own, that with the pack, that of a pack. Raises ConfigError if it means none."""
    found = (name,) if name in OWN_RULES else tuple(rule.name for rule in rule_set.named(name))
    if not found:
        names = [*(rule.name for rule in rule_set.rules), *OWN_RULES]
        raise ConfigError(f"{where}there is no rule `{name}`{did_you_mean(name, names)}")
    return found


def _rules_named(config: Config) -> Iterator[tuple[str, Sequence[str]]]:
    """The rules that the configuration names, with where, and those of the command line."""
    yield "", config.given
    for key, rules in config.rules_named().items():
        yield f"{display(config.path)}: `{key}`: ", rules
