"""What a report may say of a rule beside its findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from splitlint.findings.own_rules import OWN_RULES
from splitlint.startup.named_tuples import NamedTuple


class RuleInfo(NamedTuple):
    """The page of a rule, as far as reports show it.

    `help` is Markdown; `severity` and `impact` use the words of `finding`; `url` may be empty.
    """

    name: str
    title: str
    help: str = ""
    url: str = ""
    severity: str = "warning"
    impact: tuple[str, ...] = ()


Rules = Mapping[str, RuleInfo]
#: Where files are to be seen: what their paths start with, and the address that the rest of a path is appended to
#: (`https://github.com/OWNER/REPO/blob/REV`); "" where they are not to be seen. The first that fits counts.
Permalinks = Sequence[tuple[str, str]]


def address(path: str, permalinks: Permalinks) -> str:
    """Where a file is to be seen, "" if nobody knows."""
    for start, base in permalinks:
        if path.startswith(start):
            if not base:
                return ""
            rest = path.removeprefix(start).removeprefix("./")
            return f"{base.rstrip('/')}/{quote(rest, safe='/', errors='surrogateescape')}"
    return ""


def place(path: str, first: int, last: int, permalinks: Permalinks) -> str:
    """Where some lines of a file are to be seen, "" if nobody knows.

    >>> place("a.nix", 3, 5, [("", "https://github.com/o/r/blob/1f")])
    'https://github.com/o/r/blob/1f/a.nix#L3-L5'
    """
    there = address(path, permalinks)
    return f"{there}{anchor(there, first, last)}" if there else ""


def anchor(there: str, first: int, last: int) -> str:
    """The end of an address that shows lines, as the site of the address writes it: most do as GitHub does."""
    if last == first or "/item/" in there:
        return f"#L{first}"
    return f"#L{first}-{last}" if "/-/blob/" in there else f"#L{first}-L{last}"


def rule_info(rules: Rules, name: str) -> RuleInfo:
    """The page of the rule `name`; splitlint's own words for a rule of its own, and for others just the name."""
    if name in rules:
        return rules[name]
    own = OWN_RULES.get(name)
    if own is None:
        return RuleInfo(name, name.replace("-", " ").capitalize())
    return RuleInfo(name, own.title, f"# {own.title}\n\n{own.text}", own.url, own.severity)
