"""Attributes of values: what `x.y` is, whatever x is. See `tests.asking` for how answers read."""

from __future__ import annotations

import pytest

from tests.asking import means, means_in


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «pkgs.linux.dev»", "kernel:dev", id="an output"),
        pytest.param("{ pkgs }: «pkgs.linux.out»", "kernel:out", id="the first output"),
        pytest.param("{ pkgs }: «pkgs.linux.modules»", "kernel:modules", id="the new output"),
        pytest.param("{ pkgs }: «pkgs.linux.makeFlags»", "kernel.makeFlags", id="what is no output"),
        pytest.param("{ pkgs }: «pkgs.linux.passthru.x»", "kernel.passthru.x", id="an attribute of that"),
        pytest.param("{ pkgs }: «pkgs.linux.override { }»", "kernel overridden", id="override"),
        pytest.param("{ pkgs }: «pkgs.linux.overrideAttrs (old: { })»", "kernel overridden", id="overrideAttrs"),
        pytest.param("{ pkgs }: «pkgs.linux.overrideDerivation (old: { })»", "kernel overridden", id="the old way"),
        pytest.param(
            "{ pkgs }: «(pkgs.linux.overrideAttrs { }).dev»", "kernel:dev overridden", id="an output after it"
        ),
        pytest.param("{ pkgs }: «(pkgs.linux.override { }).overrideAttrs { }»", "kernel overridden", id="twice"),
        pytest.param("{ pkgs }: «pkgs.linux.${o}»", "?", id="a computed output"),
        pytest.param('{ pkgs }: «pkgs.linux.${"dev"}»', "kernel:dev", id="an output written as a string"),
    ],
)
def test_of_a_kernel(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «pkgs.linuxPackages.kernel»", "kernel", id="its kernel"),
        pytest.param("{ pkgs }: «pkgs.linuxPackages.zfs»", "pkgs.linuxPackages.zfs", id="something else in it"),
        pytest.param("{ pkgs }: «pkgs.linuxPackages.extend (a: b: { })»", "set:kernel", id="extended"),
        pytest.param("{ pkgs }: «(pkgs.linuxPackages.extend (a: b: { })).kernel»", "kernel", id="extended: its kernel"),
        pytest.param("{ pkgs }: «(pkgs.linuxPackagesFor k).kernel»", "kernel (low)", id="made for something unknown"),
        pytest.param("{ pkgs }: «(pkgs.linuxPackagesFor pkgs.linux_6_1).kernel»", "kernel", id="made for a kernel"),
        pytest.param(
            "{ pkgs }: «(pkgs.linuxPackagesFor (pkgs.stdenv.mkDerivation { })).kernel»",
            "kernel custom",
            id="for another",
        ),
    ],
)
def test_of_a_set_of_packages(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «pkgs.linux-firmware»", "pkgs.linux-firmware", id="what only looks like one"),
        pytest.param('{ pkgs }: «pkgs."linux_6_1"»', "kernel", id="a quoted name"),
        pytest.param("{ pkgs }: «pkgs.${name}»", "?", id="a computed name"),
        pytest.param("{ pkgs }: «pkgs.linuxKernel.kernels.linux_6_6»", "kernel", id="all kernels"),
        pytest.param("{ pkgs }: «pkgs.linuxKernel.packages.linux_6_6.kernel»", "kernel", id="all sets"),
        pytest.param(
            "{ pkgs }: «pkgs.linuxKernel.packageAliases.linux_latest.kernel»", "kernel", id="an alias of a set"
        ),
        pytest.param(
            "{ pkgs }: «(pkgs.linuxKernel.customPackage { version = ''6.12''; src = ./.; }).kernel»",
            "kernel",
            id="of a set that is built of sources",
        ),
        pytest.param(
            "{ config, k }: «if config.system ? modulesTree then config.system.modulesTree else k»",
            "place:modules-tree",
            id="an option that NixOS has",
        ),
        pytest.param("{ pkgs }: «pkgs.buildPackages.linux»", "kernel", id="of the build machine"),
        pytest.param("{ pkgs }: «pkgs.pkgsCross.riscv64.linux»", "kernel", id="of another machine"),
        pytest.param("{ pkgs }: «pkgs.lib.getDev»", "lib.getDev", id="lib in pkgs"),
        pytest.param("{ config }: «config.system.modulesTree»", "place:modules-tree", id="a place"),
        pytest.param("{ config }: «config.boot.kernelPackages.kernel»", "kernel", id="an option"),
        pytest.param(
            "{ config }: let b = config.boot; in «b.kernelPackages.kernel»", "kernel", id="an option in steps"
        ),
        pytest.param("{ config }: «config.my.kernel»", "kernel (low)", id="an option by its name"),
        pytest.param("{ config }: «config.my.foo»", "config.my.foo", id="any option"),
        pytest.param("{ inputs' }: «inputs'.nixpkgs.legacyPackages.linux»", "kernel (medium)", id="of flake-parts"),
        pytest.param(
            "{ pkgs, self' }: { packages = { a = pkgs.linux; b = [ «self'.packages.a» ]; }; }",
            "kernel",
            id="made beside it, in flake-parts",
        ),
        pytest.param(
            "{ pkgs, inputs', config, ... }: { packages.a = pkgs.linux; packages.b = [ «config.packages.a» ]; }",
            "kernel",
            id="by the config of flake-parts",
        ),
    ],
)
def test_of_global_names(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "{ inputs }: «inputs.nixpkgs.legacyPackages.x86_64-linux.linux»", "kernel (medium)", id="an input"
        ),
        pytest.param("{ inputs }: «inputs.nixpkgs.legacyPackages.${s}.linux»", "kernel (medium)", id="of any system"),
        pytest.param("{ inputs }: «inputs.nixpkgs.lib.getDev»", "lib.getDev (medium)", id="its lib"),
        pytest.param("{ self }: «self.nixosConfigurations.a.config.system.build.kernel»", "kernel", id="a machine"),
        pytest.param("x: «x.config.boot.kernelPackages»", "set:kernel", id="the config of anything"),
        pytest.param("x: «x.pkgs.linux»", "kernel (medium)", id="the pkgs of anything"),
        pytest.param("{ nixos }: «(nixos { }).config.system.build.kernel»", "kernel", id="a system evaluated"),
    ],
)
def test_through_flakes_and_systems(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        pytest.param(
            "{ packages.x.kernel = p.linux.dev; a = «self.packages.x.kernel»; }", "kernel:dev", id="an output"
        ),
        pytest.param(
            "{ packages.x.kernel = p.stdenv.mkDerivation { }; a = «self.packages.x.kernel»; }",
            "made by pkgs.stdenv.mkDerivation",
            id="a kernel of its own",
        ),
        pytest.param("let a = «self.k»; in { k = p.linux; inherit a; }", "kernel", id="behind a let"),
        pytest.param("{ ${s}.kernel = 1; a = «self.x.kernel»; }", "kernel (low)", id="below a computed name"),
        pytest.param("{ a = «self.packages.kernel»; }", "kernel (low)", id="one that is not there"),
        pytest.param("each (s: { kernel = p.linux; a = «self.kernel»; })", "kernel (low)", id="made by a function"),
        pytest.param("{ a = «self.a»; }", "?", id="one that is itself"),
        pytest.param("self // { a = «self.kernel»; }", "kernel (low)", id="all of itself"),
    ],
)
def test_the_outputs_of_a_flake_of_itself(outputs: str, expected: str) -> None:
    flake = f"{{ outputs = {{ self, nixpkgs }}: let p = import nixpkgs {{ }}; in {outputs}; }}"
    assert means_in({"flake.nix": flake}, "flake.nix") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("x: «x.kernel»", "kernel (low)", id="called kernel"),
        pytest.param("x: «x.linux_latest»", "kernel (medium)", id="called like one in nixpkgs"),
        pytest.param("x: «x.linuxPackages.kernel»", "kernel (medium)", id="in a set called like one"),
        pytest.param("x: «x.kernelPackages.kernel»", "kernel (medium)", id="in a set called so by convention"),
        pytest.param("x: «x.foo»", "?", id="called otherwise"),
        pytest.param("{ a.${n} = 1; b = «{ ${n} = 1; }.kernel»; }", "kernel (low)", id="of a set with computed names"),
        pytest.param("«{ a = 1; }.kernel»", "?", id="of a set that has no such name"),
        pytest.param("«[ ].kernel»", "?", id="of a list"),
        pytest.param('«"x".kernel»', "?", id="of text"),
    ],
)
def test_of_what_is_not_known(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «pkgs.linux.modules or pkgs.linux»", "kernel:modules", id="an output, else all"),
        pytest.param("{ kernel }: «kernel.modules or kernel»", "kernel:modules (medium)", id="of a parameter"),
        pytest.param("{ pkgs }: «pkgs.linux_x or pkgs.hello»", "kernel", id="a package that is there"),
        pytest.param("{ pkgs }: «{ }.k or pkgs.linux»", "kernel", id="what is not there, else a kernel"),
        pytest.param("{ pkgs }: «pkgs.linux.meta or { }»", "kernel.meta", id="an attribute that is there"),
    ],
)
def test_with_a_fallback(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «(pkgs.stdenv.mkDerivation { }).dev»", "call ?.dev", id="an output"),
        pytest.param("{ pkgs }: «(pkgs.hello.override { }).overrideAttrs { }»", "call pkgs.hello.override"),
        pytest.param(
            "{ pkgs }: «(pkgs.mkDerivation { }).overrideAttrs { }»", "made by pkgs.stdenv.mkDerivation", id="overridden"
        ),
        pytest.param("{ pkgs }: «(pkgs.makeModulesClosure { kernel = pkgs.linux; }).kernel»", "call read-back"),
        pytest.param("x: «(x.f 1).kernel»", "kernel (low)", id="of an unknown function"),
    ],
)
def test_of_what_a_function_gives(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('let n = "linux_latest"; in «pkgs.${n}»', "kernel", id="a name that is known"),
        pytest.param('let v = "6_12"; in «pkgs."linux_${v}"»', "kernel", id="a part that is known"),
        pytest.param('«pkgs."linux_${v}"»', "kernel (medium)", id="a part that is not"),
        pytest.param('«pkgs."linuxPackages_${v}".kernel»', "kernel (medium)", id="of a set"),
        pytest.param("«pkgs.linuxKernel.kernels.${v}»", "kernel (medium)", id="whatever it is called"),
        pytest.param("«pkgs.linuxKernel.packages.${v}.kernel»", "kernel (medium)", id="whatever its set is called"),
        pytest.param("«pkgs.${v}»", "?", id="anything"),
        pytest.param('«pkgs."${v}_x"»', "?", id="anything that ends so"),
        pytest.param("«pkgs.${v}.linux»", "kernel (low)", id="below anything"),
        pytest.param('let n = "a"; in «{ a = pkgs.linux; b = 1; }.${n}»', "kernel", id="of a set that is written out"),
        pytest.param('lib.genAttrs [ "linux_6_12" ] (n: «pkgs.${n}»)', "kernel", id="each of some names"),
        pytest.param('map (n: «pkgs.${n}») [ "linux_latest" "hello" ]', "pkgs.hello | kernel", id="different things"),
    ],
)
def test_an_attribute_whose_name_is_computed(code: str, expected: str) -> None:
    assert means("{ pkgs, lib, v ? f 1, f }: " + code) == expected
