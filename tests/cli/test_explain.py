"""`splitlint explain`: the pages of rules as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from splitlint.cli.main import main
from splitlint.findings.own_rules import OWN_RULES
from splitlint.rulebook.readable_page import readable_page
from splitlint.rulebook.rule import Rule
from tests.asking import RULE_SET

MARK = re.compile(r"(?:#|//|--|<!--)\s*breaks\b")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["explain", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


Run = Callable[..., tuple[int, str, str]]


def test_several_rules_one_below_the_other_each_once(run: Run) -> None:
    code, out, _ = run("vmlinux", "modules-path", "vmlinux")
    assert code == 0
    first, second = out.split("\n---\n")
    assert "`vmlinux`, " in first
    assert "`modules-path`, " in second


@pytest.mark.parametrize("name", OWN_RULES)
def test_rules_of_splitlints_own_are_explained_too(run: Run, name: str) -> None:
    code, out, _ = run(name)
    assert code == 0
    assert out.startswith(f"# {OWN_RULES[name].title}\n\n`{name}`, {OWN_RULES[name].severity}.\n")


def test_an_unknown_rule_is_answered_with_the_nearest(run: Run) -> None:
    assert run("modules-path", "syntax-eror") == (
        2,
        "",
        "splitlint: there is no rule `syntax-eror`; did you mean `syntax-error`?\n",
    )


@pytest.mark.parametrize("rule", RULE_SET.rules, ids=lambda rule: rule.name)
def test_what_is_to_be_written_has_no_mark_of_what_breaks(rule: Rule) -> None:
    page = readable_page(rule)
    before, _, becomes = page.partition("## Becomes")
    becomes = becomes.partition("\n## ")[0]
    assert MARK.findall(becomes) == []
    assert bool(MARK.findall(before)) is bool(MARK.findall(rule.body.partition("## Becomes")[0]))


def test_the_lines_of_what_is_to_be_written_stay_apart() -> None:
    page = readable_page(next(rule for rule in RULE_SET.rules if rule.name == "modules-path"))
    assert 'cp -r ${lib.getOutput "modules" k}/lib/modules $out\n' in page


def test_a_generic_page_is_shown_with_its_definition(run: Run) -> None:
    code, out, _ = run("generic/moved-path")
    assert code == 0
    assert out.startswith("# A path below {noun} is in another output")
    assert 'value = ["never-there"]' in out


@pytest.mark.parametrize("name", ["glibc-getent/moved-path", "moved-path"])
def test_a_generic_page_whose_place_others_have_taken_is_told_with_them(run: Run, name: str) -> None:
    code, out, told = run(name)
    assert (code, out) == (2, "")
    assert f"`{name}` is the generic page of" in told
    assert "`glibc-getent/getent-path`" in told
    assert "it is `generic/moved-path`" in told


def test_a_generic_page_of_a_pack_speaks_of_the_pack(run: Run) -> None:
    code, out, _ = run("glibc-getent/moved-link")
    assert code == 0
    assert "`bin/getent` of glibc: in the output `getent`" in out
    assert "{" not in out.partition("## What to write")[0]
