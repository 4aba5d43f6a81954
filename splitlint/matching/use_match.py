"""The uses in a file that a rule's `[[use]]` tables name, to matches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tree_sitter import Node

from splitlint.analysis.model import paths
from splitlint.analysis.model.families import World
from splitlint.analysis.model.texts import flat
from splitlint.analysis.model.uses import ATTRIBUTE, Attribute, Use
from splitlint.analysis.model.values import Package, Tree
from splitlint.analysis.shell.as_uses import silence_in, sink_at, time_of_file
from splitlint.analysis.shell.uses import ShellMeaning
from splitlint.matching.query_match import Match, retold
from splitlint.matching.syntax_around import call_texts, calls_around, is_asked_first, sibling
from splitlint.matching.use_fit import is_called, lacks, notes_of
from splitlint.matching.use_tables import UseTable, use_tables
from splitlint.matching.views import NixView, Notes, fits
from splitlint.rulebook.rule import Rule
from splitlint.startup.beside import beside
from splitlint.syntax import nix
from splitlint.syntax.parents import in_parentheses

#: What a page writes as `output` of its fix for the one that has what was looked for.
HOME = "{home}"
#: How many other places a finding shows.
_MOST_PLACES = 6
#: The platforms that code is most likely to be for, and what code says that asks which it is for.
_COMMON_PLATFORMS = ("x86_64-linux", "aarch64-linux")
_OF_PLATFORMS = r"[Pp]latform|stdenv\.is|system"


def matches_in_nix(rule: Rule, view: NixView) -> Iterator[Match]:
    """The uses in a Nix file that break a rule."""
    for table in use_tables(rule):
        if table.words or table.files_only:
            continue
        told = retold(rule, table.settings)
        found: dict[tuple[int, int], Match] = {}
        for use in view.file.asked_uses:
            notes = notes_of(table, use, view.file.shown(use.value), view.world)
            if notes is None or _is_answered(spoken := at_home(told, notes), use):
                continue
            node = view.node_at(use.place.start, use.place.end)
            if node is None or _is_broken(node) or not _stands_well(table, view, node, use):
                continue
            notes.span = (use.place.start, use.place.end)
            notes.confident_path = notes.confident_path and not view.file.is_disproved(use.value)
            if use.way == ATTRIBUTE and not table.at_value and use.span is not None:
                notes.span = (use.span.start, use.span.end)
                notes.extra["package"] = view.source.text(*notes.span)
                notes.places = (use.place,)
            match = Match(spoken, view, node, node, {}, notes)
            known = found.get(notes.span)
            found[notes.span] = match if known is None else _of_both(known, match)
        yield from found.values()


def _of_both(one: Match, other: Match) -> Match:
    """The match for a place of which two uses are wrong: nobody would notice only if that is so of both."""
    if _rank(other) > _rank(one):
        one, other = other, one
    one.notes.places = tuple(dict.fromkeys((*one.notes.places, *other.notes.places)))[:_MOST_PLACES]
    return one


def _rank(match: Match) -> tuple[bool, int]:
    return "silent" not in match.notes.extra, match.confidence


def matches_in_script(rule: Rule, meaning: ShellMeaning, uses: Iterable[Use], world: World) -> Iterator[Match]:
    """The places where a script file breaks a rule."""
    for table in use_tables(rule):
        told = retold(rule, table.settings)
        if table.words:
            yield from _words(told, table, meaning)
            continue
        for use in uses:
            notes = notes_of(table, use, use.value, world)
            node = meaning.script.tree.root_node
            if notes is not None and not _is_answered(spoken := at_home(told, notes), use):
                notes.span = (use.place.start, use.place.end)
                notes.extra["package"] = meaning.script.source.text(*notes.span)
                yield Match(spoken, None, node, node, {}, notes)


def at_home(rule: Rule, notes: Notes) -> Rule:
    """The rule for something of which it is known where it really is: its fix takes that, or makes no edit.

    None is made where braces name paths that are in different places, either.
    """
    if notes.home is None:
        return rule
    if notes.is_split:
        return rule._replace(fix={})
    if rule.fix.get("output") != HOME:
        return rule
    wanted = notes.home.output or notes.home.package
    return rule._replace(fix={**rule.fix, "output": wanted} if wanted else {})


@beside
def _tables(view: NixView) -> dict[str, tuple[UseTable, ...]]:
    """The tables of rules by name, for those who ask about many uses of one file."""
    return {}


@beside
def _said(view: NixView) -> dict[str, bool]:
    """What `source_says` answered, by expression."""
    return {}


def source_says(view: NixView, regex: str) -> bool:
    """Whether a regular expression fits anywhere in a file, which is looked at once for all findings in it."""
    known = _said(view)
    if regex not in known:
        known[regex] = re.search(regex.encode(), view.source.data) is not None
    return known[regex]


def found_by(rule: Rule, use: Use, view: NixView) -> Rule | None:
    """The rule, with what its fix takes there, if a use in a Nix file breaks it; else None."""
    known = _tables(view)
    if rule.name not in known:
        known[rule.name] = use_tables(rule)
    for table in known[rule.name]:
        notes = notes_of(table, use, view.file.shown(use.value), view.world)
        if table.words or table.files_only or notes is None:
            continue
        node = view.node_at(use.place.start, use.place.end)
        if node is not None and _stands_well(table, view, node, use):
            is_answered = _is_answered(at_home(retold(rule, table.settings), notes), use)
            return None if is_answered else at_home(rule, notes)
    return None


def _is_answered(rule: Rule, use: Use) -> bool:
    """Whether a script that finds the path missing takes it from where the rule's fix would: then it asks, no more."""
    outputs = {one.get("output") for one in (rule.fix, *rule.fix.get("of", ()))} - {None, ""}
    shapes = [one.shape for one in use.instead] if outputs else []
    return any(isinstance(one, Tree) or (isinstance(one, Package) and one.output in outputs) for one in shapes)


