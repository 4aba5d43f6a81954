"""A rule's `[[use]]` tables: which uses of a package break it, whatever language they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from splitlint.analysis.model.uses import ATTRIBUTE, DIRECT, FOLDER, VARIABLE, Asked, Command
from splitlint.matching.sink_patterns import Receivers, fits_one, last_names, sink_pattern
from splitlint.rulebook.rule import Rule, RuleError, mistake
from splitlint.startup.records import dataclass

#: Specifications of packages of the page's own pack that are asked for a path which is not in them: because it moved
#: away from there, or because it has never been there. `:whole` and `:chosen` tell whether an output was chosen,
#: `:NAME` which.
MISPLACED = frozenset({"moved", "never-there"})
_WAYS = frozenset({DIRECT, VARIABLE, ATTRIBUTE, FOLDER})
#: The keys of a table, by what they are: lists of words, regular expressions, tables of them, yes or no.
_LISTS = ("value", "path", "to", "into", "alone", "words", "not_asked", "lacks", "not_set")
_SETS = (
    "way",
    "within",
    "not_within",
    "not_overriding",
    "read_by",
    "commands",
    "not_commands",
    "after",
    "assigned",
)
_PATTERNS = (
    "says",
    "says_not",
    "script_says_not",
    "source_says",
    "file_says",
    "file_says_not",
    "source_says_not",
    "not_for",
    "element",
    "not_in_call",
    "content",
    "content_not",
)
_PATTERN_TABLES = ("beside", "not_beside")
_FLAGS = ("files_only", "at_value", "unchecked")
#: What a table may say instead of its page.
_SETTINGS = ("message", "help", "consequence", "severity", "confidence", "nixpkgs", "since")
_KNOWN = frozenset((*_LISTS, *_SETS, *_PATTERNS, *_PATTERN_TABLES, *_FLAGS, *_SETTINGS, "impact", "fix"))


@dataclass(frozen=True, slots=True)
class UseTable:
    """One `[[use]]` table. All that is given must fit.

    `pack`: that of its page; `value`: what is used (see `views.fits` and MISPLACED); `to`: outputs, one of which what
    is misplaced is in; `element`: a regex for the element that is used of a list; `path`: globs
    for the path below it; `into`: who gets it (see `sink_patterns`); `way`: how it comes there; `alone`: what no list
    that it travels in, and no such command of the script, is given too; `within`, `not_within`: names of functions in
    whose arguments it is written; `not_in_call`: a regex for the source of calls in the same expression;
    `not_overriding`: packages in whose override it stands; `read_by`: it has no effect where all of these phases are
    written by hand and none of them reads the attribute; `source_says`, `source_says_not`: regexes for how the value is
    written; `content`, `content_not`: regexes for its text; `not_asked`: attributes for which the code around asks
    first, of whatever; `lacks`: attributes of which it surely has none; `not_set`: options that the file sets, all of
    them; `file_says`, `file_says_not`: regexes for the whole file;
    `beside`, `not_beside`: by attribute of the set that it stands in, a regex for the source of that binding.

    For scripts: `commands`, `not_commands`: the command that gets it; `after`: the word before it; `assigned`: the
    variable that is set to it; `says`, `says_not`: regexes for the command's text; `script_says_not`: one for the whole
    script; `words`: globs for words of script files, whatever is used in them; `files_only`: not for scripts in Nix;
    `unchecked`: not where the script asks whether that very path is there; `not_for`: a regex for the platform that the
    package is built for, as far as that is known, and for its name in nixpkgs;
    `at_value`: what a derivation gives its script is reported where it is given, not where it is read.
    `settings`: what the table says instead of its page.
    """

    pack: str
    value: tuple[str, ...]
    path: tuple[str, ...]
    to: tuple[str, ...]
    into: tuple[str, ...]
    alone: tuple[str, ...]
    words: tuple[str, ...]
    not_asked: tuple[str, ...]
    lacks: tuple[str, ...]
    not_set: tuple[str, ...]
    way: frozenset[str]
    within: frozenset[str]
    not_within: frozenset[str]
    not_overriding: frozenset[str]
    read_by: frozenset[str]
    commands: frozenset[str]
    not_commands: frozenset[str]
    after: frozenset[str]
    assigned: frozenset[str]
    says: str
    says_not: str
    script_says_not: str
    source_says: str
    source_says_not: str
    not_for: str
    element: str
    not_in_call: str
    content: str
    content_not: str
    file_says: str
    file_says_not: str
    beside: Mapping[str, str]
    not_beside: Mapping[str, str]
    files_only: bool
    at_value: bool
    unchecked: bool
    settings: Mapping[str, Any]

    @property
    def is_of_scripts(self) -> bool:
        """Whether only a use in a script can fit."""
        return bool(self.commands or self.after or self.assigned or self.says or self.says_not or self.files_only)


def use_tables(rule: Rule) -> tuple[UseTable, ...]:
    """The `[[use]]` tables of a page, read once. Raises RuleError on keys and values that there are not."""
    key = (id(rule.definition), rule.pack)
    known = _READ.get(key)
    if known is None or known[0] is not rule.definition:
        known = _READ[key] = (rule.definition, _tables(rule))
    return known[1]


_READ: dict[tuple[int, str], tuple[Mapping[str, Any], tuple[UseTable, ...]]] = {}


def _tables(rule: Rule) -> tuple[UseTable, ...]:
    tables = rule.definition.get("use", ())
    if not isinstance(tables, list | tuple) or not all(isinstance(table, dict) for table in tables):
        raise RuleError(f"{rule.path}: `[[use]]` is a list of tables")
    return tuple(_table(rule, number, table) for number, table in enumerate(tables))


def _table(rule: Rule, number: int, table: Mapping[str, Any]) -> UseTable:
    wrong = _wrong_key(table) or _wrong_kind(table) or _wrong_word(table)
    if wrong is not None:
        key, message = wrong
        raise mistake(rule.path, f"[[use]] {message}", ("use", number), key)
    made: dict[str, Any] = {key: tuple(table.get(key, ())) for key in _LISTS}
    made |= {key: frozenset(table.get(key, ())) for key in _SETS}
    made |= {key: table.get(key, "") for key in _PATTERNS}
    made |= {key: table.get(key, {}) for key in _PATTERN_TABLES}
    made |= {key: bool(table.get(key)) for key in _FLAGS}
    made["way"] = made["way"] or _WAYS
    made["pack"] = rule.pack
    made["settings"] = {key: table[key] for key in (*_SETTINGS, "impact", "fix") if key in table}
    return UseTable(**made)


#: A key of a table, and what is wrong with it.
_Wrong = tuple[str, str]


def _wrong_key(table: Mapping[str, Any]) -> _Wrong | None:
    key = next((key for key in table if key not in _KNOWN), None)
    if key is None:
        return None
    from splitlint.rulebook.mistakes import nearest

    return key, f"has no key `{key}`{nearest(key, _KNOWN)}"


def _wrong_kind(table: Mapping[str, Any]) -> _Wrong | None:
    for key in (*_LISTS, *_SETS, "impact"):
        if not _is_words(table.get(key, [])):
            return key, f"{key} is a list of strings"
    for key in (*_PATTERNS, *_SETTINGS):
        if not isinstance(table.get(key, ""), str):
            return key, f"{key} is a string"
    for key in (*_PATTERN_TABLES, "fix"):
        if not isinstance(table.get(key, {}), dict):
            return key, f"{key} is a table"
    for key in _FLAGS:
        if not isinstance(table.get(key, False), bool):
            return key, f"{key} is true or false"
    return None


def _wrong_word(table: Mapping[str, Any]) -> _Wrong | None:
    for way in table.get("way", ()):
        if way not in _WAYS:
            from splitlint.rulebook.mistakes import nearest

            return "way", f"way has no `{way}`{nearest(way, _WAYS)}"
    for written in table.get("into", ()):
        try:
            sink_pattern(written.removeprefix("!"))
        except ValueError as error:
            return "into", f"into: {error}"
    patterns = [(key, table.get(key, "")) for key in _PATTERNS]
    patterns += [(key, regex) for key in _PATTERN_TABLES for regex in table.get(key, {}).values()]
    for key, regex in patterns:
        try:
            re.compile(regex)
        except (re.error, TypeError) as error:
            return key, f"{key} is no regular expression: {error}"
    return None


def _is_words(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(word, str) for word in value)


def words_asked(rules: Iterable[Rule]) -> frozenset[bytes]:
    """The names of functions that put packages together, and of options of which it is asked whether a file sets them.

    Of an option its longest name.
    """
    tables = [table for rule in rules for table in use_tables(rule)]
    functions = {one for table in tables for one in last_names(one for one in table.into if _puts_together(one))}
    options = {max(one.split("."), key=len) for table in tables for one in table.not_set}
    return frozenset(one.encode() for one in functions | options)


def _puts_together(receiver: str) -> bool:
    """Whether it is a function that takes a list or a set, under a name that means nothing else."""
    return receiver.startswith("*.") and receiver[-1] in "]}" and ".override" not in receiver


def asked_by(rules: Iterable[Rule]) -> Asked:
    """What the tables of rules ask about."""
    tables = [table for rule in rules for table in use_tables(rule)]
    of_anything = [table for table in tables if _is_of_anything(table)]
    written = {one for table in of_anything for one in table.into}
    in_scripts = any(not table.into for table in of_anything)
    receivers = {one for table in tables for one in table.into if not one.startswith("!")}
    return Asked(
        last_names(one for table in tables for one in table.into),
        cache(lambda sink: in_scripts if isinstance(sink, Command) else fits_one(sink, written)),
        cache(Receivers(receivers).may_fit),
    )


def _is_of_anything(table: UseTable) -> bool:
    return any(one in ("any", "list") or one.startswith(("call:", "set:")) for one in table.value)
