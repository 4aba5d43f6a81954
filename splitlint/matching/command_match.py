"""A rule's `[[commands]]` tables over the commands of scripts, CI files, recipes and documents.

A table says what a command builds and which path is looked for below its result. The finding stands at the build: it is
what has to change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from splitlint.analysis.commands.results import Result, Use, results
from splitlint.analysis.model import paths
from splitlint.analysis.model.families import World
from splitlint.analysis.model.homes import Home
from splitlint.analysis.model.values import Package, Value
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Edit, Finding, Fix, Related, Safety, Severity
from splitlint.matching.consequences import page_consequence, silent_consequence
from splitlint.matching.describe import shortened
from splitlint.matching.use_match import at_home
from splitlint.matching.use_tables import MISPLACED
from splitlint.matching.views import Notes, fits
from splitlint.rulebook.rule import Rule, RuleError, mistake
from splitlint.rulebook.texts import filled
from splitlint.startup.records import dataclass
from splitlint.syntax.blocks import Kind, shell_blocks

_KEYS = frozenset({"builds", "uses", "commands", "says"})
#: Bytes of a command that `says` is looked for in.
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One `[[commands]]` table.

    `builds`: what is built (specifications as for `#denotes?`); `uses`: globs for the path below the result;
    `commands`: names of the command that uses it; `says`: a regex for that command's text.
    """

    builds: tuple[str, ...]
    uses: tuple[str, ...]
    commands: frozenset[str]
    says: str


def command_findings(source: Source, rules: Sequence[Rule], world: World, since: Mapping[str, str]) -> list[Finding]:
    """What the commands in a file break of the rules. `since`: by pack, the first release with the new outputs."""
    wanted = {rule.name: wanted_by(rule) for rule in rules}
    specs = {(rule.pack, spec) for rule in rules for table in wanted[rule.name] for spec in table.builds}

    def matters(value: Value) -> bool:
        return any(_is_built(value, spec, pack, world) for pack, spec in specs)

    built = results(shell_blocks(source), world, matters)
    found: list[Finding] = []
    for rule in rules:
        found += _of_rule(source, rule, wanted[rule.name], built, since.get(rule.pack, ""), world)
    return found


def wanted_by(rule: Rule) -> tuple[Wanted, ...]:
    """The `[[commands]]` tables of a page. Raises RuleError on keys that there are not."""
    tables = rule.definition.get("commands", ())
    if not isinstance(tables, list | tuple) or not all(isinstance(table, dict) for table in tables):
        raise RuleError(f"{rule.path}: `[[commands]]` is a list of tables")
    return tuple(_wanted(rule, number, table) for number, table in enumerate(tables))


def _wanted(rule: Rule, number: int, table: dict[str, Any]) -> Wanted:
    for key, given in table.items():
        if key not in _KEYS:
            from splitlint.rulebook.mistakes import nearest

            raise mistake(rule.path, f"[[commands]] has no key `{key}`{nearest(key, _KEYS)}", ("commands", number), key)
        if key == "says" and not isinstance(given, str):
            raise mistake(rule.path, "[[commands]] says is a string", ("commands", number), key)
        if key != "says" and not (isinstance(given, list | tuple) and all(isinstance(word, str) for word in given)):
            raise mistake(rule.path, f"[[commands]] {key} is a list of strings", ("commands", number), key)
    return Wanted(
        tuple(table.get("builds", ())),
        tuple(table.get("uses", ())),
        frozenset(table.get("commands", ())),
        str(table.get("says", "")),
    )


def _of_rule(
    source: Source, rule: Rule, tables: Sequence[Wanted], built: Sequence[Result], since: str, world: World
) -> Iterator[Finding]:
    for result in built:
        if result.build.release and result.build.release < since:
            continue
        value = result.installable.value
        fitting = [one for one in tables if any(_is_built(value, spec, rule.pack, world) for spec in one.builds)]
        uses = {use: home for use in result.uses for table in fitting for home in _wants(table, use, value, world)}
        if uses:
            homes = set(uses.values())
            spoken = at_home(rule, Notes(home=homes.pop())) if len(homes) == 1 else rule._replace(fix={})
            yield _finding(source, spoken, result, list(uses))


def _is_built(value: Value, spec: str, pack: str, world: World) -> bool:
    """Whether a value is what a specification names; of what is misplaced, whether the pack says where anything is."""
    if spec not in MISPLACED:
        return fits(value, spec) is not None
    shape = value.shape
    family = world.family(shape.family) if isinstance(shape, Package) and not shape.custom else None
    return family is not None and family.pack == pack and bool(family.moved)


def _wants(table: Wanted, use: Use, value: Value, world: World) -> Iterator[Home | None]:
    """Where it is that a use of a result looks for what a table asks for; None if nothing is known of that."""
    variants, _ = paths.word(use.path) if use.path else ([""], True)
    fitting = [one for one in variants if paths.matches(one, table.uses)]
    if fitting and _is_done(table, use):
        homes: list[Home | None] = [None]
        if not MISPLACED.isdisjoint(table.builds):
            shape = value.shape
            family = world.family(shape.family) if isinstance(shape, Package) else None
            output = shape.output if isinstance(shape, Package) else None
            homes = [family.misplaced(output, path) for path in fitting] if family is not None else []
            homes = [home for home in homes if home is not None]
        yield from homes[:1]