def _is_broken(node: Node) -> bool:
    """Whether a value stands in a syntax error: what is written there may mean anything."""
    node = in_parentheses(node)
    return node.has_error and nix.is_broken(node)


def _stands_well(table: UseTable, view: NixView, node: Node, use: Use) -> bool:
    """Whether the syntax around a value is what a table asks for."""
    if table.source_says and not _fits_source(table.source_says, node, use):
        return False
    if table.source_says_not and _fits_source(table.source_says_not, node, use):
        return False
    if table.not_for and _is_for(table.not_for, view, node, use):
        return False
    for name, regex in table.beside.items():
        if not _says(sibling(node, name), regex):
            return False
    if any(_says(_another(node, name), regex) for name, regex in table.not_beside.items()):
        return False
    if table.not_in_call and any(re.search(table.not_in_call, text) for text in call_texts(node)):
        return False
    if table.not_overriding and any(
        fits(one.package, spec) is not None for one in view.overrides(node) for spec in table.not_overriding
    ):
        return False
    if table.file_says and not source_says(view, table.file_says):
        return False
    if table.file_says_not and source_says(view, table.file_says_not):
        return False
    if table.not_asked and is_asked_first(node, table.not_asked):
        return False
    if table.not_set and all(view.sets_option(tuple(option.split("."))) for option in table.not_set):
        return False
    if table.lacks and not all(lacks(use.value, name) for name in table.lacks):
        return False
    return _is_within(table, node) and not _is_unread(table, node, use)


def _another(node: Node, name: str) -> Node | None:
    """What the set around a node binds under a name, unless the node stands in that."""
    found = sibling(node, name)
    return found if found is None or not found.start_byte <= node.start_byte < found.end_byte else None


def _says(node: Node | None, regex: str) -> bool:
    return node is not None and re.search(regex, (node.text or b"").decode("utf-8", "replace")) is not None


def _fits_source(regex: str, node: Node, use: Use) -> bool:
    """Whether a value is written so, or is by its name in nixpkgs."""
    shape = use.value.shape
    return _says(node, regex) or (isinstance(shape, Package) and re.search(regex, shape.root) is not None)


def _is_for(regex: str, view: NixView, node: Node, use: Use) -> bool:
    """Whether a package is built for such a platform; one of which nothing is known goes by how it is written.

    Code that only runs for such a platform is as good as not there for the others.
    """
    shape = use.value.shape
    known = [one for one in (shape.root, shape.platform) if one] if isinstance(shape, Package) else []
    if any(re.search(regex, one) for one in known) if known else _says(node, regex):
        return True
    if not source_says(view, _OF_PLATFORMS):
        return False
    others = (platform for platform in _COMMON_PLATFORMS if not re.search(regex, platform))
    return not any(view.is_used_on(platform, use) for platform in others) and view.is_used_on("", use)


def _is_unread(table: UseTable, node: Node, use: Use) -> bool:
    """Whether the phases that would read an attribute are all written by hand, and do not."""
    if not table.read_by or not isinstance(use.sink, Attribute) or not use.sink.names:
        return False
    phases = [sibling(node, name) for name in table.read_by]
    reads = re.compile(rf"{re.escape(use.sink.names[-1])}|[fF]lagsArray|runHook|concatTo")
    return all(phase is not None and not _says(phase, reads.pattern) for phase in phases)


def _is_within(table: UseTable, node: Node) -> bool:
    if not (table.within or table.not_within):
        return True
    around = frozenset(calls_around(node))
    return (not table.within or bool(around & table.within)) and not around & table.not_within


def _words(rule: Rule, table: UseTable, meaning: ShellMeaning) -> Iterator[Match]:
    for word in meaning.facts.words:
        globs = tuple(glob for glob in table.words if _last_name(glob) in (word.text or b""))
        command = meaning.command_of(word)
        if not globs or not is_called(table, command.name if command is not None else ""):
            continue
        for text in meaning.word_texts(word):
            path = flat(text)
            if paths.matches("/" + path.lstrip("/"), globs):
                span = meaning.script.span(word)
                extra = {"package": meaning.script.source.text(*span)}
                when = time_of_file(meaning)
                silence = silence_in(meaning, word, text, when)
                if silence is not None:
                    extra["silent"] = silence
                notes = Notes(path=path, span=span, extra=extra, sink=sink_at(meaning, word), when=when)
                yield Match(rule, None, word, word, {}, notes)
                break


@cache
def _last_name(glob: str) -> bytes:
    """The last name of a glob that is no wildcard: a word in which it does not stand is not looked into."""
    parts = (part for segment in reversed(glob.split("/")) for part in segment.split("*"))
    return next((part.encode() for part in parts if part), b"")
