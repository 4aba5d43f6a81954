"""Findings in words: messages, reasons, related places, fingerprints, and which of several is shown."""

from __future__ import annotations

from typing import Any

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX, SHELL
from splitlint.files.positions import Span
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Related
from splitlint.matching.describe import best, fingerprinted, readable_path, shortened
from splitlint.rulebook.texts import filled
from tests.asking import RULE_SET
from tests.making import make_finding


def found(code: str, path: str = "a.nix", language: str = NIX) -> list[Finding]:
    return list(check_source(Source(path, code.encode(), language), RULE_SET, Config()).findings)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("the modules of {kernel}", "the modules of k"),
        ("{kernel} and {kernel}", "k and k"),
        ("`${lib.getOutput {kernel}}`", "`${lib.getOutput k}`"),
        ("{ {unknown} }", "{ {unknown} }"),
        ("", ""),
    ],
)
def test_words_are_filled_in_and_other_braces_kept(template: str, expected: str) -> None:
    assert filled(template, {"kernel": "k"}) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/lib/modules/\0/.", "lib/modules/…", id="all of a folder, by a dot"),
        pytest.param("/lib/modules/\0/*", "lib/modules/…", id="all of it, by a star"),
        pytest.param("/lib/*", "lib", id="all of lib"),
        pytest.param("/lib//modules/", "lib/modules", id="slashes"),
        pytest.param("/lib/modules/*/kernel/x.ko", "lib/modules/*/kernel/x.ko", id="a star inside"),
        pytest.param("/lib/modules/6.12/.config", "lib/modules/6.12/.config", id="a dot before a name"),
        pytest.param("/*", "*", id="nothing but a star"),
    ],
)
def test_a_path_is_told_without_what_only_says_that_all_of_it_is_meant(path: str, expected: str) -> None:
    assert readable_path(path) == expected


def test_a_path_that_is_below_nothing_keeps_the_slash_it_begins_with() -> None:
    assert readable_path("/run/booted-system/kernel-modules//*", whole=True) == "/run/booted-system/kernel-modules"
    (one,) = found("kexec -l /run/booted-system/kernel-modules/bzImage\n", "a.sh", SHELL)
    assert "`/run/booted-system/kernel-modules/bzImage`" in one.message
    (one,) = found('{ pkgs }: "${pkgs.linux}/lib/modules"')
    assert "`lib/modules`" in one.message


def test_a_long_expression_is_shortened_to_one_line() -> None:
    assert shortened("a\n    b") == "a b"
    assert shortened("x" * 80) == "x" * 57 + "..."


def test_the_message_names_the_expression_that_was_written() -> None:
    (one,) = found('{ pkgs }: "${pkgs.linux_6_12}/lib/modules"')
    assert "pkgs.linux_6_12" in one.message
    assert "{" not in one.message.replace("${", "")


def test_steps_on_other_lines_are_shown_as_places_and_those_on_the_line_as_words_only() -> None:
    (one,) = found('{ pkgs }:\nlet\n  a = pkgs.linux;\n  b = a;\nin "${b}/lib/modules"')
    assert one.reasons == ("`b` is `a` (line 4)", "`a` is `pkgs.linux` (line 3)")
    assert [other.span.line for other in one.related] == [4, 3]
    (one,) = found('{ pkgs }: let a = pkgs.linux; in "${a}/lib/modules"')
    assert (one.reasons, one.related) == (("`a` is `pkgs.linux` (line 1)",), ())


def test_where_a_path_goes_on_is_shown() -> None:
    (one,) = found('{ pkgs }:\nlet d = "${pkgs.linux}/lib"; in\n"${d}/modules/a"')
    assert [(other.span.line, other.message) for other in one.related] == [(3, "the path continues here")]


def test_a_silent_failure_says_why_nobody_is_told_and_fails_silently() -> None:
    code = "{ pkgs }: pkgs.runCommand \"x\" { } ''\n  cp -r ${pkgs.linux}/lib/modules $out || true\n''"
    (one,) = found(code)
    assert one.silent
    assert one.impact[0] == "silent-empty"
    assert one.consequence == "`|| true` hides the failure: the build succeeds, but the files are missing"
    (loud,) = found(code.replace(" || true", ""))
    assert (loud.impact, loud.consequence) == (("build-failure",), "`cp` stops the build here")


def make(start: int, end: int, **fields: Any) -> Finding:
    return make_finding(span=Span(start, end, 1, start + 1, 1, end + 1), **fields)


def test_of_two_findings_at_one_place_the_surer_one_is_kept() -> None:
    low, high = make(0, 4, confidence=Confidence.LOW), make(0, 4)
    assert best([low, high], {}) == [high]
    assert best([high, low], {}) == [high]


def test_findings_at_other_places_or_of_other_rules_are_kept() -> None:
    findings = [make(0, 4), make(5, 9), make(0, 4, rule="vmlinux")]
    assert best(findings, {}) == findings


def test_what_is_handed_over_is_shown_where_that_is() -> None:
    (one,) = found("{ pkgs }:\nlet a = { kernel = pkgs.linux; rootModules = [ ]; }; in\npkgs.makeModulesClosure a")
    assert [(other.span.line, other.message) for other in one.related] == [(3, "it is passed on here")]


def test_a_finding_shows_the_places_of_those_that_yield_to_it() -> None:
    place = Related("a.nix", Span(20, 24, 3, 1, 3, 5), "the path continues here")
    (one,) = best([make(0, 4, related=(place,)), make(0, 4, rule="telling")], {"telling": frozenset({"modules-path"})})
    assert (one.rule, one.related) == ("telling", (place,))


@pytest.mark.parametrize(
    ("teller", "kept"),
    [
        (make(2, 6, rule="telling"), ["telling"]),
        (make(4, 8, rule="telling"), ["modules-path", "telling"]),
        (make(2, 6, rule="telling", confidence=Confidence.MEDIUM), ["telling"]),
        (make(2, 6, rule="telling", confidence=Confidence.LOW), ["modules-path", "telling"]),
    ],
)
def test_a_more_telling_rule_takes_the_place_if_it_is_sure_enough(teller: Finding, kept: list[str]) -> None:
    findings = best([make(0, 4), teller], {"telling": frozenset({"modules-path"})})
    assert [one.rule for one in findings] == kept


def test_fingerprints_tell_rules_paths_lines_and_repetitions_apart() -> None:
    source = Source("a.nix", b"aaaa aaaa\nbbbb\n")
    findings = [make(0, 4), make(5, 9), make(0, 4, rule="vmlinux"), make(0, 4, path="b.nix")]
    assert len({one.fingerprint for one in fingerprinted(findings, source)}) == 4


def test_white_space_does_not_change_a_fingerprint() -> None:
    def of(text: bytes) -> str:
        return fingerprinted([make(0, 4)], Source("a.nix", text))[0].fingerprint

    assert of(b"a b c") == of(b"\ta  b   c ") != of(b"a b d")
