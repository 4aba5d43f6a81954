"""What is found in code with a line for each token is what is found in the code."""

from __future__ import annotations

from collections import Counter

import pytest

from splitlint.authoring.trials.judging import findings_of
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import Case, Rule
from splitlint.syntax import nix
from tests.layouts import layouts

RULE_SET = load_rules([default_folder()])


@pytest.mark.parametrize("rule", RULE_SET.rules, ids=lambda rule: rule.full_name)
def test_findings_do_not_depend_on_the_layout(rule: Rule) -> None:
    for case in rule.cases:
        if case.language == "nix" and not nix.parse(case.text.encode()).root_node.has_error:
            other = case._replace(text=layouts(case.text)["lines"])
            assert told(other) == told(case), f"line {case.line}"


def told(case: Case) -> Counter[tuple[str, str, str]]:
    found = findings_of(case, RULE_SET)
    return Counter((one.rule, one.severity.name, one.confidence.name) for one in found)
