"""`check --cache` tells what `check` tells, of whatever files, in whatever format, whatever has changed since."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from splitlint.analysis.project.repository import Repository
from splitlint.checking import check
from splitlint.checking.check import MANY
from splitlint.checking.verdicts import Checked
from splitlint.cli.main import main
from splitlint.config import FORMATS, Config
from splitlint.files.source import Source
from splitlint.rulebook.rule import Rule, RuleSet
from tests.scan_trees import make_repository, run_git
from tests.tree_edits import begin, edit

CORPUS = Path(__file__).resolve().parent.parent.parent / "corpus"
CACHE = ("--cache", "--cache-dir", "../cache")
Told = tuple[int, str, str]
Tell = Callable[..., Told]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are checked, and not known."""
    found: list[str] = []
    real = check.check_contained

    def noted(
        source: Source, rule_set: RuleSet, config: Config, rules: Sequence[Rule], repository: Repository
    ) -> Checked:
        found.append(source.path)
        return real(source, rule_set, config, rules, repository)

    monkeypatch.setattr(check, "check_contained", noted)
    return found


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    """What a run of `check` gives, which takes no time here: the exit code, and what it writes."""
    monkeypatch.setattr("time.perf_counter", lambda: 0.0)

    def run(*arguments: str) -> Told:
        code = main(["check", "--isolated", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def write_askers() -> None:
    """A file that cannot be parsed, and one that asks it."""
    Path("broken.nix").write_text("{ pkgs, ... }: { board.kernel = pkgs.linux; other.kernel = 1 }\n")
    Path("asks.nix").write_text('{ config, ... }: { a = "${config.board.kernel}/lib/modules"; }\n')


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the corpus, and files of which others are broken."""
    shutil.copytree(CORPUS, tmp_path / "tree")
    monkeypatch.chdir(tmp_path / "tree")
    write_askers()
    return tmp_path / "tree"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two repositories of it, and the same files."""
    for name in ("board-kernels", "disk-image"):
        shutil.copytree(CORPUS / name, tmp_path / "tree" / name)
    monkeypatch.chdir(tmp_path / "tree")
    write_askers()
    return tmp_path / "tree"


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_says_the_same(tree: Path, tell: Tell, form: str) -> None:
    arguments = (".", "--format", form, "--min-confidence", "low", "--jobs", "1")
    plain = tell(*arguments)
    assert plain[0] == 1
    assert [tell(*arguments, *CACHE) for _ in range(2)] == [plain, plain]


def test_nothing_is_checked_twice(corpus: Path, tell: Tell, checked: list[str]) -> None:
    plain = tell(".", "--jobs", "1")
    checked.clear()
    first = tell(".", "--jobs", "1", *CACHE)
    assert first == plain
    assert len(checked) > MANY
    checked.clear()
    assert tell(".", "--jobs", "1", *CACHE) == first
    assert checked == []
    # What copies of the process have found is kept, too, and is found again by others.
    shutil.rmtree("../cache")
    assert tell(".", "--jobs", "2", *CACHE) == first
    checked.clear()
    assert tell(".", "--jobs", "2", *CACHE) == first
    assert checked == []


@pytest.mark.parametrize("given", [["asks.nix"], ["board-kernels"], ["asks.nix", "broken.nix", "disk-image"], ["."]])
def test_whatever_is_named_the_answer_is_that_without_a_cache(
    tree: Path,
    tell: Tell,
    given: Sequence[str],
) -> None:
    # What is known of a file in one company is not taken for what is known in another.
    tell("asks.nix", *CACHE)
    tell(".", *CACHE)
    plain = tell(*given, "--format", "json")
    assert [tell(*given, "--format", "json", *CACHE) for _ in range(2)] == [plain, plain]


@pytest.mark.parametrize(
    "other",
    [("--select", "modules-path"), ("--nixpkgs", "24.05"), ("--min-confidence", "high"), ("--no-default-rules",)],
)
def test_other_settings_are_other_answers(tree: Path, tell: Tell, other: Sequence[str]) -> None:
    tell(".", *CACHE)
    assert tell(".", *other, *CACHE) == tell(".", *other)


def test_from_another_folder_paths_are_other_paths(
    tree: Path,
    tell: Tell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tell("board-kernels", *CACHE)
    monkeypatch.chdir("board-kernels")
    plain = tell(".", "--format", "json")
    assert tell(".", "--format", "json", "--cache", "--cache-dir", "../../cache") == plain


def test_after_a_fix_a_file_is_another(tree: Path, tell: Tell, tmp_path: Path) -> None:
    shutil.copytree(tree, tmp_path / "plain")
    tell(".", *CACHE)
    cached = [tell(".", "--fix", *CACHE), tell(".", *CACHE), tell(".", "--fix", "--unsafe-fixes", *CACHE), tell(".")]
    after = {path: path.read_bytes() for path in sorted(tree.rglob("*")) if path.is_file()}
    for path in after:
        path.write_bytes((tmp_path / "plain" / path.relative_to(tree)).read_bytes())
    assert cached == [tell(".", "--fix"), tell("."), tell(".", "--fix", "--unsafe-fixes"), tell(".")]
    assert after == {path: path.read_bytes() for path in after}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    texts = {"a.nix": '{ kernel }: "${kernel}/lib/modules"\n', "default.nix": "{ }\n"}
    folder = make_repository(tmp_path / "repository", texts)
    monkeypatch.chdir(folder)
    Path("default.nix").write_text("{ pkgs }: pkgs.callPackage ./a.nix { kernel = pkgs.linux; }\n")
    run_git(folder, "add", "-A")
    return folder


@pytest.mark.parametrize("flags", [("--staged",), ("--since", "HEAD"), ("a.nix", "--diff"), ("--write-baseline", "b")])
def test_what_is_compared_is_compared_alike(repository: Path, tell: Tell, flags: Sequence[str]) -> None:
    plain = tell(*flags)
    assert [tell(*flags, *CACHE) for _ in range(2)] == [plain, plain]


@pytest.mark.parametrize("seed", [1, 2])
def test_random_changes_are_found_as_without_a_cache(
    seed: int,
    tmp_path: Path,
    tell: Tell,
    checked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random(seed)
    monkeypatch.chdir(begin(tmp_path / "tree", random))
    known, told, seen = 0, [], set()
    for _ in range(12):
        told.append(edit(Path.cwd(), random))
        plain = tell(".", "--format", "json")
        seen.add(plain)
        once = len(checked)
        checked.clear()
        assert tell(".", "--format", "json", *CACHE) == plain, told
        known += once - len(checked)
        checked.clear()
    assert known > 12
    assert len(seen) > 3


def test_without_the_flag_nothing_is_kept(
    tree: Path,
    tell: Tell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sys.platform", "linux")
    tell(".")
    assert not (tmp_path / "home").exists()
    tell(".", "--cache")
    assert oct((tmp_path / "home" / "splitlint").stat().st_mode)[-3:] == "700"


def test_the_folder_is_for_a_cache_that_is_wanted(tree: Path, tell: Tell) -> None:
    code, _, said = tell(".", "--cache-dir", "../cache")
    assert code == 2
    assert "--cache-dir needs --cache" in said


@pytest.mark.parametrize("text", ["", "[]", '["", {}]', '["{}", {"a.nix": 1}]', '["{\\"findings\\": 1}", {}]', "7"])
def test_what_is_no_verdict_costs_a_warning(tree: Path, tell: Tell, text: str) -> None:
    from splitlint.scan.results.cache import _sum

    plain = tell(".")
    tell(".", *CACHE)
    (path,) = Path("../cache").glob("*.sqlite")
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT key, depends FROM verdict").fetchall()
        database.executemany(
            "UPDATE verdict SET text = ?, sum = ? WHERE key = ?",
            [(text, _sum(depends, text), name) for name, depends in rows],
        )
    database.close()
    code, out, said = tell(".", *CACHE)
    assert (code, out) == plain[:2]
    assert "damaged" in said
