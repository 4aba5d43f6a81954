"""What a rule page says and nothing would come of: names that mean nothing, parts that no file is asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from splitlint.authoring.cases import check_cases
from splitlint.authoring.fixes import check_override, check_settings
from splitlint.authoring.packs import check_dates, check_needle
from splitlint.authoring.queries import check_query
from splitlint.authoring.vocabulary import Vocabulary, wrong_regex
from splitlint.matching.command_match import wanted_by
from splitlint.matching.use_tables import UseTable, use_tables
from splitlint.rulebook.mistakes import nearest
from splitlint.rulebook.rule import Pack, Rule, RuleError, mistake

#: By table of a page, the keys that it may have.
_PROGRAM_KEYS = {"python": frozenset({"paths", "writes"}), "text": frozenset({"paths", "writes", "unless_first"})}
#: By language, the parts of a page that are asked about its files.
_ASKED = {
    "nix": ("use", "python", "queries"),
    "shell": ("use", "commands"),
    "python": ("python",),
    "text": ("text", "commands"),
}


def check_page(rule: Rule, pack: Pack, vocabulary: Vocabulary, is_rule: Callable[[str, str], bool]) -> None:
    """Raises RuleError where a page says something that nothing comes of.

    `is_rule` tells whether there is a rule of a name, as rules of a pack call it.
    """
    check_settings(rule, vocabulary, lambda steps, message: mistake(rule.path, message, *steps))
    _check_words(rule, pack, is_rule)
    for number, table in enumerate(use_tables(rule)):
        _check_use(rule, number, table, vocabulary)
    for number, wanted in enumerate(wanted_by(rule)):
        builds = "`builds` is missing" if not wanted.builds else _wrong_values(wanted.builds, vocabulary)
        told = builds or wrong_regex(wanted.says)
        if told is not None:
            raise mistake(rule.path, f"[[commands]] {told}", ("commands", number), "builds" if builds else "says")
    for key, known in _PROGRAM_KEYS.items():
        _check_program(rule, key, known)
    for query in rule.queries:
        check_query(rule, query, vocabulary)
    check_cases(rule)
    _check_languages(rule)


def _check_words(rule: Rule, pack: Pack, is_rule: Callable[[str, str], bool]) -> None:
    definition = rule.definition
    for key in ("message", "help"):
        if not isinstance(definition.get(key, ""), str):
            raise mistake(rule.path, f"{key} is a string", key)
    for key in ("patterns", "instead_of"):
        if not _is_words(definition.get(key, [])):
            raise mistake(rule.path, f"{key} is a list of strings", key)
    if definition.get("when", "unknown") != "unknown":
        raise mistake(rule.path, f'when = {definition["when"]!r} means nothing: it can only be "unknown"', "when")
    check_dates(rule.path, definition.get("since", pack.since), definition.get("merged"))
    for name in definition.get("instead_of", ()):
        if not is_rule(name, rule.pack):
            raise mistake(rule.path, f"instead_of: there is no rule `{name}`", "instead_of", name)
    for needle in (str(needle) for needles in definition.get("needles", ()) for needle in needles):
        check_needle(rule.path, pack, needle)


def _check_use(rule: Rule, number: int, table: UseTable, vocabulary: Vocabulary) -> None:
    def complain(steps: tuple[str, ...], message: str) -> RuleError:
        return mistake(rule.path, f"[[use]] {message}", ("use", number), *steps)

    if not table.value and not table.words:
        raise complain(("value",), "`value` is missing: what is used")
    for key, specs in (("value", table.value), ("alone", table.alone), ("not_overriding", table.not_overriding)):
        for spec in sorted(specs):
            wrong = vocabulary.wrong_value(spec)
            if wrong is not None:
                raise complain((key, spec), f"{key}: {wrong}")
    for written in table.into:
        wrong = vocabulary.wrong_receiver(written)
        if wrong is not None:
            raise complain(("into", written), f"into: {wrong}")
    only = "words" if table.words else "files_only" if table.files_only else ""
    if only and "shell" not in rule.languages:
        raise complain((only,), f"{only} is about script files, and `shell` is not among the page's languages")
    check_dates(rule.path, table.settings.get("since"), None)
    check_override(rule, table.settings, vocabulary, complain)


def _wrong_values(specs: tuple[str, ...], vocabulary: Vocabulary) -> str | None:
    return next((wrong for spec in specs if (wrong := vocabulary.wrong_value(spec))), None)


def _check_program(rule: Rule, key: str, known: frozenset[str]) -> None:
    table = rule.definition.get(key)
    if table is None:
        return
    if not isinstance(table, dict):
        raise mistake(rule.path, f"[{key}] is a table", key)
    for name in table:
        if name not in known:
            raise mistake(rule.path, f"[{key}] has no key `{name}`{nearest(name, known)}", key, name)
    if not table.get("paths") or not _is_words(table["paths"]):
        raise mistake(rule.path, f"[{key}] paths is a list of globs", key)
    if not isinstance(table.get("writes", False), bool):
        raise mistake(rule.path, f"[{key}] writes is true or false", key, "writes")
    wrong = wrong_regex(str(table.get("unless_first", "")))
    if wrong is not None:
        raise mistake(rule.path, f"[{key}] unless_first: {wrong}", key, "unless_first")


def _check_languages(rule: Rule) -> None:
    """Each part of a page is asked about files of some language, and each language about some part."""
    parts = {key for key in ("use", "python", "text", "commands") if rule.definition.get(key)}
    if rule.queries:
        parts.add("queries")
    if not parts:
        raise mistake(rule.path, "the page looks for nothing: it has no [[use]] table and no query")
    for part in sorted(parts):
        languages = [language for language, asked in _ASKED.items() if part in asked]
        if not set(languages) & set(rule.languages):
            told = "a query" if part == "queries" else _shown(part)
            raise mistake(rule.path, f"{told} is never asked: language has no `{'`, `'.join(languages)}`", "language")
    for language in rule.languages:
        if not parts & set(_ASKED[language]):
            told = ", ".join("a query" if part == "queries" else _shown(part) for part in _ASKED[language])
            raise mistake(rule.path, f"language has `{language}`, but the page has none of: {told}", "language")


def _shown(part: str) -> str:
    return f"[[{part}]]" if part in ("use", "commands") else f"[{part}]"


def _is_words(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(word, str) for word in value)
