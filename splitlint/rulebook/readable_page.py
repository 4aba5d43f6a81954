"""The page of a rule as people read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from splitlint.findings.impacts import impact_words
from splitlint.startup.patterns import lazy_pattern
from splitlint.untrusted.escapes import visible

if TYPE_CHECKING:
    from splitlint.findings.own_rules import OwnRule
    from splitlint.rulebook.rule import Rule

#: What tests read in a case: a line of its own, or at the end of one.
_MARK = r"(?:#|//|--|<!--)\s*breaks\b(?: below)?(?: \(low\))?(?:\s*-->)?[ \t]*$"
_LINE_OF_MARK = lazy_pattern(rf"^[ \t]*{_MARK}\n?", re.MULTILINE)
_MARK_AT_THE_END = lazy_pattern(rf"[ \t]+{_MARK}", re.MULTILINE)
_BECOMES = lazy_pattern(r"^## Becomes *\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_DEFINITION = lazy_pattern(r"^## Definition *\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def readable_page(rule: Rule) -> str:
    """The page for people, as Markdown: what the machine reads is left out, and said in words."""
    body = _DEFINITION.sub("", rule.body.strip() + "\n")
    body = _BECOMES.sub(lambda found: _without_marks(found[0]), body)
    title, _, text = body.partition("\n")
    how = impact_words(rule.impact) if rule.impact else "nothing fails"
    facts = f"`{rule.name}`, {rule.severity}, in {' and '.join(rule.languages)} files: {how}."
    parts = [title, facts, text.strip(), rule.url]
    return visible("\n\n".join(part for part in parts if part) + "\n", kept="\n\t")


def own_page(rule: OwnRule) -> str:
    """The page of a rule of splitlint's own."""
    return f"# {rule.title}\n\n`{rule.name}`, {rule.severity}.\n\n{rule.text.strip()}\n\n{rule.url}\n"


def _without_marks(text: str) -> str:
    """Code without the comments that say which lines break: these do not any more."""
    return _MARK_AT_THE_END.sub("", _LINE_OF_MARK.sub("", text))
