"""The form that a fix takes: with or without `lib`, in parentheses or not, in lists and in inherits."""

from __future__ import annotations

import pytest

from splitlint.finding import Finding, Safety, Severity
from splitlint.fix import fix_file
from splitlint.match import matches
from splitlint.meaning.evaluate import Evaluator
from splitlint.mend import mend
from splitlint.packs import world_of
from splitlint.predicates import NixView
from splitlint.rule import Rule, default_folder, load_rules
from splitlint.source import Source
from splitlint.syntax import nix
from tests.worlds import prove_all

BOOK = load_rules([default_folder()])


def findings(text: bytes, rules: tuple[Rule, ...], nixpkgs: str = "any") -> list[Finding]:
    source = Source("a.nix", text)
    tree = nix.parse(text)
    view = NixView(Evaluator(source, tree, world_of(BOOK.packs)))
    found = []
    for rule in rules:
        for match in matches(rule, "nix", view, tree.root_node):
            span = source.span(match.kernel.start_byte, match.kernel.end_byte)
            fixes = mend(match, nixpkgs, "25.11")
            found.append(Finding(rule.name, Severity.ERROR, match.confidence, (), "a.nix", span, "", fixes=fixes))
    return found


def mended(text: str, rule: str = "", safety: Safety = Safety.SAFE, nixpkgs: str = "any") -> str:
    """The text after all fixes of one rule, or of all."""
    rules = tuple(one for one in BOOK.rules if not rule or one.name == rule)
    done = fix_file("a.nix", text.encode(), lambda data: findings(data, rules, nixpkgs), safety)
    assert done.refused == {}
    return done.data("a.nix", text.encode()).decode()


