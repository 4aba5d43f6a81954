"""What a fix makes of code without spaces is what it makes of the code with them."""

from __future__ import annotations

import pytest

from splitlint.authoring.trials.cases import BREAKS
from splitlint.authoring.trials.judging import fixed
from splitlint.findings.finding import Safety
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import Rule
from splitlint.syntax import nix
from tests.layouts import layouts, tokens_of

RULE_SET = load_rules([default_folder()])


@pytest.mark.parametrize("rule", RULE_SET.rules, ids=lambda rule: rule.full_name)
def test_fixes_do_not_depend_on_the_layout(rule: Rule) -> None:
    for case in rule.cases:
        if case.kind != BREAKS or case.language != "nix" or nix.parse(case.text.encode()).root_node.has_error:
            continue
        made = fixed(case, RULE_SET, Safety.UNSAFE)
        if made == case.text:
            continue
        other = fixed(case._replace(text=layouts(case.text)["tight"]), RULE_SET, Safety.UNSAFE)
        assert tokens_of(other) == tokens_of(made), f"line {case.line}"
