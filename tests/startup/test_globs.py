"""Path patterns mean what they mean in .gitignore."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from splitlint.startup.globs import matches


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
