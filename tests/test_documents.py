"""What is written for people: pages of one form, short messages, links that lead somewhere, lines that can be read."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from splitlint import __version__
from splitlint.authoring.trials.cases import config_of, source_of
from splitlint.checking.check import check_source
from splitlint.cli.main import COMMANDS
from splitlint.config import Config
from splitlint.findings.addresses import SITE
from splitlint.findings.finding import Finding
from splitlint.rulebook.rule import Rule
from tests.test_rules import GENERIC, RULE_SET

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(ROOT.glob("rules/*/*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob(".github/**/*.md")])
_FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^()\s]+)\)")
_SECTIONS = ["What you see", "Why", "What to write"]
_END = ["Breaks", "Becomes", "Leave alone", "Definition"]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
each_document = pytest.mark.parametrize(
    "document", [*DOCUMENTS, *PAGES], ids=lambda path: f"{path.parent.name}/{path.name}"
)


def prose(text: str) -> str:
    """Markdown without its fenced code."""
    return _FENCED.sub("", text)


def headings(text: str) -> list[str]:
    """The headings of a document, without their signs."""
    return re.findall(r"^#+ +(.+?) *$", prose(text), re.MULTILINE)


@each_page
def test_a_page_says_first_what_is_seen_then_why_then_what_to_write(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# \S.*\n\n## What you see\n\n *\S", text)
    found = headings(text)[1:]
    assert found[:3] == _SECTIONS
    assert found[3:] == [one for one in _END if one in found], "the machine's part is last"


@each_document
def test_no_line_of_a_document_is_longer_than_100_columns(document: Path) -> None:
    lines = prose(document.read_text(encoding="utf-8")).splitlines()
    long = [one for one in lines if len(one) > 100 and not one.startswith(("|", "    ")) and "](" not in one]
    assert long == []


def anchors(document: Path) -> set[str]:
    """The names by which GitHub finds the headings of a document."""
    words = (re.sub(r"[^\w\- ]", "", one.lower()) for one in headings(document.read_text(encoding="utf-8")))
    return {one.replace(" ", "-") for one in words}


@each_document
def test_links_within_the_repository_lead_somewhere(document: Path) -> None:
    broken = []
    for target in _LINK.findall(prose(document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


@each_page
def test_the_address_of_a_page_is_where_it_is(page: Path) -> None:
    rules = (*RULE_SET.rules, *GENERIC.rules)
    own = (one for one in rules if one.pack == page.parent.name)
    rule = next(one for one in own if one.path.endswith(f"{page.parent.name}/{page.name}"))
    assert rule.url == f"{SITE}/{__version__}/{page.relative_to(ROOT).with_suffix('')}/"


@cache
def findings_of_pages() -> tuple[tuple[Rule, Finding], ...]:
    """What is found in the cases of the pages."""
    found = []
    for rule in RULE_SET.rules:
        for case in rule.cases:
            if case.kind == "Breaks":
                config: Config = config_of(case)
                found += [(rule, one) for one in check_source(source_of(case), RULE_SET, config).findings]
    return tuple(found)


def test_messages_are_short() -> None:
    assert len(findings_of_pages()) > 200
    long = {one.message for _, one in findings_of_pages() if len(one.message) >= 200}
    assert long == set()


def test_every_finding_says_in_a_short_sentence_how_it_fails() -> None:
    wrong = {
        (one.rule, one.consequence)
        for _, one in findings_of_pages()
        if one.impact and not 0 < len(one.consequence) <= 110
    }
    assert wrong == set()


def test_no_reason_is_told_that_is_shown_at_its_place() -> None:
    arguments = [sys.executable, "-m", "splitlint", "check", "corpus", "--all", "--exit-zero"]
    text = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    blocks = re.split(r"\n(?=(?:error|warning|info)\[)", re.sub(r"\n +(?=[^ |:=+-])", " ", text))
    told = [(block, reason) for block in blocks for reason in re.findall(r" = because: (.+?)(?: \([^()]*\))?\n", block)]
    assert len(told) > 5
    assert [reason for block, reason in told if block.count(reason) > 1] == []


#: Words and turns that are not how English is written about software.
_ODD = re.compile(
    r"\b(?:is|are|was|were) told (?:as|of)\b|\bmends?\b|\bmended\b|\bspeaks? for\b|\bany more\b|\bnobody is told\b"
    r"|\bone's own\b|\bwhoever\b|\bthere is (?:not|none) any\b|\bin which there (?:is|are)\b|\bhands? over\b"
    r"|\b(?:has no|have no|(?:is|are) (?:no|in|none|not))\b[^.:;\n]{0,60}\bsince (?:nixpkgs|NixOS) 2\d"
)


@each_document
def test_documents_are_written_in_plain_english(document: Path) -> None:
    text = re.sub(r"`[^`]*`", "`x`", prose(document.read_text(encoding="utf-8")))
    assert [found[0] for found in _ODD.finditer(re.sub(r"\s+", " ", text))] == []


def test_what_splitlint_says_is_plain_english() -> None:
    said = {text for _, one in findings_of_pages() for text in (one.message, one.help, one.consequence)}
    odd = {text for text in said if _ODD.search(re.sub(r"`[^`]*`", "`x`", text))}
    assert odd == set()


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_of_a_command_is_plain_english(command: str) -> None:
    arguments = [sys.executable, "-m", "splitlint", *command.split(), "--help"]
    text = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert [found[0] for found in _ODD.finditer(re.sub(r"\s+", " ", text))] == []
