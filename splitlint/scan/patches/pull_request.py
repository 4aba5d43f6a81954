"""The text of a pull request for one target: what breaks, why, what the patch changes, how it was verified."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from splitlint import __version__
from splitlint.findings.finding import Finding, Fix, Safety
from splitlint.fixes.apply.apply import Left, chosen_fix
from splitlint.report.info import Permalinks, place
from splitlint.report.markdown import code, prose
from splitlint.report.words import counted
from splitlint.rulebook.rule import Pack, Rule, RuleSet
from splitlint.scan.patches.proposal import Patch, Proposal
from splitlint.startup.named_tuples import NamedTuple
from splitlint.untrusted.escapes import visible

#: Places of one kind, and kinds of one rule, that are listed; the patch has the rest.
MOST_PLACES = 30
_HOME = "https://github.com/splitlint/splitlint"
_PARAGRAPH = "\n\n"
_BESIDE = "no longer reported after the changes above, although nothing was changed here: please have a look"
_SECTION = re.compile(r"^## +(?P<name>.+?) *\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class Names(NamedTuple):
    """What the files of a target are called: the patch, and the patch of unsafe fixes."""

    safe: str
    unsafe: str


class Setting(NamedTuple):
    """What a text is written with: the rules, where files of the target are to be seen, the oldest release to support.

    `commit`: where the scanned commit is to be seen, "" if nobody knows.
    """

    rule_set: RuleSet
    permalinks: Permalinks
    nixpkgs: str
    commit: str = ""


def pull_request(proposal: Proposal, names: Names, setting: Setting) -> str:
    """The text, as Markdown; its first line is the title. Names and code of the target cannot be markup in it."""
    findings = proposal.tally.open
    packs = _packs(findings, setting.rule_set)
    blocks = [
        f"# {_title(packs)}",
        _lead(proposal, packs),
        "## What breaks, and why",
        *_by_rule(findings, setting),
        *_changes(proposal, names, setting),
        *_left(proposal, setting),
        "## How this was verified",
        "\n".join(_verified(proposal, names, setting)),
    ]
    return "\n\n".join(blocks) + "\n"


def _packs(findings: Sequence[Finding], rule_set: RuleSet) -> list[Pack]:
    """The packs whose rules found something."""
    found = {rule.pack for one in findings if (rule := rule_set.rule(one.rule)) is not None}
    return sorted((pack for pack in rule_set.packs if pack.name in found), key=lambda pack: pack.since)


def _title(packs: Sequence[Pack]) -> str:
    if len(packs) == 1 and packs[0].since:
        return f"Adapt to nixpkgs {packs[0].since}: {packs[0].title}"
    releases = sorted({pack.since for pack in packs if pack.since})
    return f"Adapt to nixpkgs {' and '.join(releases)}" if releases else "Adapt to changes of nixpkgs"


def _lead(proposal: Proposal, packs: Sequence[Pack]) -> str:
    findings = proposal.tally.open
    changes = [f"nixpkgs {pack.since}: {_linked(prose(pack.title), pack.url)}" for pack in packs if pack.since]
    silent = sum(one.silent for one in findings)
    if len(findings) == 1:
        what = "One place in this repository breaks" + ", possibly without an error message" * silent
    else:
        how = f", {silent} of them possibly without an error message" if silent else ""
        what = f"{len(findings):,} places in this repository break{how}"
    what = _PARAGRAPH.join([f"{what}.", *_moments(findings)])
    if len(changes) == 1:
        return f"{changes[0]}.\n\n{what}"
    return "\n".join(["nixpkgs changed:\n", *(f"- {change}" for change in changes), "", what])


def _moments(findings: Sequence[Finding]) -> Iterator[str]:
    """When they break with the nixpkgs that is pinned, as far as that can be told: in a sentence, or a row for each."""
    texts = Counter(one.when.text for one in findings if one.when is not None and _is_pinned(one))
    if len(texts) == 1 and texts.total() == len(findings):
        (text,) = texts
        yield f"{prose(text[:1].upper() + text[1:])}."
    elif texts:
        rows = [f"- {counted(number, 'place')}: {prose(text)}" for text, number in texts.most_common(MOST_PLACES)]
        yield "\n".join(["With the nixpkgs that is pinned:\n", *rows])


def _is_pinned(one: Finding) -> bool:
    """Whether it is known from the target when it breaks, and not from how it was scanned."""
    return one.when is not None and bool(one.when.nixpkgs)


def _by_rule(findings: Sequence[Finding], setting: Setting) -> Iterator[str]:
    """Each rule with its places, and why they break."""
    groups: dict[str, list[Finding]] = {}
    for one in sorted(findings, key=lambda one: one.rank_key):
        groups.setdefault(one.rule, []).append(one)
    for name, group in groups.items():
        rule = setting.rule_set.rule(name)
        yield f"### {prose(rule.title if rule is not None else name.replace('-', ' ').capitalize())}"
        yield _rows(((_happens(one), one) for one in group), setting)
        if rule is not None and (why := section(rule, "Why")):
            first = why.partition(_PARAGRAPH)[0]
            yield why if first.endswith(":") or not rule.url else f"{first} ([more]({rule.url}))"


def _happens(one: Finding) -> str:
    then = f". {one.consequence[:1].upper()}{one.consequence[1:]}" if one.consequence else ""
    return f"{prose(one.message + then)}."


def _rows(pairs: Iterable[tuple[str, Finding]], setting: Setting) -> str:
    """A row for each text, with the places that it is true of."""
    places: dict[str, list[Finding]] = {}
    for text, one in pairs:
        places.setdefault(text, []).append(one)
    rows = []
    for text, found in places.items():
        where = [_place(one, setting) for one in sorted(found, key=lambda one: one.sort_key)]
        more = [f"and {len(where) - MOST_PLACES:,} more"] if len(where) > MOST_PLACES else []
        listed = [*where[:MOST_PLACES], *more]
        below = "".join(f"\n  - {one}" for one in listed)
        rows.append(f"- {listed[0]}: {text}" if len(listed) == 1 else f"- {text}{below}")
    if len(rows) > MOST_PLACES:
        rows[MOST_PLACES:] = [f"- and {len(rows) - MOST_PLACES:,} more"]
    return "\n".join(rows)


def _changes(proposal: Proposal, names: Names, setting: Setting) -> Iterator[str]:
    """What the patches change, and where that is right."""
    if proposal.safe.changes:
        yield "## What this changes"
        yield _forms(proposal.safe.fixed, Safety.SAFE, setting)
        yield _both_worlds(setting.nixpkgs)
    if proposal.unsafe.changes:
        yield f"## Apart, to be reviewed: {code(names.unsafe)}"
        first = f"It applies on top of {code(names.safe)}. " if proposal.safe.changes else ""
        yield f"{first}These changes are right if the code around them was understood rightly: please read each one."
        yield _forms(proposal.unsafe.fixed, Safety.UNSAFE, setting)


def _forms(fixed: Sequence[Finding], safety: Safety, setting: Setting) -> str:
    """What is done, each once, with the places where it is done."""
    fixes = ((chosen_fix(one, safety), one) for one in fixed)
    return _rows(((_done(fix, one), one) for fix, one in fixes if fix is not None), setting)


def _done(fix: Fix, one: Finding) -> str:
    """What a fix does; what it only takes away is shown."""
    if any(edit.text for edit in fix.edits):
        return prose(fix.title)
    at = one.span.line - one.excerpt.first_line
    taken = one.excerpt.lines[at].strip() if 0 <= at < len(one.excerpt.lines) else ""
    return f"{prose(fix.title)}: {code(taken)}" if taken else prose(fix.title)


def _both_worlds(nixpkgs: str) -> str:
    if nixpkgs != "any":
        return f"The changes need nixpkgs {nixpkgs} or newer."
    return (
        "The changes work before and after the change of nixpkgs, so they can be merged now, whichever nixpkgs is "
        "pinned here."
    )


def _left(proposal: Proposal, setting: Setting) -> Iterator[str]:
    """The findings that no patch fixes."""
    rows = [(_reason(left), left.finding) for left in proposal.left]
    rows += ((_BESIDE, one) for one in proposal.beside)
    if rows:
        yield "## Not changed"
        yield _rows(rows, setting)


def _reason(left: Left) -> str:
    help = left.finding.help
    if left.reason.startswith("by hand") or not help:
        return prose(left.reason)
    return f"{prose(left.reason)}; {prose(help)}"


def _verified(proposal: Proposal, names: Names, setting: Setting) -> Iterator[str]:
    head = proposal.tally.head
    at = f"commit {_linked(code(head[:12]), setting.commit)}" if head else "the files as they were"
    told = any(_is_pinned(one) for one in proposal.tally.open)
    unknown = "" if told else "; it does not know which nixpkgs is pinned here"
    yield (f"- [splitlint]({_HOME}) {__version__} was run on {at}. It reads code and follows values in it{unknown}.")
    patches: Mapping[str, Patch] = {names.safe: proposal.safe, names.unsafe: proposal.unsafe}
    for name, patch in patches.items():
        if patch.changes:
            new = f", {counted(len(patch.appeared), 'new one')}" if patch.appeared else " and no new ones"
            files = counted(len(patch.changes), "file")
            yield f"- With {code(name)} ({files}), a second run finds {len(patch.fixed)} of these places fixed{new}."
    if proposal.parsed and (proposal.safe.changes or proposal.unsafe.changes):
        yield "- `nix-instantiate --parse` accepts each changed Nix file."
    if proposal.uncommitted:
        listed = ", ".join(code(path) for path in proposal.uncommitted)
        yield f"- The files {listed} had uncommitted changes, so the patches apply to these and not to the commit."
    yield "- Nothing was built or booted."


def section(rule: Rule, name: str) -> str:
    """The text under a heading of a rule's page, "" if it has none."""
    found = (one["text"].strip() for one in _SECTION.finditer(rule.body) if one["name"] == name)
    return visible(next(found, ""), kept="\n\t")


def _place(one: Finding, setting: Setting) -> str:
    there = place(one.path, one.span.line, one.span.end_line, setting.permalinks)
    return _linked(code(f"{one.path}:{one.span.line}"), there)


def _linked(text: str, there: str) -> str:
    return f"[{text}]({there})" if there else text
