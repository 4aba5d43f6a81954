"""Path patterns mean what they mean in .gitignore."""

from __future__ import annotations

import os
import re
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from splitlint.startup.globs import GlobError, IgnoreFile, exactly, matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("vendor", "vendor"),
        ("vendor", "a/vendor/x.nix"),
        ("vendor/", "a/vendor/x.nix"),
        ("/vendor", "vendor/x.nix"),
        ("*.nix", "a/b.nix"),
        ("a/*.nix", "a/b.nix"),
        ("a/**", "a/b/c"),
        ("a/**/c", "a/c"),
        ("a/**/c", "a/b/b/c"),
        ("**/c", "c"),
        ("?.nix", "b.nix"),
        ("[ab].nix", "a.nix"),
        ("[!ab].nix", "c.nix"),
        ("a.b", "a.b"),
    ],
)
def test_it_matches(pattern: str, path: str) -> None:
    assert matches((pattern,), path)
    assert GitIgnoreSpec.from_lines([pattern]).match_file(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("vendor", "vendors/x.nix"),
        ("vendor/", "vendor"),
        ("/vendor", "a/vendor/x.nix"),
        ("a/*.nix", "a/b/c.nix"),
        ("a/*.nix", "b/a/c.nix"),
        ("a/**/c", "a/bc"),
        ("?.nix", "ab.nix"),
        ("[!ab].nix", "a.nix"),
        ("a.b", "axb"),
    ],
)
def test_it_does_not_match(pattern: str, path: str) -> None:
    assert not matches((pattern,), path)
    assert not GitIgnoreSpec.from_lines([pattern]).match_file(path)


def test_no_pattern_matches_nothing() -> None:
    assert not matches((), "a")


def test_any_of_several_patterns_is_enough() -> None:
    assert matches(("a", "b/"), "b/c")


@given(
    st.text("ab*?/.", min_size=1, max_size=8), st.lists(st.text("ab.", min_size=1, max_size=3), min_size=1, max_size=3)
)
def test_simple_patterns_mean_what_git_says(pattern: str, names: list[str]) -> None:
    path = "/".join(names)
    plain = "**" not in pattern and "//" not in pattern and pattern.strip("/") and set(names).isdisjoint({".", ".."})
    if plain:
        assert matches((pattern,), path) == GitIgnoreSpec.from_lines([pattern]).match_file(path)


def test_a_set_may_have_any_sign_in_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for sign in "[]!^-&|~\\*?.$":
            pattern = f"[{'' if sign == ']' else 'a'}\\{sign}]b"
            assert matches((pattern,), f"{sign}b"), pattern
            assert not matches((pattern,), "/b")
        assert matches(("[][a&&b||+--~~]",), "&")


@pytest.mark.parametrize(
    ("pattern", "why"), [("[z-a]", "`z-a` ends"), ("a[b", "not followed"), ("[[:x:]]", "no class")]
)
def test_a_pattern_that_cannot_be_read_says_why(pattern: str, why: str) -> None:
    with pytest.raises(GlobError, match=why):
        matches((pattern,), "a")


#: Each takes a matcher that backtracks longer than anybody waits.
SLOW = [
    "*a" * 12 + "b",
    "a*" * 12 + "b",
    "**/" * 12 + "b",
    "**/a/" * 12 + "b",
    "*/" * 12 + "**/b",
    "**/*a*a*/" * 6 + "b",
    "?*" * 20 + "b",
    "[!b]*" * 20 + "b",
    "**/a" + "/**/a" * 12 + "/**/b",
    "a" + "**" * 12 + "b",
]
LONG = ["a" * 4000, "a/" * 2000 + "a", "/".join(["a" * 100] * 40)]


@pytest.mark.parametrize("pattern", SLOW)
@pytest.mark.parametrize("path", LONG, ids=["one name", "many names", "long names"])
def test_no_pattern_makes_matching_backtrack(pattern: str, path: str) -> None:
    started = time.process_time()
    assert not matches((pattern, pattern + "/"), path)
    assert re.compile(exactly(pattern), re.DOTALL).match(path + "/") is None
    assert time.process_time() - started < 1


TREE = ["a", "b.nix", "sub/a", "sub/b.nix", "sub/deep/a", "sub/deep/b.nix", "x y", "#c", "!d", "v/w/z", "b[c]", "e-f"]
LINES = [
    ["a"], ["/a"], ["a/"], ["sub/"], ["/sub/deep"], ["sub/*"], ["sub/**"], ["**/deep"], ["**/a"], ["sub/**/a"],
    ["*.nix", "!b.nix"], ["*.nix", "!/b.nix"], ["sub/*", "!sub/deep"], ["sub", "!sub/a"], ["*", "!*/"], ["!a", "a"],
    ["\\#c"], ["#c"], ["\\!d"], ["x y  "], ["x\\ y"], ["[!a]"], ["[a-b]*"], ["b\\[c]"], ["b[[]c]"], ["[[:alpha:]]-f"],
    ["v/*/z"], ["v/**/z"], ["**/w/**"], ["?"], ["e[-]f"], ["e[a-z]f"], ["***/a"], ["[", "a"], ["", " "],
]  # fmt: skip


def left(folder: Path, lines: IgnoreFile, prefix: str = "") -> Iterator[str]:
    for entry in os.scandir(folder / prefix):
        path = prefix + entry.name
        if entry.name in (".git", ".gitignore") or lines.says(path, folder=entry.is_dir()):
            continue
        yield from left(folder, lines, path + "/") if entry.is_dir() else (path,)


@pytest.mark.parametrize("lines", LINES, ids=" ".join)
def test_an_ignore_file_leaves_what_git_leaves(tmp_path: Path, lines: list[str]) -> None:
    for path in TREE:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / ".gitignore").write_text("\n".join(lines) + "\r\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listing = ["git", "ls-files", "-z", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split("\0")
    assert set(left(tmp_path, IgnoreFile((tmp_path / ".gitignore").read_text()))) == {*names} - {"", ".gitignore"}


def test_an_ignore_file_of_a_million_lines_is_too_long() -> None:
    assert IgnoreFile("a\n" * 1_000_000).too_long
    assert IgnoreFile("# a\n" * 1_000_000 + "a").says("a", folder=False)
