"""Which platform a package is built for, as the code names it."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Package
from tests.asking import value_in


def platforms(code: str) -> set[str]:
    shapes = [one.shape for one in alternatives(value_in(code))]
    assert all(isinstance(one, Package) for one in shapes)
    return {one.platform for one in shapes if isinstance(one, Package)}


@pytest.mark.parametrize(
    ("code", "platform"),
    [
        pytest.param("{ pkgs }: «pkgs.linux»", "", id="whichever it is"),
        pytest.param("{ pkgs }: «pkgs.pkgsCross.riscv64.linux»", "riscv64", id="a cross compiler's"),
        pytest.param("{ pkgs }: let k = pkgs.pkgsCross.riscv64.linux_6_12; in «k»", "riscv64", id="through a let"),
        pytest.param("{ pkgs }: with pkgs.pkgsCross.riscv64; «linux»", "riscv64", id="through a with"),
        pytest.param("{ pkgs }: let inherit (pkgs.pkgsCross.mips) linux; in «linux»", "mips", id="through an inherit"),
        pytest.param("{ pkgs }: «pkgs.pkgsCross.riscv64.linuxPackages.kernel»", "riscv64", id="of a set"),
        pytest.param("{ pkgs }: «(pkgs.pkgsCross.mips.linux.override { }).dev»", "mips", id="overridden, an output"),
        pytest.param("{ pkgs }: «pkgs.pkgsCross.mips.buildLinux { }»", "mips", id="made by a function"),
        pytest.param("{ pkgs }: «pkgs.pkgsCross.mips.buildPackages.linux»", "", id="of what builds"),
        pytest.param(
            '{ }: «(import <nixpkgs> { system = "riscv64-linux"; }).linux»', "riscv64-linux", id="nixpkgs for a system"
        ),
        pytest.param(
            '{ }: let c = "mips"; in «(import <nixpkgs> { crossSystem.config = c; }).linux»', "mips", id="for another"
        ),
        pytest.param(
            "{ lib }: «(import <nixpkgs> { crossSystem = lib.systems.examples.mips; }).linux»", "mips", id="an example"
        ),
        pytest.param(
            "{ nixpkgs }: «nixpkgs.legacyPackages.riscv64-linux.linux»", "riscv64-linux", id="of a flake for a system"
        ),
    ],
)
def test_the_platform_of_a_package(code: str, platform: str) -> None:
    assert platforms(code) == {platform}
