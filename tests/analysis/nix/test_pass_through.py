"""Makers of module closures that a repository has of its own: whoever gives them a kernel is found out."""

from __future__ import annotations

import pytest

from splitlint.analysis.nix import flow
from tests.asking import evaluator, expression_at, project_of, unmarked

COPIES = '{ runCommand }: { kernel, rootModules }: runCommand "c" { } "cp -r ${kernel}/lib/modules $out"'
CALLS = "{ pkgs }: (pkgs.callPackage ./mk.nix { }) { kernel = «pkgs.linux»; rootModules = [ ]; }"


def receivers(maker: str, caller: str) -> list[str]:
    project = project_of({"mk.nix": maker, "use.nix": caller})
    ev = evaluator(caller, "use.nix", project)
    return [sink.name for sink in flow.sinks(ev, expression_at(ev, *unmarked(caller)[1:]))]


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
            "{ makeModulesClosure }: { kernel, rootModules }: makeModulesClosure "
            '{ kernel = kernel; rootModules = rootModules ++ [ "loop" ]; }',
            id="handed on",
        ),
        pytest.param(
            '{ runCommand }: args@{ kernel, rootModules, ... }: runCommand "c" { } "cp -r ${kernel}/lib/modules $out"',
            id="a name for all arguments",
        ),
    ],
)
def test_the_caller_of_a_maker_that_takes_any_tree_is_judged(maker: str) -> None:
    assert "taker:./mk.nix{kernel}" in receivers(maker, CALLS)


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
    assert not [name for name in receivers(maker, CALLS) if name.startswith("taker:")]


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        pytest.param(
            "{ pkgs }: let mk = pkgs.callPackage ./mk.nix { }; in mk { kernel = «pkgs.linux»; rootModules = [ ]; }",
            "taker:mk{kernel}",
            id="in a variable",
        ),
        pytest.param(
            "{ pkgs }: let mk = { initrd = import ./mk.nix { }; }; in mk.initrd { kernel = «pkgs.linux»; }",
            "taker:initrd{kernel}",
            id="in a set",
        ),
        pytest.param(
            "final: prev: { mkModules = final.callPackage ./mk.nix { }; "
            "x = final.mkModules { kernel = «prev.linux»; }; }",
            "taker:mkModules{kernel}",
            id="in an overlay",
        ),
    ],
)
def test_a_maker_is_known_by_whatever_name_it_is_called(caller: str, expected: str) -> None:
    assert expected in receivers(COPIES, caller)


@pytest.mark.parametrize(
    "caller",
    [
        pytest.param(
            '{ pkgs }: let mk = { kernel, rootModules }: pkgs.runCommand "c" { } "cp -r ${kernel}/lib/modules $out"; '
            "in mk { kernel = «pkgs.linux»; rootModules = [ ]; }",
            id="in the same file",
        ),
        pytest.param("{ pkgs }: import ./mk.nix { } { kernel = «pkgs.linux»; rootModules = [ ]; }", id="imported"),
    ],
)
def test_a_maker_whose_callers_are_seen_is_judged_itself(caller: str) -> None:
    assert not [name for name in receivers(COPIES, caller) if name.startswith("taker:")]
