"""When a finding breaks, by the nixpkgs that it is built with."""

from __future__ import annotations

import pytest

from splitlint.checking.when import Change, changes_of, dated, state, when
from splitlint.findings.finding import When
from splitlint.pins.nearest import Nearest
from splitlint.pins.pin import Pin
from splitlint.rulebook.pages import default_folder, load_rules
from tests.making import make_finding
from tests.pins.locks import lock, nixpkgs

MODULES = Change("25.11", "2025-08-17")
PLATFORM = Change("26.11", "2026-06-11")
UNDATED = Change("25.11", "")


def release(name: str, day: str = "") -> Pin:
    return Pin("flake.lock", "nixpkgs", f"nixos-{name}", name, date=day)


def unstable(day: str, name: str = "nixpkgs") -> Pin:
    return Pin("flake.lock", name, "nixos-unstable", is_unstable=True, date=day)


def revision(day: str) -> Pin:
    return Pin("flake.lock", "nixpkgs", date=day, revision="0" * 40)


def building(name: str) -> Pin:
    return Pin("npins/sources.json", "nixpkgs", "nixos-unstable", name, is_pre=True, is_unstable=True)


@pytest.mark.parametrize(
    ("pin", "change", "expected"),
    [
        # A release that was cut before the change never gets it.
        (release("25.05", "2025-12-30"), MODULES, "later"),
        (release("25.11", "2025-11-30"), MODULES, "now"),
        (release("25.11", "2026-05-01"), PLATFORM, "later"),
        (release("26.05"), PLATFORM, "later"),
        (release("26.11"), PLATFORM, "now"),
        (unstable("2025-08-16"), MODULES, "later"),
        (unstable("2025-08-17"), MODULES, ""),
        (unstable("2025-08-18"), MODULES, "now"),
        (unstable("2025-08-18"), PLATFORM, "later"),
        (unstable(""), MODULES, ""),
        # A revision of that day may be of an old release.
        (revision("2025-08-16"), MODULES, "later"),
        (revision("2025-09-01"), MODULES, ""),
        (revision("2026-02-02"), MODULES, "now"),
        (building("25.05"), MODULES, "later"),
        (building("25.11"), MODULES, ""),
        (building("26.05"), MODULES, "now"),
        (building("25.11")._replace(date="2025-09-01"), MODULES, "now"),
        (unstable("")._replace(moves=True), MODULES, "now"),
        (release("25.05")._replace(moves=True), MODULES, "later"),
        (Pin("default.nix", branch="FlakeHub's newest", moves=True), MODULES, ""),
        (Pin("flake.lock", "nixpkgs", is_known=False), MODULES, ""),
        # Without the day of the merge, only what is far from it is certain.
        (unstable("2025-03-01"), UNDATED, "later"),
        (unstable("2025-08-18"), UNDATED, ""),
        (unstable("2026-02-02"), UNDATED, "now"),
        (release("25.05"), UNDATED, "later"),
        (unstable("2025-09-01"), Change("26.05", ""), "later"),
        (unstable("2026-08-02"), Change("26.05", ""), "now"),
    ],
)
def test_one_nixpkgs_and_one_change(pin: Pin, change: Change, expected: str) -> None:
    assert state(pin, change) == expected


@pytest.mark.parametrize(
    ("pins", "text"),
    [
        ([unstable("2025-10-01")], "broken now: `nixpkgs` in flake.lock is nixos-unstable of 2025-10-01"),
        (
            [unstable("2025-07-01")],
            "breaks when the lock moves past 2025-08-17: `nixpkgs` in flake.lock is nixos-unstable of 2025-07-01",
        ),
        (
            [release("25.05", "2025-10-01")],
            "breaks with the update to 25.11: `nixpkgs` in flake.lock is nixos-25.05 of 2025-10-01",
        ),
        (
            [building("25.05")],
            "breaks when the lock moves past 2025-08-17: `nixpkgs` in npins/sources.json is nixos-unstable (25.05pre)",
        ),
        (
            [revision("2025-07-01")],
            "breaks when the lock moves past 2025-08-17: `nixpkgs` in flake.lock is a revision of 2025-07-01",
        ),
        (
            [Pin("default.nix", branch="nixos-25.05", release="25.05", moves=True)],
            "breaks with the update to 25.11: default.nix fetches nixos-25.05",
        ),
        (
            [unstable("2025-10-01"), unstable("2025-11-01", "other")],
            "broken now: `nixpkgs` in flake.lock is nixos-unstable of 2025-10-01, and 1 more",
        ),
        (
            [release("25.05"), unstable("2025-11-01", "unstable")],
            "broken now with `unstable` (nixos-unstable of 2025-11-01); later with `nixpkgs` (nixos-25.05)",
        ),
        (
            [unstable("2025-07-01", "a\x1b[31m" + "b" * 100), unstable("2025-07-02", "c")],
            "breaks when the lock moves past 2025-08-17: `a\\x1b[31m" + "b" * 54 + "` in flake.lock is "
            "nixos-unstable of 2025-07-01, and 1 more",
        ),
        # What is called `nixpkgs` counts, where not all are known.
        (
            [unstable("2025-10-01"), Pin("flake.lock", "fork", is_known=False)],
            "broken now: `nixpkgs` in flake.lock is nixos-unstable of 2025-10-01",
        ),
    ],
)
def test_it_is_said_in_words(pins: list[Pin], text: str) -> None:
    told = when(pins, MODULES)
    assert told is not None
    assert told.text == text


@pytest.mark.parametrize(
    "pins",
    [
        [],
        [unstable("2025-08-17")],
        [Pin("flake.lock", "nixpkgs", is_known=False)],
        [Pin("flake.lock", "nixpkgs", is_known=False), unstable("2025-10-01", "other")],
    ],
)
def test_nothing_is_claimed_where_it_cannot_be_told(pins: list[Pin]) -> None:
    assert when(pins, MODULES) is None


def test_the_configuration_tells_where_nothing_else_does() -> None:
    told = when([], MODULES, "25.11")
    assert told == When(
        "now", "broken now: the configuration says that nothing older than 25.11 has to work", "25.11", "2025-08-17"
    )
    assert when([], MODULES, "25.05") is None
    later = when([release("25.05")], MODULES, "25.11")
    assert later is not None
    assert later.state == "later"


def test_each_rule_has_the_change_of_its_pack_or_its_own_or_none() -> None:
    changes = changes_of(load_rules([default_folder()]))
    assert changes["modules-path"] == MODULES
    assert changes["image-name"] == PLATFORM
    # It went later than what the pack is about, nobody knows when.
    assert changes["kernel-install"] == Change("26.11", "")
    assert "missing-output" not in changes


def test_a_rule_in_which_nothing_fails_says_nothing() -> None:
    text = lock({"nixpkgs": nixpkgs()}).encode()
    nearest = Nearest(lambda path: text if path == "flake.lock" else None, lambda path: [""])
    rules = load_rules([default_folder()])
    told = dated([make_finding("a.sh"), make_finding("b.sh", impact=())], rules, "any", nearest)
    assert [one.when is not None for one in told.findings] == [True, False]
