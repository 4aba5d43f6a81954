"""What an editor shows, in words: the message of a diagnostic, and Markdown for what is under the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from splitlint.authoring.trials.places import Inspected, Shown
from splitlint.authoring.trials.value_words import UNKNOWN_WORDS
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Fix, Safety
from splitlint.findings.own_rules import OWN_RULES
from splitlint.rulebook.rule import RuleSet
from splitlint.untrusted.escapes import visible

_FIRST_PART = re.compile(r"^## What you see *\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def message_of(finding: Finding) -> str:
    """What happens, how it fails, when it does, what to write: a line each."""
    when = finding.when.text if finding.when is not None else ""
    return visible("\n".join(filter(None, (finding.message, finding.consequence, when, finding.help))), kept="\n")


def title_of(fix: Fix) -> str:
    """The name of a quick fix: one that has to be reviewed says so."""
    title = fix.title[:1].upper() + fix.title[1:]
    return visible(title if fix.safety is Safety.SAFE else f"{title} (unsafe: review it)")


def hover(source: Source, findings: Iterable[Finding], known: Inspected | None, rules: RuleSet, at: int) -> str:
    """Markdown for a byte offset: the findings there with the first parts of their pages, and what the value is.

    "" if there is nothing to say.
    """
    here = [one for one in findings if one.span.start <= at <= one.span.end]
    blocks = [_page(one, rules) for one in here]
    if known is not None:
        blocks += _values(source, known, at)
    return visible("\n\n---\n\n".join(blocks), kept="\n")


def _page(finding: Finding, rules: RuleSet) -> str:
    """The heading of a rule's page with what one sees, and how the finding was come by."""
    rule, own = rules.rule(finding.rule), OWN_RULES.get(finding.rule)
    title, text = (own.title, own.text.split("\n\n", 1)[0]) if own is not None else ("", "")
    if rule is not None:
        found = _FIRST_PART.search(rule.body)
        title, text = rule.title, found[1].strip() if found else ""
    rows = [f"**{title}**", text, *_list("Because", finding.reasons)]
    rows.append(f"[`{finding.rule}`]({finding.url}), {finding.severity}, {finding.confidence} confidence")
    return "\n\n".join(one for one in rows if one)


def _values(source: Source, known: Inspected, at: int) -> Iterator[str]:
    """The innermost expression around a place with the reasons for its value, and what is used there for what."""
    around = [one for one in known.expressions(0, at + 1, at)[-1:] if dict(one.rows).get("is") != UNKNOWN_WORDS]
    uses = [one for one in known.uses if one.start <= at < one.end or one.used[0] <= at < one.used[1]]
    for one in around or uses[:1]:
        told = [text for word, text in one.rows if word == "because"]
        yield "\n\n".join([f"{_code(one.source)} is {dict(one.rows)['is']}", *_list("Because", told)])
    yield from _list("Used", dict.fromkeys(map(_used, uses)))


def _used(use: Shown) -> str:
    rows = dict(use.rows)
    return f"{_code(use.source)}, path {rows['path']}: goes to {rows['goes to']}"


def _list(heading: str, items: Iterable[str]) -> list[str]:
    listed = [f"- {one}" for one in items]
    return ["\n".join([f"{heading}:", "", *listed])] if listed else []


def _code(text: str) -> str:
    """Source as Markdown shows code, whatever signs are in it."""
    ticks = max(map(len, re.findall("`+", text)), default=0) + 1
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{'`' * ticks}{space}{text}{space}{'`' * ticks}"
