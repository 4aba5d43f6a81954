"""splitlint as nixpkgs packages it: with another release of the grammar, and bindings that give an address."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import other_grammar
from tests.packaging import ROOT

#: Where Nix is parsed, what rules find in it and what fixes make of it, and whole repositories.
SUITES = ("tests/syntax", "tests/test_rules.py", "tests/test_corpus.py")
LOAD = """
import sys
from splitlint.syntax.grammar import grammar
print(grammar("tree_sitter_nix").abi_version, "tree_sitter_nix" in sys.modules)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("grammar")


@pytest.fixture(scope="module")
def linked(folder: Path) -> Path:
    return other_grammar.built(folder, linked=True)


@pytest.fixture(scope="module")
def preloaded(folder: Path) -> Path:
    return other_grammar.built(folder, linked=False)


def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_binding_that_is_linked_is_loaded_past_its_package(linked: Path) -> None:
    done = run(linked, "-W", "error", "-c", LOAD)
    assert (done.stdout, done.stderr) == ("13 False\n", "")


def test_a_binding_that_needs_its_package_is_loaded_through_it(preloaded: Path) -> None:
    done = run(preloaded, "-W", "error", "-c", LOAD)
    assert (done.stdout, done.stderr) == ("13 True\n", "")


def test_the_essential_suites_pass_with_the_other_grammar(linked: Path) -> None:
    done = run(linked, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITES)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
