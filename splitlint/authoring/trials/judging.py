"""One case of a page, checked with a set of rules, to what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff

from splitlint.authoring.trials.cases import (
    BECOMES,
    BREAKS,
    LEAVE_ALONE,
    config_of,
    marked,
    mendable,
    options,
    source_of,
)
from splitlint.checking.check import check_source
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Safety
from splitlint.fixes.apply.apply import fix_file
from splitlint.rulebook.rule import Case, Rule, RuleSet
from splitlint.startup.named_tuples import NamedTuple

_NOTHING = "nothing"


class Wrong(NamedTuple):
    """What a page promises and is not so, at a 1-based line of the page. `detail`: lines of a diff, if there is one."""

    path: str
    line: int
    kind: str
    expected: str
    found: str
    detail: tuple[str, ...] = ()


def wrong_page(rule: Rule) -> list[Wrong]:
    """What is wrong with the cases of a page as a whole: there are none, or fixed ones without a broken one."""
    if rule.is_instance:
        return []
    kinds = [case.kind for case in rule.cases]
    wrong = [
        Wrong(rule.path, 1, kind, f"at least one case under `## {kind}`", _NOTHING)
        for kind in (BREAKS, LEAVE_ALONE)
        if kind not in kinds
    ]
    fixed, mendables = [case for case in rule.cases if case.kind == BECOMES], mendable(rule)
    surplus = fixed[len(mendables) :]
    expected = f"a case under `## {BREAKS}` that becomes this, and is not `unfixed`"
    what = f"what it becomes, under `## {BECOMES}`, or the word `unfixed` behind its language"
    wrong += [Wrong(rule.path, case.line, BREAKS, what, _NOTHING) for case in mendables[len(fixed) :] if fixed]
    return [*wrong, *(Wrong(rule.path, case.line, BECOMES, expected, _NOTHING) for case in surplus)]


def findings_of(case: Case, rule_set: RuleSet) -> tuple[Finding, ...]:
    """What a whole rule set has to say about a case, needles and suppression included.

    Raises CaseError if it cannot be checked.
    """
    return _checked(source_of(case), case, rule_set)


class CaseError(Exception):
    """A case that cannot be checked, or not fully. The message says why."""


def _checked(source: Source, case: Case, rule_set: RuleSet) -> tuple[Finding, ...]:
    checked = check_source(source, rule_set, config_of(case))
    if checked.problems:
        raise CaseError(checked.problems[0].message)
    return tuple(finding for finding in checked.findings if finding.suppressed is None)


def wrong_case(rule: Rule, case: Case, rule_set: RuleSet) -> list[Wrong]:
    """What a case of a rule promises and a rule set, which has the rule in it, does not do."""
    judges = {BREAKS: _wrong_finds, BECOMES: _wrong_fix, LEAVE_ALONE: _noise}
    try:
        return list(judges[case.kind](rule, case, rule_set))
    except CaseError as error:
        return [Wrong(rule.path, case.line, case.kind, "code that can be checked", str(error))]


def _wrong_finds(rule: Rule, case: Case, rule_set: RuleSet) -> Iterator[Wrong]:
    sure, low = marked(case)
    findings = findings_of(case, rule_set)
    if not sure | low:
        yield Wrong(rule.path, case.line, BREAKS, "a line that is marked with `# breaks`", _NOTHING)
    mine = [one for one in findings if one.rule == rule.name]
    surely = {one.span.line for one in mine if one.confidence >= Confidence.MEDIUM}
    for line in sorted((sure - surely) | (low - {one.span.line for one in mine})):
        what = f"a finding of `{rule.name}`" + (" with medium confidence or higher" if line in sure else "")
        here = [one for one in findings if one.span.line == line]
        yield Wrong(rule.path, case.line + line - 1, BREAKS, what, _told(here))
    others = [one for one in findings if one.confidence >= Confidence.MEDIUM and one.span.line not in sure | low]
    for one in others:
        yield _unwanted(rule, case, one, "no finding: the line is not marked with `# breaks`")


def _noise(rule: Rule, case: Case, rule_set: RuleSet) -> Iterator[Wrong]:
    for one in findings_of(case, rule_set):
        if one.confidence >= Confidence.MEDIUM:
            yield _unwanted(rule, case, one, "no finding")


def _wrong_fix(rule: Rule, case: Case, rule_set: RuleSet) -> Iterator[Wrong]:
    number = [one for one in rule.cases if one.kind == BECOMES].index(case)
    if number >= len(mendable(rule)):
        return
    broken = mendable(rule)[number]
    made = fixed(broken, rule_set, Safety.UNSAFE)
    if made != case.text:
        found = "it is not changed" if made == broken.text else "something else"
        yield _other_text(rule, case, f"what --fix makes of the case at line {broken.line}", found, made)
    for one in findings_of(case._replace(info=_as_checked(broken, case)), rule_set):
        if one.confidence >= Confidence.MEDIUM:
            yield _unwanted(rule, case, one, "no finding after the fix")


def fixed(case: Case, rule_set: RuleSet, safety: Safety) -> str:
    """What `--fix` makes of a case with fixes of a safety. Raises CaseError if it cannot be checked."""
    source = source_of(case)

    def check(data: bytes) -> tuple[Finding, ...]:
        return _checked(Source(source.path, data, source.language), case, rule_set)

    done = fix_file(source.path, source.data, check, safety, language=source.language)
    return done.data(source.path, source.data).decode()


def _as_checked(broken: Case, case: Case) -> str:
    """The info string of a fixed case: its own, with the file and release of the broken one if it names none."""
    told = {name: value for name, value in options(broken).items() if name in ("file", "nixpkgs")}
    added = [f"{name}={value}" for name, value in told.items() if name not in options(case)]
    return " ".join([case.info, *added])


def _other_text(rule: Rule, case: Case, expected: str, found: str, made: str) -> Wrong:
    """A text that is not the one on the page; the line is that of the first difference."""
    wanted, got = case.text.splitlines(), made.splitlines()
    same = next((n for n, (one, other) in enumerate(zip(wanted, got, strict=False)) if one != other), len(wanted) - 1)
    diff = tuple(unified_diff(wanted, got, "the page", "--fix", lineterm="", n=1))
    return Wrong(rule.path, case.line + max(0, same), BECOMES, expected, found, diff)


def _unwanted(rule: Rule, case: Case, finding: Finding, expected: str) -> Wrong:
    return Wrong(rule.path, case.line + finding.span.line - 1, case.kind, expected, _told([finding]))


def _told(findings: Iterable[Finding]) -> str:
    return "; ".join(f"`{one.rule}` ({one.confidence} confidence): {one.message}" for one in findings) or _NOTHING
