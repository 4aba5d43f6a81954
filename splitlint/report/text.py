"""Findings for people: where, what, how it breaks, why splitlint thinks so, what to write instead.

Plain text is the same on every machine; colours only add to it. On the start-up path, for the summary of a run without
findings: what findings need is imported where there are some.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from splitlint.report.terminal.paint import Line, clean, line, painted, plain, wrapped
from splitlint.startup.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from splitlint.files.source import Source
    from splitlint.findings.finding import Finding, Problem, Result


@dataclass(frozen=True, slots=True)
class Manner:
    """How a report is to look.

    `summary_only`: no findings. `concise`: a line for each finding. `unfolded`: equal findings are all shown. `quiet`:
    no summary. `seconds`: with the time it took. `color`, `links`: for a terminal that has them, of `width` columns.
    """

    summary_only: bool = False
    concise: bool = False
    unfolded: bool = False
    show_suppressed: bool = False
    show_fixes: bool = False
    statistics: bool = False
    quiet: bool = False
    seconds: bool = False
    color: bool = False
    links: bool = False
    width: int = 100


_PLAIN = Manner()
#: A report of more findings is long.
_SHORT = 5
#: Files in which a limit was reached that are named.
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Done:
    """What fixing did: `fixed` has the findings fixed by path, `left` why others were not, by fingerprint.

    `ignored`: how many findings comments were written for, by path.
    """

    fixed: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)
    ignored: Mapping[str, int] = field(default_factory=dict)


def render(
    result: Result,
    manner: Manner = _PLAIN,
    *,
    read: Callable[[str], Source | None] = lambda path: None,
    done: Done | None = None,
) -> str:
    """The whole report. Worst first: by severity, silent before loud, confidence, place.

    `read` gives a file as it was checked, None if it cannot be had. `done` tells what was fixed, where that was asked.
    """
    lines = list(report_lines(result, manner, _once(read), done))
    return painted(lines, links=manner.links) if manner.color else plain(lines)


def report_lines(
    result: Result, manner: Manner, read: Callable[[str], Source | None], done: Done | None
) -> Iterable[Line]:
    """The report as lines of styled pieces; arguments as for `render`."""
    wanted = () if manner.summary_only else result.findings
    shown = [one for one in wanted if one.suppressed is None or manner.show_suppressed]
    shown.sort(key=lambda one: (one.suppressed is not None, one.rank_key))
    # What the summary says once, findings do not say again.
    usual = "" if manner.concise or manner.quiet else _usual_moment(shown)
    if shown and manner.concise:
        yield from map(concise_line, sorted(shown, key=lambda one: one.sort_key))
    elif shown:
        yield from _findings(shown, manner, read, done.left if done else {}, usual)
    problems = [one for one in result.problems if not (one.note and manner.quiet)]
    for one in _problem_lines(problems, manner.unfolded):
        yield from wrapped(one, manner.width, "  ")
    if done:
        yield from _fixed(done, manner.show_fixes)
    if manner.quiet:
        return
    from splitlint.report.terminal.summary import summary_lines

    if problems or (done and (done.fixed or done.ignored)) or (shown and manner.concise):
        yield line()
    open_findings = [one for one in result.findings if one.suppressed is None]
    if manner.statistics and open_findings:
        yield from (*_statistics(open_findings), line())
    yield from summary_lines(result.summary, open_findings, seconds=manner.seconds, width=manner.width, usual=usual)


def _usual_moment(findings: Iterable[Finding]) -> str:
    """What most of the findings that are broken now say of the nixpkgs in use, "" if none does."""
    whens = (one.when for one in findings if one.suppressed is None and one.when is not None)
    # What was never right is broken with any nixpkgs.
    texts = Counter(when.text for when in whens if when.state == "now" and when.since)
    return max(texts, key=lambda text: texts[text], default="")


def _once(read: Callable[[str], Source | None]) -> Callable[[str], Source | None]:
    """A reader that reads each file once."""
    known: dict[str, Source | None] = {}

    def read_once(path: str) -> Source | None:
        if path not in known:
            known[path] = read(path)
        return known[path]

    return read_once


def concise_line(finding: Finding) -> Line:
    """A finding in one line that editors understand: `path:line:column: severity[rule] message`."""
    severity = finding.severity.label
    style = "ignored" if finding.suppressed is not None else severity
    place = f"{clean(finding.path)}:{finding.span.line}:{finding.span.column}"
    address = f" {finding.url}" if finding.url else ""
    return line(
        (place, "strong"),
        ": ",
        (f"{severity}[", style),
        (finding.rule, style + address),
        ("]", style),
        f" {clean(finding.message)}",
    )


def _findings(
    findings: Sequence[Finding],
    manner: Manner,
    read: Callable[[str], Source | None],
    left: Mapping[str, str],
    usual: str,
) -> Iterable[Line]:
    from splitlint.report.terminal.one_finding import Look, finding_lines

    groups = [[one] for one in findings] if manner.unfolded else _alike(findings, left)
    for first, *others in groups:
        yield from finding_lines(first, Look(read, manner.width, left.get(first.fingerprint), others, usual))
        yield line()
    addresses = {one.rule: one.url for one in findings if one.url and one.suppressed is None}
    if addresses:
        names = [(f" {rule}", f"strong {address}") for rule, address in sorted(addresses.items())]
        if len(names) > _SHORT:
            names = [(" RULE", "strong")]
        yield from wrapped(line("More: splitlint explain", *names), manner.width, "  ")
        yield line()


def _alike(findings: Sequence[Finding], left: Mapping[str, str]) -> list[list[Finding]]:
    """Findings that say the same of different places, together; in the order of the first of each.

    In a long report the same rule is enough, if it is as severe and as silent: the surest is shown.
    """
    long = len(findings) > _SHORT
    groups: dict[object, list[Finding]] = {}
    for one in findings:
        what = (one.rule, one.severity, one.silent, one.urgency)
        fixes = tuple(fix.title for fix in one.fixes)
        words = (one.message, one.help, one.consequence, one.when)
        names = None if long else (one.confidence, one.impact, one.safety, words, fixes)
        groups.setdefault((what, names, one.suppressed, left.get(one.fingerprint)), []).append(one)
    return list(groups.values())


def _problem_lines(problems: Sequence[Problem], each: bool) -> Iterable[Line]:
    """A line for each file that could not be checked; one for all that were checked in part, but with `each`."""
    partly = [one for one in problems if one.partial]
    folds = len(partly) > 1 and not each
    yield from (problem_line(one) for one in problems if not (folds and one.partial))
    if folds:
        named = ", ".join(clean(one.path) for one in partly[:_MOST_NAMED])
        rest = f" and {len(partly) - _MOST_NAMED} more (--all)" if len(partly) > _MOST_NAMED else ""
        yield line(("warning", "warning"), (": ", "strong"), f"a limit was reached in {named}{rest}")


def problem_line(problem: Problem) -> Line:
    """One file that could not be checked."""
    severity = "error" if problem.fatal else "info" if problem.note else "warning"
    word = "note" if problem.note else severity
    return line((word, severity), (": ", "strong"), (clean(problem.path), "strong"), ": " + clean(problem.message))


def _fixed(done: Done, each: bool) -> Iterable[Line]:
    """What was fixed and ignored, file by file; `each`: with what was written."""
    for path, findings in done.fixed.items():
        yield line(("fixed ", "good"), f"{clean(path)}: {len(findings)}")
        if each:
            counts = Counter((one.rule, fix.title) for one in findings for fix in one.fixes[:1])
            for (rule, title), number in counts.items():
                yield line("  ", (f"{number} x ", "faint"), (rule, "strong"), f": {clean(title)}")
    for path, number in done.ignored.items():
        yield line(("ignored ", "warning"), f"{clean(path)}: {number}")


def _statistics(findings: Sequence[Finding]) -> Iterable[Line]:
    count = Counter(one.rule for one in findings)
    severity = {one.rule: one.severity.label for one in findings}
    fixable = Counter(one.rule for one in findings if one.safety is not None)
    width = max(len(rule) for rule in count)
    for rule, number in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        fixed = f"  {fixable[rule]} fixable" if fixable[rule] else ""
        yield line((f"{number:>6}  ", "strong"), (f"{severity[rule]:<7}", severity[rule]), f"  {rule:<{width}}{fixed}")
