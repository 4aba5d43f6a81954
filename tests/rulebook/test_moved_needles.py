"""Needles that follow from what has moved."""

from __future__ import annotations

import pytest

from splitlint.rulebook.moved_needles import any_of, needles_for

DATA = {
    "words": {"frob": ["frob", "frobnicator"]},
    "families": {
        "frob": {
            "roots": ["pkgs.frob", "pkgs.frob_*", "!pkgs.frob-docs", "pkgs.stdenv.ff", "pkgs.xz"],
            "outputs": ["bin", "dev", "out"],
            "new_outputs": ["data"],
            "moved": {"bin/*": "bin", "bin/*-config": "dev", "lib/**": {"to": "out"}, "lib/frob/**": "dev"},
        },
        "plain": {"roots": ["pkgs.plain"]},
    },
}


def test_words_of_the_pack_and_plain_needles_stand_for_themselves() -> None:
    assert needles_for("<frob>", DATA) == [("frob",), ("frobnicator",)]
    assert needles_for("<", DATA) == [("<",)]
    assert needles_for("lib", DATA) == [("lib",)]


def test_what_has_moved_is_told_by_the_last_names_of_its_paths() -> None:
    assert needles_for("<moved>", DATA) == [("bin",), ("-config",), ("lib",), ("frob",)]


def test_outputs_that_came_with_it() -> None:
    assert needles_for("<new>", DATA) == [("data",)]


def test_a_path_is_written_behind_the_package_and_behind_its_old_output() -> None:
    below_frob = [one for one in needles_for("<written>", DATA) if one[0].startswith("frob") and "_" not in one[0]]
    assert sorted(below_frob) == [
        # Behind the package `bin` is right, but for what has gone from there.
        ("frob.out}/bin", ".out}/bin"),
        ("frob.out}/lib/frob", ".out}/lib"),
        ("frob}/bin/", "}/bin", "-config"),
        # What is in `lib/frob` is found by this, too.
        ("frob}/lib", "}/lib"),
    ]


def test_a_name_with_a_wildcard_is_told_by_what_is_certain_of_it() -> None:
    assert ("frob_", "}/lib") in needles_for("<written>", DATA)


def test_a_short_name_is_told_with_the_set_that_it_is_in() -> None:
    found = needles_for("<written>", DATA)
    assert ("stdenv.ff}/lib", "}/lib") in found
    assert ("xz}/lib", "}/lib") in found


def test_what_is_none_of_the_packages_is_not_looked_for() -> None:
    assert not any("docs" in piece for needles in needles_for("<written>", DATA) for piece in needles)


def test_a_pack_asks_for_the_pieces_that_name_its_packages() -> None:
    found = any_of(["<written>", "other"], DATA)
    assert found[-1] == "other"
    assert all("frob" in one or "ff" in one or "xz" in one for one in found[:-1])


@pytest.mark.parametrize("families", [5, {"frob": 5}, {"frob": {"moved": {"a": 5}, "roots": 7, "outputs": "out"}}])
def test_what_is_wrong_in_a_pack_is_left_to_those_who_say_so(families: object) -> None:
    assert needles_for("<written>", {"families": families}) == []
