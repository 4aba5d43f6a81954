"""What the rules find in one file, language by language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from splitlint.analysis.model.families import World
from splitlint.checking.unparsed import syntax_finding
from splitlint.config import Config
from splitlint.files.languages import NIX, PYTHON, SHELL, TEXT
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Problem, Severity
from splitlint.matching.consequences import program_consequence
from splitlint.matching.describe import finding_of
from splitlint.prefilter.keyword_occurrences import Word, occurrences, regions
from splitlint.rulebook.rule import EXAMPLE, Rule
from splitlint.rulebook.texts import filled
from splitlint.startup.records import dataclass, replace
from splitlint.syntax.parents import climbing

if TYPE_CHECKING:
    from splitlint.analysis.nix.analyse import NixFile
    from splitlint.analysis.programs import ProgramPath
    from splitlint.analysis.project.index import Read
    from splitlint.analysis.project.repository import Repository
    from splitlint.matching.query_match import Match
    from splitlint.matching.views import NixView

Found = tuple[list[Finding], list[Problem]]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What it takes to inspect a file: the rules that its needles call for, and the world around it.

    `since`: by pack, the first release that has the new outputs. `words`: by pack, those by which a file mentions what
    it is about. `read` gives other files, if the repository is not to read them itself.
    """

    rules: Sequence[Rule]
    world: World
    config: Config
    repository: Repository | None
    since: dict[str, str]
    words: Mapping[str, tuple[Word, ...]] = MappingProxyType({})
    read: Read | None = None


def inspect(source: Source, how: Inspection) -> Found:
    """All findings of a file, unsorted, and what could not be done in it."""
    if source.language not in (NIX, SHELL):
        return _in_language(source, how)
    from splitlint.analysis.nix.analyse import let_go

    with let_go():
        return _in_language(source, how)


def _in_language(source: Source, how: Inspection) -> Found:
    if source.language == NIX:
        return _nix(source, how)
    found, problems = _shell(source, how) if source.language == SHELL else ([], [])
    if source.language != SHELL:
        programs, problems = _program(source, how)
        found += programs
    if source.language == TEXT and EXAMPLE in source.data:
        found += _examples(source, how)
    return found + _commands(source, how), problems


def _examples(source: Source, how: Inspection) -> list[Finding]:
    """What is found in the Nix code of a document, each example by itself."""
    from splitlint.checking.examples import example_findings

    rules = [rule for rule in how.rules if NIX in rule.languages]
    alone = replace(how, repository=None)
    return list(example_findings(source, rules, lambda one, asking: _nix(one, replace(alone, rules=asking))[0]))


def _commands(source: Source, how: Inspection) -> list[Finding]:
    rules = [rule for rule in how.rules if "commands" in rule.definition]
    if not rules or source.language not in (SHELL, TEXT):
        return []
    from splitlint.matching.command_match import command_findings

    return command_findings(source, rules, how.world, how.since)


def _nix(source: Source, how: Inspection) -> Found:
    from splitlint.analysis.nix.analyse import analyse
    from splitlint.matching.use_tables import asked_by
    from splitlint.matching.views import NixView

    file = analyse(
        source,
        how.world,
        how.repository,
        asked=asked_by(how.rules),
        positions=_positions(how),
        read=how.read,
    )
    view = NixView(file)
    with climbing(view.tree):
        findings = _in_view(source, how, file, view)
    broken = syntax_finding(source, view.tree)
    if broken is not None:
        findings.append(broken)
    return findings, _gaps(source, file)


def _in_view(source: Source, how: Inspection, file: NixFile, view: NixView) -> list[Finding]:
    from splitlint.matching.query_match import matches
    from splitlint.matching.use_match import matches_in_nix

    near = regions(source.data, _words(how))
    matched: list[Match] = []
    for rule in how.rules:
        matched += matches(rule, NIX, view, view.tree.root_node, near)
        matched += matches_in_nix(rule, view)
    findings = [_finding(one, source, how, file) for one in matched if one.rule.applies(how.config.nixpkgs)]
    return findings + _python_in_nix(source, how, file)


def _gaps(source: Source, file: NixFile) -> list[Problem]:
    """What of a file was not looked at, because it would cost too much."""
    if not file.incomplete:
        return []
    return [Problem(source.path, f"not fully checked: {'; '.join(file.incomplete)}", fatal=False, partial=True)]


def _positions(how: Inspection) -> Callable[[Source], Iterable[int] | None]:
    """Where a Nix file says something of the packs: their words, paths of what has moved, what rules ask for."""
    from splitlint.matching.use_tables import words_asked

    words, more = _words(how), (*how.world.moved_words(_packs(how)), *words_asked(how.rules))

    def of(source: Source) -> Iterable[int] | None:
        if not words:
            return None
        return chain(_said_at(source.data, words), *(_places_of(source.data, word) for word in more))

    return of


def _packs(how: Inspection) -> frozenset[str]:
    """The packs of the rules that a file may break."""
    return frozenset(rule.pack for rule in how.rules)


def _words(how: Inspection) -> tuple[Word, ...]:
    """The words of those packs: what others are about makes no difference."""
    found = [how.words.get(pack, ()) for pack in sorted(_packs(how))]
    return tuple(dict.fromkeys(chain.from_iterable(found))) if all(found) else ()


