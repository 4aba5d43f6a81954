"""The last lines of a report: what was found in how many files, what can be fixed, what is not shown and why.

On the start-up path: a run without findings has nothing else to say, so nothing of `findings` is imported.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from splitlint.report.terminal.paint import Line, Piece, clean, line, wrapped
from splitlint.report.words import counted, seconds_taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from splitlint.findings.finding import Finding, Summary


def summary_lines(
    summary: Summary, findings: Sequence[Finding] = (), *, seconds: bool = False, width: int = 100, usual: str = ""
) -> list[Line]:
    """The account of a run whose open findings are `findings`; `seconds`: with the time it took.

    `usual`: when most of those that are broken now break, in words, if they do not say it themselves.
    """
    took = summary.seconds if seconds else None
    if findings:
        lines = [line(*_found(summary, findings), *_took(took), ".")]
    elif summary.syntax_errors or summary.incomplete:
        lines = [line(f"No finding is shown in {counted(summary.files, 'file')}", *_took(took), ".")]
    else:
        lines = nothing_found(summary.files, took, summary.baselined)
    if summary.fixed:
        lines.append(line((f"Fixed {counted(summary.fixed, 'finding')}", "good"), "."))
    lines += _moments(findings, usual)
    lines += _fixable(summary, findings)
    by_path = summary.below_threshold - summary.below_confidence - summary.below_severity
    lines += _account(
        "Not shown",
        (summary.below_confidence, "with lower confidence (--min-confidence low)"),
        (summary.below_severity, "with lower severity (--min-severity info)"),
        (by_path, "ignored by per-path-ignores"),
        (summary.suppressed, "ignored by comments (--show-suppressed)"),
        (summary.baselined, "known before"),
    )
    lines += not_checked(summary.excluded, summary.absent, summary.skipped, summary.unreadable)
    lines += _account(
        "Not fully checked",
        (summary.syntax_errors, "with a syntax error"),
        (summary.incomplete, "in which a limit was reached"),
    )
    return [row for one in lines for row in wrapped(one, width, "  ")]


def nothing_found(files: int, seconds: float | None, known: int = 0) -> list[Line]:
    """The summary of a run without findings; `known` were there before."""
    if not files:
        return [line(("Nothing was checked", "warning"), *_took(seconds), ".")]
    what = "Nothing new" if known else "Nothing found"
    return [line((what, "good"), f" in {counted(files, 'file')}", *_took(seconds), ".")]


def not_checked(excluded: int, absent: int, skipped: int, unreadable: int) -> list[Line]:
    """The files that were not checked; no line if there are none. `skipped` counts the first two, too."""
    return _account(
        "Not checked",
        (excluded, "excluded"),
        (absent, "links or deleted"),
        (skipped - excluded - absent, "not source code"),
        (unreadable, "could not be read"),
    )


def _found(summary: Summary, findings: Sequence[Finding]) -> tuple[Piece | str, ...]:
    by_severity = Counter(one.severity for one in findings)
    parts: list[Piece | str] = [(f"Found {counted(len(findings), 'finding')}", "strong"), " ("]
    for severity, number in sorted(by_severity.items(), reverse=True):
        word = severity.label if severity.label == "info" else counted(number, severity.label).partition(" ")[2]
        parts += [(f"{number:,} {word}", severity.label), ", "]
    parts[-1] = f") in {len({one.path for one in findings}):,} of {counted(summary.files, 'file')}"
    silent = sum(one.silent for one in findings)
    if silent:
        parts.append(f"; {silent:,} may fail silently")
    return tuple(parts)


def _moments(findings: Sequence[Finding], usual: str) -> list[Line]:
    """How many break now and how many later, as far as that is known; and which nixpkgs most of them have."""
    moments = [one.when for one in findings if one.when is not None]
    by_state = Counter(one.state for one in moments)
    words = clean(usual.partition(": ")[2])
    differs = any(one.text != usual for one in moments)
    lines = _account(
        "With the nixpkgs in use",
        (by_state["now"], f"broken now ({words})" if words and not differs else "broken now"),
        (by_state["mixed"], "broken now with one nixpkgs of several"),
        (by_state["later"], "will break with an update"),
    )
    if words and differs:
        lines.append(line((f"Where no finding says otherwise, {words}.", "faint")))
    return lines


def _fixable(summary: Summary, findings: Sequence[Finding]) -> Iterator[Line]:
    if not summary.fixable:
        return
    safe = sum(one.safety is not None and one.safety.label == "safe" for one in findings)
    unsafe = summary.fixable - safe
    told = [f"{safe} with --fix"] * bool(safe)
    told += [f"{unsafe}{' more' * bool(safe)} with --fix --unsafe-fixes"] * bool(unsafe)
    yield line(("Fixable", "good"), f": {', '.join(told)}.")


def _account(head: str, *numbers: tuple[int, str]) -> list[Line]:
    told = [f"{number:,} {words}" for number, words in numbers if number]
    return [line((f"{head}: {', '.join(told)}.", "faint"))] if told else []


def _took(seconds: float | None) -> tuple[str, ...]:
    return () if seconds is None else (f", {seconds_taken(seconds)}",)
