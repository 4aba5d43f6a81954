"""Packages of one family in the sets of another, and names that only look like one."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.source import Source
from splitlint.rulebook.pages import default_folder, load_rules

RULE_SET = load_rules([default_folder()])


def found(text: str) -> list[str]:
    source = Source("case.nix", text.encode(), "nix")
    return [one.rule for one in check_source(source, RULE_SET, Config(root="")).findings if one.confidence >= 1]


@pytest.mark.parametrize(
    "driver",
    [
        "config.boot.kernelPackages.nvidia_x11",
        "config.boot.kernelPackages.nvidiaPackages.beta",
        "(pkgs.linuxPackagesFor pkgs.linux_latest).nvidia_x11",
        "(pkgs.linuxPackages_6_12.extend (final: prev: { zfs = null; })).nvidia_x11",
        "(pkgs.linuxPackages // { zfs = null; }).nvidia_x11",
        "config.hardware.nvidia.package",
    ],
)
def test_a_driver_in_a_set_of_kernel_packages(driver: str) -> None:
    assert found(f"{{ config, pkgs, ... }}: {{ gl = {driver}.override {{ kernel = null; }}; }}") == ["driver-override"]


@pytest.mark.parametrize(
    "driver",
    [
        "(pkgs.linuxPackages.extend (final: prev: { nvidia_x11 = mine; })).nvidia_x11",
        "(pkgs.linuxPackages // { nvidia_x11 = mine; }).nvidia_x11",
        "config.boot.kernelPackages.zfs",
    ],
)
def test_something_else_in_a_set_of_kernel_packages(driver: str) -> None:
    mine = 'mine = pkgs.stdenv.mkDerivation { name = "nvidia-board"; };'
    text = f"{{ config, pkgs, ... }}: let {mine} in {{ gl = {driver}.override {{ kernel = null; }}; }}"
    assert found(text) == []


def test_an_option_that_takes_a_package_is_no_package_of_nixpkgs() -> None:
    said = '"${config.services.openssl.package}/lib ${config.services.curl.openssl}/lib ${cfg.package}/include"'
    assert found(f"{{ config, pkgs, ... }}: let cfg = config.services.openssl; in {{ a = {said}; }}") == []


def test_packages_of_a_language_have_names_of_their_own() -> None:
    assert found('{ pkgs, ... }: { a = "${pkgs.rubyPackages.curl}/lib ${pkgs.perlPackages.openssl}/include"; }') == []
    assert found('{ pkgs, ... }: { a = "${pkgs.curl}/lib"; }') == ["wrong-output"]
