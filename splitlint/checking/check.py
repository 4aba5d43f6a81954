"""The engine: sources and rules to findings."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from splitlint.checking.inspect_file import Inspection, inspect
from splitlint.checking.prepared import instead_of, prepared
from splitlint.checking.unparsed import counts_always, syntax_errors, unfixed, unparsed_others
from splitlint.checking.verdicts import Checked, Verdicts
from splitlint.config import Config
from splitlint.files.discover import File
from splitlint.files.languages import LANGUAGES, NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Problem, Result, Severity, Summary
from splitlint.findings.own_rules import OWN_RULES, SYNTAX_ERROR
from splitlint.limits import Failure, contained
from splitlint.matching.describe import best, fingerprinted
from splitlint.rulebook.prefilter import CONFLICT, MARK, Hit, prefilter
from splitlint.rulebook.rule import Rule, RuleError, RuleSet
from splitlint.startup.records import replace

if TYPE_CHECKING:
    from splitlint.analysis.project.index import Read
    from splitlint.analysis.project.repository import Repository

#: With fewer files it is quicker to check them here than to copy this process.
MANY = 32


def check_files(
    files: Sequence[File], rule_set: RuleSet, config: Config, *, read: Callable[[File], bytes] | None = None
) -> Result:
    """Reads and prefilters files and checks what is left. `read` gives the bytes of a file (see `prefilter`)."""
    started = time.perf_counter()
    prefiltered = prefilter(files, rule_set, languages=LANGUAGES, read=read)
    result = check_hits(prefiltered.hits, rule_set, config, prefiltered.related_files)
    problems = tuple(Problem(one.path, one.message, one.fatal) for one in prefiltered.problems)
    summary = replace(
        result.summary,
        files=prefiltered.files - result.summary.unreadable,
        skipped=prefiltered.skipped,
        absent=prefiltered.absent,
        unreadable=prefiltered.unreadable + result.summary.unreadable,
        seconds=time.perf_counter() - started,
    )
    return Result(result.findings, problems + result.problems, summary)


def check_hits(
    hits: Iterable[Hit],
    rule_set: RuleSet,
    config: Config,
    related_files: Sequence[str] = (),
    *,
    read: Callable[[str], bytes | None] | None = None,
    names: Collection[str] = (),
    jobs: int = 1,
    verdicts: Verdicts | None = None,
) -> Result:
    """Checks files that have been read and prefiltered; findings below the thresholds are counted and left out.

    A file that cannot be checked is a problem, and one of the summary's unreadable ones. Raises RuleError.
    `related_files`: the Nix files to ask about others; those of the repository around the files if there are none.
    `read` gives the bytes of other files by path, None for one that is not there; None: they are read from disk.
    `names`: the files that were searched and may be hits or not; if an answer rests on one that Nix cannot parse, that
    is said. `jobs`: how many processes share the work where there is much. `verdicts`: what is known of files.
    """
    hits = list(hits)
    findings: list[Finding] = []
    problems: list[Problem] = []
    failed = broken = 0
    hidden: Counter[str] = Counter()
    repository = repository_of(hits, rule_set, related_files, read, verdicts)
    hits = [hit for hit in hits if not _is_silent(hit, rule_set, repository)]
    repository.reported = set(names).difference(hit.file.path for hit in hits)
    for checked in _each(hits, rule_set, config, repository, jobs, verdicts):
        failed += checked.failed
        problems.extend(checked.problems)
        broken += any(finding.rule == SYNTAX_ERROR for finding in checked.findings)
        for finding in checked.findings:
            why = hidden_by(finding, config)
            if not why:
                findings.append(finding)
            hidden[why] += 1
    for finding in unparsed_others(repository, config):
        broken += 1
        why = hidden_by(finding, config)
        if not why:
            findings.append(finding)
        hidden[why] += 1
    findings.sort(key=lambda one: one.sort_key)
    shown = [one for one in findings if one.suppressed is None]
    summary = Summary(
        parsed=len(hits) - failed,
        unreadable=failed,
        findings=len(shown),
        fixable=sum(one.safety is not None for one in shown),
        suppressed=len(findings) - len(shown),
        below_threshold=hidden.total() - len(findings),
        below_confidence=hidden["confidence"],
        below_severity=hidden["severity"],
        syntax_errors=broken,
        incomplete=sum(one.partial for one in problems),
    )
    return Result(tuple(findings), tuple(problems), summary)


def _each(
    hits: Sequence[Hit],
    rule_set: RuleSet,
    config: Config,
    repository: Repository,
    jobs: int,
    verdicts: Verdicts | None,
) -> Iterator[Checked]:
    """What came of each file, in their order."""
    known = {}
    if verdicts is not None:
        found = ((number, verdicts.known(hit, repository)) for number, hit in enumerate(hits))
        known = {number: checked for number, checked in found if checked is not None}
    left = [number for number in range(len(hits)) if number not in known]

    def check(at: int) -> tuple[Checked, object]:
        hit = hits[left[at]]
        repository.notes = set()
        source = Source(hit.file.path, hit.data, hit.language)
        checked = check_contained(source, rule_set, config, hit.rules, repository)
        return checked, verdicts.noted(hit, repository, checked) if verdicts is not None else None

    done = {}
    if jobs > 1 and len(left) >= MANY:
        from splitlint.checking.shared import checked_by_copies

        done = checked_by_copies(check, [hits[number] for number in left], repository, jobs)
    places = iter(range(len(left)))
    for number in range(len(hits)):
        if number in known:
            yield known[number]
            continue
        at = next(places)
        checked, note = done[at] if at in done else check(at)
        if verdicts is not None:
            verdicts.keep(note)
        yield checked


def wanted(finding: Finding, config: Config) -> bool:
    """Whether a finding reaches the thresholds of the configuration."""
    return not hidden_by(finding, config)


def hidden_by(finding: Finding, config: Config) -> str:
    """Why a finding is not shown: `path`, `confidence` or `severity`; "" if it is."""
    if config.ignores(finding.rule, finding.path):
        return "path"
    if finding.confidence < Confidence[config.min_confidence.upper()]:
        return "confidence"
    return "severity" if finding.severity < Severity[config.min_severity.upper()] else ""


def guarded(finding: Finding, config: Config) -> Finding:
    """A finding whose fixes are words only where the configuration says that its rule is not to be fixed."""
    if finding.rule not in config.no_fix and (not config.fix or finding.rule in config.fix):
        return finding
    return replace(finding, fixes=tuple(replace(fix, edits=()) for fix in finding.fixes))


def check_contained(
    source: Source,
    rule_set: RuleSet,
    config: Config,
    rules: Sequence[Rule],
    repository: Repository,
    *,
    read: Read | None = None,
    raised: tuple[type[Exception], ...] = (),
    copied: Collection[str] | None = None,
) -> Checked:
    """As `check_source`, but what goes wrong in the file, or takes longer than `config.file_timeout`, is a problem.

    `read` gives other files, if the repository is not to read them itself.
    `copied`: the packs of which the file's tree is one of their own, None to find out.
    Raises RuleError and the errors in `raised`, which are not the file's fault.
    """
    checked = contained(
        lambda: check_source(source, rule_set, config, rules, repository, read, copied),
        config.file_timeout,
        raised=(RuleError, *raised),
    )
    if isinstance(checked, Failure):
        return Checked(problems=(Problem(source.path, f"could not be checked: {checked.message}"),), failed=True)
    return checked


def check_source(
    source: Source,
    rule_set: RuleSet,
    config: Config,
    rules: Sequence[Rule] | None = None,
    repository: Repository | None = None,
    read: Read | None = None,
    copied: Collection[str] | None = None,
) -> Checked:
    """All findings of one file: sorted, fingerprinted, suppression comments applied, thresholds not.

    `rules`: those whose needles the file has; None asks the rule set. `copied`: see `check_contained`.
    """
    if rules is None:
        rules = rule_set.relevant(source.data, source.language)
    rules = [rule for rule in rules if config.selects(rule.name) and rule.applies(config.nixpkgs)]
    known = prepared(rule_set)
    if copied is None:
        copied = _copied(source, rules, known.own_copies, repository, read)
    asking = [rule for rule in rules if rule.pack not in copied]
    how = Inspection(asking, known.world, config, repository, known.since, known.words, read)
    findings, problems = inspect(source, how) if asking else (syntax_errors(source), [])
    broken = any(one.rule == SYNTAX_ERROR for one in findings)
    # What was not asked, or could not be answered, does not make a comment unused.
    asked = () if problems or broken else rule_set.rules
    active = [rule.name for rule in asked if config.selects(rule.name) and rule.applies(config.nixpkgs)]
    if rules or source.language == NIX:
        active.append(SYNTAX_ERROR)
    told = unfixed(best(findings, instead_of((one.rule for one in findings), rule_set)))
    if MARK in source.data:
        from splitlint.findings import suppress

        told = suppress.apply(source, told, known.names, active, lambda name: names_meant(rule_set, name))
    kept = [one for one in told if config.selects(one.rule) or counts_always(one, config)]
    return Checked(tuple(fingerprinted(kept, source)), tuple(problems))


def _copied(
    source: Source,
    rules: Sequence[Rule],
    own_copies: Mapping[str, tuple[str, ...]],
    repository: Repository | None,
    read: Read | None,
) -> frozenset[str]:
    """The packs of some rules of which a file's tree is one of their own."""
    packs = {rule.pack for rule in rules}
    marks = {pack: names for pack, names in own_copies.items() if names and pack in packs}
    if not marks or repository is None:
        return frozenset()
    from splitlint.checking.own_copies import copied_packs

    return copied_packs(source.path, marks, lambda path: repository.is_there(path, read))


