"""What is found in open files is what `splitlint check` finds in them, whatever was opened and typed before."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from splitlint.lsp.checker import Checker, GivenUpError

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = sorted(path.name for path in (ROOT / "corpus").iterdir() if path.is_dir())

Places = list[tuple[str, int, int]]


def places(checker: Checker, path: str) -> Places:
    """What is found in an open file: rules and bytes."""
    checked = checker.checked(path)
    return [(one.rule, one.span.line, one.span.column) for one in checked.findings] if checked is not None else []


def on_the_command_line(folder: Path) -> Mapping[str, Places]:
    """What `splitlint check` finds in each file of a folder."""
    command = [sys.executable, "-m", "splitlint", "check", "--format", "json", "--exit-zero"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found: dict[str, Places] = {}
    for one in json.loads(done.stdout)["findings"]:
        found.setdefault(one["path"], []).append((one["rule"], one["line"], one["column"]))
    return found


@pytest.fixture(params=CORPUS)
def repository(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "corpus" / request.param, folder)
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_an_editor_shows_what_the_command_line_finds(repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    expected = on_the_command_line(repository)
    (repository / ".git").mkdir()
    paths = sorted(str(one.relative_to(repository)) for one in repository.rglob("*") if one.is_file())
    checker = Checker((str(repository),))
    texts = {path: Path(path).read_bytes() for path in paths}
    checker.take(texts)
    # A file in which nothing can be found is changed and changed back between any two questions.
    for path in paths:
        assert places(checker, path) == expected.get(path, []), path
        checker.take({**texts, "other.nix": b"{ }"})
        checker.take(texts)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


BAD = b'{ pkgs }: "${pkgs.linux}/lib/modules"\n'
PART, CALLER = b'{ it }: "${it}/lib/modules"\n', b"{ pkgs }: import ./part.nix { it = pkgs.linux; }\n"


def test_what_is_written_to_disk_counts_once_it_is_looked_at(folder: Path) -> None:
    checker = Checker()
    checker.take({"part.nix": PART})
    assert places(checker, "part.nix") == []
    (folder / "default.nix").write_bytes(CALLER)
    assert places(checker, "part.nix") == []
    assert checker.refresh()
    assert places(checker, "part.nix") == [("modules-path", 1, 12)]
    assert not checker.refresh()
    (folder / "default.nix").unlink()
    assert checker.refresh()
    assert places(checker, "part.nix") == []


def test_what_is_open_counts_and_not_what_is_on_disk(folder: Path) -> None:
    (folder / "default.nix").write_bytes(CALLER)
    checker = Checker()
    checker.take({"part.nix": PART, "default.nix": b"{ }\n"})
    assert places(checker, "part.nix") == []
    (folder / "default.nix").write_bytes(CALLER + b"\n")
    checker.refresh()
    assert places(checker, "part.nix") == []
    checker.take({"part.nix": PART})
    assert places(checker, "part.nix") == [("modules-path", 1, 12)]


def test_a_file_that_names_no_package_and_passes_one_on(folder: Path) -> None:
    (folder / "default.nix").write_bytes(b"{ pkgs }: import ./middle.nix { it = pkgs.linux; }\n")
    (folder / "middle.nix").write_bytes(b"{ it }: import ./part.nix { inherit it; }\n")
    checker = Checker()
    checker.take({"default.nix": (folder / "default.nix").read_bytes(), "part.nix": PART})
    before = places(checker, "part.nix")
    checker.take({"part.nix": PART, "middle.nix": b"{ it }: import ./part.nix { it = it.dev; }\n"})
    after = places(checker, "part.nix")
    fresh = Checker()
    fresh.take({"part.nix": PART, "middle.nix": b"{ it }: import ./part.nix { it = it.dev; }\n"})
    assert after == places(fresh, "part.nix")
    assert before == on_the_command_line_of(folder, "part.nix")


def on_the_command_line_of(folder: Path, path: str) -> Places:
    """What `splitlint check` finds in a file that is written now."""
    (folder / path).write_bytes(PART)
    shutil.rmtree(folder / ".git")
    return on_the_command_line(folder).get(path, [])


@pytest.mark.usefixtures("folder")
def test_what_nobody_waits_for_is_given_up_and_can_be_asked_again() -> None:
    items = "".join(f'  x{number} = "${{pkgs.linux}}/lib/modules/{number}";\n' for number in range(3000))
    checker = Checker()
    checker.take({"a.nix": f"{{ pkgs }}: {{\n{items}}}\n".encode()})
    with pytest.raises(GivenUpError):
        checker.checked("a.nix", lambda: True)
    checker.take({"a.nix": PART.replace(b"it }", b"pkgs }").replace(b"${it}", b"${pkgs.linux}")})
    assert places(checker, "a.nix") == [("modules-path", 1, 14)]


def test_a_file_outside_of_any_repository_stands_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "default.nix").write_bytes(CALLER)
    checker = Checker()
    checker.take({"part.nix": PART})
    assert places(checker, "part.nix") == []
    checker.take({"part.nix": PART, "default.nix": CALLER})
    assert places(checker, "part.nix") == [("modules-path", 1, 12)]


def test_safe_fixes_of_a_file_leave_other_files_as_they_are(folder: Path) -> None:
    (folder / "default.nix").write_bytes(CALLER)
    checker = Checker()
    checker.take({"part.nix": PART})
    (change,) = checker.fixed("part.nix")
    assert change.path == "part.nix"
    checker.take({"part.nix": change.new})
    assert places(checker, "part.nix") == []
    assert checker.fixed("part.nix") == ()


LOCK = {
    "version": 7,
    "root": "root",
    "nodes": {
        "root": {"inputs": {"nixpkgs": "nixpkgs"}},
        "nixpkgs": {
            "locked": {
                "type": "github",
                "owner": "NixOS",
                "repo": "nixpkgs",
                "rev": "0" * 40,
                "lastModified": 1764547200,
            },
            "original": {"type": "github", "owner": "NixOS", "repo": "nixpkgs", "ref": "nixos-25.05"},
        },
    },
}


def test_when_it_breaks_is_told_by_the_lock_as_it_is_now(folder: Path) -> None:
    def told() -> list[str]:
        checked = checker.checked("a.nix")
        assert checked is not None
        return [one.when.state if one.when is not None else "" for one in checked.findings]

    text = json.dumps(LOCK)
    (folder / "flake.lock").write_text(text)
    checker = Checker()
    checker.take({"a.nix": BAD})
    assert told() == ["later"]
    (folder / "flake.lock").write_text(text.replace("nixos-25.05", "nixos-25.11"))
    assert told() == ["later"]
    assert checker.refresh()
    assert told() == ["now"]
    # A lock that is open in the editor counts as it is there.
    checker.take({"a.nix": BAD, "flake.lock": text.encode()})
    assert told() == ["later"]
    (folder / "flake.lock").unlink()
    checker.take({"a.nix": BAD})
    checker.refresh()
    assert told() == [""]
