"""The corpus: small whole repositories, each with what must be found in it (see corpus/README.md)."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from splitlint.cli.main import main
from splitlint.findings.finding import Confidence, Safety
from splitlint.findings.impacts import SILENT_IMPACTS
from splitlint.rulebook.pages import default_folder, load_rules
from tests.tools import need

CORPUS = Path(__file__).parent.parent / "corpus"
REPOSITORIES = sorted(path.parent for path in CORPUS.glob("*/expected.toml"))
KEYS = {"path", "line", "text", "pattern", "rule", "confidence_at_least", "fixable", "silent"}

each_repository = pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda path: path.name)


@dataclass(frozen=True, order=True)
class Place:
    """Where a finding stands, and of which rule it is."""

    path: str
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.rule}"


@dataclass(frozen=True)
class Expected:
    """One entry of an expected.toml; `later` says that nothing is built yet that could find it."""

    place: Place
    text: str
    pattern: str
    confidence: Confidence
    safety: Safety
    silent: bool
    later: bool


def expectations(repository: Path) -> Iterator[Expected]:
    """The entries of a repository. Raises ValueError for a key that means nothing."""
    document = tomllib.loads((repository / "expected.toml").read_text())
    for kind in ("finding", "later"):
        for entry in document.pop(kind, []):
            if unknown := set(entry) - KEYS:
                raise ValueError(f"{repository.name}/expected.toml: unknown keys {sorted(unknown)}")
            yield Expected(
                Place(entry["path"], entry["line"], entry["rule"]),
                entry["text"],
                entry["pattern"],
                Confidence[entry["confidence_at_least"].upper()],
                Safety[entry["fixable"].upper()],
                entry.get("silent", False),
                kind == "later",
            )
    if document:
        raise ValueError(f"{repository.name}/expected.toml: unknown tables {sorted(document)}")


def findings_of(repository: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[Place, dict[str, Any]]]:
    """What `splitlint check` says in a repository, at the default thresholds. It must be the current folder."""
    main(["check", "--format", "json", "--exit-zero", "."])
    document = json.loads(capsys.readouterr().out)
    assert document["errors"] == [], f"{repository.name} has files that could not be checked"
    return [(Place(one["path"], one["line"], one["rule"]), one) for one in document["findings"]]


@each_repository
def test_what_is_listed_is_found_and_nothing_else(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    said = findings_of(repository, capsys)
    found = dict(said)
    entries = {entry.place: entry for entry in expectations(repository)}
    missing = sorted(place for place, entry in entries.items() if place not in found and not entry.later)
    extra = sorted(set(found) - set(entries))
    if missing or extra:
        pytest.fail(difference(missing, extra, found), pytrace=False)

    twice = [str(place) for place, count in Counter(place for place, _ in said).items() if count > 1]
    assert not twice, "said twice of one line:\n  " + "\n  ".join(twice)
    unsure = [
        f"{place}: {finding['confidence']}, not {entries[place].confidence}"
        for place, finding in found.items()
        if Confidence[finding["confidence"].upper()] < entries[place].confidence
    ]
    assert not unsure, "not sure enough:\n  " + "\n  ".join(unsure)
    silent = {place for place in found if set(found[place]["impact"]) & SILENT_IMPACTS}
    wrong = [str(place) for place in found if entries[place].silent is not (place in silent)]
    assert not wrong, "silent where it is loud, or loud where it is silent:\n  " + "\n  ".join(wrong)
    untold = [str(place) for place, finding in found.items() if finding["impact"] and not finding["consequence"]]
    assert not untold, "does not say how it fails:\n  " + "\n  ".join(untold)


@each_repository
def test_a_plain_copy_is_never_called_silent(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    for place, finding in findings_of(repository, capsys):
        line = (repository / place.path).read_text().splitlines()[place.line - 1].strip()
        if re.match(r"(?:cp|xz|insmod) ", line) and not re.search(r"\|\||[|&]|2>|/\*", line):
            assert not set(finding["impact"]) & SILENT_IMPACTS, f"{place}: {line}"
            assert finding["consequence"].startswith(f"`{line.split()[0]}` "), finding["consequence"]


@each_repository
def test_fixes_are_as_safe_as_listed(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    found = dict(findings_of(repository, capsys))
    wrong = [
        f"{entry.place}: {safety_of(found[entry.place])}, not {entry.safety}"
        for entry in expectations(repository)
        if entry.place in found and safety_of(found[entry.place]) != entry.safety
    ]
    assert not wrong, "fixes are not what they should be:\n  " + "\n  ".join(wrong)


def safety_of(finding: dict[str, Any]) -> Safety:
    """The best safety among the fixes of a finding in a JSON report; manual where no fix changes anything."""
    return max((Safety[fix["safety"].upper()] for fix in finding["fixes"] if fix["edits"]), default=Safety.MANUAL)


def difference(missing: list[Place], extra: list[Place], found: dict[Place, dict[str, Any]]) -> str:
    """What is missing and what is too much, one place a line, as an assertion shows it."""
    lines = ["expected and found differ"]
    lines += [f"  - {place}" for place in missing]
    lines += [f"  + {place} [{found[place]['confidence']}]: {found[place]['message']}" for place in extra]
    return "\n".join(lines)


@each_repository
def test_expectations_stand_on_their_lines(repository: Path) -> None:
    for entry in expectations(repository):
        lines = (repository / entry.place.path).read_text().splitlines()
        line = lines[entry.place.line - 1] if entry.place.line <= len(lines) else ""
        assert entry.text in line, f"{repository.name}/{entry.place} should have {entry.text!r}, has {line!r}"


@each_repository
def test_expectations_name_rules_that_know_the_pattern(repository: Path) -> None:
    rules = {rule.name: rule for rule in load_rules([default_folder()]).rules}
    for entry in expectations(repository):
        if not entry.later:
            assert entry.pattern in rules[entry.place.rule].patterns, f"{entry.place} is no {entry.pattern}"


@each_repository
def test_repository_says_where_its_shape_comes_from(repository: Path) -> None:
    text = (repository / "provenance.md").read_text()
    for word in ("**What broke.**", "**How it was noticed.**", "**Traps.**", "All text here is ours."):
        assert word in text
    assert re.search(r"commit\s+`[0-9a-f]{7,}`|pull request|issues \d+", text), "names no commit of a real repository"
    assert f"`{repository.name}`" in (CORPUS / "README.md").read_text()


def test_every_pattern_of_the_rules_is_in_the_corpus() -> None:
    known = {pattern for rule in load_rules([default_folder()]).rules for pattern in rule.patterns}
    shown = {entry.pattern for repository in REPOSITORIES for entry in expectations(repository)}
    assert known <= shown, f"no repository has {', '.join(sorted(known - shown))}"


def test_real_nix_parses_the_corpus() -> None:
    nix = need("nix-instantiate", "nix-bin")
    files = sorted(str(path) for path in CORPUS.rglob("*.nix"))
    run = subprocess.run([nix, "--parse", *files], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_table_of_the_corpus_is_true() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|[^|]+\|([^|]*)\|$", (CORPUS / "README.md").read_text(), re.MULTILINE)
    table = {name: cell.split() for name, cell in rows}
    shown = {one.name: sorted({entry.pattern for entry in expectations(one)}, key=_by_letter) for one in REPOSITORIES}
    assert table == shown


def _by_letter(pattern: str) -> tuple[str, int, str]:
    number = re.fullmatch(r"[A-Z](\d+)[a-f]?", pattern)
    return pattern[0], int(number[1]) if number is not None else 0, pattern
