"""What pages may ask for under `fix` is there: kinds are found by name, which no type checker sees."""

from __future__ import annotations

import pytest

from splitlint.fixes.make.make import KINDS, maker
from splitlint.rulebook.pages import default_folder, load_rules


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_maker(kind: str) -> None:
    assert callable(maker(kind))


def test_pages_ask_for_kinds_that_exist() -> None:
    rules = load_rules([default_folder()]).rules
    fixes = [one for rule in rules for one in (rule.fix, *rule.fix.get("of", ()))]
    assert {one["kind"] for one in fixes if "kind" in one} <= {*KINDS, "manual"}
