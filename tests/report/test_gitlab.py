from __future__ import annotations

import json
from typing import Any

import pytest

from splitlint.findings.finding import Result, Severity
from splitlint.report import gitlab
from splitlint.startup.records import replace
from tests.report.making import finding
from tests.report.sample import sample

TEXT = "{ kernel }:\n${kernel}/lib/modules\n"


def issues(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gitlab.render(result))
    return found


def test_a_clean_run_is_an_empty_array() -> None:
    assert issues(Result()) == []


def test_an_issue_has_every_field_that_gitlab_requires() -> None:
    (issue,) = issues(Result((finding(TEXT, "${kernel}", path="./nix/a.nix"),)))
    assert issue["description"] == "the modules of `kernel` are in its `modules` output"
    assert issue["check_name"] == "modules-path"
    assert issue["fingerprint"] == "f00d"
    assert issue["severity"] == "major"
    assert issue["location"] == {"path": "nix/a.nix", "lines": {"begin": 2, "end": 2}}


@pytest.mark.parametrize(
    ("severity", "impact", "word"),
    [
        (Severity.ERROR, ("boot-failure",), "blocker"),
        (Severity.ERROR, ("build-failure", "silent-empty"), "critical"),
        (Severity.ERROR, ("eval-error",), "major"),
        (Severity.WARNING, ("silent-empty",), "minor"),
        (Severity.INFO, (), "info"),
    ],
)
def test_severity_tells_silent_from_loud(severity: Severity, impact: tuple[str, ...], word: str) -> None:
    assert issues(Result((finding(TEXT, "${kernel}", severity=severity, impact=impact),)))[0]["severity"] == word


def test_fingerprints_are_unique_even_where_findings_are_not() -> None:
    one = finding(TEXT, "${kernel}")
    bare = replace(one, fingerprint="")
    prints = [issue["fingerprint"] for issue in issues(Result((one, one, bare, bare)))]
    assert len(set(prints)) == 4


def test_suppressed_findings_are_left_out() -> None:
    assert len(issues(sample(50))) == 49
