"""A rule's `[[shell]]` tables over what shell scripts do with values: in Nix strings, and in script files.

A use of a value in a script is no node of the shell's tree (`KERNEL=${kernel}` is one place, `"$KERNEL/lib/modules"` another, and
one word may hold several), so these rules state what is used, by which path, in which command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tree_sitter import Node

from splitlint.finding import Confidence
from splitlint.match import Match
from splitlint.meaning import names, pathuse
from splitlint.meaning.evaluate import Evaluator
from splitlint.meaning.shell import Command, ShellMeaning, ShellUse
from splitlint.meaning.value import UNKNOWN, Attrs, Package, Value, alternatives
from splitlint.rule import Rule, RuleError
from splitlint.syntax import nix
from splitlint.syntax.embedded import Script, script_of
from splitlint.views import NixView, Notes, fits, unwrapped

_KEYS = frozenset({"denotes", "paths", "commands", "after", "through", "says", "says_not", "assigned", "words", "not_commands"})
_THROUGH = frozenset({"direct", "variable", "attribute"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One `[[shell]]` table.

    `denotes`: what is used (see `predicates.fits`); `paths`: globs for the path below it; `commands`: names of the
    command that gets it; `after`: the word before it; `through`: how it comes into the word; `says`, `says_not`: regexes
    for the command's text; `assigned`: names of the variable that is set to it.
    """

    denotes: tuple[str, ...]
    paths: tuple[str, ...]
    commands: frozenset[str]
    after: frozenset[str]
    through: frozenset[str]
    says: str
    says_not: str
    assigned: frozenset[str]
    not_commands: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Scripts:
    """The scripts in one Nix file, each read when it is asked for."""

    ev: Evaluator
    _known: dict[int, ShellMeaning] = field(default_factory=dict)

    def meaning(self, string: Node) -> ShellMeaning:
        """What the shell does in a string."""
        known = self._known.get(string.id)
        if known is None:
            known = ShellMeaning(script_of(string, self.ev.source), self._hole, Attributes(self.ev, string), pipefail=False)
            self._known[string.id] = known
        return known

    def _hole(self, interpolation: Node) -> Value:
        return self.ev.value(interpolation)

    def silence(self, node: Node) -> str | None:
        """Why nobody would notice that what an interpolation (or an expression in one) names is missing."""
        interpolation: Node | None = node
        while interpolation is not None and interpolation.type != "interpolation":
            interpolation = self.ev.scopes.parent(interpolation)
        string = self.ev.scopes.parent(interpolation) if interpolation is not None else None
        if interpolation is None or string is None or string.type not in nix.STRINGS or b"\n" not in (string.text or b""):
            return None
        meaning = self.meaning(string)
        for use in meaning.uses():
            if use.hole is not None and use.hole.id == interpolation.id and use.variable is None:
                return meaning.silence(use.node, use.path)
        return None

    def uses(self) -> Iterator[tuple[ShellMeaning, ShellUse, Node]]:
        """What scripts that may use a package do: the script, the use, the string."""
        for string in _strings(self.ev):
            meaning = self.meaning(string)
            for use in meaning.uses():
                yield meaning, use, string


class Attributes:
    """The derivation attributes that a script in a string sees as variables: those of the set that it stands in."""

    def __init__(self, ev: Evaluator, string: Node) -> None:
        self.ev = ev
        self.scope = _derivation(ev, string)

    def __call__(self, name: str) -> Value | None:
        if self.scope is None:
            return None
        members = names.members(self.ev, self.scope, None)
        thunk = members.get(name)
        if thunk is None and "env" in members:
            inner = members["env"]().shape
            thunk = inner.names.get(name) if isinstance(inner, Attrs) else None
        return thunk() if thunk is not None else None

    def knows_package(self) -> bool:
        """Whether any of them is a package of a family."""
        if self.scope is None:
            return False
        return any(_packages(thunk()) for thunk in names.members(self.ev, self.scope, None).values())


def _packages(value: Value) -> bool:
    return any(isinstance(unwrapped(option).shape, Package) for option in alternatives(unwrapped(value)))


