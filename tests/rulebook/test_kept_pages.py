"""Rule pages that are kept as they were read: as good as the pages, and never better than they are now."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from splitlint.rulebook import kept_pages
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import RuleError, RuleSet


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped pages, taken for them."""
    path = tmp_path / "rules"
    shutil.copytree(default_folder(), path, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("splitlint.rulebook.pages.default_folder", lambda: str(path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return path


def rule_set(folder: Path) -> RuleSet:
    return load_rules([str(folder)])


def kept(folder: Path) -> list[Path]:
    return list(folder.rglob("*.marshal"))


def test_what_is_kept_is_what_was_read(folder: Path) -> None:
    first = rule_set(folder)
    assert len(kept(folder)) == 1
    assert rule_set(folder) == first


def test_a_kept_rule_set_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = rule_set(folder)
    monkeypatch.setattr("splitlint.rulebook.pages.load_page", lambda *given: pytest.fail("a page was read"))
    assert rule_set(folder) == first


def test_a_changed_page_is_read_again(folder: Path) -> None:
    rule_set(folder)
    page = folder / "kernel-modules" / "vmlinux.md"
    page.write_text(page.read_text().replace('severity = "warning"', 'severity = "info"'))
    rule = rule_set(folder).rule("vmlinux")
    assert rule is not None
    assert rule.severity == "info"


def test_a_new_and_a_deleted_page_are_seen(folder: Path) -> None:
    rule_set(folder)
    page = folder / "kernel-modules" / "vmlinux.md"
    page.rename(page.with_name("renamed.md"))
    names = {rule.name for rule in rule_set(folder).rules}
    assert "renamed" in names
    assert "vmlinux" not in names


def test_a_page_that_was_broken_since_is_an_error(folder: Path) -> None:
    rule_set(folder)
    (folder / "kernel-modules" / "vmlinux.md").write_text("no page\n")
    with pytest.raises(RuleError, match="vmlinux"):
        rule_set(folder)


@pytest.mark.parametrize("damage", [b"", b"\0\0\0\0", b"nonsense" * 100])
def test_a_damaged_file_is_not_used(folder: Path, damage: bytes) -> None:
    first = rule_set(folder)
    (file,) = kept(folder)
    file.write_bytes(damage)
    assert rule_set(folder) == first


def test_a_file_cut_off_in_the_middle_is_not_used(folder: Path) -> None:
    first = rule_set(folder)
    (file,) = kept(folder)
    file.write_bytes(file.read_bytes()[:-100])
    assert kept_pages.read(str(folder)) is None
    assert rule_set(folder) == first


def test_a_folder_that_cannot_be_written_to_does_without(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, exist_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "makedirs", refuse)
    assert rule_set(folder).rules
    assert kept(folder) == []


def test_nothing_is_kept_where_python_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    rule_set(folder)
    assert kept(folder) == []


def test_nothing_is_kept_beside_a_users_own_pages(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("splitlint.rulebook.pages.default_folder", lambda: "/nowhere")
    rule_set(folder)
    assert kept(folder) == []
