"""JUnit XML: one suite a file, one failing case a finding; a clean run is one case that passes."""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from splitlint.findings.finding import Finding, Problem, Result
from splitlint.untrusted.escapes import visible


def render(result: Result) -> str:
    """Findings as failures, suppressed ones as skipped, problems as errors; an XML document."""
    shown = [one for one in result.findings if one.suppressed is None]
    fatal = [one for one in result.problems if one.fatal]
    suites = [_problems(fatal)] if fatal else []
    in_order = sorted(result.findings, key=lambda one: one.sort_key)
    suites.extend(_suite(path, tuple(group)) for path, group in groupby(in_order, key=lambda one: one.path))
    if not suites:
        suites = [_passed()]
    tests = len(result.findings) + len(fatal) or 1
    head = _tag(
        "testsuites", name="splitlint", tests=tests, failures=len(shown), errors=len(fatal), time=result.summary.seconds
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n' + "\n".join(suites) + "\n</testsuites>\n"


def _suite(path: str, findings: tuple[Finding, ...]) -> str:
    skipped = sum(1 for one in findings if one.suppressed is not None)
    head = _tag(
        "testsuite", name=path, tests=len(findings), failures=len(findings) - skipped, errors=0, skipped=skipped
    )
    return f"  {head}\n" + "".join(_case(one) for one in findings) + "  </testsuite>"


def _case(one: Finding) -> str:
    place = f"{one.path}:{one.span.line}:{one.span.column}"
    head = _tag(
        "testcase", name=f"{one.rule} at line {one.span.line}", classname=one.path, file=one.path, line=one.span.line
    )
    if one.suppressed is not None:
        body = f"<skipped message={_quoted(one.suppressed)}/>"
    else:
        lines = [*one.impact, one.consequence, one.when.text if one.when else "", one.help, *one.reasons, one.url]
        text = "\n".join([visible(f"{place}: {one.message}"), *(visible(line, kept="\n") for line in lines if line)])
        failure = _tag("failure", message=one.message, type=one.severity.label)
        body = f"{failure}{escape(text)}</failure>"
    return f"    {head}\n      {body}\n    </testcase>\n"


def _problems(problems: list[Problem]) -> str:
    head = _tag("testsuite", name="splitlint", tests=len(problems), failures=0, errors=len(problems), skipped=0)
    cases = "".join(
        f"    {_tag('testcase', name='readable', classname=one.path)}\n"
        f"      <error message={_quoted(one.message)}/>\n    </testcase>\n"
        for one in problems
    )
    return f"  {head}\n{cases}  </testsuite>"


def _passed() -> str:
    head = _tag("testsuite", name="splitlint", tests=1, failures=0, errors=0, skipped=0)
    return f'  {head}\n    <testcase name="no findings" classname="splitlint"/>\n  </testsuite>'


def _tag(element: str, /, **attributes: object) -> str:
    return f"<{element} " + " ".join(f"{key}={_quoted(str(value))}" for key, value in attributes.items()) + ">"


def _quoted(text: str) -> str:
    # Attributes hold one line. What XML cannot hold, not even escaped, is not visible either.
    return quoteattr(visible(text))