def _is_done(table: Wanted, use: Use) -> bool:
    """Whether the command that uses a result is one that a table asks for."""
    if table.commands and (use.command is None or use.command.name not in table.commands):
        return False
    text = (use.command.node.text or b"")[:_LONGEST].decode("utf-8", "replace") if use.command is not None else ""
    return not table.says or re.search(table.says, text) is not None


def _finding(source: Source, rule: Rule, result: Result, uses: Sequence[Use]) -> Finding:
    one = result.installable
    span = source.span(*result.block.script.span(one.word))
    where = f", whose link is `{one.link}-{rule.fix.get('output', '')}`" if one.link else ""
    words = {"package": shortened(one.text), "where": where}
    used = [source.line_of(use.span[0]) for use in uses]
    example = result.block.kind is Kind.EXAMPLE
    elsewhere = any(use.block is not result.block for use in uses)
    confidence = min(one.value.confidence, Confidence.MEDIUM if example or elsewhere else Confidence.HIGH)
    silent = uses[0].silent if all(use.silent is not None for use in uses) else None
    if silent is not None and "silent" in rule.definition:
        impact, consequence = silent_consequence(rule, silent)
    else:
        impact, consequence = rule.impact, page_consequence(rule)
    return Finding(
        rule=rule.name,
        severity=Severity.INFO if example else Severity[rule.severity.upper()],
        confidence=confidence,
        impact=impact,
        path=source.path,
        span=span,
        message=filled(rule.message, words),
        help=filled(rule.help, words),
        url=rule.url,
        reasons=tuple(f"the result is used in line {line}" for line in used[:1] if line != span.line),
        related=tuple(
            Related(source.path, source.span(*use.span), "the path is read here")
            for use in uses[:3]
            if source.line_of(use.span[0]) != span.line
        ),
        fixes=_fixes(source, rule, result, uses, words),
        excerpt=source.excerpt(span),
        consequence=consequence,
    )


def _fixes(source: Source, rule: Rule, result: Result, uses: Sequence[Use], words: dict[str, str]) -> tuple[Fix, ...]:
    """Another output of the installable where all uses of the result want it; words where it is not that simple."""
    output = str(rule.fix.get("output", ""))
    shape = result.installable.value.shape
    # An output that was chosen would have to go, and another package is another installable.
    is_plain = bool(output) and "." not in output and isinstance(shape, Package) and shape.output is None
    edits = _edits(source, result, uses, output) if is_plain and result.block.kind is not Kind.EXAMPLE else ()
    if edits:
        return (Fix(f"build `{words['package']}.{output}`", Safety.UNSAFE, edits),)
    title = str(rule.fix.get("title", ""))
    return (Fix(filled(title, words), Safety.MANUAL),) if title else ()


def _edits(source: Source, result: Result, uses: Sequence[Use], output: str) -> tuple[Edit, ...]:
    one = result.installable
    start, end = result.block.script.span(one.word)
    written = source.data[start:end]
    if not one.plain or len(uses) < len(result.uses) or one.text.encode() not in (written, written.strip(b"\"'")):
        return ()
    inside = end - 1 if written.endswith((b'"', b"'")) else end
    edits = [Edit(source.path, inside, inside, f".{output}")]
    if not one.link:
        return tuple(edits)
    # The link of another output is called after it; so whoever speaks of the link must be known.
    start, end = _command_bytes(result)
    spoken = [past for at, past in _spoken(source.data).get(one.link.encode(), ()) if not start <= at < end]
    if len(spoken) > _MOST_PLACES:
        return ()
    places = [at for at in spoken if any(use.literal and use.span[0] <= at <= use.span[1] for use in uses)]
    if not places or len(places) < len(spoken):
        return ()
    return (*edits, *(Edit(source.path, at, at, f"-{output}") for at in places))


@lru_cache(maxsize=1)
def _spoken(data: bytes) -> dict[bytes, list[tuple[int, int]]]:
    """By what may be the name of a link: where a file speaks of it, from and to, perhaps as the beginning of a path."""
    found: dict[bytes, list[tuple[int, int]]] = {}
    for written in _NAMES.finditer(data):
        begin = written.start(1)
        for past in islice((begin + one.start() for one in _NAME_END.finditer(written[1])), _DEEPEST):
            found.setdefault(data[begin:past], []).append((written.start(), past))
    return found


#: A name or a path, and where in it the name of a link may end.
_NAMES = re.compile(rb"(?<![\w./$-])(?:\./)?([\w./$-]+)")
_NAME_END = re.compile(rb"(?<=[\w.-])(?:(?![\w.-])|\Z)")
#: Names of a path that may be that of a link, and places that may speak of one.
_DEEPEST = 4
_MOST_PLACES = 100


def _command_bytes(result: Result) -> tuple[int, int]:
    return result.block.script.span(result.build.command.node)
