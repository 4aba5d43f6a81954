"""nixpkgs that Nix code fetches by itself."""

from __future__ import annotations

import pytest

from splitlint.pins.nix_code import fetched, inputs_of
from splitlint.pins.pin import Pin
from tests.pins.locks import REVISION

STABLE = Pin(branch="nixos-25.05", release="25.05")


@pytest.mark.parametrize(
    ("code", "pin"),
    [
        ('import (fetchTarball "channel:nixos-25.05") { }', STABLE._replace(moves=True)),
        (
            "import (builtins.fetchTarball https://github.com/NixOS/nixpkgs/archive/nixos-25.05.tar.gz) { }",
            STABLE._replace(moves=True),
        ),
        ('fetchTarball { url = "https://channels.nixos.org/nixos-25.05/nixexprs.tar.xz"; sha256 = "0x"; }', STABLE),
        ('builtins.fetchGit { url = "https://github.com/NixOS/nixpkgs"; ref = "nixos-25.05"; rev = "x"; }', STABLE),
        (
            f'fetchFromGitHub {{ owner = "NixOS"; repo = "nixpkgs"; rev = "{REVISION}"; hash = ""; }}',
            Pin(revision=REVISION),
        ),
        (
            'builtins.getFlake "github:NixOS/nixpkgs/nixos-unstable"',
            Pin(branch="nixos-unstable", is_unstable=True, moves=True),
        ),
        (
            '{ p = fetchTarball { url = "channel:nixos-unstable"; sha256 = "0x"; }; }',
            Pin(branch="nixos-unstable", is_unstable=True),
        ),
    ],
)
def test_what_is_fetched(code: str, pin: Pin) -> None:
    assert fetched(code.encode()) == (pin,)


@pytest.mark.parametrize(
    "code",
    [
        '# fetchTarball "channel:nixos-25.05"\n{ }',
        '"fetchTarball channel:nixos-25.05"',
        'fetchTarball "https://github.com/NixOS/nixpkgs/archive/${rev}.tar.gz"',
        'fetchTarball "https://github.com/edolstra/flake-compat/archive/master.tar.gz"',
        'fetchFromGitHub { owner = "me"; repo = "nixpkgs"; rev = "nixos-25.05"; }',
        'fetchFromGitHub { owner = "NixOS"; repo = "nixpkgs"; inherit (x) rev; }',
        "fetchTarball {",
        "import <nixpkgs> { }",
    ],
)
def test_what_says_nothing(code: str) -> None:
    assert fetched(code.encode()) == ()


def test_the_inputs_of_a_flake_without_a_lock_move() -> None:
    flake = """{
      description = "x";
      inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
      inputs = {
        unstable = { url = "github:NixOS/nixpkgs/nixos-unstable"; };
        hardware.url = "github:NixOS/nixos-hardware";
        disko = { url = "github:nix-community/disko"; inputs.nixpkgs.follows = "nixpkgs"; };
      };
      outputs = { self, nixpkgs, ... }: { inputs.other.url = "github:NixOS/nixpkgs/nixos-24.11"; };
    }"""
    assert inputs_of(flake.encode()) == (
        STABLE._replace(name="nixpkgs", moves=True),
        Pin(name="unstable", branch="nixos-unstable", is_unstable=True, moves=True),
    )


@pytest.mark.parametrize("code", ["", "{", "x: x", "{ inputs = 1; }", '{ inputs.${x}.url = "github:NixOS/nixpkgs"; }'])
def test_what_is_no_flake_has_no_inputs(code: str) -> None:
    assert inputs_of(code.encode()) == ()
