"""Fixes of what nobody wrote: variants of the pages' cases, made by machine, judged by Nix in both worlds."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.findings.finding import Safety
from tests.variants.calls import without_operators
from tests.variants.files import wrong_in_two_files
from tests.variants.generate import variants
from tests.variants.prove import proved
from tests.variants.scripts import is_consistent

COUNT = 300


@pytest.mark.parametrize(("safety", "seed", "least"), [(Safety.UNSAFE, 11, 0.85), (Safety.SAFE, 12, 0.5)])
def test_what_fix_makes_of_variants_is_proved_and_stays(safety: Safety, seed: int, least: float) -> None:
    made = variants(seed, COUNT // 2)
    figures = proved(made, safety)
    assert not figures.wrong, figures.told()
    assert figures.fixed >= least * len(made), "too few are fixed for the proof to mean anything"


def test_variants_that_another_file_calls_are_proved(tmp_path: Path) -> None:
    fixed, wrong = wrong_in_two_files(variants(13, 120), tmp_path)
    assert wrong == []
    assert fixed >= 25


def test_pipes_are_calls_to_a_nix_that_has_none() -> None:
    assert without_operators("((x) |> (f))") == "((((f)) ((x))))"
    assert without_operators("f <| y") == "((f) (y))"
    assert without_operators("f <| (y |> g)") == "((f) ((((g) (y)))))"


def test_the_same_seed_gives_the_same_variants() -> None:
    assert variants(5, 20) == variants(5, 20)
    assert variants(5, 20) != variants(6, 20)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ('cp ${k}/lib/x .; echo "$f" | sed "s|${k}||"', True),
        ('cp ${f "m" k}/lib/x .; echo "$f" | sed "s|${f "m" k}||"', True),
        ('cp ${f "m" k}/lib/x .; echo "$f" | sed "s|${k}||"', False),
        ("cp ${f k}/lib/x .; echo ''${f#${k}/}", False),
        ("cp ${f k}/lib/x .; cp ${k}/bzImage .", True),
    ],
)
def test_prefixes_that_are_cut_off_are_compared_with_those_that_are_there(text: str, right: bool) -> None:
    assert is_consistent(text) is right
