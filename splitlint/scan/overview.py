"""What came of a scan, in lines for people: targets, rules, the worst findings; what changed since the last time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from splitlint.findings.finding import Finding, Result, Severity
from splitlint.report.terminal.paint import Line, clean, line
from splitlint.report.words import counted
from splitlint.scan.ranking import Standing
from splitlint.scan.results.moments import Change, Count, iso_time

#: Findings shown in the overview; whoever wants all asks for another format.
WORST = 10
_SEVERITIES = tuple(sorted(Severity, reverse=True))


def overview(result: Result, standings: Sequence[Standing], *, interrupted: bool, resumable: bool = True) -> list[Line]:
    """Targets, the worst first, rules, and the worst findings.

    `resumable`: the history knows what was done before the interruption.
    """
    shown = [finding for finding in result.findings if finding.suppressed is None]
    lines = [
        *_targets(standings),
        line(),
        *_by_rule(shown),
        *_worst(shown),
        *(_problem(problem.path, problem.message) for problem in result.problems),
    ]
    unfinished = [one.target for one in standings if not one.tally.complete]
    if interrupted:
        lines.append(line(("interrupted", "warning"), ": --resume goes on where this scan ended" * resumable))
    lines += (line((target.label, "strong"), " was not scanned completely") for target in unfinished)
    lines.append(line((_sentence(result), "strong")))
    return lines


_HEADS = ("files", "errors", "warnings", "info", "silent", "safe", "unsafe", "by hand")


def _targets(standings: Sequence[Standing]) -> Iterator[Line]:
    """Who is hit, how badly, how much is fixable; then words: the worst that happens, and whose files they are."""
    timed = any(finding.when is not None for one in standings for finding in one.tally.open)
    heads = (*_HEADS, "now", "later") if timed else _HEADS
    numbers = ((one.target.label, (*_numbers(one), *(_moments(one) if timed else ()))) for one in standings)
    head, *rows = _table("target", heads, numbers)
    words = [(one.worst, _owners(one)) for one in standings]
    left = max((len(worst) for worst, _ in words), default=0)
    if not left:
        yield from (head, *rows)
        return
    owned = any(owners for _, owners in words)
    yield line(*head, (f"  {'worst'.ljust(left)}{'  owners' * owned}".rstrip(), "faint"))
    for row, (worst, owners) in zip(rows, words, strict=True):
        yield line(*row, f"  {worst.ljust(left)}  {owners}".rstrip())


def _numbers(one: Standing) -> tuple[int, ...]:
    files = one.tally.summary.files
    return (files, one.errors, one.warnings, one.info, one.silent, one.safe, one.unsafe, one.by_hand)


def _moments(one: Standing) -> tuple[int, int]:
    """How many findings are broken now, with one nixpkgs at least, and how many break with an update."""
    states = Counter(finding.when.state for finding in one.tally.open if finding.when is not None)
    return states["now"] + states["mixed"], states["later"]


def _owners(one: Standing) -> str:
    return " ".join(clean(name) for name in one.owners)


def _by_rule(findings: Iterable[Finding]) -> list[Line]:
    counts: dict[str, Counter[Severity]] = {}
    for finding in findings:
        counts.setdefault(finding.rule, Counter())[finding.severity] += 1
    if not counts:
        return []
    ordered = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))
    rows = ((rule, tuple(count[severity] for severity in _SEVERITIES)) for rule, count in ordered)
    return [*_table("rule", ("errors", "warnings", "info"), rows), line()]


def _worst(findings: Sequence[Finding]) -> list[Line]:
    if not findings:
        return []
    worst = sorted(findings, key=lambda finding: finding.rank_key)[:WORST]
    head = "The worst first:" if len(worst) == len(findings) else f"The worst {len(worst)} of {len(findings)}:"
    return [line((head, "strong")), *(_finding(finding, "  ") for finding in worst), line()]


def _finding(finding: Finding, margin: str) -> Line:
    return line(
        margin,
        (finding.severity.label, finding.severity.label),
        f" {clean(finding.path)}:{finding.span.line}:{finding.span.column} ",
        (finding.rule, "strong"),
        f" {clean(finding.message)}",
        f" ({clean(finding.when.text)})" if finding.when is not None else "",
    )


def _problem(path: str, message: str) -> Line:
    return line(("problem", "warning"), f" {clean(path)}: {clean(message)}")


def _sentence(result: Result) -> str:
    summary = result.summary
    found = f"{counted(summary.findings, 'finding')} in {counted(summary.files, 'file')}"
    # Nobody is to take it for an answer that nothing was found where nothing was looked at.
    parts = [found if summary.files or summary.findings else "nothing was checked"]
    parts += [f"{summary.fixable} fixable"] if summary.findings else []
    named = (
        (summary.suppressed, f"{summary.suppressed:,} suppressed"),
        (summary.below_threshold, f"{summary.below_threshold:,} below the thresholds"),
        (summary.skipped, f"{counted(summary.skipped, 'file')} left out"),
        (summary.unreadable, f"{counted(summary.unreadable, 'file')} not checked"),
        (summary.syntax_errors, f"{counted(summary.syntax_errors, 'file')} with a syntax error"),
        (summary.incomplete, f"{counted(summary.incomplete, 'file')} not fully checked"),
    )
    parts += (words for number, words in named if number)
    return "; ".join(parts) + (f" ({summary.seconds:.1f} s)" if summary.seconds else "")


def _table(first: str, heads: Sequence[str], rows: Iterable[tuple[str, Sequence[object]]]) -> Iterator[Line]:
    whole = [(clean(name), [str(number) for number in numbers]) for name, numbers in rows]
    longest = max((len(name) for name, _ in whole), default=0)
    left = max(longest, len(first))
    widths = [max(len(head), *(len(numbers[at]) for _, numbers in whole), 0) for at, head in enumerate(heads)]
    yield line((first.ljust(left) + _cells(heads, widths), "faint"))
    for name, numbers in whole:
        yield line(name.ljust(left) + _cells(numbers, widths))


def _cells(texts: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(f"  {text:>{width}}" for text, width in zip(texts, widths, strict=True))


def comparison(changes: Sequence[Change]) -> list[Line]:
    """What appeared and what went in each target since it was last scanned, rule by rule."""
    lines: list[Line] = []
    for change in changes:
        lines += _changed(change)
    new, old = (sum(len(part(change)) for change in changes) for part in (_appeared, _gone))
    stayed = sum(change.stayed for change in changes)
    lines.append(line((f"{new} new, {old} gone, {stayed} unchanged", "strong")))
    return lines


def _appeared(change: Change) -> tuple[Finding, ...]:
    return change.appeared


def _gone(change: Change) -> tuple[Finding, ...]:
    return change.gone


def _changed(change: Change) -> Iterator[Line]:
    if change.before is None:
        yield line(
            (clean(change.label), "strong"), f": scanned for the first time, {counted(len(change.appeared), 'finding')}"
        )
        return
    since = f"since {iso_time(change.before.started)}"
    heads = "".join(f" {head[:12]}" for head in (change.heads[0], "->", change.heads[1])) if all(change.heads) else ""
    yield line((clean(change.label), "strong"), f" {since}{heads}: +{len(change.appeared)} -{len(change.gone)}")
    if change.before.digest != change.after.digest:
        yield line(("  the rules, the settings or splitlint itself changed in between", "warning"))
    for sign, style, findings in (("+", "error", change.appeared), ("-", "good", change.gone)):
        for rule, count in sorted(Counter(finding.rule for finding in findings).items()):
            yield line("  ", (f"{sign}{count}", style), f" {rule}")
            for finding in findings:
                if finding.rule == rule:
                    yield line(f"       {clean(finding.path)}:{finding.span.line} {clean(finding.message)}")


def over_time(counts: Sequence[Count]) -> list[Line]:
    """Findings of each target and rule, a column for each of the last eight scans; - where a target was left out."""
    moments = list({count.moment.scan: count.moment for count in counts}.values())[-8:]
    if not moments:
        return [line("There are no recorded scans yet.")]
    scanned = {(count.label, count.moment.scan) for count in counts}
    cells: dict[tuple[str, str], dict[int, int]] = {}
    for count in counts:
        cells.setdefault((count.label, count.rule), {})[count.moment.scan] = count.findings
    rows = (
        (
            f"{label}  {rule}".rstrip(),
            [str(row.get(at.scan, 0)) if (label, at.scan) in scanned else "-" for at in moments],
        )
        for (label, rule), row in sorted(cells.items())
        if rule or all(other != label or not name for other, name in cells)
    )
    return list(_table("findings", [iso_time(moment.started)[:16] for moment in moments], rows))
