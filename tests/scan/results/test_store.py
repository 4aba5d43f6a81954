"""Stores that are damaged, of another version, of other types, or no files: a warning, and the run goes on."""

from __future__ import annotations

import binascii
import json
import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from splitlint.cli.main import main
from splitlint.findings.finding import Finding, Problem, Summary
from splitlint.scan.results.cache import LAYOUT
from splitlint.scan.results.codec import CodecError, decoded, dump, dump_whole, load, load_whole
from splitlint.scan.results.store import made_private, put_aside, stored
from tests.canaries import BROKEN
from tests.making import make_finding
from tests.scan_trees import make_repository

Run = Callable[..., tuple[int, str, str]]
FOUND = "3 findings in 3 files"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Scans a repository with three findings, with its cache and history in `tmp_path`."""
    tree = make_repository(tmp_path / "tree", {f"{name}.nix": BROKEN for name in "abc"})
    monkeypatch.chdir(tree)
    stores = ("--db", str(tmp_path / "history"), "--cache-dir", str(tmp_path / "cache"))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["scan", "--executor", "here", *stores, *(arguments or (".",))])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def cache(run: Run, tmp_path: Path) -> Path:
    assert run()[1].strip().endswith(f"{FOUND}; 3 fixable") or FOUND in run()[1]
    return tmp_path / "cache" / f"verdicts-{LAYOUT}.sqlite"


@pytest.fixture
def history(cache: Path, tmp_path: Path) -> Path:
    return tmp_path / "history"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_stores_are_made_for_nobody_else_to_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made_private(str(tmp_path / "folder/store"))
    finally:
        os.umask(before)
    assert (mode(tmp_path / "folder"), mode(tmp_path / "folder/store")) == (0o700, 0o600)


def test_the_stores_of_a_scan_are_private(cache: Path, history: Path) -> None:
    assert [mode(path) for path in (cache.parent, cache, history)] == [0o700, 0o600, 0o600]


def test_rights_that_the_user_has_given_are_kept(run: Run, history: Path) -> None:
    history.chmod(0o664)
    run()
    assert mode(history) == 0o664


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE verdict SET text = 5",
        "UPDATE verdict SET text = x'ff00'",
        "UPDATE verdict SET text = '[[['",
        "UPDATE verdict SET text = '" + "[" * 5000 + "'",
        'UPDATE verdict SET text = replace(text, \'"line":1\', \'"line":"1"\')',
        'UPDATE verdict SET text = replace(text, \'\\"line\\":1\', \'\\"line\\":\\"1\\"\')',
        "UPDATE verdict SET text = replace(text, '\"severity', '\"severe')",
        "UPDATE verdict SET depends = 7",
        "UPDATE verdict SET depends = '{\"a\": 1}'",
        "UPDATE verdict SET depends = '[1]'",
        "UPDATE verdict SET depends = CAST(x'fffe' AS TEXT)",
        "DROP TABLE verdict",
        "DROP TABLE verdict; CREATE TABLE verdict (a)",
        "DROP TABLE verdict; CREATE VIEW verdict AS SELECT 1 AS key, 2 AS depends, 3 AS text, 4 AS used",
        "UPDATE verdict SET sum = sum + 1",
        "UPDATE verdict SET sum = 'x'",
        "PRAGMA user_version = 2000000000",
        "UPDATE verdict SET used = 'never'",
    ],
)
def test_a_cache_with_other_values_costs_a_warning_at_most(run: Run, cache: Path, statement: str) -> None:
    with sqlite3.connect(cache) as database:
        database.executescript(statement)
    database.close()
    for target in (".", ".@HEAD"):
        code, out, err = run(target)
        assert (code, FOUND in out) == (0, True)
        assert all("the cache" in line for line in err.splitlines())


def test_what_is_kept_of_a_tree_and_is_nothing_of_the_kind_costs_a_warning_at_most(run: Run, cache: Path) -> None:
    with sqlite3.connect(cache) as database:
        kept = database.execute("SELECT key, depends FROM verdict WHERE text LIKE '{%' OR text LIKE '[%'").fetchall()
        for key, depends in kept:
            sound = binascii.crc32(f"{depends}\0[1]".encode())
            database.execute("UPDATE verdict SET text = '[1]', sum = ? WHERE key = ?", (sound, key))
    database.close()
    assert len(kept) > 2
    Path("a.nix").write_text(BROKEN + "# changed\n")
    code, out, err = run()
    assert (code, FOUND in out) == (0, True)
    assert all("the cache" in line for line in err.splitlines())


def test_rows_that_are_none_are_told_anew_by_git(run: Run, cache: Path) -> None:
    with sqlite3.connect(cache) as database:
        ((key, depends),) = database.execute(
            "SELECT key, depends FROM verdict WHERE text LIKE '%\"rows\":%'"
        ).fetchall()
        sound = binascii.crc32(f"{depends}\0[1]".encode())
        database.execute("UPDATE verdict SET text = '[1]', sum = ? WHERE key = ?", (sound, key))
    database.close()
    Path("a.nix").write_text(BROKEN + "# changed\n")
    code, out, err = run()
    assert (code, FOUND in out) == (0, True)
    assert "the cache" in err


def test_a_cache_that_is_put_aside_is_begun_anew(run: Run, cache: Path) -> None:
    for number in range(2):
        cache.write_bytes(b"this is no database" * 1000)
        assert "moved to" in run()[2]
        assert len(list(cache.parent.glob("*.damaged*"))) == number + 1
    assert run()[2] == ""
    assert cache.stat().st_size > 0


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA user_version = 99",
        "PRAGMA user_version = -1",
        "DROP TABLE finding",
        "DROP TABLE tally; CREATE TABLE tally (a)",
        "UPDATE scan SET started = 'yesterday'",
        "UPDATE scan SET started = 1e300",
        "UPDATE scan SET started = x'00'",
        "UPDATE scan SET version = x'00', digest = 7",
        "UPDATE scan SET finished = 'never'",
        "UPDATE tally SET summary = '{}', problems = '{}'",
        "UPDATE tally SET summary = 7",
        "UPDATE tally SET head = x'ff'",
        "UPDATE tally SET label = CAST(x'fffe' AS TEXT)",
        "PRAGMA foreign_keys = OFF; UPDATE tally SET scan = 77",
        "UPDATE finding SET data = '{'",
        "UPDATE finding SET data = x'ff'",
        "UPDATE finding SET data = '" + "[" * 5000 + "'",
        "UPDATE finding SET severity = 17",
        "UPDATE finding SET severity = 'bad'",
        "UPDATE finding SET rule = x'ff'",
    ],
)
def test_a_history_with_other_values_costs_what_was_in_it_at_most(
    run: Run, history: Path, tmp_path: Path, statement: str
) -> None:
    with sqlite3.connect(history) as database:
        database.executescript(statement)
    database.close()
    code, out, err = run(".", "--format", "html", "--output", str(tmp_path / "report"))
    assert code == 0
    assert "Traceback" not in err
    for arguments in ((".", "--compare"), ("--compare",), ("--history",), (".", "--resume")):
        code, out, err = run(*arguments)
        assert code in (0, 2)
        assert code == 0 or "moved to" in err or "no scan" in err
        assert not (code == 0 and "." in arguments and FOUND not in out)


def test_a_history_of_another_version_is_put_aside_and_one_is_begun(run: Run, history: Path) -> None:
    with sqlite3.connect(history) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    whole = history.read_bytes()
    code, out, err = run()
    assert (code, FOUND in out) == (0, True)
    assert "was written by another version of splitlint (layout 99); it has been moved to" in err
    assert history.with_name("history.damaged").read_bytes() == whole
    assert run()[2] == ""


def test_the_database_of_another_program_is_left_alone(run: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "places") as database:
        database.execute("CREATE TABLE bookmarks (a)")
    database.close()
    whole = (tmp_path / "places").read_bytes()
    code, _, err = run(".", "--db", str(tmp_path / "places"))
    assert code == 2
    assert "is the database of another program" in err
    assert (tmp_path / "places").read_bytes() == whole


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])
def test_what_is_no_file_is_no_store(run: Run, tmp_path: Path, make: Callable[[str], None]) -> None:
    (tmp_path / "cache").mkdir(exist_ok=True)
    make(str(tmp_path / "cache" / f"verdicts-{LAYOUT}.sqlite"))
    code, out, err = run()
    assert (code, FOUND in out) == (0, True)
    assert "is not a regular file" in err
    make(str(tmp_path / "none"))
    code, _, err = run(".", "--db", str(tmp_path / "none"))
    assert code == 2
    assert "is not a regular file" in err


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes_cost_a_warning_at_most(run: Run, cache: Path, history: Path, seed: int) -> None:
    chosen = random.Random(seed)
    for path in (cache, history):
        data = bytearray(path.read_bytes())
        for _ in range(chosen.choice((1, 20, 500))):
            data[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
        path.write_bytes(data)
    for command in (".", ". --compare", "--history", ".@HEAD"):
        code, out, err = run(*command.split())
        assert "internal error" not in err
        assert code in (0, 2)
        assert code == 2 or command == "--history" or FOUND in out


def test_two_scans_at_once_share_a_damaged_cache_and_history(run: Run, cache: Path, history: Path) -> None:
    for path in (cache, history):
        path.write_bytes(path.read_bytes()[:1000] + b"\0noise" * 2000)
    command = [sys.executable, "-m", "splitlint", "scan", "-j2", ".", "--db", str(history), "--cache-dir"]
    both = [
        subprocess.Popen([*command, str(cache.parent)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for scan in both:
        out, err = scan.communicate(timeout=120)
        assert FOUND in out, err
        assert "internal error" not in err
        assert "Traceback" not in err
    assert run()[0] == 0


def test_a_store_is_put_aside_once_and_under_a_free_name(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for number in ("", "-2", "-3"):
        store.write_text("x")
        assert put_aside(str(store), store.stat().st_ino) == f"{store}.damaged{number}"
    store.write_text("another process has begun it anew")
    assert put_aside(str(store), store.stat().st_ino + 1) is None
    assert put_aside(str(tmp_path / "none"), None) is None


def test_a_journal_is_not_played_back_into_the_next_store(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")
    (tmp_path / "store-journal").write_text("x")
    put_aside(str(tmp_path / "store"), None)
    assert os.listdir(tmp_path) == ["store.damaged"]


def test_a_name_that_is_not_utf8_is_stored_as_it_is_shown() -> None:
    assert stored(os.fsdecode(b"n\xff")) == r"n\xff"
    assert stored("n\u00ff") == "n\u00ff"


def test_values_come_back_as_they_were_kept_whatever_names_hold() -> None:
    finding = make_finding(path=os.fsdecode(b"n\xff\n\x1b.nix"), fingerprint="a")
    problem = Problem("\udcff", "why", fatal=False)
    assert load(dump([finding], [problem])) == ((finding,), (problem,))
    dump([finding]).encode("ascii")
    summary = Summary(files=3, seconds=0.5)
    assert load_whole(dump_whole([finding], [problem], summary)) == ((finding,), (problem,), summary)


def kept(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it."""
    (plain,) = json.loads(dump([finding]))["findings"]
    assert isinstance(plain, dict)
    return plain


