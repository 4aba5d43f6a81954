"""Which of several locks counts for a file."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from splitlint.pins.nearest import Nearest
from splitlint.untrusted.small_files import LARGEST, ReadError
from tests.pins.locks import lock, nixpkgs

TOP = lock({"nixpkgs": nixpkgs("nixos-25.05")})
OTHER = lock({"nixpkgs": nixpkgs("nixos-24.11")})
FLAKE = '{ inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable"; outputs = i: { }; }'
NIV = '{"nixpkgs": {"owner": "NixOS", "repo": "nixpkgs", "branch": "nixos-23.11"}}'
NPINS = '{"pins": {"nixpkgs": {"type": "Channel", "name": "nixos-25.11", "url": ""}}}'


def folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


def branches(files: Mapping[str, str], path: str) -> list[tuple[str, str]]:
    """Where what counts for a file is said, and which branches it is."""
    nearest = Nearest(lambda name: files[name].encode() if name in files else None, folders)
    return [(pin.source, pin.branch) for pin in nearest.pins(path)]


@pytest.mark.parametrize(
    ("files", "path", "found"),
    [
        ({"flake.lock": TOP}, "hosts/a/b.nix", [("flake.lock", "nixos-25.05")]),
        ({"flake.lock": TOP, "sub/flake.lock": OTHER}, "sub/a.nix", [("sub/flake.lock", "nixos-24.11")]),
        ({"flake.lock": TOP, "sub/flake.lock": OTHER}, "a.nix", [("flake.lock", "nixos-25.05")]),
        ({"flake.lock": TOP, "sub/flake.nix": FLAKE}, "sub/a.nix", [("sub/flake.nix", "nixos-unstable")]),
        # A flake without inputs does not see the lock above it.
        ({"flake.lock": TOP, "sub/flake.nix": "{ outputs = i: { }; }"}, "sub/a.nix", []),
        ({"nix/sources.json": NIV}, "x/a.nix", [("nix/sources.json", "nixos-23.11")]),
        ({"nix/sources.json": NIV}, "nix/a.nix", [("nix/sources.json", "nixos-23.11")]),
        ({"npins/sources.json": NPINS}, "a.sh", [("npins/sources.json", "nixos-25.11")]),
        (
            {"npins/sources.json": NPINS, "flake.lock": TOP},
            "a.nix",
            [("flake.lock", "nixos-25.05"), ("npins/sources.json", "nixos-25.11")],
        ),
        (
            {"default.nix": 'import (fetchTarball "channel:nixos-24.05") { }'},
            "pkgs/a.nix",
            [("default.nix", "nixos-24.05")],
        ),
        (
            {"flake.lock": TOP, "shell.nix": 'import (fetchTarball "channel:nixos-24.05") { }'},
            "shell.nix",
            [("shell.nix", "nixos-24.05")],
        ),
        (
            {"flake.lock": TOP, "shell.nix": 'fetchTarball "channel:nixos-24.05"'},
            "a.nix",
            [("flake.lock", "nixos-25.05")],
        ),
        ({"a.nix": "{ }", "other/flake.lock": TOP}, "a.nix", []),
    ],
)
def test_the_nearest_counts(files: Mapping[str, str], path: str, found: list[tuple[str, str]]) -> None:
    assert branches(files, path) == found


def test_each_file_is_read_once() -> None:
    read: list[str] = []

    def remember(name: str) -> bytes | None:
        read.append(name)
        return TOP.encode() if name == "flake.lock" else None

    nearest = Nearest(remember, folders)
    assert [len(nearest.pins(path)) for path in ("x/a.sh", "x/b.sh", "c.sh", "x/y/d.sh")] == [1, 1, 1, 1]
    assert len(read) == len(set(read))


def test_a_lock_that_cannot_be_understood_is_told_and_says_nothing() -> None:
    def read(name: str) -> bytes | None:
        if name == "b/flake.lock":
            raise ReadError("is not a regular file")
        return {"flake.lock": TOP.encode(), "a/flake.lock": b"<<<", "c/flake.lock": b" " * (LARGEST + 1)}.get(name)

    nearest = Nearest(read, folders)
    assert [nearest.pins(f"{folder}/x.sh") for folder in "abc"] == [(), (), ()]
    assert {path: why.partition(":")[0] for path, why in nearest.problems.items()} == {
        "a/flake.lock": "is not JSON",
        "b/flake.lock": "is not a regular file",
        "c/flake.lock": "has more than 4 MB",
    }
