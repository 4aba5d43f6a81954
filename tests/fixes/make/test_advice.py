"""What help and titles tell the reader to write is valid Nix, whatever the package is called in the source."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from splitlint.authoring.trials.cases import options
from splitlint.checking.check import check_files, check_source
from splitlint.config import Config
from splitlint.files.discover import discover
from splitlint.files.languages import NIX, language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Finding
from splitlint.syntax import nix
from tests.test_rules import RULE_SET
from tests.tools import need
from tests.variants.generate import variants

CORPUS = Path(__file__).parents[3] / "corpus"

#: What is told in backticks and is meant to be Nix: it has a function call, a set, a binding or an interpolation.
_TOLD = re.compile(r"`([^`]*(?:lib\.|\{ | = |\.configfile|\.modules|\.dev)[^`]*)`")
#: Shell, told by these.
_SHELL = re.compile(r"\w#\w|local |concatTo|mkdir|\$\{\w+[\[:]|make ")


#: What is too long for a title is cut.
_CUT = re.compile(r"\S\.{3}\Z")


def told(text: str) -> list[str]:
    return [code for code in _TOLD.findall(text) if not _SHELL.search(code) and not _CUT.search(code)]


def as_expression(code: str) -> str | None:
    """A piece of code that is an expression, what is put behind one, bindings, or a piece of a string, as one.

    `...` is left out of it. None if it is nothing of that.
    """
    filled = re.sub(r"(?<=[{;] )\.{3}(?= })", "", code)
    filled = re.sub(r"(?<=[\s\[(=])\.{3}(?=[\s;)\]])", "null", filled)
    forms: tuple[str, ...] = (filled, f"{{ {filled} }}", f"x {filled}")
    if filled.startswith("${"):
        forms = (f'"{filled}"',)
    elif filled.startswith("or "):
        forms = (f"x.y {filled}",)
    return next((form for form in forms if not nix.parse(form.encode()).root_node.has_error), None)


def is_nix(code: str) -> bool:
    return as_expression(code) is not None


def in_nix(codes: Iterable[str]) -> str:
    """What Nix itself says of pieces of code, "" if it takes all of them."""
    program = need("nix-instantiate", "nix-bin")
    listed = "\n".join(f"(_: {as_expression(code)}\n)" for code in codes)
    taken = "{ lib, pkgs, config, old, x, k, K, ... }: with x;"
    whole = f"{taken} [\n{listed}\n]"
    done = subprocess.run([program, "--parse", "-"], input=whole, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


def advice(finding: Finding) -> list[str]:
    texts = [finding.help, *(fix.title for fix in finding.fixes)]
    return [code for text in texts for code in told(text)]


def findings(text: str, path: str = "a.nix", nixpkgs: str = "any") -> tuple[Finding, ...]:
    source = Source(path, text.encode(), language_of(path, text.encode()))
    return check_source(source, RULE_SET, Config(nixpkgs=nixpkgs)).findings


def test_what_the_pages_tell_of_their_cases_is_nix() -> None:
    said = [
        code
        for rule in RULE_SET.rules
        for case in rule.cases
        if case.kind == "Breaks" and case.language == NIX
        for finding in findings(case.text, options(case).get("file", "a.nix"), options(case).get("nixpkgs", "any"))
        for code in advice(finding)
    ]
    assert len(said) > 100
    assert [code for code in said if not is_nix(code)] == []
    assert in_nix(dict.fromkeys(said)) == ""


def test_what_is_told_of_the_corpus_is_nix(monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, None] = {}
    for expected in sorted(CORPUS.glob("*/expected.toml")):
        monkeypatch.chdir(expected.parent)
        found = check_files(discover(["."], Config()).files, RULE_SET, Config()).findings
        said |= dict.fromkeys(code for one in found for code in advice(one))
    assert len(said) > 50
    assert [code for code in said if not is_nix(code)] == []
    assert in_nix(said) == ""


def test_what_is_told_of_variants_is_nix() -> None:
    said = {code: None for one in variants(17, 300) for finding in findings(one.text) for code in advice(finding)}
    assert len(said) > 100
    assert [code for code in said if not is_nix(code)] == []
    assert in_nix(said) == ""


def test_nix_says_what_it_does_not_take() -> None:
    assert "already defined" in in_nix(["{ a = 1; a = 2; }"])
    assert in_nix(['lib.getOutput "modules" k', "// { inherit (k) target; }", "x = y;", "or { }"]) == ""


@pytest.mark.parametrize(
    ("package", "written"),
    [
        ("k", "k"),
        ("k.out", "k"),
        ("(lib.getLib k)", "k"),
        ("if small then pkgs.linux_6_6 else k", "(if small then pkgs.linux_6_6 else k)"),
        ("pkgs.buildLinux { version = src; }", "(pkgs.buildLinux { version = src; })"),
        ("pkgs.buildLinux {\n  version = src;\n}", "kernel"),
        ("pkgs.linux_latest.override { someArgument = src; anotherArgument = small; }", "kernel"),
    ],
)
def test_the_package_is_whole_and_can_be_an_argument(package: str, written: str) -> None:
    text = f'{{ lib, pkgs, src, small, k ? pkgs.linux }}: {{ object = {package} + "/lib/modules"; symlink = "/x"; }}'
    if package.startswith("if"):
        text = text.replace(package, f"({package})")
    (finding,) = findings(text)
    assert f'lib.getOutput "modules" {written}' in finding.help


def test_an_inherited_name_is_told_with_what_it_is_inherited_from() -> None:
    text = "{ pkgs }: pkgs.makeModulesClosure { inherit (pkgs.linuxPackages) kernel; rootModules = [ ]; }"
    (finding,) = findings(text)
    assert 'lib.getOutput "modules" pkgs.linuxPackages.kernel' in finding.help


@pytest.mark.parametrize(
    ("setting", "written"),
    [('target = "uImage"', 'target = "uImage"'), ("DTB = false", "buildDTBs = false")],
)
def test_what_was_told_to_the_platform_is_told_to_be_told_to_the_kernel(setting: str, written: str) -> None:
    (finding,) = findings(
        f'{{ nixpkgs.crossSystem = {{ config = "aarch64-linux-gnu"; linux-kernel = {{ {setting}; }}; }}; }}'
    )
    assert f"K.override {{ {written}; }}" in finding.help


def test_the_variable_of_a_script_is_not_told_as_nix() -> None:
    text = "#!/bin/sh\nKERNEL=$(nix-build '<nixpkgs>' -A linux)\ncp -r $KERNEL/lib/modules .\n"
    assert all(is_nix(code) for finding in findings(text, "a.sh") for code in advice(finding))


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ('lib.getOutput "modules" k', True),
        ('lib.getOutput "modules" a: b', False),
        ('kernel = lib.getOutput "modules" k;', True),
        ("kernel = <the kernel>;", False),
        ('${lib.getOutput "modules" k', False),
        ('${lib.getOutput "modules" k}/lib', True),
        ("env = (old.env or { }) // { X = ...; };", True),
        ("env = (old.env or { }) // { X = ..; ", False),
    ],
)
def test_what_is_nix(code: str, right: bool) -> None:
    assert is_nix(code) is right
