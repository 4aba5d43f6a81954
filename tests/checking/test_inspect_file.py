"""What is found in a file, language by language, and what the languages share."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding
from splitlint.findings.own_rules import SYNTAX_ERROR
from tests.asking import RULE_SET


def rules(path: str, code: str) -> list[tuple[str, int, Confidence]]:
    """The rule, line and confidence of each finding in a file, without that it cannot be parsed."""
    return [(one.rule, one.span.line, one.confidence) for one in findings(path, code) if one.rule != SYNTAX_ERROR]


def findings(path: str, code: str) -> tuple[Finding, ...]:
    data = code.encode()
    return check_source(Source(path, data, language_of(path, data)), RULE_SET, Config()).findings


def test_nix() -> None:
    assert rules("a.nix", '{ pkgs }: "${pkgs.linux}/lib/modules"') == [("modules-path", 1, Confidence.HIGH)]


def test_a_script_in_nix() -> None:
    code = "{ pkgs }: pkgs.runCommand \"x\" { } ''\n  K=${pkgs.linux}\n  cp -r $K/lib/modules $out\n''"
    assert [(rule, confidence) for rule, _, confidence in rules("a.nix", code)] == [("shell-variable", Confidence.HIGH)]


def test_a_script_file() -> None:
    assert rules("a.sh", "cp -r $kernel/lib/modules $out\n") == [("derivation-attribute", 1, Confidence.LOW)]


@pytest.mark.parametrize("path", ["a.py", "a.rs", "a.pl", "a.go"])
def test_programs(path: str) -> None:
    (one,) = rules(path, 'x = "kernel-modules/bzImage"\n')
    assert (one[0], one[1]) == ("image-in-module-tree", 1)


def test_python_in_nix() -> None:
    code = "{\n  testScript = ''\n    machine.succeed(\"ls /run/booted-system/kernel-modules/bzImage\")\n  '';\n}"
    assert [one[1] for one in rules("a.nix", code)] == [3]


def test_a_finding_in_a_program_says_what_and_why() -> None:
    (one,) = findings("a.py", 'open(root + "/kernel-modules/bzImage")\n')
    assert "kernel-modules/bzImage" in one.message
    assert one.reasons
    assert one.excerpt.lines == ('open(root + "/kernel-modules/bzImage")', "")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            '{ pkgs, lib, }: { a = 1; b = "${pkgs.linux}/lib/modules"; }', id="a comma behind the last formal"
        ),
        pytest.param('{ pkgs }: { a = x |> f; b = "${pkgs.linux}/lib/modules"; }', id="a pipe"),
        pytest.param('{ pkgs }: { a = ; b = "${pkgs.linux}/lib/modules"; }', id="a binding without a value"),
        pytest.param('{ pkgs }: { b = "${pkgs.linux}/lib/modules"; c = (1; }', id="a parenthesis that is not closed"),
        pytest.param('\ufeff{ pkgs }: { b = "${pkgs.linux}/lib/modules"; }', id="a byte order mark"),
        pytest.param('{ pkgs }:\r\n{ b = "${pkgs.linux}/lib/modules"; }\r\n', id="line ends of Windows"),
    ],
)
def test_syntax_errors_elsewhere_do_not_hide_a_finding(code: str) -> None:
    assert [rule for rule, _, _ in rules("a.nix", code)] == ["modules-path"]


def test_what_stands_in_a_syntax_error_itself_is_not_judged() -> None:
    assert rules("a.nix", '{ pkgs }: "${(pkgs.linux =)}/lib/modules"') == []


def test_a_name_in_a_large_file_is_followed_to_the_other_end() -> None:
    padding = "  a = 1;\n" * 40_000
    code = f'{{ pkgs }}: rec {{\n  kernel = pkgs.linux;\n{padding}  b = "${{kernel}}/lib/modules";\n}}'
    assert [rule for rule, _, _ in rules("a.nix", code)] == ["modules-path"]
