"""What branches are called, and under which addresses people fetch nixpkgs."""

from __future__ import annotations

import pytest

from splitlint.pins.pin import Pin
from splitlint.pins.references import of_address, of_reference
from tests.pins.locks import REVISION

UNSTABLE = Pin(branch="nixos-unstable", is_unstable=True)
STABLE = Pin(branch="nixos-25.05", release="25.05")


@pytest.mark.parametrize(
    ("reference", "pin"),
    [
        ("nixos-25.05", STABLE),
        ("nixpkgs-25.05-darwin", Pin(branch="nixpkgs-25.05-darwin", release="25.05")),
        ("release-21.11", Pin(branch="release-21.11", release="21.11")),
        ("refs/heads/nixos-25.05", STABLE),
        ("refs/tags/25.05", Pin(branch="25.05", release="25.05")),
        ("nixos-unstable", UNSTABLE),
        ("", Pin(branch="master", is_unstable=True)),
        (REVISION, Pin(revision=REVISION)),
        # Branches of single changes begin where their authors were that day.
        ("haskell-updates", Pin(branch="haskell-updates")),
        ("nixos-25.05-my-fixes", Pin(branch="nixos-25.05-my-fixes")),
        ("pull/152462/head", Pin(branch="pull/152462/head")),
        ("a\x1b[31mb", Pin()),
        (7, Pin()),
    ],
)
def test_references(reference: object, pin: Pin) -> None:
    assert of_reference(reference) == pin


@pytest.mark.parametrize(
    "address",
    [
        "github:NixOS/nixpkgs/nixos-25.05",
        "github:nixos/nixpkgs?ref=nixos-25.05",
        "nixpkgs/nixos-25.05",
        "flake:nixpkgs/nixos-25.05",
        "channel:nixos-25.05",
        "git+https://github.com/NixOS/nixpkgs?ref=nixos-25.05&shallow=1",
        "git+https://github.com/NixOS/nixpkgs.git?ref=nixos-25.05",
        "https://github.com/NixOS/nixpkgs/archive/nixos-25.05.tar.gz",
        "https://github.com/NixOS/nixpkgs/archive/refs/heads/nixos-25.05.tar.gz",
        "https://github.com/NixOS/nixpkgs/tarball/nixos-25.05",
        "https://codeload.github.com/NixOS/nixpkgs/tar.gz/nixos-25.05",
        "https://api.github.com/repos/NixOS/nixpkgs/tarball/nixos-25.05",
        "https://nixos.org/channels/nixos-25.05/nixexprs.tar.xz",
        "https://channels.nixos.org/nixos-25.05/nixexprs.tar.xz",
        "https://mirrors.example.edu/nix-channels/nixos-25.05/nixexprs.tar.xz",
        "https://releases.nixos.org/nixos/25.05/nixos-25.05.805977.d3d2d80a2191/nixexprs.tar.xz",
        "https://flakehub.com/f/NixOS/nixpkgs/0.2505.*",
        "https://api.flakehub.com/f/pinned/NixOS/nixpkgs/0.2505.805977+rev-0123/0198/source.tar.gz",
    ],
)
def test_addresses_of_a_release(address: str) -> None:
    pin = of_address(address)
    assert pin is not None
    assert (pin.release, pin.is_unstable, pin.is_known) == ("25.05", False, True)


@pytest.mark.parametrize(
    ("address", "pin"),
    [
        ("github:NixOS/nixpkgs", Pin(branch="master", is_unstable=True)),
        ("nixpkgs", Pin()),
        ("https://github.com/NixOS/nixpkgs/archive/master.tar.gz", Pin(branch="master", is_unstable=True)),
        (f"https://github.com/NixOS/nixpkgs/archive/{REVISION}.zip", Pin(revision=REVISION)),
        ("https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz", UNSTABLE),
        (
            "https://releases.nixos.org/nixpkgs/nixpkgs-25.11pre874301.fb5cf53218b9/nixexprs.tar.xz",
            Pin(branch="nixpkgs-unstable", release="25.11", is_pre=True),
        ),
        (
            "https://releases.nixos.org/nixos/unstable/nixos-25.05beta723344.d3c42f187194/nixexprs.tar.xz",
            Pin(branch="nixos-unstable", release="25.05", is_pre=True),
        ),
        ("https://flakehub.com/f/DeterminateSystems/nixpkgs-weekly/0.1", UNSTABLE),
        ("https://flakehub.com/f/NixOS/nixpkgs/*", Pin(branch="FlakeHub's newest")),
    ],
)
def test_other_addresses_of_nixpkgs(address: str, pin: Pin) -> None:
    assert of_address(address) == pin


@pytest.mark.parametrize(
    "address",
    [
        "github:NickCao/nixpkgs/nixos-25.05",
        "github:nix-community/nixpkgs.lib",
        "github:NixOS/nixos-hardware",
        "https://github.com/edolstra/flake-compat/archive/master.tar.gz",
        "https://example.org/nixos-25.05.tar.xz",
        "https://[broken/nixos-25.05/nixexprs.tar.xz",
        "/home/me/nixpkgs",
        "x" * 3000,
        None,
    ],
)
def test_what_is_not_nixpkgs(address: object) -> None:
    assert of_address(address) is None