# What many files ask is often the same file, and large.
@lru_cache(maxsize=16)
def _said_at(data: bytes, words: tuple[Word, ...]) -> tuple[int, ...]:
    """The bytes at which a file speaks of the packs."""
    return tuple(occurrences(data, words))


@lru_cache(maxsize=64)
def _places_of(data: bytes, word: bytes) -> tuple[int, ...]:
    """The bytes at which a word stands in a file, as a part of another or not."""
    found = []
    at = data.find(word)
    while at >= 0:
        found.append(at)
        at = data.find(word, at + len(word))
    return tuple(found)


def _finding(match: Match, source: Source, how: Inspection, file: NixFile | None) -> Finding:
    from splitlint.fixes.make.make import make_fixes, words_of_advice

    span = match.notes.span or (match.anchor.start_byte, match.anchor.end_byte)
    fixes = make_fixes(match, source, how.config.nixpkgs, how.since.get(match.rule.pack, ""), how.rules)

    def other(path: str) -> Source | None:
        unit = file.others.unit(path) if file is not None else None
        if unit is None and file is None and how.repository is not None:
            unit = how.repository.unit(path)
        return unit.source if unit is not None else None

    return finding_of(match, source, span, fixes, advice=words_of_advice(match), read=other)


def _shell(source: Source, how: Inspection) -> Found:
    from splitlint.analysis.model.values import UNKNOWN
    from splitlint.analysis.nix.script_callers import environment_of, reads_package
    from splitlint.analysis.shell.as_uses import uses_in
    from splitlint.analysis.shell.uses import ShellMeaning
    from splitlint.matching.use_match import matches_in_script
    from splitlint.matching.use_tables import use_tables
    from splitlint.syntax.embedded import script_of_file

    rules = [rule for rule in how.rules if "use" in rule.definition]
    env = environment_of(source, how.world, how.repository)
    if not reads_package(source.data, env):
        # Nothing that the script does is done to a package: what is left are the words that it writes.
        rules = [rule for rule in rules if any(table.words for table in use_tables(rule))]
    if not rules:
        return [], []
    meaning = ShellMeaning(script_of_file(source), lambda number: UNKNOWN, env)
    uses = tuple(uses_in(meaning))
    matched = [match for rule in rules for match in matches_in_script(rule, meaning, uses, how.world)]
    findings = [_finding(match, source, how, None) for match in matched]
    meaning.forget()
    return findings, []


def _program(source: Source, how: Inspection) -> Found:
    """Python, and other programs by their string literals."""
    table = "python" if source.language == PYTHON else "text"
    findings: list[Finding] = []
    problems: list[Problem] = []
    for rule in how.rules:
        asked = rule.definition.get(table)
        if not asked:
            continue
        from splitlint.analysis.programs import paths_in_file
        from splitlint.syntax.python import Unparsed

        found = paths_in_file(source, asked.get("paths", ()))
        if isinstance(found, Unparsed):
            problem = Problem(source.path, f"{found.message}: its Python is not checked", fatal=found.fatal)
            if problem not in problems:
                problems.append(problem)
            continue
        findings += [program_finding(rule, source, one) for one in found if one.writes is bool(asked.get("writes"))]
    return findings, problems


def _python_in_nix(source: Source, how: Inspection, file: NixFile) -> list[Finding]:
    """What a rule's `[python]` table finds in Nix strings that are Python."""
    wanted = [rule for rule in how.rules if rule.definition.get("python")]
    if not wanted:
        return []
    from splitlint.analysis.programs import paths_in_python
    from splitlint.syntax.python import Unparsed

    findings: list[Finding] = []
    for script in file.python_scripts():
        for rule in wanted:
            asked = rule.definition["python"]
            found = paths_in_python(script, asked.get("paths", ()))
            if isinstance(found, Unparsed):
                break
            findings += [program_finding(rule, source, one) for one in found if one.writes is bool(asked.get("writes"))]
    return findings


def program_finding(rule: Rule, source: Source, one: ProgramPath) -> Finding:
    """The finding for a path in a program."""
    from splitlint.fixes.make.make import make_text_fixes

    span = source.span(one.start, one.end)
    words = {"path": one.shown, "package": one.shown}
    impact, consequence = program_consequence(rule)
    return Finding(
        rule=rule.name,
        severity=Severity[rule.severity.upper()],
        confidence=_sureness(rule, source, one),
        impact=impact,
        path=source.path,
        span=span,
        message=filled(rule.message, words),
        help=filled(rule.help, words),
        url=rule.url,
        reasons=(one.reason,),
        fixes=make_text_fixes(rule, source, one.start, one.end, words),
        excerpt=source.excerpt(span),
        consequence=consequence,
    )


def _sureness(rule: Rule, source: Source, one: ProgramPath) -> Confidence:
    """As sure as the path, no surer than the page; low where the statement asks for something else first."""
    most = rule.definition.get("confidence")
    found: Confidence = min(one.confidence, Confidence[most.upper()]) if isinstance(most, str) else one.confidence
    first = rule.definition.get("text", {}).get("unless_first") if source.language == TEXT else None
    if first is None:
        return found
    import re

    begin = max(source.data.rfind(sign, 0, one.start) for sign in (b";", b"{", b"}"))
    return Confidence.LOW if re.search(first.encode(), source.data[begin + 1 : one.start]) else found
