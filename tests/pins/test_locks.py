"""flake.lock, npins and niv: which nixpkgs they say, whatever is in them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from splitlint.pins.flake_lock import MOST_PINS, pins_of
from splitlint.pins.pin import BrokenError, Pin
from splitlint.pins.source_lists import lon, niv, npins
from tests.pins.locks import REVISION, lock, nixpkgs


def named(text: str) -> dict[str, tuple[str, str, bool]]:
    """The pins by their names: branch, date, and whether they are known."""
    return {pin.name: (pin.branch, pin.date, pin.is_known) for pin in pins_of(text.encode())}


def test_the_inputs_of_a_flake_are_told_apart() -> None:
    nodes = {"nixpkgs": nixpkgs("nixos-25.05"), "unstable": nixpkgs("nixos-unstable", "2025-09-01")}
    assert named(lock(nodes)) == {
        "nixpkgs": ("nixos-25.05", "2025-07-01", True),
        "unstable": ("nixos-unstable", "2025-09-01", True),
    }


def test_an_input_is_the_node_that_it_names_and_not_the_one_of_its_name() -> None:
    nodes = {"nixpkgs": nixpkgs("nixos-23.11"), "nixpkgs_2": nixpkgs("nixos-25.05"), "disko": {"inputs": {}}}
    assert named(lock(nodes, nixpkgs="nixpkgs_2", disko="disko")) == {"nixpkgs": ("nixos-25.05", "2025-07-01", True)}


def test_what_follows_is_followed() -> None:
    nodes = {
        "disko": {"inputs": {"nixpkgs": "nixpkgs_3", "inner": "inner"}},
        "inner": {"inputs": {"nixpkgs": ["disko", "nixpkgs"]}},
        "nixpkgs_3": nixpkgs("nixos-24.11"),
    }
    assert named(lock(nodes, disko="disko", nixpkgs=["disko", "inner", "nixpkgs"])) == {
        "nixpkgs": ("nixos-24.11", "2025-07-01", True)
    }


def test_a_flake_without_nixpkgs_has_that_of_its_inputs() -> None:
    nodes = {"disko": {"inputs": {"nixpkgs": "nixpkgs"}}, "nixpkgs": nixpkgs("nixos-24.11")}
    assert named(lock(nodes, disko="disko")) == {"nixpkgs": ("nixos-24.11", "2025-07-01", True)}


def test_what_each_follows_in_a_circle_is_nothing() -> None:
    assert named(lock({}, nixpkgs=["other"], other=["nixpkgs"])) == {}


def test_a_fork_is_not_known() -> None:
    fork = nixpkgs(owner="NickCao")
    assert named(lock({"nixpkgs": fork, "mine": fork})) == {"nixpkgs": ("", "", False), "mine": ("", "", False)}


def test_a_folder_called_nixpkgs_is_not_known() -> None:
    here = {"locked": {"type": "path", "path": "/nix/store/x"}, "original": {"type": "path", "path": "./x"}}
    assert named(lock({"nixpkgs": here, "other": here})) == {"nixpkgs": ("", "", False)}


@pytest.mark.parametrize(
    ("original", "branch"),
    [
        ({"type": "indirect", "id": "nixpkgs"}, ""),
        ({"type": "indirect", "id": "nixpkgs", "ref": "nixos-25.05"}, "nixos-25.05"),
        ({"type": "github", "owner": "nixos", "repo": "NixPkgs", "rev": REVISION}, ""),
        ({"type": "github", "owner": "NixOS", "repo": "nixpkgs"}, "master"),
        ({"type": "git", "url": "https://github.com/NixOS/nixpkgs.git", "ref": "nixos-25.05"}, "nixos-25.05"),
        ({"type": "git", "url": "https://github.com/NixOS/nixpkgs"}, "master"),
        ({"type": "tarball", "url": "https://channels.nixos.org/nixos-25.05/nixexprs.tar.xz"}, "nixos-25.05"),
    ],
)
def test_ways_to_ask_for_it(original: dict[str, Any], branch: str) -> None:
    node = {**nixpkgs(), "original": original}
    assert named(lock({"nixpkgs": node})) == {"nixpkgs": (branch, "2025-07-01", True)}


@pytest.mark.parametrize("day", [True, "2025-07-01", 1e9, -1, 0, 10**30, None])
def test_a_day_that_cannot_be_is_none(day: object) -> None:
    node = nixpkgs()
    node["locked"]["lastModified"] = day
    assert named(lock({"nixpkgs": node})) == {"nixpkgs": ("nixos-unstable", "", True)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not JSON"),
        ("<<<<<<< HEAD\n{}", "is not JSON"),
        (b"\xff\xfe".decode("latin-1"), "is not JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ("[]", "holds no JSON object"),
        ('{"version": 4, "inputs": {}}', "is no flake.lock of a known format"),
        ('{"nodes": [], "root": "root"}', "is no flake.lock of a known format"),
        ('{"nodes": {"root": 1}, "root": "root"}', "is no flake.lock of a known format"),
    ],
)
def test_what_is_no_lock_is_said(text: str, why: str) -> None:
    with pytest.raises(BrokenError, match=why):
        pins_of(text.encode())


def test_parts_of_other_types_are_passed_over() -> None:
    odd = {"locked": 1, "original": [], "inputs": "x"}
    nodes = {"nixpkgs": odd, "b": {"original": {"type": "github", "owner": 1, "repo": {}}}, "c": 7}
    text = json.dumps(
        {"nodes": {**nodes, "root": {"inputs": {"nixpkgs": "nixpkgs", "c": "c", "d": [1], "e": {}}}}, "root": "root"}
    )
    assert named(text) == {"nixpkgs": ("", "", False)}


def test_a_lock_that_was_made_to_take_long_takes_no_time() -> None:
    long = ["nixpkgs"] * 100_000
    many = {f"a{number}": ["b", "c"] for number in range(50_000)}
    text = lock({"nixpkgs": nixpkgs()}, **many, b=long, c=["b"] * 40)
    began = time.process_time()
    assert named(text) == {"nixpkgs": ("nixos-unstable", "2025-07-01", True)}
    assert time.process_time() - began < 2


def test_a_lock_with_a_thousand_nixpkgs_names_some() -> None:
    assert len(named(lock({f"n{number}": nixpkgs() for number in range(1000)}))) == MOST_PINS


NPINS = {
    "stable": {"type": "Channel", "name": "nixos-25.05", "url": "https://releases.nixos.org/x/y/nixexprs.tar.xz"},
    "pre": {
        "type": "Channel",
        "name": "nixos-unstable",
        "url": "https://releases.nixos.org/nixos/unstable/nixos-25.11pre8.d3c42f187194/nixexprs.tar.xz",
    },
    "git": {
        "type": "Git",
        "repository": {"type": "GitHub", "owner": "NixOS", "repo": "nixpkgs"},
        "branch": "nixos-24.11",
        "revision": REVISION,
    },
    "hardware": {
        "type": "Git",
        "repository": {"type": "GitHub", "owner": "NixOS", "repo": "nixos-hardware"},
        "branch": "master",
    },
    "nixpkgs": {"type": "Git", "repository": {"type": "GitHub", "owner": "me", "repo": "nixpkgs"}, "branch": "x"},
    "odd": 7,
}


def test_npins() -> None:
    assert npins(json.dumps({"pins": NPINS, "version": 5}).encode()) == (
        Pin(name="stable", branch="nixos-25.05", release="25.05"),
        Pin(name="pre", branch="nixos-unstable", release="25.11", is_pre=True, is_unstable=True),
        Pin(name="git", branch="nixos-24.11", release="24.11", revision=REVISION),
        Pin(name="nixpkgs", is_known=False),
    )


def test_niv() -> None:
    sources = {
        "nixpkgs": {"branch": "release-25.05", "owner": "NixOS", "repo": "nixpkgs", "rev": REVISION, "type": "tarball"},
        "niv": {"branch": "master", "owner": "nmattia", "repo": "niv"},
        "old": {"branch": "nixpkgs-unstable", "owner": "NixOS", "repo": "nixpkgs-channels"},
    }
    assert niv(json.dumps(sources).encode()) == (
        Pin(name="nixpkgs", branch="release-25.05", release="25.05", revision=REVISION),
        Pin(name="old", branch="nixpkgs-unstable", is_unstable=True),
    )


def test_lon() -> None:
    source = {"type": "GitHub", "owner": "nixos", "repo": "nixpkgs", "branch": "nixos-25.05", "revision": REVISION}
    assert lon(json.dumps({"version": "1", "sources": {"nixpkgs": source}}).encode()) == (
        Pin(name="nixpkgs", branch="nixos-25.05", release="25.05", revision=REVISION),
    )


@pytest.mark.parametrize("pins_in", [npins, lon])
def test_a_list_without_sources_is_said(pins_in: Callable[[bytes], tuple[Pin, ...]]) -> None:
    with pytest.raises(BrokenError, match="is no list of"):
        pins_in(b'{"version": 5}')
