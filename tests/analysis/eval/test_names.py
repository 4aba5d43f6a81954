"""What names mean: bound, inherited, under `with`, and as parameters. See `tests.asking` for how answers read."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.values import Value
from tests.asking import means, unmarked, value_in


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("let a = b; b = c; c = (import <nixpkgs> { }).linux; in «a»", "kernel", id="a chain of lets"),
        pytest.param("{ pkgs }: let a.b.c = pkgs.linux; in «a.b.c»", "kernel", id="a dotted name"),
        pytest.param("{ pkgs }: let inherit (pkgs) linux; in «linux»", "kernel", id="inherit from"),
        pytest.param(
            "{ config, ... }: let inherit (config.boot.kernelPackages) kernel; in «kernel»",
            "kernel",
            id="from an option",
        ),
        pytest.param("{ config, ... }: let inherit (config.boot) kernelPackages; in «kernelPackages»", "set:kernel"),
        pytest.param("{ pkgs }: let kernel = pkgs.linux; in «{ inherit kernel; }.kernel»", "kernel", id="inherit"),
        pytest.param("{ pkgs }: let k = pkgs.linux; in rec { k = 1; j = «k»; }", "number 1", id="rec hides a let"),
        pytest.param("{ pkgs }: rec { inherit (pkgs) linux; k = «linux»; }", "kernel", id="inherit into a rec set"),
        pytest.param("{ pkgs }: rec { a = { b = «k»; }; k = pkgs.linux; }", "kernel", id="from a set around"),
        pytest.param('let kernel = "6.1"; in «kernel»', '"6.1"', id="a version called kernel"),
        pytest.param("let kernel = ./kernel; in «kernel»", "path kernel", id="a folder called kernel"),
        pytest.param("let true = 1; in «true»", "number 1", id="even true can be bound"),
    ],
)
def test_bound_names(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: with pkgs; «linux»", "kernel", id="pkgs"),
        pytest.param("{ pkgs }: with pkgs.linuxPackages; «kernel»", "kernel", id="a set of packages"),
        pytest.param("{ pkgs }: with pkgs; with linuxPackages; «kernel»", "kernel", id="one within the other"),
        pytest.param("{ pkgs }: with { kernel = pkgs.linux; }; «kernel»", "kernel", id="a set in the file"),
        pytest.param(
            "{ pkgs }: with pkgs.linuxPackages; with { kernel = 1; }; «kernel»", "number 1", id="the inner one"
        ),
        pytest.param(
            "{ pkgs }: with pkgs.linuxPackages; with { a = 1; }; «kernel»", "kernel", id="the outer, if need be"
        ),
        pytest.param("{ pkgs }: let k = 1; in with { k = pkgs.linux; }; «k»", "number 1", id="weaker than a let"),
        pytest.param("{ lib }: with lib; «getOutput»", "lib.getOutput", id="lib's functions"),
        pytest.param("{ lib, pkgs }: with lib; with pkgs; «getDev linux»", "kernel:dev", id="lib behind pkgs"),
        pytest.param("{ lib, pkgs }: with pkgs; with lib; «linux»", "kernel", id="pkgs behind lib"),
        pytest.param("with import <nixpkgs> { }; «linux_latest»", "kernel", id="nixpkgs imported on the spot"),
        pytest.param("with builtins; «toString»", "builtins.toString", id="builtins"),
        pytest.param("with x; «kernel»", "kernel (low)", id="an unknown environment: by the name alone"),
        pytest.param("with x; «linuxPackages»", "set:kernel (medium)", id="an unknown environment: a set by its name"),
        pytest.param("with x; «foo»", "?", id="an unknown environment, an unknown name"),
    ],
)
def test_names_under_with(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("«builtins»", "builtins", id="builtins"),
        pytest.param("«builtins.getAttr»", "builtins.getAttr", id="one of them"),
        pytest.param("«toString»", "builtins.toString", id="one that needs no prefix"),
        pytest.param("«pkgs»", "pkgs (medium)", id="pkgs, whose binding a syntax error may hide"),
        pytest.param("«kernel»", "?", id="a kernel that nobody binds"),
    ],
)
def test_names_that_the_file_does_not_bind(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: let f = { k }: «k»; in f { k = pkgs.linux; }", "kernel", id="a formal"),
        pytest.param("{ pkgs }: let f = k: «k»; in f pkgs.linux", "kernel", id="a plain parameter"),
        pytest.param("{ pkgs }: let f = a: k: «k»; in f 1 pkgs.linux.dev", "kernel:dev", id="the second of two"),
        pytest.param("{ pkgs }: let f = a: { k }: «k»; in f 1 { k = pkgs.linux; }", "kernel", id="a formal behind it"),
        pytest.param("{ pkgs }: (k: «k») pkgs.linux", "kernel", id="a function without a name"),
        pytest.param("{ pkgs }: let f = k: «k»; in [ (f pkgs.linux) (f 1) ]", "number 1 | kernel", id="two callers"),
        pytest.param("{ pkgs }: let f = k: «k»; in (f) pkgs.linux", "kernel", id="parentheses around its name"),
        pytest.param("{ pkgs }: let f = a@{ ... }: «a.k»; in f { k = pkgs.linux; }", "kernel", id="an @-name"),
        pytest.param(
            "{ pkgs }: let f = { kernel }: «kernel»; in f pkgs.linuxPackages", "kernel", id="a set as argument"
        ),
        pytest.param(
            "{ pkgs }: let f = { kernel ? 1 }: «kernel»; in f { kernel = pkgs.linux; }",
            "kernel",
            id="not the default",
        ),
        pytest.param("{ pkgs }: let f = { k }: «k»; in map f [ ]", "pkgs.k", id="a function that is handed on"),
    ],
)
def test_what_callers_in_the_file_pass(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs, kernel ? pkgs.linux }: «kernel»", "kernel", id="a kernel"),
        pytest.param("{ pkgs, kernel ? pkgs.linux.dev }: «kernel»", "kernel:dev", id="an output"),
        pytest.param("{ pkgs, set ? pkgs.linuxPackages }: «set.kernel»", "kernel", id="a set"),
        pytest.param("{ kernel ? null }: «kernel»", "kernel (low)", id="null says nothing"),
        pytest.param('{ kernel ? "" }: «kernel»', '""', id="a string does"),
        pytest.param("{ stdenv, kernel ? stdenv.mkDerivation { } }: «kernel»", "made by pkgs.stdenv.mkDerivation"),
    ],
)
def test_a_default_is_believed_when_nobody_calls(code: str, expected: str) -> None:
    assert means(code) == expected


def reasons(value: Value) -> list[str]:
    return [reason.text for reason in value.reasons]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "{ pkgs }: let a = pkgs.linux; b = a; in «b»",
            ["`b` is `a`", "`a` is `pkgs.linux`"],
            id="each name of a chain",
        ),
        pytest.param(
            "{ pkgs }: let inherit (pkgs) linux; in «linux»", ["`linux` is inherited here"], id="an inherited name"
        ),
        pytest.param("{ pkgs }: «{ a.k = pkgs.linux; }.a.k»", ["`k` is `pkgs.linux`"], id="an attribute"),
        pytest.param("{ pkgs }: let k =\n  pkgs.linux; in «k»", ["`k` is `pkgs.linux`"], id="a value on its own line"),
        pytest.param("{ pkgs }: let k = pkgs\n  .linux; in «k»", ["`k` is bound here"], id="a value over two lines"),
        pytest.param("{ pkgs, k ? pkgs.linux }: «k»", ["`k` is `pkgs.linux` by default"], id="a default"),
        pytest.param(
            "{ kernel }: «kernel» kernel.modDirVersion",
            ["`kernel` is a parameter with that name", "`kernel.modDirVersion` shows that it is a kernel"],
            id="a parameter and its evidence",
        ),
        pytest.param("{ pkgs }: «pkgs.linux»", [], id="nothing needs to be said of a global name"),
    ],
)
def test_the_reasons_tell_the_way(code: str, expected: list[str]) -> None:
    assert reasons(value_in(code)) == expected


def test_a_reason_points_at_the_binding() -> None:
    code = "{ pkgs }: let k = pkgs.linux; in «k»"
    (reason,) = value_in(code).reasons
    assert unmarked(code)[0].encode()[reason.start : reason.end] == b"k = pkgs.linux;"
    assert reason.path == "case.nix"


def test_a_chain_of_reasons_grows_no_longer_than_eight() -> None:
    names = " ".join(f"a{n} = a{n + 1};" for n in range(30))
    assert len(value_in(f"{{ pkgs }}: let {names} a30 = pkgs.linux; in «a0»").reasons) == 8


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("{ pkgs }: let kernel = pkgs.linux; in { inherit «kernel»; }", "kernel"),
        ("{ pkgs }: { inherit (pkgs.linuxPackages) «kernel»; }", "kernel"),
        ("{ pkgs }: { «kernel» = 1; }", "dead"),
    ],
)
def test_an_inherited_name_is_what_it_takes_over_and_the_name_of_a_binding_is_nothing(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ kernel, ... }@all: [ kernel.modDirVersion «all.kernel» ]", "kernel (medium)", id="shown"),
        pytest.param("{ linux_latest }@all: «all.linux_latest»", "kernel (medium)", id="of nixpkgs"),
        pytest.param("{ kernel }@all: «all.kernel»", "kernel (low)", id="by its name"),
        pytest.param("{ a, ... }@all: «all.linux_latest»", "kernel (medium)", id="another attribute"),
        pytest.param("{ f, linux_latest }@all: «all.f all.linux_latest»", "call pkgs.f", id="a function among them"),
        pytest.param("let f = { a }@all: «all.a»; in f { inherit f; }", "?", id="what is not passed"),
        pytest.param("let f = { a, b ? f all }@all: «all.b»; in f all", "?", id="in a circle"),
        pytest.param("{ kernel }@kernelPackages: «kernelPackages.kernel»", "kernel (low)", id="a telling name"),
    ],
)
def test_the_arguments_by_one_name(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [("kernel.moduleBuildDependencies", "kernel (medium)"), ("kernel.version", "kernel (low)")],
)
def test_evidence_for_a_parameter_whose_default_is_another_of_that_name(evidence: str, expected: str) -> None:
    code = f"{{ f, kernel }}@topLevel: f {{ g = a: {{ kernel ? topLevel.kernel, ... }}: [ {evidence} «kernel» ]; }}"
    assert means(code) == expected
