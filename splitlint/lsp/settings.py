"""What is checked for, by folder: the configuration, its rules and its baseline, read again when one changes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from splitlint.authoring.configured import configured_rules, with_rules_named
from splitlint.config import FILE_NAMES, Config, ConfigError, load_config
from splitlint.findings import baseline
from splitlint.rulebook.rule import RuleError, RuleSet
from splitlint.rulebook.rule_index import RuleIndex
from splitlint.startup.named_tuples import NamedTuple

#: Files with what tells that they have changed: nanoseconds and bytes, None for one that is not there.
Stamp = tuple[tuple[str, "tuple[int, int] | None"], ...]


class Settings(NamedTuple):
    """How to check the files of a folder. `active`: the rules that are on. `known`: fingerprints of the baseline.

    `trouble`: why what is configured cannot be used, "" if it can; then `config` and `rules` are those of before, or
    the defaults. `path`: the file that says so.
    """

    config: Config
    rules: RuleSet
    active: RuleSet
    known: frozenset[str] = frozenset()
    trouble: str = ""
    path: str = ""


class SettingsByFolder:
    """The settings of folders (absolute paths), as they are on disk now."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Stamp, Settings]] = {}
        self._rules: dict[tuple[str, bool], RuleSet] = {}

    def shipped(self) -> RuleSet:
        """The rules that are in use where nothing is configured."""
        return self._rule_set(Config())[0]

    def of(self, folder: str) -> Settings:
        """The settings of a folder; the same object until something in them changes."""
        kept = self._kept.get(folder)
        if kept is not None and kept[0] == _stamp(path for path, _ in kept[0]):
            return kept[1]
        settings = self._read(folder, kept[1] if kept is not None else None)
        stamp = _stamp([*_candidates(folder), *_files_of(settings.config)])
        if kept is not None and settings.rules is kept[1].rules and settings == kept[1]:
            settings = kept[1]
        self._kept[folder] = stamp, settings
        return settings

    def _read(self, folder: str, before: Settings | None) -> Settings:
        path = ""
        try:
            config = load_config(folder)
            path = config.path
            rules, config = self._rule_set(config)
            return Settings(config, rules, _active(rules, config, before), _known(config))
        except (ConfigError, RuleError, baseline.BaselineError) as error:
            if before is None:
                rules, config = self._rule_set(Config(root=folder))
                before = Settings(config, rules, rules)
            message = error.why if isinstance(error, baseline.DamagedError) else str(error)
            return before._replace(trouble=message, path=path or _blamed(folder, message))

    def _rule_set(self, config: Config) -> tuple[RuleSet, Config]:
        """The rules, the same object for all folders in which they are the same."""
        key = config.path if config.rules else "", config.default_rules
        known = self._rules.get(key)
        # Those that are shipped stay what they are.
        if known is None or config.rules:
            rule_set = configured_rules(config)
            if known is None or (known.rules, known.packs) != (rule_set.rules, rule_set.packs):
                known = self._rules[key] = RuleIndex.of(rule_set)
        return known, with_rules_named(config, known)


def _active(rules: RuleSet, config: Config, before: Settings | None) -> RuleSet:
    if not (config.select or config.ignore):
        return rules
    active = RuleIndex.of(rules.only(config.select, config.ignore))
    return before.active if before is not None and before.active.rules == active.rules else active


def _known(config: Config) -> frozenset[str]:
    path = dict(config.flags).get("baseline")
    return frozenset(baseline.read(str(path))) if path else frozenset()


def _candidates(folder: str) -> Iterator[str]:
    """The files that may configure a folder, the nearest first."""
    while True:
        yield from (os.path.join(folder, name) for name in FILE_NAMES)
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _blamed(folder: str, message: str) -> str:
    """The file that a message begins with: not each one that is there configures anything."""
    return next((path for path in _candidates(folder) if message.startswith(f"{path}: ")), "")


def _files_of(config: Config) -> Iterator[str]:
    """What a configuration refers to: pages of rules with their folders, a baseline."""
    for top in config.rules:
        for folder, _, names in os.walk(top):
            yield folder
            yield from (os.path.join(folder, name) for name in names)
    path = dict(config.flags).get("baseline")
    if path:
        yield os.path.abspath(str(path))


def _stamp(paths: Iterable[str]) -> Stamp:
    return tuple((path, _state(path)) for path in paths)


def _state(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
