"""What a script does with values, as uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import flat
from splitlint.analysis.model.uses import ATTRIBUTE, DIRECT, FOLDER, IN_BUILD, LATER, VARIABLE, Command, Use
from splitlint.analysis.model.values import Given, Member, Package, Text, Thunk, Tree, Value
from splitlint.analysis.shell.guards import is_asked_first, is_checked, other_answers
from splitlint.analysis.shell.inner import all_uses
from splitlint.analysis.shell.operands import is_gone_into
from splitlint.analysis.shell.silence import HIDDEN
from splitlint.analysis.shell.uses import ShellMeaning, ShellUse
from splitlint.startup.patterns import lazy_pattern

#: Commands that pass words on as text.
_WRITERS = frozenset(
    {"alias", "awk", "case", "declare", "echo", "export", "eval", "jq", "let", "local", "makeWrapper", "perl", "printf"}
    | {"read", "readonly", "sed", "set", "substitute", "substituteInPlace", "typeset", "wrapProgram"}
)
_TEXTS = ("heredoc_body", "herestring_redirect")
#: What only the scripts of derivations know.
_BUILDS = lazy_pattern(rb"\$\{?(?:stdenv|out|NIX_BUILD_TOP)\b")
_ERREXIT = lazy_pattern(rb"^\s*set\s+(?:-o\s+errexit|-[a-z]*e)", re.MULTILINE)
#: Commands that put things into one place, one after the other.
_GATHERERS = frozenset({"bsdtar", "cp", "cpio", "install", "lndir", "ln", "rsync", "tar"})
_DANGLES = "`ln -s` makes a dangling link"


def uses_in(meaning: ShellMeaning) -> Iterator[Use]:
    """The uses in a script file."""
    time = time_of_file(meaning)
    for inner, use in all_uses(meaning):
        span = Place(inner.script.source.path, *use.span)
        place = Place(inner.script.source.path, *use.origin) if use.reached else span
        when = IN_BUILD if way_of(use) == ATTRIBUTE else time
        yield from as_uses(inner, use, place, span, when)


def as_uses(
    meaning: ShellMeaning, use: ShellUse, place: Place, span: Place, when: str, *, is_written: bool = True
) -> Iterator[Use]:
    """One use in a script: `place` is where its value is written (`Use.is_written`), `span` where it is used.

    `when`: when the script runs, as `Use.when`.
    """
    sink: Command | None = None
    instead = tuple(_instead(meaning, use))
    checked = False
    for option in alternatives(use.value):
        if not isinstance(option.shape, Package | Tree | Member):
            continue
        if sink is None:
            sink = command_of(meaning, use)
            checked = is_checked(meaning, use)
        yield Use(
            option,
            flat(use.path),
            sink,
            place,
            span if span != place else None,
            way_of(use),
            use.variable or use.outside or "",
            flat(use.carried),
            company=tuple(_company(meaning, use)),
            silence=silence_in(meaning, use.node, use.path, when),
            when=when,
            steps=use.steps,
            is_written=is_written,
            instead=instead,
            is_checked=checked,
        )


def way_of(use: ShellUse) -> str:
    """How a value comes into a word: written there, through a variable or a folder, or as a derivation's attribute."""
    if use.reached:
        return FOLDER
    if use.outside is not None:
        return ATTRIBUTE
    return VARIABLE if use.variable is not None else DIRECT


def _company(meaning: ShellMeaning, use: ShellUse) -> Iterator[Thunk]:
    """The other values that the script tries in the place of one, where it makes sure which of them has the path."""
    if not use.others:
        return
    silence = meaning.silence(use.node, use.path)
    is_unnoticed = silence is not None and silence != _DANGLES
    if is_whole(use) or is_unnoticed or (use.variable and is_asked_first(meaning.facts, use.node, use.variable)):
        yield from map(Given, use.others)


def _instead(meaning: ShellMeaning, use: ShellUse) -> Iterator[Value]:
    """What the script takes where the value turns out not to have the path: for that path, or for the variable."""
    for asked, body in other_answers(meaning.facts, use.node):
        if any(one.value == use.value for one in meaning.uses_between(*asked)):
            for one in meaning.uses_between(*body):
                same = one.path == use.path or (use.variable is not None and one.assigned == use.variable)
                if one.value != use.value and (same or _is_chosen(meaning, use, one)):
                    yield one.value


def _is_chosen(meaning: ShellMeaning, use: ShellUse, other: ShellUse) -> bool:
    """Whether a variable is given another value in one case, and the one that is asked for in the other."""
    return other.assigned is not None and any(
        one.assigned == other.assigned and one.value == use.value for one in meaning.uses()
    )


def is_whole(use: ShellUse) -> bool:
    """Whether all of a value is meant: nothing, `/.` or `/*` follows."""
    return flat(use.path).strip("/.*") == ""


def command_of(meaning: ShellMeaning, use: ShellUse) -> Command:
    """The command that gets the word of a use."""
    command = use.command
    if command is None:
        return Command("", assigned=use.assigned or "", script=meaning.written)
    number = command.argument_at(use.node.start_byte)
    before = ""
    if number:
        before = command.texts[number - 1]
    elif number is None and command.texts:
        before = command.texts[-1]
    name = "cd" if number is not None and not use.reached and is_gone_into(command, number) else command.name
    company: tuple[Value, ...] = ()
    if is_whole(use):
        company = meaning.given.to_all(_GATHERERS) if name in _GATHERERS else meaning.given.to(command)
    opened = number is not None and not use.assigned and opens(meaning, use.node, name)
    return Command(name, command.text, before, flat(use.before), use.assigned or "", meaning.written, company, opened)


def time_of_file(meaning: ShellMeaning) -> str:
    """When a script file runs, as `Use.when`."""
    return IN_BUILD if _BUILDS.search(meaning.script.text) else LATER


def silence_in(meaning: ShellMeaning, node: Node, path: Text, when: str) -> str | None:
    """Why nobody would notice that a path is missing at a word of a script that runs then; None if somebody would.

    What only hides the message of an error does not hide that the script stops.
    """
    found = meaning.silence(node, path)
    stops = when == IN_BUILD or _ERREXIT.search(meaning.script.text)
    return None if found == HIDDEN and stops else found


def opens(meaning: ShellMeaning, node: Node, name: str) -> bool:
    """Whether a command of a name opens what it is given at a node, instead of only writing it somewhere."""
    if name in _WRITERS or node.type in _TEXTS:
        return False
    return not any(one.type in _TEXTS for one in meaning.facts.ancestors(node))


def sink_at(meaning: ShellMeaning, word: Node) -> Command:
    """The command that gets a whole word of a script."""
    command = meaning.command_of(word)
    if command is None or command.argument_at(word.start_byte) is None:
        return Command("")
    return Command(command.name, command.text, opens=opens(meaning, word, command.name))
