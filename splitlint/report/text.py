"""Findings for people: where, what, how it breaks, why splitlint thinks so, what to write instead.

Plain text is the same on every machine and at every width; colours only add to it. On the start-up path, for the
summary of a run without findings: so nothing of `finding` is imported.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from splitlint.report.paint import Line, Piece, clean, line, painted, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from splitlint.findings.finding import Finding, Fix, Problem, Result, Summary

#: What each impact means to somebody who has never heard of the split.
IMPACT_WORDS = {
    "boot-failure": "the machine does not boot",
    "silent-empty": "the files are missing from the result",
    "feature-dropped": "a feature is gone",
    "runtime-failure": "what it made fails when it runs",
    "build-failure": "the build fails",
    "eval-error": "evaluation fails",
}
#: Those of which the build itself says nothing.
_AFTER_THE_BUILD = ("boot-failure", "silent-empty", "feature-dropped", "runtime-failure")
_SAFETY_WORDS = {
    "safe": "safe: --fix does it",
    "unsafe": "look at it: --fix --unsafe-fixes does it",
    "manual": "by hand",
}


def render(
    result: Result,
    *,
    read_line: Callable[[str, int], str | None] = lambda path, number: None,
    left: Mapping[str, str] = {},
    fixed: Mapping[str, int] = {},
    show_suppressed: bool = False,
    statistics: bool = False,
    quiet: bool = False,
    seconds: bool = False,
    color: bool = False,
    width: int = 100,
) -> str:
    """The whole report. Worst first: by severity, silent before loud, confidence, place.

    `read_line` gives a 1-based line of a file for places outside the excerpts, or None; `left` says by fingerprint why
    a finding was not mended, where mending was asked for; `fixed` how many were, by path; `seconds` adds the time;
    `quiet` drops the summary; `color` adds ANSI colours for a terminal of `width` columns.
    """
    lines = report_lines(
        result,
        read_line=read_line,
        left=left,
        fixed=fixed,
        show_suppressed=show_suppressed,
        statistics=statistics,
        quiet=quiet,
        seconds=seconds,
    )
    return painted(lines, width) if color else plain(lines)


def report_lines(
    result: Result,
    *,
    read_line: Callable[[str, int], str | None],
    left: Mapping[str, str] = {},
    fixed: Mapping[str, int] = {},
    show_suppressed: bool = False,
    statistics: bool = False,
    quiet: bool = False,
    seconds: bool = False,
) -> list[Line]:
    """The report as lines of styled pieces; arguments as for `render`."""
    shown = [one for one in result.findings if one.suppressed is None or show_suppressed]
    lines: list[Line] = []
    for finding in sorted(shown, key=lambda one: (one.suppressed is not None, one.rank_key)):
        lines += [*finding_lines(finding, read_line, left.get(finding.fingerprint)), line()]
    for problem in result.problems:
        lines.append(problem_line(problem))
    if result.problems and not quiet:
        lines.append(line())
    open_findings = [one for one in result.findings if one.suppressed is None]
    if statistics and open_findings:
        lines += [*_statistics(open_findings), line()]
    if fixed and not quiet:
        lines += [
            *(line(("mended ", "good"), f"{clean(path)}: {counted(fixed[path], 'finding')}") for path in fixed),
            line(),
        ]
    if not quiet:
        lines += summary_lines(result.summary, open_findings, seconds=seconds)
    return lines


def problem_line(problem: Problem) -> Line:
    """One file that could not be checked."""
    severity = "error" if problem.fatal else "warning"
    return line((severity, severity), (": ", "strong"), (clean(problem.path), "strong"), ": " + clean(problem.message))


def finding_lines(finding: Finding, read_line: Callable[[str, int], str | None], left: str | None = None) -> list[Line]:
    """One finding: what, where, the source underlined, what to know about it, and why it was left, if it was."""
    from splitlint.report.snippet import snippet

    ignored = finding.suppressed is not None
    style = "ignored" if ignored else finding.severity.label
    head = f"{'ignored ' if ignored else ''}{finding.severity.label}[{finding.rule}]"
    source = snippet(finding, style, read_line)
    gutter = " " * (len(source[0][0][0]) - 2 if source else 1)
    place = f"{clean(finding.path)}:{finding.span.line}:{finding.span.column}"
    return [
        line((head, style), (": " + clean(finding.message), "strong")),
        line((gutter + "--> ", "gutter"), place),
        *source,
        *(line((gutter + " = ", "gutter"), *pieces) for pieces in _notes(finding, left)),
    ]


def _notes(finding: Finding, left: str | None) -> Iterable[tuple[Piece | str, ...]]:
    if finding.suppressed is not None:
        yield (("ignored: ", "strong"), clean(finding.suppressed) or "by a comment that gives no reason")
        return
    if finding.impact:
        yield (("breaks: ", "strong"), (impact_words(finding.impact), finding.severity.label if finding.silent else ""))
    for reason in _reasons_not_shown(finding):
        yield (("because: ", "strong"), clean(reason))
    for related in finding.related:
        if related.path != finding.path:
            place = f"{clean(related.path)}:{related.span.line}:{related.span.column}"
            yield (("see: ", "strong"), f"{place}: {clean(related.message)}")
    if finding.confidence.label != "high":
        yield (("confidence: ", "strong"), _CONFIDENCE_WORDS[finding.confidence.label])
    if finding.help:
        yield (("help: ", "strong"), clean(finding.help))
    for fix in finding.fixes:
        yield (("fix: ", "strong"), *_fix(fix))
    if left is not None and not left.startswith("by hand"):
        yield (("not mended: ", "strong"), clean(left))
    if finding.url:
        yield (("more: ", "strong"), f"splitlint explain {finding.rule}")


def _reasons_not_shown(finding: Finding) -> Iterable[str]:
    """The reasons that do not stand beside the source already."""
    shown = {one.message for one in finding.related if one.path == finding.path}
    return [reason for reason in finding.reasons if reason.partition(" (line ")[0] not in shown]


_CONFIDENCE_WORDS = {
    "medium": "medium, by convention and evidence; not proved",
    "low": "low, only a name says so",
}


def impact_words(impact: Iterable[str]) -> str:
    """How it breaks, as a sentence without its full stop."""
    given = tuple(impact)
    later = [IMPACT_WORDS[one] for one in given if one in _AFTER_THE_BUILD]
    at_once = [IMPACT_WORDS.get(one, one) for one in given if one not in _AFTER_THE_BUILD]
    succeeds = ["the build succeeds, but " + ", or ".join(later)] if later else []
    return "; or ".join(succeeds + at_once)


def _fix(fix: Fix) -> tuple[Piece | str, ...]:
    style = {"safe": "good", "unsafe": "warning"}.get(fix.safety.label, "")
    safety = _SAFETY_WORDS[fix.safety.label] if fix.edits else _SAFETY_WORDS["manual"]
    return (clean(fix.title), (f" ({safety})", style))


def _statistics(findings: Sequence[Finding]) -> Iterable[Line]:
    count = Counter(one.rule for one in findings)
    severity = {one.rule: one.severity.label for one in findings}
    fixable = Counter(one.rule for one in findings if one.safety is not None)
    width = max(len(rule) for rule in count)
    for rule, number in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        fixed = f"  {fixable[rule]} fixable" if fixable[rule] else ""
        yield line((f"{number:>6}  ", "strong"), (f"{severity[rule]:<7}", severity[rule]), f"  {rule:<{width}}{fixed}")


def summary_lines(summary: Summary, findings: Sequence[Finding] = (), *, seconds: bool = False) -> list[Line]:
    """The account of the run: what was found in how many files, what can be mended, what is not shown and why."""
    took = summary.seconds if seconds else None
    if findings:
        lines = [line(*_found(summary, findings), *_took(took), ".")]
    elif summary.syntax_errors:
        lines = [line(f"No finding is shown in {counted(summary.files, 'file')}", *_took(took), ".")]
    else:
        lines = nothing_found(summary.files, took, summary.baselined)
    if summary.fixed:
        lines.append(line((f"Mended {counted(summary.fixed, 'finding')}", "good"), "."))
    safe = sum(one.safety is not None and one.safety.label == "safe" for one in findings)
    unsafe = summary.fixable - safe
    if summary.fixable:
        parts = [f"{safe} safely with --fix"] * bool(safe) + [f"{unsafe} with --fix --unsafe-fixes"] * bool(unsafe)
        lines.append(line((f"Can be mended: {', '.join(parts)}", "good"), "."))
    hidden = [
        (summary.suppressed, "ignored by a comment"),
        (summary.baselined, "known before"),
        (summary.below_threshold, "below the threshold"),
    ]
    lines += _account("Not shown", hidden)
    lines += _account("Not fully checked", [(summary.syntax_errors, "with a syntax error")])
    return lines + not_checked(summary.skipped, summary.unreadable)


def not_checked(skipped: int, unreadable: int) -> list[Line]:
    """The files that were not checked; no line if there are none."""
    return _account("Not checked", [(skipped, "left out"), (unreadable, "could not be read")])


def nothing_found(files: int, seconds: float | None, known: int = 0) -> list[Line]:
    """The summary of a run without findings; `known` were there before."""
    what = "Nothing new" if known else "Nothing found"
    return [line((what, "good"), f" in {counted(files, 'file')}", *_took(seconds), ".")]


def _found(summary: Summary, findings: Sequence[Finding]) -> tuple[Piece | str, ...]:
    files = counted(summary.files, "file")
    by_severity = Counter(one.severity for one in findings)
    parts: list[Piece | str] = [(f"Found {counted(len(findings), 'finding')}", "strong"), ": "]
    for severity, number in sorted(by_severity.items(), reverse=True):
        word = severity.label if severity.label == "info" else counted(number, severity.label).partition(" ")[2]
        parts += [(f"{number:,} {word}", severity.label), ", "]
    parts[-1] = f" in {len({one.path for one in findings}):,} of {files}"
    silent = sum(one.silent for one in findings)
    if silent:
        parts.append(f"; {silent:,} may fail silently")
    return tuple(parts)


def _account(head: str, numbers: Sequence[tuple[int, str]]) -> list[Line]:
    parts = [f"{number:,} {words}" for number, words in numbers if number]
    return [line((f"{head}: {', '.join(parts)}.", "faint"))] if parts else []


def counted(number: int, noun: str) -> str:
    """`1 file`, `2,176 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _took(seconds: float | None) -> tuple[str, ...]:
    if seconds is None:
        return ()
    return (f", {seconds:.2f} s" if seconds < 10 else f", {seconds:.0f} s",)
