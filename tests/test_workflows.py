"""The files that carry splitlint into CI are valid, pinned and safe: as their schemas and linters have it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.packaging import ROOT
from tests.tools import need

ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SCRIPTS = sorted((ROOT / "integrations").rglob("*.sh"))
GITLAB = sorted((ROOT / "integrations/gitlab").glob("*.yml"))


def run(*command: str) -> str:
    """What a command says; it has to succeed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        (["vendor.github-workflows"], WORKFLOWS),
        (["vendor.github-actions"], [ACTION]),
        (["vendor.gitlab-ci", "--data-transform", "gitlab-ci"], GITLAB),
    ],
    ids=["workflows", "action", "gitlab"],
)
def test_they_are_what_their_schemas_ask_for(schema: list[str], files: list[Path]) -> None:
    assert files
    run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, *map(str, files))


def test_zizmor_finds_nothing_in_them() -> None:
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    run(zizmor, "--offline", "--quiet", "--no-config", str(ACTION), *map(str, WORKFLOWS))


def test_shellcheck_finds_nothing_in_their_scripts() -> None:
    assert SCRIPTS
    run(need("shellcheck", "shellcheck"), *map(str, SCRIPTS))


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_actions_are_pinned_by_hash_with_their_version(path: Path) -> None:
    for used in re.findall(r"uses: (.+)", path.read_text()):
        assert used.startswith("./ ") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_no_script_has_an_expression_in_it(path: Path) -> None:
    document = yaml.safe_load(path.read_text())
    jobs = [document["runs"]] if "runs" in document else list(document["jobs"].values())
    scripts = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_every_input_reaches_the_scripts_and_is_used_there() -> None:
    text = ACTION.read_text()
    passed = dict(re.findall(r"^        ([A-Z]+): \$\{\{ inputs\.([\w-]+) \}\}$", text, re.MULTILINE))
    assert set(passed.values()) == set(yaml.safe_load(text)["inputs"])
    scripts = "".join(path.read_text() for path in SCRIPTS)
    assert [name for name in passed if f"${name}" not in scripts and f"${{{name}" not in scripts] == []
