"""Values in words for the authors of packs."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.values import UNKNOWN
from splitlint.authoring.trials.value_words import value_in_words
from tests.asking import WORLD, value_in


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("{ pkgs }: «pkgs.linux»", "`kernel`, a whole kernel (high confidence)"),
        ("{ pkgs }: «pkgs.linux.dev»", "`kernel:dev`, the output `dev` of a kernel (high confidence)"),
        ("{ kernel }: «kernel»", "`kernel`, a whole kernel (low confidence)"),
        ("{ pkgs }: «pkgs.linuxPackages»", "`set:kernel`, a package set with a kernel (high confidence)"),
        ("{ pkgs }: «pkgs.linux.version»", "`kernel.version`, an attribute of a kernel (high confidence)"),
        ("{ config }: «config.system.modulesTree»", "`place:modules-tree` (high confidence)"),
        ("{ pkgs }: «pkgs.hello»", "`pkgs.hello` (high confidence)"),
        ('{ pkgs, x }: «"${pkgs.linux}/lib/${x}"»', 'the text "${kernel}/lib/${pkgs.x}" (high confidence)'),
        ("{ pkgs }: «[ pkgs.linux 1 ]»", "the list [ `kernel`, the number 1 ] (high confidence)"),
        ("«{ b = 1; a = 2; }»", "the set { a, b } (high confidence)"),
        ("«x: x»", "a function (high confidence)"),
        (
            "{ pkgs, c }: «if c then pkgs.linux else pkgs.hello»",
            "one of: `kernel`, a whole kernel (high confidence); `pkgs.hello` (high confidence)",
        ),
    ],
)
def test_a_value_is_told_as_pages_write_it_and_in_words(code: str, words: str) -> None:
    assert value_in_words(value_in(code), WORLD) == words


def test_what_is_not_known_is_told_as_such() -> None:
    assert value_in_words(UNKNOWN, WORLD) == "not known"


def test_a_list_that_holds_itself_comes_to_an_end() -> None:
    assert "…" in value_in_words(value_in("let x = [ x ]; in «x»"), WORLD)


def test_a_long_set_is_cut() -> None:
    names = " ".join(f"a{number} = 1;" for number in range(50))
    assert value_in_words(value_in(f"«{{ {names} }}»"), WORLD).endswith(", … } (high confidence)")
