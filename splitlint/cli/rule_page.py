"""The page of a rule as people read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from splitlint.findings.impacts import impact_words
from splitlint.untrusted.escapes import visible

if TYPE_CHECKING:
    from splitlint.rulebook.rule import Rule


def readable_page(rule: Rule) -> str:
    """The page for people, as Markdown: what the machine reads is left out, what its front matter says is said."""
    body = re.sub(r"^## Match *\n.*?(?=^## |\Z)", "", rule.body.strip() + "\n", flags=re.MULTILINE | re.DOTALL)
    title, _, text = body.partition("\n")
    how = impact_words(rule.impact) if rule.impact else "nothing fails"
    facts = f"`{rule.name}`, {rule.severity}, in {' and '.join(rule.languages)} files: {how}."
    return visible(f"{title}\n\n{facts}\n\n{text.strip()}\n\n{rule.url}\n", kept="\n\t")
