"""What docs/integrations.md and docs/trophies.md say: their code is valid, and what they name is there."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
import yaml

from tests.packaging import ROOT
from tests.test_rules import RULE_SET
from tests.tools import need

INTEGRATIONS = (ROOT / "docs/integrations.md").read_text(encoding="utf-8")
TROPHIES = (ROOT / "docs/trophies.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```(\w+)\n(.*?)^```$", INTEGRATIONS, re.MULTILINE | re.DOTALL)
ROWS = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in TROPHIES.splitlines() if "/blob/" in row]
#: What is in a Nix snippet without being bound there.
AROUND = "{ splitlint, system, pkgs }:"


def test_the_tests_that_the_table_names_are_there() -> None:
    named = re.findall(r"`((?:tests|\.github)/[\w./-]+)`", INTEGRATIONS)
    assert len(named) > 12
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("text", [text for language, text in CODE if language == "yaml"])
def test_yaml_is_yaml(text: str) -> None:
    assert yaml.safe_load(text)


@pytest.mark.parametrize("text", [text for language, text in CODE if language == "toml"])
def test_toml_is_toml(text: str) -> None:
    assert tomllib.loads(text)


@pytest.mark.parametrize("text", [text for language, text in CODE if language == "nix"])
def test_nix_is_nix(text: str) -> None:
    command = [need("nix-instantiate", "nix-bin"), "--parse", "-"]
    done = subprocess.run(command, input=f"{AROUND} {{ {text} }}", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_action_takes_the_inputs_that_are_shown() -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    paragraph = INTEGRATIONS.partition("Other inputs are ")[2].partition("; outputs")[0]
    shown = set(re.findall(r"`([\w-]+)`", paragraph)) | {"sarif"}
    assert shown == set(inputs)


def test_there_are_twenty_trophies_of_several_packs() -> None:
    assert len(ROWS) >= 20
    packs = set(re.findall(r"\b([a-z]+-[a-z-]+|mesa), nixpkgs \d\d\.\d\d", TROPHIES))
    assert len(packs) >= 4
    assert packs <= {pack.name for pack in RULE_SET.packs}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0].split()[0]}-{row[2]}")
def test_a_trophy_says_where_it_is_what_happens_and_what_to_write(row: list[str]) -> None:
    repository, place, rule, what, patch = row
    name, commit = re.fullmatch(r"([\w.-]+/[\w.-]+) at `([0-9a-f]{12})`", repository).groups()  # type: ignore[union-attr]
    link = re.fullmatch(
        r"\[`(?:\u2026/)?(.+):(\d+)`\]\(https://github\.com/(.+?)/blob/([0-9a-f]{40})/(.+)#L(\d+)\)", place
    )
    assert link is not None
    assert (link[3], link[4][:12], link[6]) == (name, commit, link[2])
    assert link[5].endswith(link[1])
    assert RULE_SET.rule(rule.strip("`")) is not None
    assert what
    assert patch
