"""What a function gets that is handed to another: extensions, maps, fixed points. See `tests.asking`."""

from __future__ import annotations

import pytest

from tests.asking import means, means_in

SETS = ["pkgs.linuxPackages", "pkgs.linuxPackages_latest", "pkgs.linuxKernel.packages.linux_6_12"]


@pytest.mark.parametrize("base", [*SETS, "(pkgs.linuxPackagesFor k)", "(pkgs.linuxKernel.packagesFor k)"])
@pytest.mark.parametrize("names", ["self super", "final prev", "_ super", "kfinal kprev"])
@pytest.mark.parametrize("extend", ["extend", "overrideScope"])
def test_the_parameters_of_an_extension_are_the_set_that_is_extended(base: str, names: str, extend: str) -> None:
    first, second = names.split()
    code = f"{{ pkgs }}: let k = pkgs.linux; in {base}.{extend} ({first}: {second}: {{ a = «{second}.kernel»; }})"
    assert means(code) == "kernel"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("p.extend (self: super: { a = «self.kernel»; })", "kernel", id="the first parameter"),
        pytest.param("p.extend (self: super: let k = super.kernel; in { a = «k»; })", "kernel", id="in a let"),
        pytest.param("p.extend (self: super: { inherit (super) kernel; a = «super.kernel»; })", "kernel"),
        pytest.param("let o = self: super: { a = «super.kernel»; }; in p.extend o", "kernel", id="by name"),
        pytest.param(
            "p.extend (lib.composeManyExtensions [ (self: super: { a = «super.kernel»; }) ])", "kernel", id="composed"
        ),
        pytest.param("p.extend (lib.composeExtensions (a: b: { }) (a: b: { a = «b.kernel»; }))", "kernel"),
        pytest.param("{ kernelPackagesExtensions = [ (a: b: { c = «b.kernel»; }) ]; }", "kernel", id="for all sets"),
        pytest.param(
            "f: p: { kernelPackagesExtensions = p.kernelPackagesExtensions ++ [ (a: b: { c = «b.kernel»; }) ]; }",
            "kernel",
            id="for all sets, in an overlay",
        ),
        pytest.param("lib.extend (self: super: { a = «self.getOutput»; })", "lib.getOutput", id="lib"),
        pytest.param("pkgs.extend (self: super: { a = «super.linux»; })", "kernel", id="nixpkgs"),
        pytest.param("f.extend (self: super: { a = «super.linux»; })", "kernel", id="nobody knows what"),
        pytest.param("pkgs.python3Packages.overrideScope (self: super: { a = «super.kernel»; })", "pkgs.kernel"),
        pytest.param("{ boot.kernelPackages = f.extend (self: super: { a = «super.kernel»; }); }", "kernel"),
        pytest.param("{ boot.kernelPackages = lib.mkForce (f.extend (a: b: { c = «b.kernel»; })); }", "kernel"),
        pytest.param(
            "(linuxPackagesFor (stdenv.mkDerivation { })).extend (self: super: { a = «super.kernel»; })",
            "kernel custom",
            id="a set for a kernel of one's own",
        ),
    ],
)
def test_extensions(code: str, expected: str) -> None:
    around = "{ pkgs, lib, linuxPackagesFor, stdenv }: let p = pkgs.linuxPackages; in "
    assert means(around + code) == expected


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        pytest.param("self: super: { zfs = 1; }", "kernel", id="something else is put in"),
        pytest.param("self: super: { kernel = super.kernel.override { }; }", "kernel overridden", id="an override"),
        pytest.param("self: super: { kernel = pkgs.stdenv.mkDerivation { }; }", "kernel custom", id="another"),
        pytest.param("self: super: { kernel = super.kernel.dev; }", "kernel:dev", id="an output"),
        pytest.param("o", "kernel", id="an extension that is not known"),
    ],
)
def test_what_an_extension_puts_in_is_in_the_set(extension: str, expected: str) -> None:
    assert means(f"{{ pkgs, o }}: «(pkgs.linuxPackages.extend ({extension})).kernel»") == expected