def test_fields_that_another_version_knows_are_passed_over_and_those_it_does_not_have_their_defaults() -> None:
    plain = kept(make_finding())
    assert decoded(Finding, {**plain, "mood": 1}) == make_finding()
    del plain["help"]
    assert decoded(Finding, plain).help == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("path", 1),
        ("path", None),
        ("severity", "error"),
        ("severity", True),
        ("severity", 17),
        ("span", {}),
        ("span", {"start": -1, "end": 0, "line": 1, "column": 1, "end_line": 1, "end_column": 1}),
        ("span", {"start": 0.5, "end": 0, "line": 1, "column": 1, "end_line": 1, "end_column": 1}),
        ("span", {"start": 1 << 70, "end": 0, "line": 1, "column": 1, "end_line": 1, "end_column": 1}),
        ("impact", "boot-failure"),
        ("impact", [1]),
        ("fixes", [{"title": "x", "safety": 2, "edits": [{"path": "a"}]}]),
        ("related", {"a": 1}),
        ("suppressed", False),
        ("excerpt", [1, 2]),
    ],
)
def test_a_value_of_another_type_is_no_finding(name: str, value: object) -> None:
    plain = kept(make_finding())
    assert decoded(Finding, plain) == make_finding()
    with pytest.raises(CodecError):
        decoded(Finding, {**plain, name: value})


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="tells which files are open on Linux only")
def test_a_scan_leaves_no_file_open(run: Run, cache: Path) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    before = open_files()
    run()
    assert open_files() == before
    cache.write_bytes(b"no database at all" * 99)
    run()
    assert open_files() == before
