"""Compiled modules in one file: used where they are as their sources, and never what decides whether a run works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEPT = f"splitlint/__pycache__/modules.{sys.implementation.cache_tag}.marshal"
#: What is imported by a run, and by whom: `name loader` a line.
CODE = """\
import sys
from splitlint.startup import kept_modules
kept = kept_modules.use()
from splitlint.cli.main import main
code = main(["check", "--isolated", "--exit-zero", "--quiet", "tree.nix"])
from splitlint.files.drafts import replace_file
kept.keep(replace_file)
own = {name: module for name, module in sys.modules.items() if name.startswith("splitlint.")}
sys.stderr.write("".join(f"{name} {type(module.__loader__).__name__}\\n" for name, module in own.items()))
sys.exit(code)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with a splitlint of its own, and a file in which it finds something."""
    for name in ("splitlint", "rules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tree.nix").write_text('{ pkgs }: "${pkgs.linux}/lib/modules"\n')
    return tmp_path


def run(folder: Path, **settings: str) -> tuple[str, dict[str, str]]:
    """What a run says, and how each module was loaded."""
    environment = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=folder, capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout, dict(line.rsplit(" ", 1) for line in done.stderr.splitlines())


def test_a_second_run_loads_nearly_all_modules_from_one_file(program: Path) -> None:
    said, first = run(program)
    assert "modules-path" in said
    assert "_Loader" not in first.values()
    again, second = run(program)
    assert again == said
    assert {name for name, loader in second.items() if loader != "_Loader"} <= {
        "splitlint.startup",
        "splitlint.startup.kept_modules",
    }


def test_a_module_that_was_changed_is_compiled_again_and_kept_as_it_is_now(program: Path) -> None:
    run(program)
    words = program / "splitlint/matching/describe.py"
    words.write_text(words.read_text() + "\n# It is another one now.\n")
    _, loaded = run(program)
    assert loaded["splitlint.matching.describe"] == "SourceFileLoader"
    assert loaded["splitlint.matching.views"] == "_Loader"
    _, loaded = run(program)
    assert loaded["splitlint.matching.describe"] == "_Loader"


CHECK = '["check", "--isolated", "--exit-zero", "--quiet", "tree.nix"]'
SCAN = '["scan", "--isolated", "--no-history", "--no-cache", "--jobs", "1", "."]'


def imported(folder: Path, arguments: str = CHECK) -> list[str]:
    """The modules of splitlint that Python itself imports in a run, not those that are loaded beside these."""
    listen = "asked = []; find = kept.find_spec; kept.find_spec = lambda *given: asked.append(given[0]) or find(*given)"
    code = (
        CODE.replace(CHECK, arguments)
        .replace("code = ", f"{listen}\ncode = ")
        .replace("sys.exit(code)", "print(*asked)")
    )
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True, env=environment
    )
    return [name for name in done.stdout.splitlines()[-1].split() if name.startswith("splitlint")]


def test_what_a_module_imports_is_loaded_with_it(program: Path) -> None:
    assert len(first := imported(program)) > 100
    again = imported(program)
    # What is left are imports in functions, and the packages above them.
    assert len(again) < 50
    assert set(again) < set(first)
    assert "splitlint.cli.commands.check" in again
    assert "splitlint.analysis.nix.analyse" not in again


def test_another_command_before_changes_little(program: Path) -> None:
    imported(program)
    imported(program)
    alone = imported(program)
    (program / KEPT).unlink()
    imported(program, SCAN)
    imported(program)
    imported(program)
    assert len(imported(program)) <= len(alone) + 3


def test_a_change_leaves_what_is_loaded_with_the_others_as_it_was(program: Path) -> None:
    # The first reads the pages, the second has them, and is as all that follow.
    imported(program)
    imported(program)
    before = imported(program)
    views = program / "splitlint/matching/views.py"
    views.write_text(views.read_text() + "\n# It is another one now.\n")
    assert "splitlint.matching.views" in imported(program)
    assert imported(program) == before


def test_modules_of_another_command_that_change_unseen_are_loaded_as_they_are(program: Path) -> None:
    imported(program)
    imported(program, SCAN)
    # As an upgrade does it: all is another, and the first command that is run afterwards needs only a part of it.
    for path in (program / "splitlint").rglob("*.py"):
        path.write_text(path.read_text() + "\n# This is another one.\n")
    imported(program)
    assert "splitlint.scan.run" in imported(program, SCAN)
    assert len(imported(program, SCAN)) < 60


def test_a_module_that_is_gone_is_not_there(program: Path) -> None:
    run(program)
    (program / "splitlint/matching/describe.py").unlink()
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run(program)
    assert "splitlint.matching.describe" in caught.value.stderr


def test_a_module_that_nobody_has_any_more_is_forgotten(program: Path) -> None:
    name = "splitlint/cli/commands/rules.py"
    imported(program, '["rules"]')
    assert name.removeprefix("splitlint/").encode() in (program / KEPT).read_bytes()
    (program / name).unlink()
    imported(program)
    assert name.removeprefix("splitlint/").encode() not in (program / KEPT).read_bytes()


@pytest.mark.parametrize("data", [b"", b"splitlint", b"something else entirely, and long enough to have a head" * 9])
def test_a_file_that_is_none_of_ours_is_replaced(program: Path, data: bytes) -> None:
    said, _ = run(program)
    (program / KEPT).write_bytes(data)
    again, loaded = run(program)
    assert (again, "_Loader" in loaded.values()) == (said, False)
    again, loaded = run(program)
    assert (again, "_Loader" in loaded.values()) == (said, True)


def test_a_file_that_was_cut_off_costs_time_and_nothing_else(program: Path) -> None:
    said, _ = run(program)
    whole = (program / KEPT).read_bytes()
    for length in (40, len(whole) // 50, len(whole) // 2, len(whole) - 1):
        (program / KEPT).write_bytes(whole[:length])
        assert run(program)[0] == said


def test_nothing_is_kept_where_python_may_not_write_bytecode(program: Path) -> None:
    said, _ = run(program, PYTHONDONTWRITEBYTECODE="1")
    assert "modules-path" in said
    assert not (program / KEPT).exists()


def test_who_cannot_write_there_goes_without(program: Path) -> None:
    (program / "splitlint/__pycache__").write_text("a file where the folder should be")
    assert "modules-path" in run(program)[0]
    assert "_Loader" not in run(program)[1].values()


def test_a_module_tells_where_it_comes_from_as_any_other(program: Path) -> None:
    run(program)
    code = (
        "import inspect, sys; from splitlint.startup import kept_modules; kept_modules.use(); import splitlint.limits;"
        "spec = splitlint.limits.__spec__; print(spec.origin, spec.cached, inspect.getsource(splitlint.limits)[:80])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=program, capture_output=True, text=True, check=True)
    origin, cached, source = done.stdout.split(" ", 2)
    assert origin == str(program / "splitlint/limits.py")
    assert cached.endswith(".pyc")
    assert source.startswith((ROOT / "splitlint/limits.py").read_text()[:40])
