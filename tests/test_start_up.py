"""What a run imports: start-up time is imports, and they come back unnoticed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Never needed for Nix files named on the command line, whatever is found in them.
NEVER = {
    "ast",
    "rich",
    "libcst",
    "asyncio",
    "subprocess",
    "tree_sitter_bash",
    "sqlite3",
    "concurrent.futures",
    "pathspec",
    "jinja2",
    "dataclasses",
    "inspect",
    "hashlib",
    "importlib.resources",
    "tree_sitter_nix",
    "difflib",
}
#: What finds something in a file.
ENGINE = {"splitlint.checking.check", "splitlint.findings.finding", "splitlint.analysis.nix.analyse"}
#: Not needed for a file with a package's path in a string, and no comment for splitlint.
UNASKED = {
    "datetime",
    "heapq",
    "json",
    "tomllib",
    "splitlint.analysis.eval.imports",
    "splitlint.analysis.eval.primitives.attributes",
    "splitlint.analysis.eval.primitives.patterns",
    "splitlint.analysis.eval.primitives.versions",
    "splitlint.analysis.nix.overrides",
    "splitlint.analysis.project.definitions",
    "splitlint.analysis.python.uses",
    "splitlint.analysis.shell.folders",
    "splitlint.analysis.shell.outputs",
    "splitlint.authoring.check_rules",
    "splitlint.findings.statements",
    "splitlint.findings.suppress",
    "splitlint.fixes.make.grafts",
    "splitlint.fixes.make.others.naming",
    "splitlint.fixes.make.scripts.reads",
    "splitlint.matching.overrides_by_place",
    "splitlint.matching.predicates",
    "splitlint.pins.flake_lock",
    "splitlint.pins.nix_code",
    "splitlint.prefilter.nix_lexer",
    "splitlint.report.terminal.summary",
    "splitlint.startup.globs",
    "splitlint.syntax.python",
}
#: Needed only once a needle was found.
ONLY_FOR_HITS = {"tree_sitter", "splitlint.checking.check", "splitlint.findings.finding", "json"}
#: Needed only once something was found.
ONLY_FOR_FINDINGS = {"splitlint.checking.when", "splitlint.pins.nearest"}


def imported(folder: Path, *arguments: str) -> set[str]:
    """The modules in memory at the end of a run."""
    code = (
        "import sys; from splitlint.cli.main import main; main(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"
    )
    command = [sys.executable, "-c", code, "check", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return set(
        subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=environment).stderr.split()
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("start")
    (path / "bad.nix").write_text('{ config }: "${config.boot.kernelPackages.kernel}/lib/modules"\n')
    (path / "good.nix").write_text("{ }\n")
    return path


def test_a_run_over_nix_files_imports_nothing_heavy(folder: Path) -> None:
    assert imported(folder, "-q", "bad.nix", "good.nix") & NEVER == set()
    assert imported(folder, "bad.nix") & NEVER == set()


def test_a_run_in_which_no_needle_is_found_does_not_import_the_engine(folder: Path) -> None:
    assert imported(folder, "-q", "--force-exclude", "good.nix") & (NEVER | ONLY_FOR_HITS) == set()
    assert imported(folder, ".", "--select", "vmlinux") & (NEVER - {"subprocess"} | ONLY_FOR_HITS) == set()
    assert imported(folder, "good.nix") & NEVER == set()


def test_a_file_that_is_named_is_parsed_without_the_engine_if_nothing_is_in_it(folder: Path) -> None:
    assert imported(folder, "good.nix") & (NEVER | ENGINE) == set()
    assert imported(folder, "good.nix", "-q", "--format", "concise") & (NEVER | ENGINE) == set()
    assert imported(folder, "good.nix", "bad.nix") >= ENGINE


def test_nobody_asks_for_locks_where_nothing_is_found(folder: Path) -> None:
    assert imported(folder, "bad.nix", "--select", "vmlinux", "--statistics") & ONLY_FOR_FINDINGS == set()
    assert imported(folder, "bad.nix") >= ONLY_FOR_FINDINGS


def test_a_finding_needs_only_what_it_is_about(folder: Path) -> None:
    assert imported(folder, "-q", "--isolated", "bad.nix") & UNASKED == set()


def test_a_run_imports_no_more_modules_than_it_did(folder: Path) -> None:
    """Each costs a hook 0.1 ms, and the next one is imported as easily as the last."""
    assert len(own(imported(folder, "-q", "--isolated", "--force-exclude", "good.nix"))) <= 44
    assert len(own(imported(folder, "-q", "--isolated", "--force-exclude", "bad.nix"))) <= 192


def own(names: set[str]) -> set[str]:
    """The modules of splitlint."""
    return {name for name in names if name.partition(".")[0] == "splitlint"}


def test_a_folder_in_a_git_work_tree_needs_no_subprocess_module(folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    assert imported(folder, "-q", ".") & NEVER == set()


def test_no_translations_are_looked_for(folder: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "splitlint", "check", "-q", "--force-exclude", "good.nix"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=environment).stderr
    modules = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    assert "argparse" in modules
    assert "locale" not in modules


def test_named_tuples_are_those_that_cost_little_to_make() -> None:
    """Each class of `typing.NamedTuple` takes a tenth of a millisecond."""
    dear = re.compile(r"^(from typing import .*\bNamedTuple\b|.*\btyping\.NamedTuple\b)", re.MULTILINE)
    modules = set((ROOT / "splitlint").rglob("*.py")) - {ROOT / "splitlint/startup/named_tuples.py"}
    assert [path for path in sorted(modules) if dear.search(path.read_text())] == []
