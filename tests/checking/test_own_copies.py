from __future__ import annotations

import pytest

from splitlint.analysis.nix import analyse
from splitlint.analysis.project.repository import Repository
from splitlint.checking.check import are_silent, check_source
from splitlint.checking.own_copies import copied_packs
from splitlint.config import Config
from splitlint.files.source import Source
from tests.asking import RULE_SET

MARKS = {"a": ("pkgs/all.nix", "lib/x.nix"), "b": ("other.nix",), "c": ()}


@pytest.mark.parametrize(
    ("path", "there", "packs"),
    [
        pytest.param("x.nix", {"pkgs/all.nix"}, {"a"}, id="at the top"),
        pytest.param("nixpkgs/pkgs/y/x.nix", {"nixpkgs/lib/x.nix"}, {"a"}, id="in a folder"),
        pytest.param("mine/x.nix", {"nixpkgs/pkgs/all.nix"}, set(), id="beside it"),
        pytest.param("x.nix", {"pkgs/all.nix", "other.nix"}, {"a", "b"}, id="of two packs"),
        pytest.param("x.nix", set(), set(), id="nowhere"),
    ],
)
def test_a_file_in_another_nixpkgs_is_told_by_what_stands_around_it(
    path: str, there: set[str], packs: set[str]
) -> None:
    assert copied_packs(path, MARKS, there.__contains__) == packs


#: A file for which only rules of packs speak that a tree of their own silences.
CODE = b"{ pkgs }: pkgs.vmTools.override { img = 1; }\n"


def test_a_file_in_which_every_pack_is_silent_is_not_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    marks = {path for pack in RULE_SET.packs for path in pack.data.get("own_copy", ())}
    packs = {pack.name for pack in RULE_SET.packs if pack.data.get("own_copy")}
    rules = [rule for rule in RULE_SET.relevant(CODE, "nix") if rule.pack in packs]
    assert rules
    repository = Repository(lambda: (), lambda path: b"{ }" if path in marks else None)
    monkeypatch.setattr(analyse, "analyse", lambda *given, **named: pytest.fail("it is evaluated"))
    source = Source("a.nix", CODE, "nix")
    assert check_source(source, RULE_SET, Config(), rules, repository).findings == ()
    broken = Source("a.nix", CODE + b"}", "nix")
    assert [one.rule for one in check_source(broken, RULE_SET, Config(), rules, repository).findings] == [
        "syntax-error"
    ]


def test_the_same_file_elsewhere_is() -> None:
    source = Source("a.nix", CODE, "nix")
    found = check_source(source, RULE_SET, Config(), None, Repository(lambda: (), lambda path: None)).findings
    assert [one.rule for one in found] == ["vm-image"]


def test_such_a_file_that_nobody_named_need_not_be_parsed() -> None:
    rules = [rule for rule in RULE_SET.relevant(CODE, "nix") if rule.pack == "kernel-platform"]
    assert are_silent(rules, {"kernel-platform"}, CODE)
    assert not are_silent(rules, (), CODE)
    assert not are_silent((), {"kernel-platform"}, CODE)
    assert not are_silent(rules, {"kernel-platform"}, CODE + b"# splitlint: ignore[vm-image]\n")
    assert not are_silent(rules, {"kernel-platform"}, b"<<<<<<< HEAD\n" + CODE)
