"""Pages of the documentation site that are made from rules, packs and the corpus."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from make_readme import output_of

from splitlint.findings.impacts import impact_words
from splitlint.findings.own_rules import OWN_RULES
from splitlint.findings.own_rules import PACK as OWN
from splitlint.rulebook.pages import default_folder, generic_pages, load_rules
from splitlint.rulebook.readable_page import readable_page
from splitlint.rulebook.rule import Pack, Rule, RuleSet

#: Pages by their names: the document in the repository that each comes from, "" for one that is made, and its Markdown.
Texts = dict[str, tuple[str, str]]
_COLUMNS = 84
_BLOB = "https://github.com/splitlint/splitlint/blob/main/"


class Place(NamedTuple):
    """Where something is found in the corpus: the folder, the path in it, a line, and what is said."""

    folder: str
    path: str
    line: int
    rule: str
    message: str


@cache
def rules() -> RuleSet:
    """What splitlint ships."""
    return load_rules([default_folder()])


def rule_pages(root: Path) -> Texts:
    """A page for each rule and each pack, and one of all."""
    found = places()
    made: Texts = {"rules/index.md": ("", _index())}
    for pack in rules().packs:
        listed = [rule for rule in rules().rules if rule.pack == pack.name]
        made[f"rules/{pack.name}/index.md"] = ("", _pack_page(pack, listed))
    for rule in rules().rules:
        name = _name(rule)
        here = [one for one in found if one.rule == rule.name]
        source = os.path.relpath(rule.path, root)
        # A page that several packs share stands elsewhere, but its links are as those of a page of the pack.
        made[f"rules/{rule.pack}/{name}.md"] = (f"rules/{rule.pack}/{name}.md", _rule_page(rule, here, source))
    for rule in generic_pages():
        source = f"rules/{rule.pack}/{rule.name}.md"
        made[source] = (source, _generic_page(rule, source))
    for own in OWN_RULES.values():
        about = f"`{own.name}`, {own.severity}. It has no pack: it is about the file itself."
        made[f"rules/{OWN}/{own.name}.md"] = ("", f"# {own.title}\n\n{about}\n\n{own.text}")
    return made


def _generic_page(rule: Rule, source: str) -> str:
    """A page that holds for several packs: what stands in braces are their words."""
    note = "This page holds for every pack that says what has moved. In `{braces}` stand the words of the pack."
    title, _, text = readable_page(rule._replace(url="")).partition("\n")
    _, _, body = text.strip().partition("\n\n")
    return f"{title}\n\n{note}\n\n{body.strip()}\n\n[The source of this page]({_BLOB}{source})\n"


def _name(rule: Rule) -> str:
    return rule.name.rpartition("/")[2]


def _pack(name: str) -> Pack:
    return next(pack for pack in rules().packs if pack.name == name)


def _index() -> str:
    lines = ["# Rules", "", "A rule is one kind of code that breaks. A pack is one change in nixpkgs.", ""]
    for pack in rules().packs:
        listed = [rule for rule in rules().rules if rule.pack == pack.name]
        link = f"rules/{pack.name}/index.md".removeprefix("rules/")
        lines += [f"## {pack.title}", "", f"[`{pack.name}`]({link}), since nixpkgs {pack.since}.", ""]
        lines += [*_table(listed, f"{pack.name}/"), ""]
    lines += ["## About the files themselves", "", "| rule | what it finds |", "|---|---|"]
    lines += [f"| [`{own.name}`]({OWN}/{own.name}.md) | {own.title} |" for own in OWN_RULES.values()]
    return "\n".join(lines) + "\n"


def _table(listed: Iterable[Rule], prefix: str) -> Iterator[str]:
    yield from ("| rule | what it finds | how it breaks | in | fix |", "|---|---|---|---|---|")
    for rule in listed:
        link = f"[`{_name(rule)}`]({prefix}{_name(rule)}.md)"
        fix = str(rule.fix.get("safety", "")).replace("manual", "")
        yield f"| {link} | {rule.title} | {', '.join(rule.impact)} | {', '.join(rule.languages)} | {fix} |"


def _pack_page(pack: Pack, listed: list[Rule]) -> str:
    references = [str(one) for one in pack.data.get("references", ())] or [pack.url]
    merged = f", merged on {pack.data['merged']}" if "merged" in pack.data else ""
    lines = [f"# {pack.title}", "", f"Pack `{pack.name}`: since **nixpkgs {pack.since}**{merged}.", ""]
    lines += [*(f"- [{_short(one)}]({one})" for one in references), "", *_table(listed, "")]
    moved = [(name, table["moved"]) for name, table in _families(pack) if table.get("moved")]
    for family, where in moved:
        lines += ["", f"## What has moved: {family}", "", "| path | where it is now |", "|---|---|"]
        lines += [f"| `{path}` | {_place(where_now)} |" for path, where_now in where.items()]
    return "\n".join(lines) + "\n"


def _place(now: object) -> str:
    """Where a path is now, as a pack says it."""
    if isinstance(now, dict):
        return f"`{now.get('to', '')}`"
    return f"`{now}`" if now else "gone"


def _families(pack: Pack) -> list[tuple[str, Mapping[str, Mapping[str, object]]]]:
    families = pack.data.get("families", {})
    return list(families.items()) if isinstance(families, dict) else []


def _short(url: str) -> str:
    return f"NixOS/nixpkgs#{url.rpartition('/')[2]}" if "/NixOS/nixpkgs/pull/" in url else url


def _rule_page(rule: Rule, here: list[Place], source: str) -> str:
    title, _, text = readable_page(rule._replace(url="")).partition("\n")
    _, _, body = text.strip().partition("\n\n")
    pack, fix = _pack(rule.pack), str(rule.fix.get("safety", "none"))
    rows = [
        ("name", f"`{rule.full_name}`"),
        ("since", f"nixpkgs {pack.since} ([`{pack.name}`](index.md))"),
        ("severity", rule.severity),
        ("how it breaks", impact_words(rule.impact) or "nothing fails"),
        ("looks at", ", ".join(rule.languages)),
        ("fix", {"safe": "safe", "unsafe": "unsafe: review it", "manual": "by hand"}.get(fix, fix)),
    ]
    facts = "\n".join(["| | |", "|---|---|", *(f"| {word} | {said} |" for word, said in rows)])
    facts = f'<div class="facts" markdown>\n\n{facts}\n\n</div>'
    # The page of a rule lies two folders deep, its source too.
    found = "\n".join(
        f"- [`{one.folder}/{one.path}`](../../corpus/{one.folder}.md), line {one.line}: {one.message}" for one in here
    )
    examples = f"\n\n## In the examples\n\n{found}" if here else ""
    edit = f"\n\n[The source of this page]({_BLOB}{source})"
    return f"{title}\n\n{facts}\n\n{body.strip()}{examples}{edit}\n"


@cache
def places() -> tuple[Place, ...]:
    """All that is found in the corpus."""
    found = []
    said = output_of("check", "--format", "json", "--exit-zero", "--isolated", ".", folder="corpus")
    for one in json.loads(said)["findings"]:
        folder, _, path = one["path"].partition("/")
        found.append(Place(folder, path, one["line"], one["rule"], one["message"]))
    return tuple(found)


def corpus_pages(root: Path) -> Texts:
    """A page for each repository of the corpus: what is found, and what the safe fixes are."""
    readme = (root / "corpus/README.md").read_text(encoding="utf-8")
    made: Texts = {}
    folders = sorted(path.name for path in (root / "corpus").iterdir() if path.is_dir())
    for folder in folders:
        made[f"corpus/{folder}.md"] = ("", _corpus_page(folder, readme))
        readme = readme.replace(f"| `{folder}` |", f"| [`{folder}`]({folder}.md) |")
    return {"corpus/index.md": ("corpus/README.md", readme.replace("# corpus", "# Examples", 1)), **made}


def _corpus_page(folder: str, readme: str) -> str:
    row = next((line for line in readme.splitlines() if line.startswith(f"| `{folder}` |")), "| | |")
    what = row.split("|")[2].strip()
    source = f"https://github.com/splitlint/splitlint/tree/main/corpus/{folder}"
    text = f"# {folder}\n\n{what[:1].upper()}{what[1:]}. [Its files]({source})\n\n## What is found\n\n"
    text += _block("text", _said(folder, "check", "--exit-zero"))
    diff = _said(folder, "check", "--diff", "--exit-zero", "--quiet")
    if diff:
        text += "\n## What the safe fixes are\n\n" + _block("diff", diff)
    return text


def _block(language: str, text: str) -> str:
    ticks = "`" * 4
    return f'<div class="output" markdown>\n\n{ticks}{language}\n{text.rstrip()}\n{ticks}\n\n</div>\n'


def _said(folder: str, *arguments: str) -> str:
    """What splitlint says about a folder of the corpus, as wide as a page of the site."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(_COLUMNS)
    try:
        return output_of(*arguments, "--isolated", ".", folder=f"corpus/{folder}")
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def releases_page() -> str:
    """Which packs there are, and what changes in which release of nixpkgs."""
    lines = [
        "# Which packs, which releases",
        "",
        "A pack describes one change in nixpkgs. Code that it reports works until the release before, and",
        "breaks with the release that is named here. Safe fixes work before and after it. If you support",
        'no older release, say so (`nixpkgs = "25.11"` in the [configuration](usage.md#what-counts)): then',
        "fixes become shorter.",
        "",
        "| breaks with | pack | what changed | merged | rules |",
        "|---|---|---|---|---|",
    ]
    for pack in sorted(rules().packs, key=lambda one: one.since):
        count = sum(rule.pack == pack.name for rule in rules().rules)
        merged = pack.data.get("merged", "")
        link = f"[`{pack.name}`](rules/{pack.name}/index.md)"
        change = f"{pack.title} ([{_short(pack.url)}]({pack.url}))"
        lines.append(f"| nixpkgs {pack.since} | {link} | {change} | {merged} | {count} |")
    for pack in sorted(rules().packs, key=lambda one: one.since):
        lines += ["", f"## nixpkgs {pack.since}: {pack.name}", ""]
        lines += ["| what breaks | how | rule |", "|---|---|---|"]
        for rule in rules().rules:
            if rule.pack == pack.name and rule.impact:
                link = f"[`{_name(rule)}`](rules/{rule.pack}/{_name(rule)}.md)"
                lines.append(f"| {rule.title} | {impact_words(rule.impact)} | {link} |")
    return "\n".join(lines) + "\n"
