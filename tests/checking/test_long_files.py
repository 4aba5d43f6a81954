"""Of a long file only what has to do with a package is visited: no less is said of it than of a short one."""

from __future__ import annotations

import pytest

from splitlint.analysis.nix.interest import SMALL
from splitlint.authoring.trials.cases import config_of, source_of
from splitlint.checking.check import check_source
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.rulebook.rule import Case, Rule
from tests.test_rules import RULE_SET
from tests.variants.generate import variants

LINE = "# A line that says nothing, and makes the file long.\n"
LINES = SMALL // len(LINE) + 1

Told = tuple[int, str, str]


def told(source: Source, case: Case, above: int = 0) -> list[Told]:
    """Lines (1-based, below the first `above` ones), rules and confidence of what is said of a file."""
    found = check_source(source, RULE_SET, config_of(case)).findings
    return sorted((one.span.line - above, one.rule, one.confidence.name) for one in found)


def made_long(source: Source) -> Source:
    return Source(source.path, LINE.encode() * LINES + source.data, source.language)


@pytest.mark.parametrize("rule", RULE_SET.rules, ids=lambda rule: rule.full_name)
def test_a_case_of_a_page_in_a_long_file(rule: Rule) -> None:
    for case in rule.cases:
        source = source_of(case)
        if source.language == NIX:
            assert told(made_long(source), case, LINES) == told(source, case), f"{rule.name}, line {case.line}"


def test_variants_of_cases_in_a_long_file() -> None:
    case = RULE_SET.rules[0].cases[0]._replace(info="nix")
    sources = [Source("a.nix", one.text.encode()) for one in variants(29, 120)]
    lost = [one.data.decode() for one in sources if told(made_long(one), case, LINES) != told(one, case)]
    assert lost == []


NAMED_SETS = """{ stdenv, ... }:
{
  nixpkgs.crossSystem = {
    config = "aarch64-unknown-linux-gnu";
    linux-kernel = stdenv.hostPlatform.linux-kernel // {
      target = "uImage";
    };
  };
}
"""


def test_all_of_a_set_counts_whose_name_says_something() -> None:
    case = RULE_SET.rules[0].cases[0]._replace(info="nix")
    source = Source("a.nix", NAMED_SETS.encode())
    assert [(line, rule) for line, rule, _ in told(made_long(source), case, LINES)] == [
        (5, "platform-set"),
        (6, "platform-told"),
    ]