def _is_silent(hit: Hit, rule_set: RuleSet, repository: Repository) -> bool:
    """Whether packs only that have nothing to say there ask about a file that nobody named."""
    if hit.file.named or not hit.rules:
        return False
    own_copies = prepared(rule_set).own_copies
    if not all(own_copies.get(rule.pack) for rule in hit.rules):
        return False
    source = Source(hit.file.path, hit.data, hit.language)
    return are_silent(hit.rules, _copied(source, hit.rules, own_copies, repository, None), hit.data)


def are_silent(rules: Sequence[Rule], copied: Collection[str], data: bytes) -> bool:
    """Whether a file is looked into for the sake of packs only that have nothing to say in its tree (`copied`).

    Such a file need not be parsed: without these packs it would not be.
    """
    return bool(rules) and all(rule.pack in copied for rule in rules) and MARK not in data and CONFLICT not in data


def names_meant(rule_set: RuleSet, name: str) -> tuple[str, ...]:
    """The names by which findings call the rules that a name means; splitlint's own are called by theirs."""
    return (name,) if name in OWN_RULES else tuple(rule.name for rule in rule_set.named(name))


def repository_of(
    hits: Sequence[Hit],
    rule_set: RuleSet,
    related_files: Sequence[str] = (),
    read: Callable[[str], bytes | None] | None = None,
    verdicts: Verdicts | None = None,
) -> Repository:
    """The other files of the repository that some files are in; nothing is read before an answer depends on it."""
    from splitlint.analysis.project.repository import Repository
    from splitlint.rulebook.related_files import files_around, reader

    get = read or reader({hit.file.path: hit.data for hit in hits})
    get = get if verdicts is None else verdicts.reading(get)
    return Repository(lambda: related_files or files_around([hit.file.path for hit in hits], rule_set, get), get)
