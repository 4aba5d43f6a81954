"""Packs do not change each other's findings: each is run alone and with all others, on all pages and the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.authoring.trials.cases import config_of, source_of
from splitlint.checking.check import check_files, check_source
from splitlint.config import Config
from splitlint.files.discover import File
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Finding
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import Rule, RuleSet

TOGETHER = load_rules([default_folder()])
CORPUS = Path(__file__).parent.parent / "corpus"
REPOSITORIES = sorted(path.parent for path in CORPUS.glob("*/expected.toml"))


def alone(pack: str) -> RuleSet:
    return load_rules([str(Path(default_folder()) / pack)])


def of_pack(findings: tuple[Finding, ...], pack: str) -> list[tuple[object, ...]]:
    """The findings of a pack's rules, without what its other rules would make of the same place."""
    names = {name: rule.full_name for rule in TOGETHER.rules if rule.pack == pack for name in names_of(rule)}
    return [
        (one.path, names[one.rule], one.span, one.severity, one.confidence, one.message, one.help, one.fixes)
        for one in findings
        if one.rule in names
    ]


def names_of(rule: Rule) -> tuple[str, str]:
    """What findings call a rule: with its pack where another pack has a rule of that name."""
    return rule.name, rule.full_name.rpartition("/")[2]


each_pack = pytest.mark.parametrize("pack", [one.name for one in TOGETHER.packs])


@each_pack
def test_pages_are_judged_alike_by_a_pack_alone_and_with_all_others(pack: str) -> None:
    apart = alone(pack)
    assert {rule.pack for rule in apart.rules} == {pack}
    for rule in TOGETHER.rules:
        for case in rule.cases:
            source, config = source_of(case), config_of(case)
            together = check_source(source, TOGETHER, config).findings
            assert of_pack(check_source(source, apart, config).findings, pack) == of_pack(together, pack), case


@each_pack
def test_the_corpus_is_judged_alike_by_a_pack_alone_and_with_all_others(pack: str) -> None:
    apart = alone(pack)
    for repository in REPOSITORIES:
        files = [File(str(path), str(path)) for path in sorted(repository.rglob("*")) if path.is_file()]
        config = Config(root=str(repository))
        together = check_files(files, TOGETHER, config).findings
        assert of_pack(check_files(files, apart, config).findings, pack) == of_pack(together, pack), repository.name


def test_a_file_of_one_pack_alone_is_not_read_by_the_rules_of_another() -> None:
    data = b"{ stdenv }: stdenv.hostPlatform.linux-kernel.target"
    source = Source("case.nix", data, language_of("case.nix", data))
    assert {rule.pack for rule in TOGETHER.relevant(source.data, source.language)} == {"kernel-platform"}
