"""What a script does with values, as uses."""

from __future__ import annotations

from collections.abc import Iterator

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import flat
from splitlint.analysis.model.uses import ATTRIBUTE, DIRECT, FOLDER, VARIABLE, Command, Use
from splitlint.analysis.model.values import Given, Member, Package, Thunk, Tree, Value
from splitlint.analysis.shell.guards import is_asked_first
from splitlint.analysis.shell.inner import all_uses
from splitlint.analysis.shell.operands import is_gone_into
from splitlint.analysis.shell.uses import ShellMeaning, ShellUse

#: Commands that put things into one place, one after the other.
_GATHERERS = frozenset({"bsdtar", "cp", "cpio", "install", "lndir", "ln", "rsync", "tar"})
_DANGLES = "`ln -s` makes a dangling link"


def uses_in(meaning: ShellMeaning) -> Iterator[Use]:
    """The uses in a script file."""
    for inner, use in all_uses(meaning):
        span = Place(inner.script.source.path, *use.span)
        place = Place(inner.script.source.path, *use.origin) if use.reached else span
        yield from as_uses(inner, use, place, span)


def as_uses(
    meaning: ShellMeaning, use: ShellUse, place: Place, span: Place, *, is_written: bool = True
) -> Iterator[Use]:
    """One use in a script: `place` is where its value is written (`Use.is_written`), `span` where it is used."""
    sink: Command | None = None
    for option in alternatives(use.value):
        if not isinstance(option.shape, Package | Tree | Member):
            continue
        silence = meaning.silence(use.node, use.path)
        sink = sink or command_of(meaning, use)
        yield Use(
            option,
            flat(use.path),
            sink,
            place,
            span if span != place else None,
            way_of(use),
            use.variable or use.outside or "",
            flat(use.carried),
            company=tuple(_company(meaning, use, silence)),
            silence=silence,
            steps=use.steps,
            is_written=is_written,
        )


def way_of(use: ShellUse) -> str:
    """How a value comes into a word: written there, through a variable or a folder, or as a derivation's attribute."""
    if use.reached:
        return FOLDER
    if use.outside is not None:
        return ATTRIBUTE
    return VARIABLE if use.variable is not None else DIRECT


def _company(meaning: ShellMeaning, use: ShellUse, silence: str | None) -> Iterator[Thunk]:
    """The other values that the script tries in the place of one, where it makes sure which of them has the path."""
    if not use.others:
        return
    is_unnoticed = silence is not None and silence != _DANGLES
    if is_whole(use) or is_unnoticed or (use.variable and is_asked_first(meaning.facts, use.node, use.variable)):
        yield from map(Given, use.others)


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
        company = meaning.given_to(name) if name in _GATHERERS else meaning.given_in(command)
    return Command(name, command.text, before, flat(use.before), use.assigned or "", meaning.written, company)
