"""A rule's `[[shell]]` tables over what shell scripts do with values: in Nix strings, and in script files.

A use of a value in a script is no node of the shell's tree (`KERNEL=${kernel}` is one place, `"$KERNEL/lib/modules"`
another, and one word may hold several), so these rules state what is used, by which path, in which command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from tree_sitter import Node

from splitlint.analysis.nix import pathuse
from splitlint.analysis.shell.uses import Command, ShellMeaning, ShellUse
from splitlint.matching.query_match import Match
from splitlint.matching.views import NixView, Notes, fits
from splitlint.rulebook.rule import Rule, RuleError
from splitlint.startup.records import dataclass

_KEYS = frozenset(
    {"denotes", "paths", "commands", "after", "through", "says", "says_not", "assigned", "words", "not_commands"}
    | {"files_only", "alone", "script_says_not"}
)
_NO_LISTS = frozenset({"says", "says_not", "script_says_not", "files_only"})
_THROUGH = frozenset({"direct", "variable", "attribute"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One `[[shell]]` table.

    `denotes`: what is used (see `views.fits`); `paths`: globs for the path below it; `commands`, `not_commands`:
    names of the command that gets it; `after`: the word before it; `through`: how it comes into the word; `says`,
    `says_not`: regexes for the command's text; `script_says_not`: one for the whole script; `alone`: what no such
    command of the script is given, too; `assigned`: names of the variable that is set to it; `words`: globs for
    words of script files, whatever is used in them; `files_only`: not for scripts in Nix strings.
    """

    denotes: tuple[str, ...]
    paths: tuple[str, ...]
    commands: frozenset[str]
    after: frozenset[str]
    through: frozenset[str]
    says: str
    says_not: str
    script_says_not: str
    alone: tuple[str, ...]
    assigned: frozenset[str]
    not_commands: frozenset[str]
    words: tuple[str, ...]
    files_only: bool


def wanted_by(rule: Rule) -> tuple[Wanted, ...]:
    """The `[[shell]]` tables of a page. Raises RuleError on keys that there are not."""
    tables = rule.front.get("shell", ())
    if not isinstance(tables, list | tuple) or not all(isinstance(table, dict) for table in tables):
        raise RuleError(f"{rule.path}: `[[shell]]` is a list of tables")
    return tuple(_wanted(rule, table) for table in tables)


def _wanted(rule: Rule, table: dict[str, Any]) -> Wanted:
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise RuleError(f"{rule.path}: [[shell]] has no key `{unknown[0]}`; there are {', '.join(sorted(_KEYS))}")
    for key in sorted(set(table) - _NO_LISTS):
        if not isinstance(table[key], list) or not all(isinstance(word, str) for word in table[key]):
            raise RuleError(f"{rule.path}: [[shell]] {key} is a list of strings")
    through = frozenset(table.get("through", _THROUGH))
    if not through <= _THROUGH:
        raise RuleError(f"{rule.path}: [[shell]] through = one or more of {', '.join(sorted(_THROUGH))}")
    return Wanted(
        tuple(table.get("denotes", ())),
        tuple(table.get("paths", ())),
        frozenset(table.get("commands", ())),
        frozenset(table.get("after", ())),
        through,
        str(table.get("says", "")),
        str(table.get("says_not", "")),
        str(table.get("script_says_not", "")),
        tuple(table.get("alone", ())),
        frozenset(table.get("assigned", ())),
        frozenset(table.get("not_commands", ())),
        tuple(table.get("words", ())),
        bool(table.get("files_only")),
    )


def words_of(rules: Iterable[Rule]) -> frozenset[bytes]:
    """Words without one of which no script breaks a rule, but by what is put into it; empty if there are none such."""
    words: set[str] = set()
    for wanted in _in_strings(rules):
        names = {glob.split("/")[0] for glob in wanted.paths if not glob.startswith("!")}
        here = wanted.commands or wanted.assigned or names
        if not here or (here is names and any(not name or "*" in name for name in names)):
            return frozenset()
        words |= here
    return frozenset(word.encode() for word in words)


def paths_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The globs of the paths below a value by which scripts break rules, `**` if any will do.

    `""` is among them: a variable may hold the value, and the path stand where that is read.
    """
    globs = [glob for wanted in _in_strings(rules) for glob in wanted.paths or ("**",) if not glob.startswith("!")]
    return tuple(dict.fromkeys(["", *globs]))


def _in_strings(rules: Iterable[Rule]) -> Iterator[Wanted]:
    return (wanted for rule in rules for wanted in wanted_by(rule) if not wanted.files_only)


def way(use: ShellUse) -> str:
    """How a value comes into a word: written there, through a shell variable, or as a derivation's attribute."""
    if use.outside is not None:
        return "attribute"
    return "variable" if use.variable is not None else "direct"


def matches_in_nix(rule: Rule, view: NixView, uses: Sequence[tuple[ShellMeaning, ShellUse, Node]]) -> Iterator[Match]:
    """The places where the scripts of a Nix file break a rule."""
    for wanted in wanted_by(rule):
        for meaning, use, string in uses if not wanted.files_only else ():
            notes = _notes(wanted, meaning, use)
            if notes is None or _has_company(wanted, (other for one, other, _ in uses if one is meaning)):
                continue
            anchor = use.hole if use.hole is not None else string
            inner = anchor.child_by_field_name("expression") if use.hole is not None else None
            if use.hole is not None and view.handled(inner or anchor):
                continue
            notes.span = use.origin if use.hole is not None else use.span
            if use.hole is None:
                notes.extra["package"] = view.ev.source.text(*use.span)
            yield Match(rule, view, anchor, inner or anchor, {}, notes)


