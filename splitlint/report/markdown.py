"""A tracking issue as nixpkgs uses it for treewide work: check boxes by rule or by owner, with permalinks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from splitlint.findings.finding import Finding, Result
from splitlint.report.info import Permalinks, Rules, address, place, rule_info
from splitlint.untrusted.escapes import visible

#: GitHub refuses an issue body of more than 65,536 characters.
MAX_LENGTH = 65_000
NOBODY = "No owner"

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#@|~&])")


def render(
    result: Result,
    *,
    rules: Rules | None = None,
    owners: Mapping[str, Sequence[str]] | None = None,
    group: str = "rule",
    permalinks: Permalinks = (),
    ping: bool = False,
    title: str = "",
    limit: int = MAX_LENGTH,
) -> str:
    """One check box for each file in each group, its lines linked.

    `group` is `rule` or `owner`. `permalinks` say where files are to be seen. Owners are named without
    waking them unless `ping`.
    The text is at most `limit` characters long: the last boxes give way to a line that counts them.
    Raises ValueError for another `group`.
    """
    if group not in ("rule", "owner"):
        raise ValueError(f"group is rule or owner, not {group}")
    pages, people = rules or {}, owners or {}
    shown = sorted((one for one in result.findings if one.suppressed is None), key=lambda one: one.rank_key)
    lines = [f"# {prose(title)}\n"] if title else []
    lines.append(_lead(shown))
    write = _by_rule(pages, people, ping) if group == "rule" else _by_owner(people)
    boxes: list[tuple[str, str]] = []
    for heading, members in _groups(shown, people, group):
        intro = _rule_intro(pages, heading) if group == "rule" else f"## {_owner(heading, ping)}\n"
        for at, (path, findings) in enumerate(_files(members)):
            boxes.append((f"\n{intro}\n" if at == 0 else "", write(path, findings, permalinks)))
    return _fitted("\n".join(lines), boxes, limit)


def prose(text: str) -> str:
    """Text as Markdown that means itself: code spans stay, all other markup, mentions and line ends do not."""
    text = visible(" ".join(text.split()))
    parts, at = [], 0
    for match in _CODE.finditer(text):
        parts += [_escaped(text[at : match.start()]), match.group()]
        at = match.end()
    return "".join([*parts, _escaped(text[at:])])


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text).replace("\\@", "@\N{ZERO WIDTH NON-JOINER}")


def code(text: str) -> str:
    """A code span that holds any text, backticks too."""
    text = visible(text) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _lead(shown: Sequence[Finding]) -> str:
    files, silent = len({one.path for one in shown}), sum(one.silent for one in shown)
    if not shown:
        return "Nothing found.\n"
    text = f"{_count(len(shown), 'finding')} in {_count(files, 'file')}"
    return f"{text}, {silent} of which can fail silently.\n" if silent else f"{text}.\n"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _groups(
    shown: Sequence[Finding], owners: Mapping[str, Sequence[str]], group: str
) -> list[tuple[str, list[Finding]]]:
    """Findings by rule or owner, in the order of the heaviest of each; without an owner last."""
    groups: dict[str, list[Finding]] = {}
    for one in shown:
        keys = [one.rule] if group == "rule" else owners.get(one.path) or [NOBODY]
        for key in keys:
            groups.setdefault(key, []).append(one)
    return sorted(groups.items(), key=lambda item: item[0] == NOBODY)


def _files(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    in_order = sorted(findings, key=lambda one: one.sort_key)
    return [(path, list(group)) for path, group in groupby(in_order, key=lambda one: one.path)]


def _rule_intro(rules: Rules, name: str) -> str:
    info = rule_info(rules, name)
    link = f"[{code(name)}]({info.url})" if info.url else code(name)
    impact = f" ({', '.join(info.impact)})" if info.impact else ""
    return f"## {prose(info.title)}\n\n{link}{impact}\n"


_Writer = Callable[[str, list[Finding], Permalinks], str]


def _by_rule(rules: Rules, owners: Mapping[str, Sequence[str]], ping: bool) -> _Writer:
    def write(path: str, findings: list[Finding], permalinks: Permalinks) -> str:
        names = " ".join(_owner(name, ping) for name in owners.get(path, ()))
        spans = ", ".join(_lines(one, permalinks) for one in findings)
        return f"- [ ] {_linked(path, permalinks)} {spans}" + (f" ({names})" if names else "")

    return write


def _by_owner(owners: Mapping[str, Sequence[str]]) -> _Writer:
    def write(path: str, findings: list[Finding], permalinks: Permalinks) -> str:
        if len(findings) == 1:
            one = findings[0]
            return f"- [ ] {_linked(path, permalinks)} {_lines(one, permalinks)}: {_told(one)}"
        inner = "".join(f"\n  - {_lines(one, permalinks)}: {_told(one)}" for one in findings)
        return f"- [ ] {_linked(path, permalinks)}{inner}"

    return write


def _told(one: Finding) -> str:
    """What is wrong, and when it breaks."""
    return prose(one.message) + (f" ({prose(one.when.text)})" if one.when is not None else "")


def _owner(name: str, ping: bool) -> str:
    return visible(name) if ping or name == NOBODY else code(name)


def _linked(path: str, permalinks: Permalinks) -> str:
    there = address(path, permalinks)
    return f"[{code(path)}]({there})" if there else code(path)


def _lines(one: Finding, permalinks: Permalinks) -> str:
    first, last = one.span.line, one.span.end_line
    label = f"L{first}" if last == first else f"L{first}-L{last}"
    there = place(one.path, first, last, permalinks)
    return f"[{label}]({there})" if there else label


def _fitted(lead: str, boxes: Sequence[tuple[str, str]], limit: int) -> str:
    text, room = lead, limit - 80
    for at, (intro, box) in enumerate(boxes):
        if len(text) + len(intro) + len(box) + 1 > room:
            return text + f"\n{_count(len(boxes) - at, 'more file')} did not fit here.\n"
        text += f"{intro}{box}\n"
    return text
