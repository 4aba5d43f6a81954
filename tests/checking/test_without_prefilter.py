"""The prefilter hides nothing: asked about every file of their languages, rules find what they find with it.

In the corpus, in the code of all rule pages, and in variants of that code made by machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from splitlint.analysis.model.families import Family
from splitlint.authoring.trials.cases import source_of
from splitlint.checking.check import check_files, check_source
from splitlint.config import Config
from splitlint.files.discover import discover
from splitlint.files.source import Source
from splitlint.findings.finding import Finding
from splitlint.findings.own_rules import OWN_RULES
from splitlint.matching.packs import world_of
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import Rule, RuleSet
from splitlint.syntax import nix
from tests.layouts import layouts
from tests.variants.generate import variants

CORPUS = sorted(path.parent for path in (Path(__file__).parents[2] / "corpus").glob("*/expected.toml"))
RULE_SET = load_rules([default_folder()])
CONFIG = Config(nixpkgs="25.11")

Told = tuple[str, int, int, str, str]


@cache
def unfiltered() -> RuleSet:
    """The rules as they are if every file has whatever they look for."""
    packs = (pack._replace(needles=(), keywords=(), unless=(), related=()) for pack in RULE_SET.packs)
    return RuleSet(tuple(rule._replace(needles=((b"",),)) for rule in RULE_SET.rules), tuple(packs))


def told(findings: Iterable[Finding]) -> list[Told]:
    """What rules say by default; that a file cannot be parsed is said of whatever is parsed.

    Files that name nothing of a pack are not asked about others: they could only make a finding more or less sure.
    """
    return sorted(
        (one.path, one.span.line, one.span.column, one.rule, one.message)
        for one in findings
        if one.rule not in OWN_RULES
    )


def hidden(source: Source) -> list[Told]:
    """What is only said, or said otherwise, of a file without the prefilter."""
    filtered = told(check_source(source, RULE_SET, CONFIG).findings)
    return [one for one in told(check_source(source, unfiltered(), CONFIG).findings) if one not in filtered]


@pytest.mark.parametrize("repository", CORPUS, ids=lambda path: path.name)
def test_in_a_repository(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    files = discover(["."], Config()).files
    assert told(check_files(files, unfiltered(), CONFIG).findings) == told(
        check_files(files, RULE_SET, CONFIG).findings
    )


@pytest.mark.parametrize("rule", RULE_SET.rules, ids=lambda rule: rule.full_name)
def test_in_the_cases_of_a_page(rule: Rule) -> None:
    assert {case.line: found for case in rule.cases if (found := hidden(source_of(case)))} == {}


@pytest.mark.parametrize("rule", RULE_SET.rules, ids=lambda rule: rule.full_name)
def test_in_other_layouts_of_the_cases_of_a_page(rule: Rule) -> None:
    found = {
        (case.line, name): said
        for case in rule.cases
        if case.language == "nix" and not nix.parse(case.text.encode()).root_node.has_error
        for name, text in layouts(case.text).items()
        if (said := hidden(Source("a.nix", text.encode())))
    }
    assert found == {}


def test_in_variants_of_the_cases() -> None:
    made = {one.text: hidden(Source("a.nix", one.text.encode())) for one in variants(23, 150)}
    assert {text: found for text, found in made.items() if found} == {}


def test_what_the_prefilter_hides_would_be_told() -> None:
    rules = tuple(rule._replace(needles=((b"no such word",),)) for rule in RULE_SET.rules)
    source = Source("a.nix", b'{ pkgs }: "cp ${pkgs.linux}/lib/modules/x"')
    assert check_source(source, RuleSet(rules, RULE_SET.packs), CONFIG).findings == ()
    assert told(check_source(source, unfiltered(), CONFIG).findings)


def paths_that_moved(family: Family) -> list[str]:
    """A path for each row of `moved`."""
    return [path_of(glob) for glob in family.moved]


def path_of(glob: str) -> str:
    """A path, or a name, that a glob means."""
    return glob.replace("**", "x").replace("*", "x").replace("{", "").split(",")[0].split("}")[0]


@pytest.mark.parametrize("family", world_of(RULE_SET.packs).families, ids=lambda family: family.name)
def test_in_paths_below_each_package_of_what_has_moved(family: Family) -> None:
    names = [path_of(root) for root in family.roots if not root.startswith("!")]
    # As a parameter that callPackage fills in, a package has its last name.
    names += [name.removeprefix("pkgs.") for name in names if name.startswith("pkgs.") and name.count(".") == 1]
    sources = {
        (name, path): Source("a.nix", f'{{ {name.partition(".")[0]} }}: "${{{name}}}/{path}"'.encode())
        for name in names
        for path in paths_that_moved(family)
    }
    assert {key: found for key, source in sources.items() if (found := hidden(source))} == {}
