"""The safe fixes of cases, proved by Nix: what is told of those that are wrong, and of those that cannot be proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff

from splitlint.authoring.proofs.evaluation import EvaluationError
from splitlint.authoring.proofs.prove import NO_NIX, Change, find_nix, prove
from splitlint.authoring.trials.cases import BREAKS, options
from splitlint.authoring.trials.judging import CaseError, Wrong, findings_of, fixed
from splitlint.files.languages import NIX
from splitlint.findings.finding import Safety
from splitlint.rulebook.rule import Case, Rule, RuleSet
from splitlint.startup.named_tuples import NamedTuple


class Unproved(NamedTuple):
    """A fix of which Nix cannot tell whether it is right, at a 1-based line of a page."""

    path: str
    line: int
    why: str


class Proofs(NamedTuple):
    """How many fixes are proved, which are wrong, and which can neither be proved nor said to be wrong.

    `left_out`: why none was tried, "" if they were.
    """

    proved: int = 0
    wrong: tuple[Wrong, ...] = ()
    unproved: tuple[Unproved, ...] = ()
    left_out: str = ""


class _Fixed(NamedTuple):
    rule: Rule
    case: Case
    text: str
    others: frozenset[str]

    @property
    def line(self) -> int:
        """The 1-based line of the page that the fix changes first."""
        pairs = zip(self.case.text.splitlines(), self.text.splitlines(), strict=False)
        return self.case.line + next((number for number, (old, new) in enumerate(pairs) if old != new), 0)


def proofs_of(rules: Sequence[Rule], rule_set: RuleSet) -> Proofs:
    """The proofs of all safe fixes of the cases of some rules, with the packs of a rule set.

    A case with `unproved="why"` is not tried.
    """
    nix = find_nix()
    if nix is None:
        return Proofs(left_out=NO_NIX)
    found = list(_fixed(rules, rule_set))
    tried = [one for one in found if "unproved" not in options(one.case)]
    changes = [Change(one.case.text, one.text, _oldest(one.case), one.others) for one in tried]
    try:
        verdicts = prove(changes, rule_set.packs, nix)
    except EvaluationError as error:
        return Proofs(left_out=str(error))
    wrong, unproved = [], []
    for one, verdict in zip(tried, verdicts, strict=True):
        if verdict.wrong:
            diff = unified_diff(one.case.text.splitlines(), one.text.splitlines(), "the page", "--fix", "", "", 0, "")
            wrong.append(
                Wrong(
                    one.rule.path,
                    one.line,
                    BREAKS,
                    "a fix that is right before and after the change",
                    verdict.wrong,
                    tuple(diff),
                )
            )
        elif verdict.unknown:
            unproved.append(Unproved(one.rule.path, one.line, verdict.unknown))
    excused = (
        Unproved(one.rule.path, one.line, why)
        for one in found
        if (why := options(one.case).get("unproved")) is not None
    )
    return Proofs(len(tried) - len(wrong) - len(unproved), tuple(wrong), (*unproved, *excused))


def _oldest(case: Case) -> str:
    """The release from which on the fixes of a case have to be right, "" for any."""
    given = options(case).get("nixpkgs", "any")
    return "" if given == "any" else given


def _others(case: Case, rule_set: RuleSet) -> frozenset[str]:
    """The packages that the fixes of a case may write: those of all rules that find something in it."""
    found = {finding.rule for finding in findings_of(case, rule_set)}
    rules = (rule for rule in rule_set.rules if rule.name in found)
    return frozenset(name for rule in rules for name in (*_written(rule.fix), *_written(rule.definition)))


def _written(given: object) -> Iterator[str]:
    """The packages that the fixes in a table, or in tables within it, write."""
    if isinstance(given, Mapping):
        if given.get("kind") == "package":
            yield str(given.get("name", ""))
        given = list(given.values())
    if isinstance(given, list):
        for one in given:
            yield from _written(one)


def _fixed(rules: Sequence[Rule], rule_set: RuleSet) -> Iterator[_Fixed]:
    """The cases in Nix that safe fixes change, with what they make of them."""
    for rule in rules:
        for case in rule.cases:
            if case.kind == BREAKS and case.language == NIX:
                try:
                    text = fixed(case, rule_set, Safety.SAFE)
                except CaseError:
                    # That it cannot be checked is told by whoever judges the case.
                    continue
                if text != case.text:
                    yield _Fixed(rule, case, text, _others(case, rule_set))
