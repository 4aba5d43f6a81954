"""Two versions of splitlint are compared over repositories."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

from bench import ecosystem
from bench.ecosystem import Difference, Found, Side

PAGE = Path("rules/kernel-modules/modules-path.md")
BROKEN = '{ config }: "${config.boot.kernelPackages.kernel}/lib/modules"\n'


def found(line: int, *, confidence: str = "high", fixes: tuple[str, ...] = ("safe",)) -> Found:
    return Found("a.nix", line, "modules-path", confidence, fixes)


def side(*every: Found, errors: tuple[str, ...] = ()) -> Side:
    return Side(Counter(every), {one: f"message {one.line}" for one in every}, errors, 1.0)


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_what_appeared_what_went_and_what_changed() -> None:
    before = side(found(1), found(2), found(3), found(3))
    after = side(found(1), found(2, confidence="low"), found(3), found(4))
    difference = Difference("x", before, after)
    assert difference.appeared == [found(4)]
    assert difference.went == [found(3)]
    assert difference.changed == [(found(2), found(2, confidence="low"))]
    assert not difference.is_empty


def test_a_fix_that_is_not_offered_any_more_is_a_change() -> None:
    difference = Difference("x", side(found(1)), side(found(1, fixes=("unsafe",))))
    assert difference.changed == [(found(1), found(1, fixes=("unsafe",)))]
    assert (difference.appeared, difference.went) == ([], [])


def test_the_report_counts_by_rule_and_names_only_repositories_with_differences() -> None:
    differences = [
        Difference("same", side(found(1)), side(found(1))),
        Difference("other", side(found(1)), side(found(2), errors=("it is broken",))),
    ]
    text = ecosystem.report(differences, "v1")
    assert "2 findings became 2; 2 s became 2 s." in text
    assert "| modules-path | 1 | 1 | 0 |" in text
    assert "## same" not in text
    assert "## other\n\n- `+` modules-path a.nix:2 (high, safe fix): message 2\n- `-` modules-path a.nix:1" in text
    assert "- `+` error: it is broken" in text


def test_the_same_as_json() -> None:
    difference = Difference("x", side(found(1), found(2)), side(found(2, confidence="low"), found(3), errors=("no",)))
    (told,) = json.loads(ecosystem.as_json([difference], "v1"))["repositories"]
    assert told["repository"] == "x"
    assert [(one["path"], one["line"], one["rule"], one["message"]) for one in told["appeared"]] == [
        ("a.nix", 3, "modules-path", "message 3")
    ]
    assert [one["line"] for one in told["went"]] == [1]
    assert [(one["before"]["confidence"], one["after"]["confidence"]) for one in told["changed"]] == [("high", "low")]
    assert told["errors"] == {"before": [], "after": ["no"]}


def test_without_a_difference_the_report_says_so() -> None:
    assert "No finding is different." in ecosystem.report([Difference("x", side(found(1)), side(found(1)))], "v1")


def test_a_commit_without_a_rule_against_a_working_tree_with_it(tmp_path: Path) -> None:
    root, repositories = tmp_path / "splitlint", tmp_path / "repositories"
    shutil.copytree(ecosystem.ROOT / "splitlint", root / "splitlint", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ecosystem.ROOT / "rules", root / "rules")
    (root / PAGE).unlink()
    git(tmp_path, "init", "-q", str(root))
    git(root, "add", ".")
    git(root, "commit", "-qm", "without the page")
    shutil.copy(ecosystem.ROOT / PAGE, root / PAGE)
    checkout = repositories / "checkout"
    checkout.mkdir(parents=True)
    (checkout / "a.nix").write_text(BROKEN)
    git(tmp_path, "init", "-q", str(tmp_path / "work"))
    (tmp_path / "work/b.nix").write_text("\n" + BROKEN)
    git(tmp_path / "work", "add", ".")
    git(tmp_path / "work", "commit", "-qm", "first")
    git(tmp_path, "clone", "-q", "--bare", str(tmp_path / "work"), str(repositories / "bare"))
    git(tmp_path, "clone", "-q", "--bare", str(tmp_path / "work"), str(repositories / "held/repo"))
    differences = ecosystem.compared(repositories, "HEAD", ["--min-confidence", "low"], root=root)
    places = {one.name: [(found.path, found.line, found.rule) for found in one.appeared] for one in differences}
    assert places == {
        "bare": [("b.nix", 2, "modules-path")],
        "checkout": [("a.nix", 1, "modules-path")],
        "held": [("b.nix", 2, "modules-path")],
    }
    assert all(not one.went and not one.after.errors for one in differences)


def test_a_repository_that_cannot_be_written_out_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    for folder in ("broken/objects", "whole"):
        (tmp_path / "repositories" / folder).mkdir(parents=True)
    (tmp_path / "repositories/broken/HEAD").write_text("no reference")
    differences = ecosystem.compared(tmp_path / "repositories", "HEAD", [])
    assert [(one.name, bool(one.before.errors)) for one in differences] == [("broken", True), ("whole", False)]
    assert "Not written out, and so not compared: broken." in ecosystem.report(differences, "v1")


def test_a_version_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "splitlint").mkdir()
    (tmp_path / "splitlint/__main__.py").write_text("raise SystemExit('it is not ready')")
    (tmp_path / "splitlint/__init__.py").touch()
    assert ecosystem.checked(tmp_path, tmp_path, []).errors == ("ended with 1: it is not ready",)
