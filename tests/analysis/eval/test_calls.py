"""What function calls give: makers of kernels, callPackage, import, anything else. See `tests.asking`."""

from __future__ import annotations

import pytest

from tests.asking import means


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «pkgs.buildLinux { }»", "kernel", id="buildLinux"),
        pytest.param("{ buildLinux }: «buildLinux { }»", "kernel", id="as a parameter"),
        pytest.param("{ pkgs, ... }@args: «pkgs.buildLinux (args // { })»", "kernel", id="with what was given"),
        pytest.param("{ linuxManualConfig }: «(linuxManualConfig { }).dev»", "kernel:dev", id="linuxManualConfig"),
        pytest.param("{ pkgs }: «pkgs.linuxKernel.manualConfig { }»", "kernel", id="by its newer name"),
        pytest.param("{ pkgs }: «pkgs.linuxPackagesFor pkgs.linux»", "set:kernel of kernel", id="a set for a kernel"),
        pytest.param(
            "{ pkgs }: «pkgs.linuxPackagesFor (pkgs.buildLinux { })»", "set:kernel of kernel", id="a set for a new one"
        ),
        pytest.param(
            "{ pkgs }: «(pkgs.linuxPackagesFor (pkgs.linux.override { })).kernel»",
            "kernel overridden",
            id="an override",
        ),
        pytest.param(
            "{ linuxPackages_custom }: «(linuxPackages_custom { }).kernel»", "kernel (medium)", id="a set of one's own"
        ),
        pytest.param("x: «x.buildLinux { }»", "kernel", id="a maker whose set is not known"),
        pytest.param("{ pkgs }: «pkgs.unstable.buildLinux { }»", "kernel (medium)", id="a maker of another nixpkgs"),
        pytest.param(
            "{ pkgs }: «pkgs.unstable.linuxPackagesFor pkgs.linux»",
            "set:kernel of kernel (medium)",
            id="a set of another nixpkgs",
        ),
        pytest.param("{ pkgs }: «(import ./x.nix).buildLinux { }»", "kernel", id="a maker from a file"),
    ],
)
def test_makers_of_kernels(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ stdenv }: «stdenv.mkDerivation { }»", "made by pkgs.stdenv.mkDerivation", id="a derivation"),
        pytest.param("{ pkgs }: «pkgs.runCommand n { } s»", "made by pkgs.runCommand", id="a command"),
        pytest.param(
            "{ pkgs }: «(pkgs.linuxPackagesFor (pkgs.runCommand n { } s)).kernel»", "kernel custom", id="a set for that"
        ),
        pytest.param("x: «f x»", "call ?.f", id="an unknown function"),
        pytest.param("x: «x.y.f 1»", "call ?.f", id="an unknown attribute"),
        pytest.param("x: «(if x then 1 else x) 1»", "?", id="what has no name"),
        pytest.param("{ pkgs }: «pkgs.vmTools.override { } { }»", "call pkgs.vmTools.override", id="applied further"),
        pytest.param("{ pkgs }: «pkgs.linux 1»", "kernel", id="a package that is applied"),
        pytest.param("«1 2»", "?", id="a number that is applied"),
    ],
)
def test_other_functions(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «pkgs.callPackage ({ linux }: linux) { }»", "kernel", id="filled from nixpkgs"),
        pytest.param("{ callPackage }: «callPackage ({ linux }: linux.dev) { }»", "kernel:dev", id="a parameter"),
        pytest.param(
            "{ pkgs }: «pkgs.callPackage ({ kernel }: kernel) { kernel = pkgs.linux; }»",
            "kernel",
            id="with an argument",
        ),
        pytest.param("{ pkgs }: «pkgs.callPackage ({ kernel }: kernel) { }»", "?", id="nixpkgs has no such name"),
        pytest.param(
            "{ pkgs }: «pkgs.callPackage ({ k ? pkgs.linux }: k) { }»", "kernel", id="a default for what is not there"
        ),
        pytest.param("{ pkgs }: «pkgs.callPackage ({ lib, linux }: lib.getDev linux) { }»", "kernel:dev", id="and lib"),
        pytest.param(
            "{ pkgs }: «pkgs.linuxPackages.callPackage ({ kernel }: kernel) { }»", "kernel", id="of a set: its kernel"
        ),
        pytest.param(
            "{ pkgs }: let inherit (pkgs.linuxPackages) callPackage; in «callPackage ({ kernel }: kernel) { }»",
            "kernel",
            id="of a set, inherited",
        ),
        pytest.param(
            "{ pkgs }: with pkgs.linuxPackages; «callPackage ({ kernel }: kernel) { }»",
            "kernel",
            id="of a set, under with",
        ),
        pytest.param(
            "{ pkgs }: «(pkgs.linuxPackagesFor (pkgs.linux.override { })).callPackage ({ kernel }: kernel.dev) { }»",
            "kernel:dev overridden",
            id="of a set made for a kernel",
        ),
        pytest.param("{ pkgs }: «pkgs.callPackage ./x.nix { }»", "call pkgs.callPackage", id="a file nobody can read"),
        pytest.param("{ pkgs }: «pkgs.callPackage»", "pkgs.callPackage", id="not applied"),
        pytest.param(
            "{ pkgs, x }: x: let k = x; in «pkgs.callPackage ({ kernel }: kernel) { kernel = k; }»",
            "kernel (low)",
            id="with an argument of which nothing is known",
        ),
        pytest.param(
            "{ pkgs }: «pkgs.callPackage ({ linux }: x: [ linux x ]) { } 1»", "[kernel number 1]", id="applied further"
        ),
    ],
)
def test_call_package(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("«(import <nixpkgs> { }).linux»", "kernel", id="from the search path"),
        pytest.param("{ nixpkgs }: «(import nixpkgs { system = 1; }).linux»", "kernel", id="an input"),
        pytest.param("let s = import ./nix/sources.nix; in «(import s.nixpkgs { }).linux»", "kernel", id="pinned"),
        pytest.param(
            'let p = import (fetchTarball "https://github.com/NixOS/nixpkgs/x.tar.gz") { }; in «p.linux»',
            "kernel",
            id="fetched",
        ),
        pytest.param("let p = import <nixpkgs>; in «(p { }).linux»", "kernel", id="applied later"),
        pytest.param("«(import ../.. { }).linux»", "kernel", id="the folder above"),
        pytest.param("«(import <nixpkgs/lib>).getDev»", "lib.getDev", id="its lib"),
        pytest.param("«import <nixpkgs/nixos> { }»", "{ config options pkgs … }", id="its module system"),
        pytest.param("«(import <nixpkgs/nixos> { }).config.system.build.kernel»", "kernel", id="a system"),
        pytest.param("«import ./x.nix»", "call builtins.import", id="a file nobody can read"),
        pytest.param("«import»", "builtins.import", id="not applied"),
        pytest.param("«builtins.import <nixpkgs> { }»", "pkgs", id="by its full name"),
    ],
)
def test_import(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        '{ nixpkgs }: «(import "${nixpkgs}/pkgs/os-specific/linux/kernel/manual-config.nix" { }) { }»',
        "{ pkgs }: «pkgs.callPackage <nixpkgs/pkgs/os-specific/linux/kernel/manual-config.nix> { } { }»",
        '{ pkgs }: «pkgs.callPackage (pkgs.path + "/pkgs/os-specific/linux/kernel/build.nix") { } { }»',
        "{ pkgs }: «pkgs.callPackage ../linux/os-specific/linux/kernel/generic.nix { } { }»",
        "{ nixpkgs }: let f = import (nixpkgs + /pkgs/os-specific/linux/kernel/generic.nix); in «f { } { }»",
    ],
)
def test_a_file_of_nixpkgs_that_holds_a_maker(code: str) -> None:
    assert means(code) == "kernel"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('{ lib, pkgs }: «lib.getOutput "modules" pkgs.linux»', "kernel:modules", id="getOutput"),
        pytest.param('{ lib, pkgs }: «lib.getOutput "doc" pkgs.linux»', "kernel:out", id="an output there is not"),
        pytest.param("{ lib, pkgs }: «lib.getOutput o pkgs.linux»", "kernel (medium)", id="an output nobody knows"),
        pytest.param('{ lib, pkgs }: «lib.getOutput "modules" pkgs.linux.dev»', "kernel:dev", id="of an output"),
        pytest.param('{ lib, pkgs }: «lib.getOutput "modules" pkgs.linux.out»', "kernel:out", id="of out"),
        pytest.param('{ lib, pkgs }: «lib.getOutput "modules"»', "function", id="not applied in full"),
        pytest.param('{ lib, pkgs }: map (lib.getOutput "modules") «[ pkgs.linux ]»', "[kernel]", id="handed on"),
        pytest.param('{ lib, pkgs }: «lib.getFirstOutput [ "modules" "out" ] pkgs.linux»', "kernel:modules"),
        pytest.param(
            "{ lib, pkgs }: «lib.getFirstOutput x pkgs.linux»", "kernel (medium)", id="getFirstOutput of a name"
        ),
        pytest.param("{ lib, pkgs }: «lib.getDev pkgs.linux»", "kernel:dev", id="getDev"),
        pytest.param("{ lib, pkgs }: «lib.getInclude pkgs.linux»", "kernel:dev", id="getInclude"),
        pytest.param("{ lib, pkgs }: «lib.getBin pkgs.linux»", "kernel:out", id="getBin"),
        pytest.param("{ lib, pkgs }: «lib.getLib pkgs.linux»", "kernel:out", id="getLib"),
        pytest.param("{ lib, pkgs }: «lib.getLib (if c then pkgs.linux else 1)»", "kernel:out | number 1", id="either"),
        pytest.param("{ lib }: let g = lib.getDev; in { pkgs }: «g pkgs.linux»", "kernel:dev", id="under another name"),
        pytest.param("getDev: «getDev 1»", "number 1 (medium)", id="by its name alone"),
    ],
)
def test_outputs_are_chosen(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("mkForce pkgs.linux", "kernel"),
        ("mkDefault pkgs.linux", "kernel"),
        ("mkBefore [ pkgs.linux ]", "[kernel]"),
        ("mkAfter [ pkgs.linux ]", "[kernel]"),
        ("mkOverride 50 pkgs.linux", "kernel"),
        ("mkOrder 50 [ pkgs.linux ]", "[kernel]"),
        ("mkIf c pkgs.linux", "kernel"),
        ("mkIf c (mkForce (mkDefault pkgs.linux))", "kernel"),
        ("mkMerge [ pkgs.linux pkgs.linux.dev ]", "kernel | kernel:dev"),
        ("mkMerge [ (mkIf a [ pkgs.linux ]) [ 1 ] ]", "[kernel number 1 …]"),
        ("mkMerge x", "?"),
        ("warn m pkgs.linux", "kernel"),
        ("warnIf c m pkgs.linux", "kernel"),
        ("optional c pkgs.linux", "[kernel …]"),
        ("optionals c [ pkgs.linux ]", "[kernel …]"),
        ("optionalAttrs c { a = 1; }", "{ a? }"),
        ('optionalString c "${pkgs.linux}/x"', '"${kernel}/x"'),
        ("singleton pkgs.linux", "[kernel]"),
        ("toList pkgs.linux", "[kernel]"),
        ("toList [ pkgs.linux ]", "[kernel]"),
        ("toList x", "[?] (medium)"),
        ("flatten [ [ pkgs.linux ] 1 ]", "[kernel number 1]"),
        ("concatLists [ [ pkgs.linux ] [ 1 ] ]", "[kernel number 1]"),
        ("unique [ pkgs.linux ]", "[kernel]"),
        ("filter f [ pkgs.linux ]", "[kernel …]"),
        ("head [ pkgs.linux 1 ]", "kernel"),
        ("last [ 1 pkgs.linux ]", "kernel"),
        ("head [ ]", "failure"),
        ("head x", "?"),
        ("id pkgs.linux", "kernel"),
        ("lowPrio pkgs.linux", "kernel"),
        ("recursiveUpdate { a = 1; } { b = pkgs.linux; }", "{ a b }"),
        ("recursiveUpdate x { b = pkgs.linux; }", "{ b … }"),
        ('getAttr "linux" pkgs', "kernel"),
        ("getAttr x pkgs", "?"),
        ("mkOption { default = pkgs.linux; }", "{ default }"),
    ],
)
def test_what_the_functions_of_lib_make_of_their_arguments(expression: str, expected: str) -> None:
    assert means(f"{{ lib, pkgs }}: with lib; «{expression}»") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("map (k: k.dev) [ pkgs.linux 1 ]", "[kernel:dev ?]"),
        ("map (k: k.dev) x", "[…]"),
        ("map x [ pkgs.linux ]", "[?]"),
        ('concatStringsSep ":" [ pkgs.linux "a" ]', '"${kernel}:a"'),
        ('concatStringsSep x [ "a" "b" ]', '"a…b"'),
        ('concatStringsSep ":" x', "?"),
        ('concatStringsSep ":" ([ "a" ] ++ x)', '"a…"'),
        ('concatStrings [ pkgs.linux "/lib" ]', '"${kernel}/lib"'),
        ('concatMapStrings (k: "${k}/x ") [ pkgs.linux 1 ]', '"${kernel}/x 1/x "'),
        ('concatMapStringsSep ":" (k: "${k}/x") [ pkgs.linux 1 ]', '"${kernel}/x:1/x"'),
        ("toString [ pkgs.linux 1 ]", '"${kernel} 1"'),
        ("escapeShellArg pkgs.linux", '"${kernel}"'),
    ],
)
def test_text_from_lists(expression: str, expected: str) -> None:
    assert means(f"{{ lib, pkgs }}: with lib; with builtins; «{expression}»") == expected