def matches_in_file(rule: Rule, meaning: ShellMeaning) -> Iterator[Match]:
    """The places where a script file breaks a rule."""
    for wanted in wanted_by(rule):
        if wanted.words:
            yield from _words(rule, wanted, meaning)
            continue
        for use in meaning.uses():
            notes = _notes(wanted, meaning, use)
            if notes is not None and not _has_company(wanted, meaning.uses()):
                notes.span = use.span
                notes.extra["package"] = meaning.script.source.text(*use.span)
                yield Match(rule, None, use.node, use.node, {}, notes)


def _has_company(wanted: Wanted, uses: Iterable[ShellUse]) -> bool:
    """Whether a script gives such a command what makes up for the rest: `cp -r ${kernel.modules}/* $out`."""
    if not wanted.alone:
        return False
    given = (use.value for use in uses if _called(wanted, use.command))
    return any(fits(value, spec) is not None for value in given for spec in wanted.alone)


def _words(rule: Rule, wanted: Wanted, meaning: ShellMeaning) -> Iterator[Match]:
    for word in meaning.facts.words:
        globs = _spelt(wanted.words, word.text or b"")
        if not globs or not _called(wanted, meaning.command_of(word)):
            continue
        for text in meaning.word_texts(word):
            path = pathuse.flat(text)
            if pathuse.matches("/" + path.lstrip("/"), globs):
                span = meaning.script.span(word)
                notes = Notes(path=path, span=span, extra={"package": meaning.script.source.text(*span)})
                yield Match(rule, None, word, word, {}, notes)
                break


def _spelt(globs: tuple[str, ...], written: bytes) -> tuple[str, ...]:
    """The globs whose last name (but wildcards) is written in a word itself, not in a variable."""
    return tuple(glob for glob in globs if _last_name(glob) in written)


@cache
def _last_name(glob: str) -> bytes:
    parts = (part for segment in reversed(glob.split("/")) for part in segment.split("*"))
    return next((part.encode() for part in parts if part), b"")


def _called(wanted: Wanted, command: Command | None) -> bool:
    name = command.name if command is not None else ""
    if wanted.commands and name not in wanted.commands:
        return False
    return name not in wanted.not_commands


def _notes(wanted: Wanted, meaning: ShellMeaning, use: ShellUse) -> Notes | None:
    """What is known of a use that fits a table; None if it does not."""
    if way(use) not in wanted.through:
        return None
    found = next((hit for spec in wanted.denotes if (hit := fits(use.value, spec)) is not None), None)
    if found is None:
        return None
    path = pathuse.flat(use.path)
    variants, _ = pathuse.word(path) if path else ([""], True)
    below = next((one for one in variants if pathuse.matches(one, wanted.paths)), None) if wanted.paths else ""
    if below is None or not _in_command(wanted, meaning, use):
        return None
    if below and _is_carried(wanted.paths, below, pathuse.flat(use.carried)):
        return None
    notes = Notes(value=found, path=below, confident_path=use.outside is None)
    for step in use.steps:
        if step not in found.reasons:
            notes.value = found = found.because(step)
    silent = meaning.silence(use.node, use.path)
    if silent is not None:
        notes.extra["silent"] = silent
    command = use.command.name if use.command is not None else ""
    notes.extra["command"] = use.assigned or command if wanted.assigned else command
    if use.variable is not None or use.outside is not None:
        notes.extra["variable"] = use.variable or use.outside or ""
    return notes


def _is_carried(globs: tuple[str, ...], path: str, carried: str) -> bool:
    """Whether a variable brought the telling part of a path along: then it is reported where it was put together."""
    unwanted = tuple(glob for glob in globs if glob.startswith("!"))
    return any(
        pathuse.matches(path, (glob, *unwanted)) and pathuse.matches(carried, (glob,))
        for glob in globs
        if glob and not glob.startswith("!")
    )


def _in_command(wanted: Wanted, meaning: ShellMeaning, use: ShellUse) -> bool:
    if wanted.assigned and use.assigned not in wanted.assigned:
        return False
    command = use.command
    if not _called(wanted, command):
        return False
    if wanted.script_says_not and re.search(wanted.script_says_not, meaning.written):
        return False
    if not (wanted.after or wanted.says or wanted.says_not):
        return True
    if command is None:
        return False
    if wanted.after and not _comes_after(wanted.after, use, command.arguments):
        return False
    text = (command.node.text or b"").decode("utf-8", "replace")
    if wanted.says and not re.search(wanted.says, text):
        return False
    return not (wanted.says_not and re.search(wanted.says_not, text))


def _comes_after(words: frozenset[str], use: ShellUse, arguments: tuple[Node, ...]) -> bool:
    """Whether the use's word follows one of the words, or starts with one of them (`-d/path`, `--dirname=/path`)."""
    before = pathuse.flat(use.before)
    if before.rstrip("=") in words:
        return True
    previous = ""
    for word in arguments:
        if word.start_byte <= use.node.start_byte < word.end_byte or word.id == use.node.id:
            return previous in words
        previous = (word.text or b"").decode("utf-8", "replace")
    return False
