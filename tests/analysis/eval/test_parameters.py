"""What a parameter is when only its name, its neighbours and its callers tell."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.values import Package, Value
from splitlint.findings.finding import Confidence
from tests.asking import repository_of, value_in

PACKAGES = """
{ lib, newScope }:
{
  packagesFor = kernel: lib.makeExtensible (self: with self; {
    callPackage = newScope self;
    inherit kernel;
    driver = callPackage ./driver.nix { };
  });
}
"""


def kernel_in(code: str, others: dict[str, str] | None = None) -> Value:
    """What the last `kernel` of driver.nix is, beside other files."""
    before, _, after = code.rpartition("kernel")
    files = {"driver.nix": f"{before}«kernel»{after}", **(others or {})}
    return value_in(files["driver.nix"], "driver.nix", repository_of(files))


@pytest.mark.parametrize(
    ("body", "confidence"),
    [
        ('{ stdenv, kernel }: stdenv.mkDerivation { makeFlags = [ "V=1" ] ++ kernel.makeFlags; }', Confidence.MEDIUM),
        ("{ stdenv, kernel }: stdenv.mkDerivation { notes = kernel.notes; }", Confidence.LOW),
    ],
)
def test_evidence_in_the_file_counts_though_its_caller_only_hands_on_a_parameter(
    body: str, confidence: Confidence
) -> None:
    value = kernel_in(body, {"packages.nix": PACKAGES})
    assert isinstance(value.shape, Package)
    assert value.confidence is confidence


def test_a_caller_who_gives_a_kernel_of_his_own_is_believed_against_the_evidence() -> None:
    caller = """
    { stdenv, callPackage }:
    callPackage ./driver.nix { kernel = stdenv.mkDerivation { name = "vendor-kernel"; }; }
    """
    value = kernel_in("{ stdenv, kernel }: stdenv.mkDerivation { flags = kernel.makeFlags; }", {"default.nix": caller})
    assert not isinstance(value.shape, Package) or value.shape.custom


def test_the_kernel_of_a_maker_of_closures_may_be_any_tree() -> None:
    value = kernel_in('{ kernel, rootModules }: "ls ${kernel}/lib/modules"')
    assert isinstance(value.shape, Package)
    assert value.shape.taken is not None


def test_beside_root_modules_a_kernel_with_the_attributes_of_one_is_one() -> None:
    value = kernel_in('{ kernel, rootModules }: "ls ${kernel}/lib/modules/${kernel.modDirVersion}"')
    assert value.shape == Package("kernel")
    assert value.confidence is Confidence.MEDIUM


def test_lists_of_mirrors_called_kernel_are_no_kernel() -> None:
    driver = "{ stdenv, kernel ? false }: stdenv.mkDerivation { flags = kernel.makeFlags; }"
    value = kernel_in(driver, {"mirrors.nix": '{ kernel = [ "https://cdn.kernel.org/pub/" ]; }'})
    assert value.shape == Package("kernel")
    assert value.confidence is Confidence.MEDIUM


def test_nixpkgs_beside_the_file_says_nothing_of_a_parameter_by_its_name() -> None:
    others = {
        "pkgs/top-level/all-packages.nix": "{ pkgs }: { hello = pkgs.callPackage ./hello.nix { }; }",
        "lib/default.nix": "{ callLibs }: { kernel = callLibs ./kernel.nix; }",
    }
    driver = "{ stdenv, kernel }: stdenv.mkDerivation { flags = kernel.makeFlags; }"
    assert kernel_in(driver, others).shape == Package("kernel")


def test_a_default_that_overrides_something_unknown_leaves_the_name_to_speak() -> None:
    value = kernel_in('{ boards, rootModules, kernel ? boards.v6.override { small = true; } }: "${kernel}/lib"')
    assert value.shape == Package("kernel")
    assert value.confidence is Confidence.LOW


@pytest.mark.parametrize("default", ["linux.v6", "linux.v6.override { small = true; }", "(linux.v6.overrideAttrs { })"])
def test_a_default_that_is_taken_from_what_is_called_like_a_kernel_shows_that_it_is_one(default: str) -> None:
    value = kernel_in(f'{{ linux, rootModules, kernel ? {default} }}: "${{kernel}}/lib"')
    assert value.shape == Package("kernel")
    assert value.confidence is Confidence.MEDIUM


def test_attributes_of_another_derivation_define_no_kernel() -> None:
    other = '{ stdenv, lib, kernel }: stdenv.mkDerivation (self: { name = "other"; kernel = lib.getDev kernel; })'
    value = kernel_in("{ stdenv, kernel }: stdenv.mkDerivation { flags = kernel.makeFlags; }", {"other.nix": other})
    assert value.shape == Package("kernel")


def test_nixpkgs_own_set_handed_to_a_file_holds_the_kernels_of_nixpkgs() -> None:
    top = """
    { lib }:
    let
      self = rec {
        tools = import ../../driver.nix { pkgs = self; };
        linux = lib.addPassthru (import ./linux.nix { }) { features = { }; };
      };
    in
    self
    """
    value = kernel_in("{ pkgs }: with pkgs; let kernel = linux; in kernel", {"pkgs/top-level/all-packages.nix": top})
    assert isinstance(value.shape, Package)
    assert not value.shape.custom


def test_a_set_of_the_repository_that_has_no_kernel_says_nothing_of_a_parameter_called_so() -> None:
    others = {"sets.nix": '{ lib }: { kernel = throw "not supported"; }'}
    assert kernel_in("{ stdenv, kernel }: stdenv.mkDerivation { flags = kernel.makeFlags; }", others).shape == Package(
        "kernel"
    )
