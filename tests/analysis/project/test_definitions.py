"""What a file binds a name to for others. See `tests.asking` for how answers read."""

from __future__ import annotations

import pytest

from splitlint.analysis.project.definitions import defined_at, is_in_overlay
from splitlint.analysis.project.index import places_bound
from tests.asking import analysed, told


def defined(code: str, *, fills: bool = False) -> list[str]:
    """What the bindings of `kernel` in a file give others."""
    file = analysed(code)
    found = (
        defined_at(file.engine, file.unit, "kernel", start, fills=fills)
        for start, _ in places_bound(code.encode(), b"kernel")
    )
    return [told(value) for value in found if value is not None]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ kernel = 1; }", ["number 1"], id="a file's set"),
        pytest.param("final: prev: { kernel = 1; }", ["number 1"], id="an overlay"),
        pytest.param("{ pkgs }: with pkgs; let a = 1; in rec { kernel = 1; }", ["number 1"], id="behind a let"),
        pytest.param("final: prev: { a = 1; } // { kernel = 2; }", ["number 2"], id="merged"),
        pytest.param("self: super: ({ kernel = 1; })", ["number 1"], id="in parentheses"),
        pytest.param("{ pkgs }: { kernel = pkgs.linux; }", ["kernel"], id="a kernel of nixpkgs"),
        pytest.param("{ a.kernel = 1; }", [], id="a dotted name"),
        pytest.param("{ a = { kernel = 1; }; }", [], id="further down"),
        pytest.param("let kernel = 1; in kernel", [], id="a let"),
        pytest.param("f { kernel = 1; }", [], id="an argument"),
        pytest.param("mkDerivation (self: { kernel = 1; })", [], id="the attributes of one derivation"),
        pytest.param("{ kernel == 1; }", [], id="no binding"),
        pytest.param("# kernel = 1\n{ }", [], id="a comment"),
        pytest.param('{ a = "kernel = 1"; }', [], id="text"),
    ],
)
def test_what_a_file_defines_for_others(code: str, expected: list[str]) -> None:
    assert defined(code) == expected


@pytest.mark.parametrize(
    ("code", "fills"),
    [
        pytest.param("final: prev: { kernel = 1; }", True, id="an overlay"),
        pytest.param("{ lib }: _: super: { kernel = 1; }", True, id="an overlay that is given something"),
        pytest.param("{ nixpkgs.overlays = [ (a: prev: { kernel = 1; }) ]; }", True, id="an overlay in a list"),
        pytest.param("final: prev: lib.optionalAttrs c { kernel = 1; }", True, id="a part of an overlay"),
        pytest.param("lib.makeScope newScope (s: { kernel = 1; })", True, id="a scope"),
        pytest.param("lib.fix (s: with s; { kernel = 1; })", True, id="a set that gets itself"),
        pytest.param("rec { callPackage = f; kernel = 1; }", True, id="a set with its own callPackage"),
        pytest.param("let inherit (f) callPackage; in { inherit callPackage; kernel = 1; }", True, id="inherited"),
        pytest.param("{ stdenv }: { kernel = 1; }", False, id="what a function gives"),
        pytest.param("stdenv: name: { kernel = 1; }", False, id="a function of two, and no overlay"),
        pytest.param("rec { kernel = 1; }", False, id="a rec set"),
        pytest.param("f (s: { kernel = 1; })", False, id="what a function gets from another"),
    ],
)
def test_what_fills_parameters_of_a_name(code: str, fills: bool) -> None:
    assert defined(code, fills=True) == ["number 1"] * fills


def test_what_an_overlay_takes_over_is_in_it() -> None:
    code = "{ a = ./x.nix; o = final: prev: { } // import ./y.nix { pkgs = final; }; }"
    file = analysed(code)
    assert is_in_overlay(file.unit, code.index("./y.nix"))
    assert not is_in_overlay(file.unit, code.index("./x.nix"))
