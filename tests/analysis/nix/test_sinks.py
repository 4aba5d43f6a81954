"""Where values go: who receives an expression, in the form in which pages write it. See `tests.asking`."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.uses import Argument, Attribute, Command, Sink
from tests.asking import ASKED, analysed, told, unmarked, uses_of

K = "pkgs.linux"


def written(sink: Sink) -> str:
    match sink:
        case Argument():
            return sink.written
        case Attribute(names, in_list, is_option):
            return ("option:" if is_option else "attribute:") + ".".join(names) + "[]" * in_list
        case Command(name):
            return f"command:{name}"
    return type(sink).__name__.lower()


def receivers(code: str) -> list[str]:
    """Who gets the marked expression."""
    return [written(use.sink) for use in uses_of(code)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("pkgs.frob «k»", "pkgs.frob", id="an argument"),
        pytest.param("pkgs.frob 1 «k»", "pkgs.frob(1)", id="the second argument"),
        pytest.param("pkgs.frob { kernel = «k»; }", "pkgs.frob{kernel}", id="an attribute of an argument"),
        pytest.param('pkgs.frob { "kernel" = «k»; }', "pkgs.frob{kernel}", id="a quoted one"),
        pytest.param("pkgs.frob { inherit (pkgs) «linux»; }", "pkgs.frob{linux}", id="an inherited one"),
        pytest.param("pkgs.frob { a.b = «k»; }", "pkgs.frob{a.b}", id="a dotted attribute"),
        pytest.param("pkgs.frob { a = { b = «k»; }; }", "pkgs.frob{a.b}", id="a nested attribute"),
        pytest.param("pkgs.frob [ 1 «k» ]", "pkgs.frob[]", id="an element of a list"),
        pytest.param("pkgs.frob ([ 1 ] ++ [ «k» ] ++ x)", "pkgs.frob[]", id="a part of a longer list"),
        pytest.param("pkgs.frob (lib.optional c «k»)", "pkgs.frob[]", id="optional"),
        pytest.param("pkgs.frob (lib.optionals c [ «k» ])", "pkgs.frob[]", id="optionals"),
        pytest.param("pkgs.frob { x = [ { object = «k»; } ]; }", "pkgs.frob{x.object}[]", id="a set in a list"),
        pytest.param("pkgs.frob («if c then k else 1»)", "pkgs.frob", id="a branch of an if"),
        pytest.param("pkgs.frob (a // { kernel = «k»; })", "pkgs.frob{kernel}", id="a merged set"),
        pytest.param("«k» |> pkgs.frob", "pkgs.frob", id="a pipe"),
        pytest.param("lib.pipe «k» [ pkgs.frob ]", "pkgs.frob", id="a pipe of lib"),
        pytest.param("let x = k; in pkgs.frob «x»", "pkgs.frob", id="through a let"),
        pytest.param("let x = [ «k» ]; in pkgs.frob { a = x; }", "pkgs.frob{a}[]", id="a list in a let"),
        pytest.param("let f = x: pkgs.frob { inherit «x»; }; in f k", "pkgs.frob{x}", id="a local function"),
        pytest.param("let f = { x }: pkgs.frob «x»; in f { x = k; }", "pkgs.frob", id="through formals"),
        pytest.param("let f = pkgs.frob 1; in f «k»", "pkgs.frob(1)", id="a function that had one already"),
        pytest.param("pkgs.frob (pkgs.grind [ «k» ])", "pkgs.grind>pkgs.frob", id="made into something"),
        pytest.param(
            "pkgs.frob { kernel = pkgs.grind «k»; }", "pkgs.grind>pkgs.frob{kernel}", id="made, then an attribute"
        ),
        pytest.param("frob «k»", "pkgs.frob", id="a formal of a file for callPackage"),
        pytest.param("let x = { a.b = «k»; }; in x.c", "attribute:a.b", id="an attribute"),
        pytest.param('"${«k»}"', "written", id="a text that is no script"),
        pytest.param('pkgs.runCommand "x" { } "cp -r ${«k»}/lib $out"', "command:cp", id="a command of a script"),
        pytest.param('pkgs.runCommand "x" { k = «k»; } "cp -r $k/lib $out"', "command:cp", id="by a variable"),
    ],
)
def test_the_receiver_is_found(code: str, expected: str) -> None:
    assert expected in receivers(f"{{ pkgs, lib, frob, k ? {K} }}: {code}")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ a.b = «k»; }", "option:a.b", id="dotted"),
        pytest.param("{ a = { b = [ «k» ]; }; }", "option:a.b[]", id="nested, in a list"),
        pytest.param("{ config = lib.mkIf c { a.b = «k»; }; }", "option:a.b", id="under mkIf"),
        pytest.param("{ a.b = lib.mkForce [ «k» ]; }", "option:a.b[]", id="forced"),
        pytest.param("{ config = lib.mkMerge [ { a.b = «k»; } ]; }", "option:a.b", id="merged"),
        pytest.param("lib.mkMerge [ { a.b = «k»; } ]", "option:a.b", id="all of the file merged"),
        pytest.param("{ a = lib.mkMerge ([ { b = «k»; } ] ++ x); }", "option:a.b", id="merged further down"),
        pytest.param("{ a = [ { b = «k»; } ]; }", "option:a.b", id="a set in a list"),
    ],
)
def test_an_attribute_of_a_module_is_an_option(code: str, expected: str) -> None:
    assert expected in receivers(f"{{ config, lib, pkgs, k ? {K}, ... }}: {code}")


def test_a_function_that_is_an_option_has_its_name() -> None:
    assert "config.x.frob" in receivers("{ config, pkgs, ... }: config.x.frob «pkgs.linux»")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("pkgs.frob (if «k» then 1 else 2)", id="a condition"),
        pytest.param("pkgs.frob (with «k»; 1)", id="the environment of a with"),
        pytest.param("pkgs.frob («k».version)", id="what something is selected from"),
        pytest.param("pkgs.frob (if «k» ? modules then 1 else 2)", id="what is asked for an attribute"),
        pytest.param("pkgs.frob (assert «k» != null; 1)", id="an assertion"),
        pytest.param("pkgs.frob (if true then 1 else «k»)", id="a branch that never runs"),
        pytest.param("assert !(k ? modules); pkgs.frob «k»", id="what follows a failed assertion"),
        pytest.param('assert lib.assertMsg (k ? dev -> false) ""; pkgs.frob «k»', id="one with a message"),
        pytest.param('lib.throwIf (k ? modules) "" (pkgs.frob «k»)', id="what is thrown away"),
        pytest.param('let x = pkgs.frob «k»; in lib.throwIfNot (!k ? modules) "" x', id="what only that reads"),
    ],
)
def test_nothing_is_handed_on_by(code: str) -> None:
    assert not [name for name in receivers(f"{{ pkgs, lib, k ? {K} }}: {code}") if "frob" in name]


def test_nothing_is_handed_to_itself_for_ever() -> None:
    assert len(receivers("{ pkgs }: let f = x: f (g x); g = x: f x; in f «pkgs.linux»")) <= 60


def overrides(code: str) -> list[tuple[str, str]]:
    """The overridden attributes that the marked expression is a part of, and the package."""
    _, start, end = unmarked(code)
    return [
        (told(one.package), one.attribute)
        for one in analysed(code).overrides
        if any(place.start <= start and end <= place.end for place in one.places)
    ]


@pytest.mark.parametrize(
    "override",
    [
        pytest.param("linux.overrideAttrs { postInstall = «K»; }", id="a set"),
        pytest.param("linux.overrideAttrs (old: { postInstall = old.postInstall + «K»; })", id="a function"),
        pytest.param("linux.overrideAttrs (final: prev: { postInstall = «K»; })", id="a function of two"),
        pytest.param(
            'linux.overrideAttrs (old: let x = "«make»"; in { postInstall = x; })', id="a let in the function"
        ),
        pytest.param("linux.overrideAttrs (old: lib.optionalAttrs c { postInstall = «K»; })", id="on a condition"),
        pytest.param("(linux.override { }).overrideAttrs (_: { postInstall = «K»; })", id="of an override"),
        pytest.param("lib.overrideDerivation linux (old: { postInstall = «K»; })", id="the old way"),
        pytest.param("pkgs.linuxPackages.kernel.overrideAttrs { postInstall = «K»; }", id="of a member of a set"),
        pytest.param("(linuxManualConfig { }).overrideAttrs { postInstall = «K»; }", id="of what a maker makes"),
        pytest.param(
            '(callPackage "${n}/os-specific/linux/kernel/build.nix" { } { }).overrideAttrs { postInstall = «K»; }',
            id="of a maker by its path",
        ),
        pytest.param(
            '(import (n + "/os-specific/linux/kernel/generic.nix") { } { }).overrideAttrs { postInstall = «K»; }',
            id="of an imported maker",
        ),
    ],
)
def test_an_override_of_a_kernel_is_seen(override: str) -> None:
    found = overrides(f"{{ linux, pkgs, lib, callPackage, linuxManualConfig, n, c, K }}: {override}")
    assert {attribute for _, attribute in found} == {"postInstall"}
    assert all(package.startswith("kernel") for package, _ in found)


def test_an_override_of_another_package_is_none_of_a_kernel() -> None:
    found = overrides("{ hello, K }: hello.overrideAttrs { postInstall = «K»; }")
    assert not [package for package, _ in found if package.startswith("kernel")]


def test_the_names_that_pages_ask_about_are_known() -> None:
    assert {"makeModulesClosure", "modulesTree"} <= ASKED.sinks
