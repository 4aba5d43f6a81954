"""What is known at places of a file: the value of each expression with its reasons, and the uses of packages."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.model.families import World
from splitlint.analysis.model.places import Reason
from splitlint.analysis.model.uses import Use
from splitlint.analysis.model.values import UNKNOWN, Value
from splitlint.analysis.nix.analyse import NixFile, analyse
from splitlint.analysis.nix.script_callers import environment_of
from splitlint.analysis.project.repository import Repository
from splitlint.analysis.shell.as_uses import uses_in
from splitlint.analysis.shell.uses import ShellMeaning
from splitlint.authoring.trials.value_words import path_in_words, sink_in_words, value_in_words
from splitlint.checking.check import repository_of
from splitlint.checking.prepared import prepared
from splitlint.checking.unparsed import syntax_finding
from splitlint.files.discover import File
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.matching.describe import shortened
from splitlint.matching.use_tables import asked_by
from splitlint.rulebook.prefilter import Hit
from splitlint.rulebook.rule import RuleSet
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax.embedded import script_of_file
from splitlint.syntax.nix_tree.bindings import AttrSet, Inherited, Let
from splitlint.syntax.nix_tree.nodes import Lambda, Node

#: The bytes of an expression or name; of a parameter also its name, and a byte at which it is bound.
_Found = tuple[int, int, tuple[str, int] | None]
DEAD = "code that never runs with the newest nixpkgs"


class Shown(NamedTuple):
    """An expression or a use: where it stands (byte offsets), its source in short, rows of a word and what it says.

    `used`: where in the file a use is, if its value is written elsewhere.
    """

    start: int
    end: int
    source: str
    rows: tuple[tuple[str, str], ...]
    used: tuple[int, int] = (-1, -1)


class Inspected(NamedTuple):
    """What is known of a file: its expressions (of Nix only) and uses, in order, and what was not looked at."""

    expressions: Callable[[int, int, int | None], list[Shown]]
    uses: tuple[Shown, ...]
    incomplete: tuple[str, ...]


def inspected(source: Source, rule_set: RuleSet, repository: Repository | None = None) -> Inspected:
    """What is known of a Nix file or a script, with the repository around it (None: as it is on disk).

    `.expressions(start, end, around)` gives those that begin between two bytes, around a byte. Raises RuleError.
    """
    world = prepared(rule_set).world
    if repository is None:
        hit = Hit(File(source.path, source.path, named=True), source.data, source.language, ())
        repository = repository_of([hit], rule_set)
    if source.language != NIX:
        environment = environment_of(source, world, repository)
        scripted = tuple(uses_in(ShellMeaning(script_of_file(source), lambda number: UNKNOWN, environment)))
        uses = _uses(scripted, source, world, repository, lambda value: value)
        return Inspected(lambda start, end, around: [], uses, ())
    rules = rule_set.rules
    file = analyse(source, world, repository, asked=asked_by(rules))

    def expressions(start: int, end: int, around: int | None) -> list[Shown]:
        places = _places(file.unit.root, start, end)
        wanted = [one for one in places if around is None or one[0] <= around < one[1]]
        return [_expression(one, file, source, world, repository) for one in wanted]

    broken = syntax_finding(source, file.unit.tree) if file.unit.tree is not None else None
    unparsed = (f"{broken.message} (line {broken.span.line})",) if broken is not None else ()
    uses = _uses(file.uses, source, world, repository, file.shown)
    return Inspected(expressions, uses, (*unparsed, *file.incomplete))


def _uses(
    uses: tuple[Use, ...], source: Source, world: World, repository: Repository, shown: Callable[[Value], Value]
) -> tuple[Shown, ...]:
    own = [use for use in uses if use.place.path == source.path]
    found = [_use(use, shown(use.value), source, world, repository) for use in own]
    return tuple(dict.fromkeys(sorted(found)))


def _use(use: Use, value: Value, source: Source, world: World, repository: Repository) -> Shown:
    rows = [("is", value_in_words(value, world)), ("path", path_in_words(use)), ("goes to", sink_in_words(use))]
    if use.variable:
        rows.append(("through", f"the variable `{use.variable}` ({use.way})"))
    if use.span is not None:
        rows.append(("used", _at(use.span.path, use.span.start, source, repository)))
    rows += _reasons((*value.reasons, *use.steps), source, repository)
    text = shortened(source.text(use.place.start, use.place.end))
    used = use.span if use.span is not None and use.span.path == source.path else None
    at = (used.start, used.end) if used is not None else (-1, -1)
    return Shown(use.place.start, use.place.end, text, tuple(rows), at)


def _expression(place: _Found, file: NixFile, source: Source, world: World, repository: Repository) -> Shown:
    first, last, name = place
    value = file.shown(file.places.values(first, last) if name is None else file.places.name(*name))
    text = shortened(source.text(first, last))
    if name is None and not file.places.is_run(first, last):
        return Shown(first, last, text, (("is", DEAD),))
    rows = (("is", value_in_words(value, world)), *_reasons(value.reasons, source, repository))
    return Shown(first, last, text, rows)


def _places(root: Node, start: int, end: int) -> list[_Found]:
    """The expressions, inherited names and parameters that begin between two bytes, in order."""
    found: list[_Found] = []
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if node.end <= start or node.start >= end:
            continue
        found.append((node.start, node.end, None))
        if isinstance(node, Lambda):
            found += ((one.start, one.end, (one.name, node.body.start)) for one in node.formals or ())
        if isinstance(node, Let | AttrSet):
            found += ((one.start, one.end, None) for one in node.entries if isinstance(one, Inherited))
        waiting.extend(node.children())
    return sorted({one for one in found if start <= one[0] < end}, key=lambda one: (one[0], -one[1]))


def _reasons(reasons: tuple[Reason, ...], source: Source, repository: Repository) -> list[tuple[str, str]]:
    told = (f"{one.text} ({_at(one.path, one.start, source, repository)})" for one in reasons)
    return [("because", text) for text in dict.fromkeys(told)]


def _at(path: str, offset: int, source: Source, repository: Repository) -> str:
    """A place as a reader finds it: the line, with the file if it is another."""
    if path == source.path:
        return f"line {source.line_of(offset)}"
    unit = repository.unit(path)
    other = unit.source if unit is not None else None
    return f"{path}:{other.line_of(min(offset, len(other.data)))}" if other is not None else path