@pytest.mark.parametrize(
    ("overlay", "use"),
    [
        ("self: super: { a = «super.kernel»; }", "(import ./o.nix)"),
        ("{ lib }: self: super: { a = «super.kernel»; }", "(import ./o.nix { inherit lib; })"),
        ("self: super: { a = «super.kernel»; }", "(lib.composeManyExtensions [ (import ./o.nix) ])"),
    ],
)
def test_an_extension_in_a_file_of_its_own(overlay: str, use: str) -> None:
    files = {"o.nix": overlay, "d.nix": f"{{ pkgs, lib }}: pkgs.linuxPackages_latest.extend {use}"}
    assert means_in(files, "o.nix") == "kernel"


KERNELS = "[ pkgs.linux_6_12 pkgs.linux_latest ]"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(f"map (k: «k») {KERNELS}", "kernel", id="map"),
        pytest.param(f"builtins.map (k: «k.dev») {KERNELS}", "kernel:dev", id="an output of each"),
        pytest.param(f"lib.forEach {KERNELS} (k: «k»)", "kernel", id="forEach"),
        pytest.param(f'lib.concatMapStringsSep " " (k: «k») {KERNELS}', "kernel", id="concatMapStringsSep"),
        pytest.param(f"lib.imap0 (i: k: «k») {KERNELS}", "kernel", id="imap0"),
        pytest.param(f"lib.foldl' (a: k: a // «k») {{ }} {KERNELS}", "kernel", id="foldl'"),
        pytest.param("map (p: «p.kernel») [ pkgs.linuxPackages ]", "kernel", id="of sets"),
        pytest.param("map ({ k, n }: «k») [ { k = pkgs.linux; n = 1; } ]", "kernel", id="of what a set holds"),
        pytest.param("map (x: «x.k») [ { k = pkgs.linux; n = 1; } ]", "kernel", id="of an attribute"),
        pytest.param("lib.mapAttrs (n: k: «k») { inherit (pkgs) linux_latest; }", "kernel", id="mapAttrs"),
        pytest.param("lib.mapAttrsToList (n: k: «k») { a = pkgs.linux; }", "kernel", id="mapAttrsToList"),
        pytest.param("let f = k: «k»; in map f [ pkgs.linux ]", "kernel", id="a function by name"),
        pytest.param('map (kernel: «kernel») [ "a" ]', '"a"', id="a text is no kernel"),
        pytest.param("map (kernel: «kernel») [ (pkgs.stdenv.mkDerivation { }) ]", "made by pkgs.stdenv.mkDerivation"),
        pytest.param("map (kernel: «kernel») x", "kernel (low)", id="nobody knows of what"),
        pytest.param("map (k: «k») x", "?", id="nobody knows of what, under another name"),
        pytest.param("let map = f: l: f 1; in map (k: «k») [ pkgs.linux ]", "number 1", id="a map of one's own"),
        pytest.param(f"lib.mapAttrs (n: k: «n») {KERNELS}", "?", id="the name"),
    ],
)
def test_functions_that_are_called_for_each(code: str, expected: str) -> None:
    assert means("{ pkgs, lib, x }: " + code) == expected


@pytest.mark.parametrize(
    "head",
    [
        "lib.makeExtensible (self:",
        "lib.makeExtensible (self: with self;",
        "lib.fix (self:",
        "lib.makeScope pkgs.newScope (self:",
        "lib.makeScope pkgs.newScope (self: let a = 1; in",
        "lib.makeExtensibleWithCustomName n (s: let self = s; in",
    ],
)
def test_a_set_that_gets_itself(head: str) -> None:
    assert means(f"{{ pkgs, lib, n }}: {head} {{ k = pkgs.linux; a = «self.k»; }})") == "kernel"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("lib.fix (self: with self; { k = pkgs.linux; a = «k»; })", "kernel"),
        ("lib.fix (self: { a = «self.linux_latest»; })", "?"),
        ("lib.fix (self: { k = self.k; a = «self.k»; })", "?"),
        ("lib.fix (self: { a = «self.lib»; })", "?"),
    ],
)
def test_what_else_is_in_it(code: str, expected: str) -> None:
    assert means("{ pkgs, lib }: " + code) == expected
