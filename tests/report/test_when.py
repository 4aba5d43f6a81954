"""When a finding breaks, in every report that people and programs read."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from splitlint.findings.finding import Finding, Nixpkgs, Result, Severity, When
from splitlint.report import github, gitlab, junit, markdown, sarif, text
from splitlint.report import json as json_report
from splitlint.report.text import Manner
from splitlint.startup.records import replace
from tests.making import make_finding, make_result

IN_USE = Nixpkgs("flake.lock", "nixpkgs", "nixos-25.05", "25.05", "2025-07-01", "0" * 40, "later")
WORDS = "breaks with the update to 25.11: `nixpkgs` in flake.lock is nixos-25.05 of 2025-07-01"
LATER = When("later", WORDS, "25.11", "2025-08-17", (IN_USE,))
NOW = When("now", "broken now: `nixpkgs` in flake.lock is nixos-25.11", "25.11", "2025-08-17")
MIXED = When("mixed", "broken now with `a`; later with `b`", "25.11", "2025-08-17")


def test_json_has_all_of_it_and_no_field_where_it_is_not_known() -> None:
    result = make_result(make_finding(when=LATER), make_finding(line=7))
    one, other = json.loads(json_report.render(result))["findings"]
    assert one["when"]["state"] == "later"
    assert one["when"]["nixpkgs"][0]["branch"] == "nixos-25.05"
    assert "when" not in other


def test_sarif_has_it_in_the_message_and_as_a_property() -> None:
    (one,) = json.loads(sarif.render(make_result(make_finding(when=LATER, help="write this"))))["runs"][0]["results"]
    assert one["message"]["text"].split("\n")[1:] == [WORDS, "write this"]
    assert one["properties"]["when"]["merged"] == "2025-08-17"


def _gitlab(result: Result) -> str:
    return str(json.loads(gitlab.render(result))[0].get("content"))


def _junit(result: Result) -> str:
    failure = ElementTree.fromstring(junit.render(result)).find(".//failure")
    assert failure is not None
    return failure.text or ""


def _markdown(result: Result) -> str:
    return markdown.render(result, group="owner")


@pytest.mark.parametrize("words_of", [_gitlab, _junit, github.render, text.render, _markdown])
def test_it_is_said_in_words(words_of: Callable[[Result], str]) -> None:
    def spoken(report: str) -> str:
        return " ".join(report.replace("\\", "").replace("%3A", ":").split())

    assert WORDS in spoken(words_of(make_result(make_finding(when=LATER))))
    assert "flake.lock" not in spoken(words_of(make_result(make_finding())))


def test_reports_put_now_before_later_and_the_severe_before_both() -> None:
    def places(*findings: Finding) -> list[str]:
        return [one.path for one in sorted(findings, key=lambda one: one.rank_key)]

    assert places(
        make_finding("later", when=LATER),
        make_finding("unknown"),
        make_finding("mixed", when=MIXED),
        make_finding("now", when=NOW),
        make_finding("info", when=NOW, severity=Severity.INFO),
    ) == ["now", "mixed", "unknown", "later", "info"]


def test_findings_that_break_at_other_times_are_not_alike() -> None:
    findings = [make_finding(line=number, when=LATER if number % 2 else NOW) for number in range(12)]
    report = text.render(make_result(*findings))
    assert report.count("and 5 more like it") == 2


FULL = Manner()
HERE = "`nixpkgs` in flake.lock is nixos-25.11"
ELSEWHERE = replace(NOW, text=NOW.text.replace("flake.lock", "hosts/flake.lock"))


def _spoken(*findings: Finding, manner: Manner = FULL) -> str:
    return " ".join(text.render(make_result(*findings), manner).split())


def test_what_is_broken_now_with_the_same_nixpkgs_everywhere_is_said_once() -> None:
    report = _spoken(make_finding(line=1, when=NOW), make_finding(line=2, when=NOW), make_finding(line=3))
    assert f"With the nixpkgs in use: 2 broken now ({HERE})." in report
    assert report.count(HERE) == 1
    assert "= when:" not in report


def test_only_findings_that_break_otherwise_say_so_themselves() -> None:
    whens = (NOW, NOW, ELSEWHERE, MIXED, LATER)
    report = _spoken(*(make_finding(f"{number}.nix", when=when) for number, when in enumerate(whens)))
    assert [report.count(f"= when: {when.text}") for when in (NOW, ELSEWHERE, MIXED, LATER)] == [0, 1, 1, 1]
    assert "3 broken now, 1 broken now with one nixpkgs of several, 1 will break with an update." in report
    assert f"Where no finding says otherwise, {HERE}." in report


def test_what_all_break_with_later_is_said_by_each() -> None:
    report = _spoken(make_finding("a.nix", when=LATER), make_finding("b.nix", severity=Severity.INFO, when=LATER))
    assert report.count(f"= when: {WORDS}") == 2
    assert "otherwise" not in report


def test_what_was_never_right_says_so_itself() -> None:
    never = When("now", "broken now, and with every older nixpkgs too", "", "")
    alone = _spoken(make_finding("a.nix", when=never), make_finding("b.nix", when=never))
    assert f"= when: {never.text}" in alone
    beside = _spoken(make_finding("a.nix", when=never), make_finding("b.nix", when=never), make_finding(when=NOW))
    assert f"= when: {never.text}" in beside
    assert f"With the nixpkgs in use: 3 broken now. Where no finding says otherwise, {HERE}." in beside


def test_a_report_without_a_summary_says_it_at_the_findings() -> None:
    report = _spoken(make_finding(when=NOW), manner=Manner(quiet=True))
    assert f"= when: {NOW.text}" in report


def test_a_line_for_each_finding_leaves_the_summary_as_it_is() -> None:
    report = _spoken(make_finding(when=NOW), manner=Manner(concise=True))
    assert report.endswith("With the nixpkgs in use: 1 broken now.")


def test_an_ignored_finding_does_not_count_as_one_that_is_broken() -> None:
    ignored = [make_finding(line=number, when=ELSEWHERE, suppressed="why") for number in (7, 8)]
    report = _spoken(make_finding(when=NOW), *ignored, manner=Manner(show_suppressed=True))
    assert f"1 broken now ({HERE})." in report


def test_the_name_of_a_lock_does_not_act_on_a_terminal() -> None:
    odd = replace(NOW, text="broken now: `nixpkgs` in \x1b[31m/flake.lock is nixos-25.11")
    report = text.render(make_result(make_finding(when=odd)), Manner(color=True))
    assert "\x1b[31m/" not in report
    assert "/flake.lock is nixos-25.11)" in report


def test_the_summary_counts_them() -> None:
    findings = [make_finding(line=1, when=NOW), make_finding(line=2, when=LATER), make_finding(line=3, when=MIXED)]
    report = text.render(make_result(*findings, make_finding(line=4)))
    assert (
        "With the nixpkgs in use: 1 broken now, 1 broken now with one nixpkgs of several, 1 will break with an update."
        in " ".join(report.split())
    )
