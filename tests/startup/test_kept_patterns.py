"""Compiled expressions that are kept: those that `re` makes, and no run depends on them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from splitlint.startup import kept_patterns
from splitlint.startup.kept_patterns import KeptPatterns

EXPRESSIONS: list[tuple[str | bytes, int, str]] = [
    (r"(?P<key>\w+)=(?P<value>[^;]*);?", 0, "one=1;two=2"),
    (rb"(?<=[\x80-\xff-])\$((?!_)[A-Za-z_]\w*|\d)", re.MULTILINE, "é$name -$2"),
    (r"(?i:straße)|[\u0391-\u03c9]+", re.IGNORECASE, "STRASSE STRAßE ΑΩ"),
    (r"a(?>[^/]*?(?=/|\Z))(x)?", re.DOTALL, "ab/ax/a"),
    (r"  \d{2,5} # digits", re.VERBOSE, "1 22 333333"),
    (r"", 0, "ab"),
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where expressions are kept; `re` is as it was at the end."""
    path = tmp_path / "patterns.marshal"
    compiler = re._compiler  # type: ignore[attr-defined]
    monkeypatch.setattr(compiler, "compile", compiler.compile)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(kept_patterns, "_path", lambda: str(path))
    return path


def used() -> KeptPatterns:
    """What another run would use."""
    re.purge()
    patterns = kept_patterns.use()
    assert patterns is not None
    return patterns


def compiled(expression: Any, flags: int) -> re.Pattern[Any]:
    return re.compile(expression, flags)


def found(pattern: re.Pattern[Any], subject: str | bytes) -> list[tuple[Any, ...]]:
    return [(one.span(), one.groups(), one.lastgroup) for one in pattern.finditer(subject)]


def write(path: str, data: bytes) -> None:
    Path(path).write_bytes(data)


@pytest.mark.parametrize(("expression", "flags", "text"), EXPRESSIONS)
def test_a_kept_expression_finds_what_a_new_one_finds(
    file: Path, expression: str | bytes, flags: int, text: str
) -> None:
    first = used()
    new = compiled(expression, flags)
    first.keep(write)
    second = used()
    kept = compiled(expression, flags)
    assert second._new == {}
    assert kept == new
    assert (kept.flags, kept.groups, kept.groupindex) == (new.flags, new.groups, new.groupindex)
    subject = text.encode() if isinstance(expression, bytes) else text
    assert found(kept, subject) == found(new, subject) != []


def test_text_and_bytes_that_are_written_alike_are_two_expressions(file: Path) -> None:
    first = used()
    assert (re.compile("a+").pattern, re.compile(b"a+").pattern) == ("a+", b"a+")
    first.keep(write)
    second = used()
    assert (re.findall("a+", "baa"), re.findall(b"a+", b"baa")) == (["aa"], [b"aa"])
    assert second._new == {}


def test_a_broken_expression_is_an_error_and_is_not_kept(file: Path) -> None:
    patterns = used()
    with pytest.raises(re.error):
        re.compile("(")
    patterns.keep(write)
    assert not file.exists()


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"splitlint patterns 0 another Python "])
def test_a_file_that_is_none_of_ours_is_replaced(file: Path, damage: bytes) -> None:
    file.write_bytes(damage)
    patterns = used()
    assert re.findall("a+", "baa") == ["aa"]
    patterns.keep(write)
    assert file.stat().st_size > len(damage)
    assert used()._kept.keys() == {(False, "a+", 0)}


def test_a_file_that_was_cut_off_is_not_used(file: Path) -> None:
    patterns = used()
    re.compile("a+")
    patterns.keep(write)
    file.write_bytes(file.read_bytes()[:-5])
    assert used()._kept == {}


def test_a_run_that_compiles_a_lot_keeps_nothing(file: Path) -> None:
    patterns = used()
    for number in range(kept_patterns._MOST_NEW + 1):
        re.compile(f"name{number}")
    patterns.keep(write)
    assert not file.exists()


def test_when_very_many_are_kept_it_begins_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_patterns, "_MOST", 3)
    for expressions in (("a", "b"), ("c", "d"), ("e",)):
        patterns = used()
        for expression in expressions:
            re.compile(expression)
        patterns.keep(write)
    assert {text for _, text, _ in used()._kept} == {"e"}


def test_another_re_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(re._compiler, "_code")  # type: ignore[attr-defined]
    assert kept_patterns.use() is None


def test_a_second_hook_compiles_nothing(tmp_path: Path) -> None:
    """Of a whole run: what it asks `re` for is kept."""
    root = Path(__file__).resolve().parents[2]
    (tmp_path / "tree.nix").write_text('{ pkgs }: "${pkgs.linux}/lib/modules"\n')
    code = (
        "import sys; from splitlint.startup import kept_patterns as kept;"
        "kept._path = lambda: './patterns.marshal'; patterns = kept.use();"
        "from splitlint.cli.main import main; main(['check', '--isolated', '--exit-zero', 'tree.nix']);"
        "from splitlint.files.drafts import replace_file; patterns.keep(replace_file); print(len(patterns._new))"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root)}
    said = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, env=environment
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert said[0][:-1] == said[1][:-1]
    assert int(said[0][-1]) > 20
    assert int(said[1][-1]) == 0
