"""Makers of module closures that a repository has of its own: whoever gives them a kernel is found out."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.uses import Argument
from tests.asking import uses_in

COPIES = '{ runCommand }: { kernel, rootModules }: runCommand "c" { } "cp -r ${kernel}/lib/modules $out"'
CALLS = "{ pkgs }: (pkgs.callPackage ./mk.nix { }) { kernel = «pkgs.linux»; rootModules = [ ]; }"


def takers(maker: str, caller: str) -> list[str]:
    """The functions that take any tree, and that the marked expression of a file is given to."""
    found = uses_in({"mk.nix": maker, "use.nix": caller}, "use.nix")
    names = (use.sink.written for use in found if isinstance(use.sink, Argument))
    return [name.removeprefix("taker.") for name in names if name.startswith("taker.")]


@pytest.mark.parametrize(
    "maker",
    [
        pytest.param(COPIES, id="a path in a script"),
        pytest.param(
            '{ runCommand }: { kernel, rootModules }: runCommand "c" { } "ln -s ${kernel}/lib $out"', id="all of lib"
        ),
        pytest.param(
            '{ runCommand }: { kernel, rootModules }: let tree = kernel + "/lib/modules"; in '
            'runCommand "c" { } "cp -r ${tree}/x $out"',
            id="a path in a variable",
        ),
        pytest.param(
            "{ stdenv }: { kernel, rootModules, allowMissing ? false }: stdenv.mkDerivation "
            "{ name = kernel.name; builder = ./closure.sh; inherit kernel rootModules; }",
            id="a derivation with a script of its own",
        ),
        pytest.param(
            '{ runCommand }: args@{ kernel, rootModules, ... }: runCommand "c" { } "cp -r ${kernel}/lib/modules $out"',
            id="a name for all arguments",
        ),
    ],
)
def test_the_caller_of_a_maker_that_takes_any_tree_is_judged(maker: str) -> None:
    assert takers(maker, CALLS) == ["callPackage{kernel}"]


@pytest.mark.parametrize(
    "maker",
    [
        pytest.param(
            '{ lib, runCommand }: { kernel, rootModules }: runCommand "c" { } '
            '"cp -r ${lib.getOutput "modules" kernel}/lib/modules $out"',
            id="takes the output itself",
        ),
        pytest.param(
            '{ runCommand }: { kernel, rootModules }: let m = kernel.modules or kernel; in runCommand "c" { } '
            '"cp -r ${m}/lib/modules $out"',
            id="falls back",
        ),
        pytest.param(
            "{ runCommand }: { kernel, rootModules }: let m = if kernel ? modules then kernel.modules else kernel; in "
            'runCommand "c" { } "cp -r ${m}/lib/modules $out"',
            id="asks",
        ),
        pytest.param(
            '{ runCommand }: { kernel, rootModules }: runCommand "c" { } "cp ${kernel}/bzImage $out"', id="the image"
        ),
        pytest.param(
            '{ runCommand }: { kernel, rootModules }: runCommand "c" { } '
            '"make -C ${kernel}/lib/modules/1/build M=$PWD"',
            id="the build tree, which has not moved there",
        ),
        pytest.param("{ runCommand }: { kernel, rootModules }: runCommand kernel.name { } rootModules", id="its name"),
        pytest.param(
            '{ runCommand }: { kernel }: runCommand "c" { } "cp -r ${kernel}/lib/modules $out"',
            id="nothing beside it: the path is found where it stands",
        ),
        pytest.param(
            '{ pkgs, runCommand }: { kernel ? pkgs.linux, rootModules }: runCommand "c" { } '
            '"cp -r ${kernel}/lib/modules $out"',
            id="a kernel by default: the path is found where it stands",
        ),
        pytest.param(
            '{ runCommand }: { tree, rootModules }: runCommand "c" { } "cp -r ${tree}/lib/modules $out"',
            id="another name",
        ),
    ],
)
def test_other_functions_are_no_takers(maker: str) -> None:
    assert takers(maker, CALLS) == []


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        pytest.param(
            "{ pkgs }: let mk = pkgs.callPackage ./mk.nix { }; in mk { kernel = «pkgs.linux»; rootModules = [ ]; }",
            "mk{kernel}",
            id="in a variable",
        ),
        pytest.param(
            "{ pkgs }: let mk = { initrd = import ./mk.nix { }; }; in mk.initrd { kernel = «pkgs.linux»; }",
            "initrd{kernel}",
            id="in a set",
        ),
        pytest.param(
            "final: prev: { mkModules = final.callPackage ./mk.nix { }; "
            "x = final.mkModules { kernel = «prev.linux»; }; }",
            "mkModules{kernel}",
            id="in an overlay",
        ),
    ],
)
def test_a_maker_is_known_by_whatever_name_it_is_called(caller: str, expected: str) -> None:
    assert takers(COPIES, caller) == [expected]


def test_a_maker_that_hands_its_tree_on_gives_it_to_the_next_one() -> None:
    maker = """{ makeModulesClosure }: { kernel, rootModules }:
    makeModulesClosure { kernel = kernel; rootModules = rootModules ++ [ "loop" ]; }"""
    found = uses_in({"mk.nix": maker, "use.nix": CALLS}, "use.nix")
    assert "pkgs.makeModulesClosure{kernel}" in [use.sink.written for use in found if isinstance(use.sink, Argument)]


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        pytest.param(
            '{ pkgs }: let mk = { kernel, rootModules }: pkgs.runCommand "c" { } "cp -r ${kernel}/lib/modules $out"; '
            "in mk { kernel = «pkgs.linux»; rootModules = [ ]; }",
            "mk{kernel}",
            id="in the same file",
        ),
        pytest.param(
            "{ pkgs }: import ./mk.nix { } { kernel = «pkgs.linux»; rootModules = [ ]; }",
            "import{kernel}",
            id="imported",
        ),
    ],
)
def test_the_caller_is_judged_where_the_maker_is_seen_too(caller: str, expected: str) -> None:
    assert takers(COPIES, caller) == [expected]


def test_a_maker_itself_is_not_judged() -> None:
    maker = COPIES.replace("${kernel}", "${«kernel»}")
    assert uses_in({"mk.nix": maker, "use.nix": CALLS}, "mk.nix") == []
