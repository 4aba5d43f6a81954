"""Files that are done with before the engine is imported."""

from __future__ import annotations

import pytest

from splitlint.checking.plain_file import is_plain
from splitlint.files.discover import File
from splitlint.files.languages import language_of
from splitlint.rulebook.prefilter import Hit


def hit(text: str, path: str = "a.nix") -> Hit:
    data = text.encode()
    return Hit(File(path, path, named=True), data, language_of(path, data), ())


@pytest.mark.parametrize("text", ["{ }\n", "{ pkgs, ... }: [ pkgs.hello ]\n", '{ a = "${b}"; }\n'])
def test_a_file_that_nix_parses_and_no_rule_looks_into_is_plain(text: str) -> None:
    assert is_plain(hit(text), 10)
    assert is_plain(hit(text), 0)


@pytest.mark.parametrize("text", ["{ a = ; }\n", "", "{ a = 1; a = 2; }\n", '{ a = "; }\n'])
def test_a_file_that_nix_cannot_parse_is_for_the_engine(text: str) -> None:
    assert not is_plain(hit(text), 10)


def test_a_comment_for_splitlint_is_for_the_engine() -> None:
    assert not is_plain(hit("{ } # splitlint: ignore[modules-path] old\n"), 10)


def test_other_languages_and_large_files_are_for_the_engine() -> None:
    assert not is_plain(hit("{ }\n", "a.sh"), 10)
    assert not is_plain(hit("{ }\n" + "# so many words\n" * 10_000), 10)
