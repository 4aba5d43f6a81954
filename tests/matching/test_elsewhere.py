"""A pack of generic pages only: names that are another's, questions for another package, fixes that would be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.source import Source
from splitlint.rulebook.pages import load_rules
from splitlint.rulebook.rule import RuleSet

PACK = """\
name = "tools"
title = "The tools of chronos moved"
since = "25.11"
needles = ["chronos"]

[families.chronos]
noun = "chronos"
roots = ["pkgs.chronos", "config.services.chronos.package", "!pkgs.otherTools.chronos"]
names = ["chronos"]
outputs = ["out", "bin", "compiler"]
new_outputs = ["compiler"]

[families.chronos.moved]
"bin/zic/**" = { to = "compiler", from = "bin" }
"bin/dump" = { to = "pkgs.chronos-dump", from = "bin" }
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = tmp_path_factory.mktemp("tools")
    (folder / "pack.toml").write_text(PACK)
    return load_rules([str(folder)])


def found(rules: RuleSet, code: str, language: str = "nix") -> list[str]:
    source = Source("case.nix" if language == "nix" else "case.sh", code.encode(), language)
    return [source.text(one.span.start, one.span.end) for one in check_source(source, rules, Config()).findings]


def fixed(rules: RuleSet, code: str, language: str = "nix") -> list[str]:
    source = Source("case.nix" if language == "nix" else "case.sh", code.encode(), language)
    findings = check_source(source, rules, Config()).findings
    return [edit.text for one in findings for fix in one.fixes[:1] for edit in fix.edits]


@pytest.mark.parametrize(
    ("code", "places"),
    [
        pytest.param('"${pkgs.chronos.bin}/bin/zic"', ["pkgs.chronos.bin"], id="the package"),
        pytest.param(
            '"${config.services.chronos.package.bin}/bin/zic"', ["config.services.chronos.package.bin"], id="an option"
        ),
        pytest.param(
            'let c = config.services.chronos; in "${c.package.bin}/bin/zic"', ["c.package.bin"], id="a set of options"
        ),
        pytest.param('"${config.services.chronos.other.bin}/bin/zic"', [], id="another option beside it"),
        pytest.param('"${pkgs.python3Packages.chronos.bin}/bin/zic"', [], id="a library for a language"),
        pytest.param('"${pkgs.otherTools.chronos.bin}/bin/zic"', [], id="what the pack excludes"),
        pytest.param(
            'if pkgs ? chronos-dump then "${pkgs.chronos-dump}/bin/dump" else "${pkgs.chronos.bin}/bin/dump"',
            [],
            id="the other package is asked for",
        ),
        pytest.param('"${pkgs.chronos-dump or pkgs.chronos.bin}/bin/dump"', [], id="the other package, or the old one"),
    ],
)
def test_what_is_the_package(rules: RuleSet, code: str, places: list[str]) -> None:
    assert found(rules, f"{{ pkgs, config, lib, ... }}: {code}") == places


def test_paths_in_braces_that_are_in_different_places_get_no_fix(rules: RuleSet) -> None:
    code = 'pkgs.runCommand "x" { } "cp ${pkgs.chronos.bin}/bin/{zic,dump} $out"'
    assert found(rules, f"{{ pkgs }}: {code}") == ["pkgs.chronos.bin"]
    assert fixed(rules, f"{{ pkgs }}: {code}") == []


def test_an_output_that_was_inherited_is_replaced_and_not_selected_from(rules: RuleSet) -> None:
    code = 'pkgs.runCommand "x" { inherit (pkgs.chronos) bin; } "$bin/bin/zic"'
    assert "bin = pkgs.chronos.compiler or pkgs.chronos.bin;" in "".join(fixed(rules, f"{{ pkgs }}: {code}"))


def test_a_result_of_which_an_output_was_chosen_is_left_to_people(rules: RuleSet) -> None:
    code = "nix build nixpkgs#chronos.bin\n./result-bin/bin/zic\n"
    assert found(rules, code, "shell") == ["nixpkgs#chronos.bin"]
    assert fixed(rules, code, "shell") == []


def test_a_path_that_another_package_of_that_name_has_is_not_missed_in_this_one(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text(PACK.replace("names =", 'against_paths = ["bin/zic/python/**"]\nnames ='))
    rules = load_rules([str(tmp_path)])
    code = '{ chronos, pkgs }: [ "${chronos.bin}/bin/zic" "${chronos.bin}/bin/zic/python/x" ]'
    assert found(rules, code) == ["chronos.bin"]
