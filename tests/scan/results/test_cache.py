from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from splitlint.files.index import blob_id
from splitlint.scan.results import cache as room
from splitlint.scan.results.cache import Cache, Entry, Verdict, default_folder, key
from tests.tools import need

KEY = key("digest", "a.nix", "1" * 40)


def no_file(path: str) -> str:
    return ""


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, warnings: list[str]) -> Iterator[Cache]:
    one = Cache(str(tmp_path), warnings.append)
    yield one
    one.close()


def test_a_verdict_is_found_again_by_another_run(tmp_path: Path, cache: Cache, warnings: list[str]) -> None:
    cache.put([Entry(KEY, Verdict("text"))])
    assert Cache(str(tmp_path)).get(KEY, no_file) == Verdict("text", {})
    assert warnings == []


def test_another_path_content_or_digest_is_another_key() -> None:
    keys = {key(*three) for three in [("d", "p", "b"), ("e", "p", "b"), ("d", "q", "b"), ("d", "p", "c")]}
    assert len(keys) == 4


def test_a_path_that_is_not_utf8_has_a_key() -> None:
    assert len(key("d", os.fsdecode(b"\xff.nix"), "b")) == 16


def test_the_blob_id_is_gits(tmp_path: Path) -> None:
    git = need("git", "git")
    path = tmp_path / "a.nix"
    path.write_bytes(b"{ a = 1; }\n")
    named = subprocess.run([git, "hash-object", str(path)], capture_output=True, text=True, check=True).stdout.strip()
    assert blob_id(path.read_bytes()) == named


def test_a_verdict_is_not_used_when_a_file_it_rests_on_has_changed(cache: Cache) -> None:
    cache.put([Entry(KEY, Verdict("text", {"b.nix": "2", "missing.nix": ""}))])
    assert cache.get(KEY, {"b.nix": "2", "missing.nix": ""}.__getitem__) is not None
    assert cache.get(KEY, {"b.nix": "3", "missing.nix": ""}.__getitem__) is None
    assert cache.get(KEY, {"b.nix": "2", "missing.nix": "4"}.__getitem__) is None


def test_a_later_verdict_replaces_an_earlier_one(cache: Cache) -> None:
    cache.put([Entry(KEY, Verdict("old"))])
    cache.put([Entry(KEY, Verdict("new"))])
    found = cache.get(KEY, no_file)
    assert found is not None
    assert found.text == "new"


def test_two_runs_write_to_one_cache(tmp_path: Path) -> None:
    said: list[str] = []

    def fill(number: int) -> None:
        own = Cache(str(tmp_path), said.append)
        for step in range(30):
            own.put([Entry(key("d", f"{number}/{step}", "b"), Verdict("x"))])
        own.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(4)))
    merged = Cache(str(tmp_path))
    assert all(merged.get(key("d", f"{n}/{step}", "b"), no_file) for n in range(4) for step in range(30))
    assert said == []


def test_a_damaged_cache_is_put_aside_and_the_run_goes_on(tmp_path: Path, warnings: list[str]) -> None:
    Cache(str(tmp_path)).close()
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"this is no database at all, it is a poem" * 100)
    damaged = Cache(str(tmp_path), warnings.append)
    assert damaged.get(KEY, no_file) is None
    damaged.put([Entry(KEY, Verdict("text"))])
    assert len(warnings) == 1
    assert "damaged" in warnings[0]
    assert not path.exists()
    whole = Cache(str(tmp_path))
    whole.put([Entry(KEY, Verdict("text"))])
    assert whole.get(KEY, no_file) is not None


def test_a_cache_damaged_in_the_middle_is_noticed_while_it_is_used(tmp_path: Path, warnings: list[str]) -> None:
    one = Cache(str(tmp_path))
    one.put(Entry(key("d", str(n), "b"), Verdict("x" * 500)) for n in range(500))
    one.close()
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + hashlib.sha512(b"noise").digest() * ((len(whole) - 4096) // 64))
    damaged = Cache(str(tmp_path), warnings.append)
    for n in range(500):
        damaged.get(key("d", str(n), "b"), no_file)
    assert len(warnings) == 1
    assert not damaged.alive


def test_a_folder_that_cannot_be_made_is_a_warning(tmp_path: Path, warnings: list[str]) -> None:
    (tmp_path / "file").write_text("")
    one = Cache(str(tmp_path / "file"), warnings.append)
    assert not one.alive
    assert "not a folder" in warnings[0]


def test_a_read_only_cache_is_read_and_not_written(
    tmp_path: Path, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Cache(str(tmp_path))
    first.put([Entry(KEY, Verdict("text"))])
    first.close()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    one = Cache(str(tmp_path), warnings.append)
    one.put([Entry(key("d", "other", "b"), Verdict("x"))])
    assert one.get(KEY, no_file) is not None
    assert one.get(key("d", "other", "b"), no_file) is None
    one.close()
    assert [warning.endswith("cannot be written to; reading it only") for warning in warnings] == [True]


def test_a_full_disk_is_a_warning_and_reading_goes_on(cache: Cache, warnings: list[str]) -> None:
    cache.put([Entry(KEY, Verdict("text"))])
    database = cache._database
    assert database is not None
    database.execute("PRAGMA max_page_count = 3")
    cache.put([Entry(key("d", "large", "b"), Verdict("x" * 100_000))])
    assert len(warnings) == 1
    assert "full" in warnings[0]
    assert cache.get(KEY, no_file) is not None
    cache.put([Entry(key("d", "next", "b"), Verdict("x"))])
    assert len(warnings) == 1


def test_a_cache_that_another_run_holds_is_a_warning(
    tmp_path: Path, cache: Cache, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = sqlite3.connect(cache.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    database = cache._database
    assert database is not None
    database.execute("PRAGMA busy_timeout = 20")
    cache.put([Entry(KEY, Verdict("text"))])
    assert "locked" in warnings[0]
    holder.execute("ROLLBACK")
    holder.close()


def test_what_nobody_asks_for_is_dropped_after_a_month(tmp_path: Path) -> None:
    other = key("d", "wanted", "b")
    first = Cache(str(tmp_path))
    first.put([Entry(KEY, Verdict("old")), Entry(other, Verdict("old"))])
    first.close()
    later = Cache(str(tmp_path))
    later._today += room.KEPT_DAYS + 1
    later.put([], used=[other])
    later.close()
    last = Cache(str(tmp_path))
    assert last.get(KEY, no_file) is None
    assert last.get(other, no_file) is not None


def test_the_cache_is_where_the_desktop_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert default_folder() == "/elsewhere/splitlint"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/x")
    assert default_folder() == "/home/x/.cache/splitlint"


def test_a_table_with_other_columns_is_put_aside(tmp_path: Path, warnings: list[str]) -> None:
    path = tmp_path / f"verdicts-{room.LAYOUT}.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE verdict (a)")
    other.close()
    assert not Cache(str(tmp_path), warnings.append).alive
    assert ["moved to" in warning for warning in warnings] == [True]
    again = Cache(str(tmp_path), warnings.append)
    assert again.alive
    again.close()
    assert len(warnings) == 1


def test_a_warning_has_no_bytes_of_a_damaged_file_in_it(cache: Cache, warnings: list[str]) -> None:
    assert cache._database is not None
    cache._database.execute("INSERT INTO verdict VALUES (?, CAST(x'1b5b33fe' AS TEXT), 'x', 0, 0)", (KEY,))
    assert cache.get(KEY, no_file) is None
    assert all(warning.isprintable() for warning in warnings)
    assert len(warnings) == 1
