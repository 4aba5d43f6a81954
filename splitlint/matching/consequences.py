"""How a match fails at its place: the impacts, and one sentence for somebody who has to mend a machine at night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.analysis.model.uses import IN_BUILD, LATER, Command, Program
from splitlint.findings.impacts import IMPACT_WORDS, SILENT_IMPACTS
from splitlint.startup.patterns import lazy_pattern

if TYPE_CHECKING:
    from splitlint.files.source import Source
    from splitlint.matching.query_match import Match
    from splitlint.rulebook.rule import Rule

#: What begins a command in a line of a script, or of a program that runs one.
_BEGINS = lazy_pattern(r"&&|\|\||[;|&(\"'`]|\bthen\b|\bdo\b|\belse\b")
_FORCED = lazy_pattern(r"rm +(?:-\w+ +)*-\w*f")
_OPENERS = frozenset(
    {"cat", "chmod", "cp", "depmod", "insmod", "install", "kexec", "ls", "mv", "rm", "rmdir", "strip", "unlink", "xz"}
)
_TIMES = {IN_BUILD: "build-failure", LATER: "runtime-failure"}
#: Commands that are no programs, as a sentence names them.
_NAMED = {"": "the command", "for": "the loop", "[": "the test", "[[": "the test", "test": "the test"}


def consequence_of(match: Match) -> tuple[tuple[str, ...], str]:
    """The impacts of a match, and how it fails there in a sentence without its full stop."""
    rule, sink = match.rule, match.notes.sink
    silence = match.notes.extra.get("silent")
    if silence is not None and "silent" in rule.definition:
        return silent_consequence(rule, silence)
    if isinstance(sink, Program):
        return program_consequence(rule)
    if silence is None and isinstance(sink, Command):
        loud = _loud_consequence(rule, sink, match.notes.when)
        if loud is not None:
            return loud
    if sink is None and match.view is not None and match.notes.span is not None:
        return _consequence_in_text(rule, _before(match.view.source, match.notes.span[0]))
    return rule.impact, page_consequence(rule)


def silent_consequence(rule: Rule, silence: str) -> tuple[tuple[str, ...], str]:
    """What happens where the code around swallows the error: the page's silent impacts only."""
    first = str(rule.definition["silent"])
    impact = (first, *(one for one in rule.impact if one != first and one in SILENT_IMPACTS))
    return impact, f"{silence}: the build succeeds, but {IMPACT_WORDS[first]}"


def page_consequence(rule: Rule) -> str:
    """How a page says that it fails, "" if only its impacts are known."""
    return str(rule.definition.get("consequence", ""))


def program_consequence(rule: Rule) -> tuple[tuple[str, ...], str]:
    """What happens where a program opens what is not there."""
    if "runtime-failure" not in rule.impact:
        return rule.impact, page_consequence(rule)
    return ("runtime-failure",), page_consequence(rule) or "the program fails here at run time"


def _loud_consequence(rule: Rule, command: Command, when: str) -> tuple[tuple[str, ...], str] | None:
    """What happens where a command opens what is not there, None if that is no error."""
    if not command.opens or SILENT_IMPACTS.issuperset(rule.impact):
        return None
    name = _NAMED.get(command.name, f"`{command.name}`")
    return _failure(rule, name, when)


def _failure(rule: Rule, name: str, when: str) -> tuple[tuple[str, ...], str]:
    """A command fails in a script that runs then."""
    time = _TIMES.get(when)
    if time is None:
        return tuple(one for one in rule.impact if one not in SILENT_IMPACTS), f"{name} fails here"
    return (time,), f"{name} stops the build here" if when == IN_BUILD else f"{name} fails here at run time"


def _before(source: Source, offset: int) -> str:
    """What a line says before a place, from the last sign on that begins a command."""
    start = source.data.rfind(b"\n", 0, offset) + 1
    line = source.data[start:offset].decode("utf-8", "replace")
    return _BEGINS.split(line)[-1].strip()


def _consequence_in_text(rule: Rule, before: str) -> tuple[tuple[str, ...], str]:
    """What happens where a piece of a script was found by its text: the words before it tell, if anything does."""
    name = before.split(" ", 1)[0]
    if "silent" in rule.definition and _FORCED.match(before):
        return silent_consequence(rule, "`rm -f` ignores what is missing")
    if "silent" in rule.definition and name in ("find", "[", "[[", "test"):
        return silent_consequence(rule, f"{_NAMED.get(name, '`find`')} finds nothing")
    if name in _OPENERS:
        return _failure(rule, f"`{name}`", LATER if rule.impact[-1] == "runtime-failure" else IN_BUILD)
    return rule.impact, page_consequence(rule)
