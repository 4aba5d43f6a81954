"""What the rules find in one file, language by language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from splitlint.analysis.model.world import World
from splitlint.checking.unparsed import syntax_finding
from splitlint.config import Config
from splitlint.files.source import NIX, PYTHON, SHELL, TEXT, Source
from splitlint.findings.finding import Confidence, Finding, Problem, Severity
from splitlint.matching.describe import finding_of
from splitlint.prefilter.keyword_occurrences import Word, regions
from splitlint.rulebook.rule import Rule
from splitlint.startup.records import dataclass

if TYPE_CHECKING:
    from splitlint.analysis.project.project import Project
    from splitlint.matching.query_match import Match

Found = tuple[list[Finding], list[Problem]]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What it takes to inspect a file: the rules that its needles call for, and the world around it.

    `since`: by pack, the first release that has the new outputs. `words`: by which a file mentions what they are about.
    """

    rules: Sequence[Rule]
    world: World
    config: Config
    project: Project | None
    since: dict[str, str]
    words: tuple[Word, ...] = ()


def inspect(source: Source, how: Inspection) -> Found:
    """All findings of a file, unsorted, and what could not be done in it."""
    if source.language == NIX:
        return _nix(source, how)
    found, problems = _shell(source, how) if source.language == SHELL else ([], [])
    if source.language != SHELL:
        programs, problems = _program(source, how)
        found += programs
    return found + _commands(source, how), problems


def _commands(source: Source, how: Inspection) -> list[Finding]:
    rules = [rule for rule in how.rules if "commands" in rule.front]
    if not rules or source.language not in (SHELL, TEXT):
        return []
    from splitlint.matching.command_match import command_findings

    return command_findings(source, rules, how.world, how.since)


def _nix(source: Source, how: Inspection) -> Found:
    from splitlint.analysis.nix.evaluate import Evaluator
    from splitlint.matching.query_match import matches
    from splitlint.matching.views import NixView
    from splitlint.syntax import nix

    known = how.project.structure(source, keep=False) if how.project is not None else None
    tree = known.tree if known is not None else nix.parse(source.data)
    ev = Evaluator(source, tree, how.world, how.project, known)
    if how.project is not None:
        how.project.adopt(ev)
    view = NixView(ev)
    ev.regions = within = regions(source.data, how.words)
    found = (match for rule in how.rules for match in matches(rule, "nix", view, tree.root_node, within))
    matched = [match for match in found if match.rule.applies(how.config.nixpkgs)]
    scripts = _scripts_of(ev) if matched or any("shell" in rule.front for rule in how.rules) else None
    if scripts is not None:
        _note_silence(matched, scripts)
        matched += _in_scripts(how.rules, view, scripts)
    findings = [_finding(match, source, how) for match in matched]
    findings += _python_in_nix(source, how, tree.root_node)
    broken = syntax_finding(source, tree)
    return [*findings, broken] if broken is not None else findings, []


def _scripts_of(ev: Any) -> Any:
    from splitlint.analysis.shell.in_nix import Scripts

    return Scripts(ev)


def _note_silence(matched: Iterable[Match], scripts: Any) -> None:
    for match in matched:
        if "silent" in match.rule.front and "silent" not in match.notes.extra:
            silent = scripts.silence(match.package)
            if silent is not None:
                match.notes.extra["silent"] = silent


def _in_scripts(rules: Sequence[Rule], view: Any, scripts: Any) -> list[Match]:
    with_tables = [rule for rule in rules if "shell" in rule.front]
    if not with_tables:
        return []
    from splitlint.matching.shell_match import matches_in_nix, paths_of, words_of

    uses = list(scripts.uses(words_of(with_tables), paths_of(with_tables)))
    return [match for rule in with_tables for match in matches_in_nix(rule, view, uses)]


def _finding(match: Match, source: Source, how: Inspection) -> Finding:
    from splitlint.fixes.make.make import make_fixes

    span = match.notes.span or (match.anchor.start_byte, match.anchor.end_byte)
    fixes = make_fixes(match, source, how.config.nixpkgs, how.since.get(match.rule.pack, ""))
    others = how.project.source if how.project is not None else _no_source
    return finding_of(match, source, span, fixes, others)


def _no_source(path: str) -> Source | None:
    return None


def _shell(source: Source, how: Inspection) -> Found:
    from splitlint.analysis.model.value import UNKNOWN
    from splitlint.analysis.shell.script_callers import environment_of, reads_package
    from splitlint.analysis.shell.uses import ShellMeaning
    from splitlint.matching.shell_match import matches_in_file, wanted_by
    from splitlint.syntax.embedded import script_of_file

    rules = [rule for rule in how.rules if "shell" in rule.front]
    env = environment_of(source, how.world, how.project)
    if not reads_package(source.data, env):
        # Nothing that the script does is done to a package: what is left are the words that it writes.
        rules = [rule for rule in rules if any(wanted.words for wanted in wanted_by(rule))]
    if not rules:
        return [], []
    meaning = ShellMeaning(script_of_file(source), lambda node: UNKNOWN, env)
    matched = [match for rule in rules for match in matches_in_file(rule, meaning)]
    return [_finding(match, source, how) for match in matched], []


def _program(source: Source, how: Inspection) -> Found:
    """Python, and other programs by their string literals."""
    table = "python" if source.language == PYTHON else "text"
    findings: list[Finding] = []
    problems: list[Problem] = []
    for rule in how.rules:
        asked = rule.front.get(table)
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


def _python_in_nix(source: Source, how: Inspection, root: Any) -> list[Finding]:
    """What a rule's `[python]` table finds in Nix strings that are Python."""
    wanted = [rule for rule in how.rules if rule.front.get("python")]
    if not wanted:
        return []
    from splitlint.analysis.programs import paths_in_python
    from splitlint.analysis.python.in_nix import python_strings
    from splitlint.syntax.embedded import text_of
    from splitlint.syntax.python import Unparsed

    findings: list[Finding] = []
    for string in python_strings(root):
        for rule in wanted:
            asked = rule.front["python"]
            found = paths_in_python(text_of(string, source), asked.get("paths", ()))
            if isinstance(found, Unparsed):
                break
            findings += [program_finding(rule, source, one) for one in found if one.writes is bool(asked.get("writes"))]
    return findings


def program_finding(rule: Rule, source: Source, one: Any) -> Finding:
    """The finding for a path in a program."""
    from splitlint.fixes.make.make import make_text_fixes
    from splitlint.matching.describe import filled

    span = source.span(one.start, one.end)
    words = {"path": one.shown, "package": one.shown}
    return Finding(
        rule=rule.name,
        severity=Severity[rule.severity.upper()],
        confidence=_sureness(rule, source, one),
        impact=rule.impact,
        path=source.path,
        span=span,
        message=filled(rule.message, words),
        help=filled(rule.help, words),
        url=rule.url,
        reasons=(one.reason,),
        fixes=make_text_fixes(rule, source, one.start, one.end, words),
        excerpt=source.excerpt(span),
    )


def _sureness(rule: Rule, source: Source, one: Any) -> Confidence:
    """As sure as the path, no surer than the page; low where the statement asks for something else first."""
    most = rule.front.get("confidence")
    found: Confidence = min(one.confidence, Confidence[most.upper()]) if isinstance(most, str) else one.confidence
    first = rule.front.get("text", {}).get("unless_first") if source.language == TEXT else None
    if first is None:
        return found
    import re

    begin = max(source.data.rfind(sign, 0, one.start) for sign in (b";", b"{", b"}"))
    return Confidence.LOW if re.search(first.encode(), source.data[begin + 1 : one.start]) else found