def _derivation(ev: Evaluator, string: Node) -> Node | None:
    """The set of arguments of a derivation that a string is written in."""
    child, parent = string, ev.scopes.parent(string)
    while parent is not None:
        if parent.type in nix.ATTRSETS:
            above = ev.scopes.parent(parent)
            while above is not None and above.type in ("parenthesized_expression", "function_expression", "binary_expression"):
                above = ev.scopes.parent(above)
            return parent if above is not None and above.type == "apply_expression" else None
        if parent.type in ("let_expression", "function_expression"):
            return None
        child, parent = parent, ev.scopes.parent(parent)
    return None


def _strings(ev: Evaluator) -> Iterator[Node]:
    """The strings in which a package of a family stands, or in whose derivation one is an attribute."""
    pending = [ev.tree.root_node]
    while pending:
        node = pending.pop()
        if node.type in nix.STRINGS:
            text = node.text or b""
            if b"\n" in text or b" " in text:
                holes = [child for child in node.named_children if child.type == "interpolation"]
                if any(_packages(ev.value(hole)) for hole in holes) or (b"$" in text and Attributes(ev, node).knows_package()):
                    yield node
        pending.extend(reversed(node.named_children))


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
        frozenset(table.get("assigned", ())),
        frozenset(table.get("not_commands", ())),
        tuple(table.get("words", ())),
    )


def way(use: ShellUse) -> str:
    """How a value comes into a word: written there, through a shell variable, or as a derivation's attribute."""
    if use.outside is not None:
        return "attribute"
    return "variable" if use.variable is not None else "direct"


def matches_in_nix(rule: Rule, view: NixView, scripts: Scripts, uses: Sequence[tuple[ShellMeaning, ShellUse, Node]]) -> Iterator[Match]:
    """The places where the scripts of a Nix file break a rule."""
    for wanted in wanted_by(rule):
        for meaning, use, string in uses:
            notes = _notes(wanted, meaning, use)
            if notes is None:
                continue
            anchor = use.hole if use.hole is not None else string
            inner = anchor.child_by_field_name("expression") if use.hole is not None else None
            if use.hole is not None and view.handled(inner or anchor):
                continue
            notes.span = use.origin if use.hole is not None else use.span
            yield Match(rule, view, anchor, inner or anchor, {}, notes)


def matches_in_file(rule: Rule, view: Any, meaning: ShellMeaning) -> Iterator[Match]:
    """The places where a script file breaks a rule."""
    for wanted in wanted_by(rule):
        if wanted.words:
            yield from _words(rule, wanted, view, meaning)
            continue
        for use in meaning.uses():
            notes = _notes(wanted, meaning, use)
            if notes is not None:
                notes.span = use.span
                yield Match(rule, view, use.node, use.node, {}, notes)


def _words(rule: Rule, wanted: Wanted, view: Any, meaning: ShellMeaning) -> Iterator[Match]:
    for word in meaning.facts.words:
        if not _called(wanted, meaning.command_of(word)):
            continue
        for text in meaning.word_texts(word):
            path = pathuse.flat(text)
            if _spelt(wanted.words, "/" + path.lstrip("/"), word.text or b""):
                notes = Notes(path=path, span=meaning.script.span(word))
                yield Match(rule, view, word, word, {}, notes)
                break


def _spelt(globs: tuple[str, ...], path: str, written: bytes) -> bool:
    """Whether a path fits a glob whose last name that is no wildcard is written in the word itself, not in a variable."""
    for glob in globs:
        last = next((part for segment in reversed(glob.split("/")) for part in segment.split("*") if part), "")
        if last.encode() in written and pathuse.matches(path, (glob,)):
            return True
    return False


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
    hit = next((one for one in variants if pathuse.matches(one, wanted.paths)), None) if wanted.paths else ""
    if hit is None or not _in_command(wanted, meaning, use):
        return None
    if hit and _is_carried(wanted.paths, hit, pathuse.flat(use.carried)):
        return None
    notes = Notes(value=found, path=hit, confident_path=use.outside is None)
    for step in use.steps:
        if step not in found.reasons:
            notes.value = found = found.because(step)
    silent = meaning.silence(use.node, use.path)
    if silent is not None:
        notes.extra["silent"] = silent
    notes.extra["command"] = use.command.name if use.command is not None else ""
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


class FileView:
    """A script file: what its variables are given from outside."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def handled(self, node: Node) -> bool:
        return False


def low_by_name(value: Value) -> Value:
    """A value that is only a variable's name."""
    return value.at_most(Confidence.LOW) if value is not UNKNOWN else value