FORMS = {
    "lib in the formals": (
        '{ lib, kernel }: "${kernel}/lib/modules"',
        '{ lib, kernel }: "${lib.getOutput "modules" kernel}/lib/modules"',
    ),
    "lib from a let": (
        'let inherit (pkgs) lib; pkgs = import <nixpkgs> { }; in "${pkgs.linux}/lib/modules"',
        'let inherit (pkgs) lib; pkgs = import <nixpkgs> { }; in "${lib.getOutput "modules" pkgs.linux}/lib/modules"',
    ),
    "lib from with pkgs": (
        'with import <nixpkgs> { }; "${linux}/lib/modules"',
        'with import <nixpkgs> { }; "${lib.getOutput "modules" linux}/lib/modules"',
    ),
    "only with lib": (
        '{ config, pkgs, ... }: with pkgs.lib; "${pkgs.linux}/lib/modules"',
        '{ config, pkgs, ... }: with pkgs.lib; "${getOutput "modules" pkgs.linux}/lib/modules"',
    ),
    "only pkgs": (
        '{ config, pkgs, ... }: { x = "${config.boot.kernelPackages.kernel}/lib/modules"; }',
        "{ config, pkgs, ... }: "
        '{ x = "${pkgs.lib.getOutput "modules" config.boot.kernelPackages.kernel}/lib/modules"; }',
    ),
    "an overlay": (
        'final: prev: { x = "${prev.linux}/lib/modules"; }',
        'final: prev: { x = "${final.lib.getOutput "modules" prev.linux}/lib/modules"; }',
    ),
    "lib out of reach": (
        '{ kernel }: "${kernel}/lib/modules"',
        '{ kernel }: "${kernel.modules or kernel}/lib/modules"',
    ),
    "lib is something else": (
        'let lib = { }; in { kernel }: "${kernel}/lib/modules"',
        'let lib = { }; in { kernel }: "${kernel.modules or kernel}/lib/modules"',
    ),
    "out spelled out": (
        '{ lib, kernel }: "${kernel.out}/lib/modules"',
        '{ lib, kernel }: "${lib.getOutput "modules" kernel}/lib/modules"',
    ),
    "out of a member": (
        '{ lib, linuxPackages }: "${linuxPackages.kernel.out}/lib/modules"',
        '{ lib, linuxPackages }: "${lib.getOutput "modules" linuxPackages.kernel}/lib/modules"',
    ),
    "getLib": (
        '{ lib, kernel }: "${lib.getLib kernel}/lib/modules"',
        '{ lib, kernel }: "${lib.getOutput "modules" kernel}/lib/modules"',
    ),
    "getOutput out": (
        '{ lib, kernel }: "${lib.getOutput "out" (kernel)}/lib/modules"',
        '{ lib, kernel }: "${lib.getOutput "modules" kernel}/lib/modules"',
    ),
    "getOutput on an output": (
        '{ lib, kernel }: "${lib.getOutput "modules" kernel.out}/lib/modules"',
        '{ lib, kernel }: "${lib.getOutput "modules" kernel}/lib/modules"',
    ),
    "an operand": (
        '{ lib, kernel }: { a = kernel + "/lib/modules"; }',
        '{ lib, kernel }: { a = lib.getOutput "modules" kernel + "/lib/modules"; }',
    ),
    "an operand without lib": (
        '{ kernel }: { a = kernel + "/lib/modules"; }',
        '{ kernel }: { a = (kernel.modules or kernel) + "/lib/modules"; }',
    ),
    "outPath": (
        '{ lib, kernel }: kernel.outPath + "/lib/modules"',
        '{ lib, kernel }: lib.getOutput "modules" kernel + "/lib/modules"',
    ),
    "a call": (
        '{ lib, buildLinux }: "${buildLinux { version = "6.12"; }}/lib/modules"',
        '{ lib, buildLinux }: "${lib.getOutput "modules" (buildLinux { version = "6.12"; })}/lib/modules"',
    ),
    "a list": (
        "{ lib, aggregateModules, kernel }: aggregateModules [ kernel ]",
        '{ lib, aggregateModules, kernel }: aggregateModules [ (lib.getOutput "modules" kernel) ]',
    ),
    "a list under with": (
        "{ lib, aggregateModules, linuxPackages }: aggregateModules (with linuxPackages; [ kernel zfs ])",
        "{ lib, aggregateModules, linuxPackages }: "
        'aggregateModules (with linuxPackages; [ (lib.getOutput "modules" kernel) zfs ])',
    ),
    "the only inherited name": (
        "{ lib, makeModulesClosure, kernel }: makeModulesClosure { inherit kernel; rootModules = [ ]; }",
        "{ lib, makeModulesClosure, kernel }: "
        'makeModulesClosure { kernel = lib.getOutput "modules" kernel; rootModules = [ ]; }',
    ),
    "one of some inherited names": (
        "{ lib, makeModulesClosure, kernel, firmware }: "
        "makeModulesClosure { inherit kernel firmware; rootModules = [ ]; }",
        "{ lib, makeModulesClosure, kernel, firmware }: "
        'makeModulesClosure { inherit firmware; kernel = lib.getOutput "modules" kernel; rootModules = [ ]; }',
    ),
    "inherited on lines of their own": (
        """{ lib, makeModulesClosure, kernel, firmware }:
makeModulesClosure {
  inherit
    firmware # the blobs
    kernel
    ;
  rootModules = [ ];
}
""",
        """{ lib, makeModulesClosure, kernel, firmware }:
makeModulesClosure {
  inherit
    firmware # the blobs
    ;
  kernel = lib.getOutput "modules" kernel;
  rootModules = [ ];
}
""",
    ),
    "a remark behind the inherit": (
        """{ lib, makeModulesClosure, kernel }:
makeModulesClosure {
  rootModules = [ ];
  inherit kernel; # ours
}
""",
        """{ lib, makeModulesClosure, kernel }:
makeModulesClosure {
  rootModules = [ ];
  kernel = lib.getOutput "modules" kernel; # ours
}
""",
    ),
    "inherited from a set": (
        "{ lib, pkgs }: pkgs.makeModulesClosure { inherit (pkgs.linuxPackages) kernel; rootModules = [ ]; }",
        "{ lib, pkgs }: "
        'pkgs.makeModulesClosure { kernel = lib.getOutput "modules" pkgs.linuxPackages.kernel; rootModules = [ ]; }',
    ),
    "the build tree": (
        '{ lib, kernel }: "make -C ${kernel}/lib/modules/${kernel.modDirVersion}/build"',
        '{ lib, kernel }: "make -C ${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"',
    ),
    "a name for the path": (
        '{ pkgs }: let d = "${pkgs.linux}/lib"; in "cp ${d}/modules/a ${d}/modules/b"',
        '{ pkgs }: let d = "${pkgs.lib.getOutput "modules" pkgs.linux}/lib"; in "cp ${d}/modules/a ${d}/modules/b"',
    ),
    "a remark between inherited names": (
        "{ lib, makeModulesClosure, kernel, rootModules }: makeModulesClosure { inherit rootModules # all\n kernel; }",
        "{ lib, makeModulesClosure, kernel, rootModules }: "
        'makeModulesClosure { inherit rootModules # all\n ; kernel = lib.getOutput "modules" kernel; }',
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form_fits_the_place(name: str) -> None:
    broken, wanted = FORMS[name]
    assert mended(broken) == wanted
    assert mended(wanted) == wanted


def test_every_form_is_proved_by_nix() -> None:
    verdicts = dict(zip(FORMS, prove_all(list(FORMS.values())), strict=True))
    assert {name: verdict.reason for name, verdict in verdicts.items() if not verdict.proved} == {}


@pytest.mark.parametrize(
    ("nixpkgs", "text", "wanted"),
    [
        ("25.11", '{ pkgs }: "${pkgs.linux}/lib/modules"', '{ pkgs }: "${pkgs.linux.modules}/lib/modules"'),
        ("26.05", '{ pkgs }: "${pkgs.linux}/lib/modules"', '{ pkgs }: "${pkgs.linux.modules}/lib/modules"'),
        (
            "25.05",
            '{ pkgs }: "${pkgs.linux}/lib/modules"',
            '{ pkgs }: "${pkgs.lib.getOutput "modules" pkgs.linux}/lib/modules"',
        ),
        ("25.11", '{ kernel }: "${kernel}/lib/modules"', '{ kernel }: "${kernel.modules or kernel}/lib/modules"'),
    ],
)
def test_the_output_is_selected_only_if_it_is_surely_there(nixpkgs: str, text: str, wanted: str) -> None:
    assert mended(text, nixpkgs=nixpkgs) == wanted


def test_a_name_used_for_the_image_too_is_left_to_a_human() -> None:
    text = '{ lib, kernel }: let k = "${kernel}"; in "cp ${k}/bzImage ${k}/lib/modules"'
    assert mended(text, safety=Safety.UNSAFE) == text


def test_an_inherit_in_a_rec_set_would_refer_to_itself() -> None:
    text = "{ lib, pkgs, kernel }: pkgs.makeModulesClosure (rec { inherit kernel; rootModules = [ ]; })"
    assert mended(text, safety=Safety.UNSAFE) == text


def test_a_header_without_lib_is_offered_it() -> None:
    (found,) = findings(b'{ stdenv, kernel }: "${kernel}/lib/modules"', (rule("modules-path"),))
    assert [(fix.title, fix.safety) for fix in found.fixes] == [
        ("write `kernel.modules or kernel`", Safety.SAFE),
        ('take `lib` as an argument, write `lib.getOutput "modules" kernel`', Safety.UNSAFE),
    ]


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("{ stdenv, kernel }", "{ lib, stdenv, kernel }"),
        ("{\n  stdenv,\n  kernel,\n}", "{\n  lib,\n  stdenv,\n  kernel,\n}"),
        ("{ stdenv\n, kernel\n}", "{ lib\n, stdenv\n, kernel\n}"),
        ("{ kernel, ... }@args", "{ lib, kernel, ... }@args"),
    ],
)
def test_lib_is_added_in_the_layout_of_the_header(header: str, wanted: str) -> None:
    body = ': "${kernel}/lib/modules"'
    text = (header + body).encode()

    def check(data: bytes) -> list[Finding]:
        from dataclasses import replace

        return [replace(found, fixes=found.fixes[1:]) for found in findings(data, (rule("modules-path"),))]

    done = fix_file("a.nix", text, check, Safety.UNSAFE)
    assert done.data("a.nix", text).decode() == wanted + ': "${lib.getOutput "modules" kernel}/lib/modules"'


def rule(name: str) -> Rule:
    found = BOOK.rule(name)
    assert found is not None
    return found
