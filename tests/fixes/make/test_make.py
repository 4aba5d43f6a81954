"""The form that a fix takes: with or without `lib`, in parentheses or not, in lists and in inherits."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from splitlint.analysis.nix.analyse import analyse
from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Safety, Severity
from splitlint.fixes.apply.apply import apply, fix_file
from splitlint.fixes.make.make import make_fixes, make_text_fixes
from splitlint.matching.packs import world_of
from splitlint.matching.query_match import matches
from splitlint.matching.use_match import matches_in_nix
from splitlint.matching.use_tables import asked_by
from splitlint.matching.views import NixView
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import Rule, queries_in
from splitlint.syntax import nix
from tests.worlds import prove_all

RULE_SET = load_rules([default_folder()])
CORPUS = Path(__file__).parents[3] / "corpus"


def rule(name: str) -> Rule:
    found = RULE_SET.rule(name)
    assert found is not None
    return found


def findings(text: bytes, rules: tuple[Rule, ...], nixpkgs: str = "any") -> list[Finding]:
    source = Source("a.nix", text)
    view = NixView(analyse(source, world_of(RULE_SET.packs), asked=asked_by(rules)))
    found = []
    for rule in (one for one in rules if one.applies(nixpkgs)):
        for match in (*matches(rule, "nix", view, view.tree.root_node), *matches_in_nix(rule, view)):
            span = source.span(match.package.start_byte, match.package.end_byte)
            fixes = make_fixes(match, source, nixpkgs, "25.11", rules)
            found.append(Finding(rule.name, Severity.ERROR, match.confidence, (), "a.nix", span, "", fixes=fixes))
    return found


def mended(text: str, rule: str = "", safety: Safety = Safety.SAFE, nixpkgs: str = "any") -> str:
    """The text after all fixes of one rule, or of all."""
    rules = tuple(one for one in RULE_SET.rules if not rule or one.name == rule)
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
    "a closure that is read later": (
        """{ lib, pkgs, ... }: let
             c = pkgs.makeModulesClosure { kernel = pkgs.linux; rootModules = [ ]; };
           in "${c.kernel}/lib/modules ${c}/lib\"""",
        """{ lib, pkgs, ... }: let
             c = pkgs.makeModulesClosure { kernel = lib.getOutput "modules" pkgs.linux; rootModules = [ ]; };
           in "${c.kernel}/lib/modules ${c}/lib\"""",
    ),
    "an answer that is used later": (
        '{ lib, kernel }: let m = builtins.pathExists "${kernel}/lib/modules"; in lib.optional m "loop"',
        '{ lib, kernel }: let m = builtins.pathExists "${lib.getOutput "modules" kernel}/lib/modules"; '
        'in lib.optional m "loop"',
    ),
    "a sum of lists": (
        "{ lib, pkgs, linux, zfs }: let all = [ linux ] ++ [ zfs ]; in pkgs.aggregateModules all",
        "{ lib, pkgs, linux, zfs }: "
        'let all = [ (lib.getOutput "modules" linux) ] ++ [ zfs ]; in pkgs.aggregateModules all',
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
        "{ lib, makeModulesClosure, kernel, firmware }: "
        "makeModulesClosure { rootModules = [ ]; inherit firmware # all\n kernel; }",
        "{ lib, makeModulesClosure, kernel, firmware }: "
        'makeModulesClosure { rootModules = [ ]; inherit firmware # all\n ; kernel = lib.getOutput "modules" kernel; }',
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
    assert mended(text, "modules-path", nixpkgs=nixpkgs) == wanted


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
        from splitlint.startup.records import replace

        return [replace(found, fixes=found.fixes[1:]) for found in findings(data, (rule("modules-path"),))]

    done = fix_file("a.nix", text, check, Safety.UNSAFE)
    assert done.data("a.nix", text).decode() == wanted + ': "${lib.getOutput "modules" kernel}/lib/modules"'


# What else a page may ask for


def asking(query: str, **fix: object) -> Rule:
    """A rule with this query and fix, and nothing else that matters."""
    body = f"## Definition\n```query nix\n{query}\n```\n"
    return rule("modules-path")._replace(name="asked", fix=fix, body=body, queries=queries_in(body, "nix"))


def fixed_by(asked: Rule, text: str, safety: Safety = Safety.SAFE) -> str:
    done = fix_file("a.nix", text.encode(), lambda data: findings(data, (asked,)), safety)
    assert done.refused == {}
    return done.data("a.nix", text.encode()).decode()


BEFORE_AND_AFTER = {"from": "makeFlags", "to": "commonMakeFlags"}
INTERPOLATED = '((interpolation expression: (_) @package) (#denotes? @package "kernel") {})'
LISTED = (
    '((list_expression element: (_) @package) (#denotes? @package "kernel:whole") (#alone? @package "kernel:modules"))'
)
NAMED = """((binding expression: (_) @package) (#denotes? @package "kernel"))
((inherit attrs: (inherited_attrs attr: (_) @package)) (#denotes? @package "kernel"))"""

ASKED = {
    "another attribute": (
        asking(
            INTERPOLATED.format('(#path? @package "config-*")'), kind="attribute", attribute="configfile", safety="safe"
        ),
        '{ kernel }: "grep BTF ${kernel}/config-${kernel.version} > $out"',
        '{ kernel }: "grep BTF ${kernel.configfile} > $out"',
    ),
    "another option": (
        asking(
            "((interpolation expression: (_) @package)"
            ' (#denotes? @package "place:modules-tree") (#path? @package "dtbs"))',
            kind="place",
            **{"from": "system.modulesTree", "to": "system.build.kernel"},
            safety="safe",
        ),
        '{ config, ... }: { x = "cp -r ${config.system.modulesTree}/dtbs $out"; }',
        '{ config, ... }: { x = "cp -r ${config.system.build.kernel}/dtbs $out"; }',
    ),
    "one more element": (
        asking(LISTED, kind="add", output="modules", safety="safe"),
        "{ lib, closureInfo, kernel, initrd }: closureInfo { rootPaths = [ kernel initrd ]; }",
        "{ lib, closureInfo, kernel, initrd }: "
        'closureInfo { rootPaths = [ kernel (lib.getOutput "modules" kernel) initrd ]; }',
    ),
    "one more element on its line": (
        asking(LISTED, kind="add", output="modules", safety="safe"),
        "{ closureInfo, kernel, initrd }:\nclosureInfo {\n  rootPaths = [\n    kernel # image\n    initrd\n  ];\n}\n",
        "{ closureInfo, kernel, initrd }:\nclosureInfo {\n  rootPaths = [\n    kernel # image\n"
        "    (kernel.modules or kernel)\n    initrd\n  ];\n}\n",
    ),
    "one attribute before another": (
        asking(
            '((select_expression) @package (#denotes? @package "kernel.makeFlags"))',
            kind="prefer",
            **BEFORE_AND_AFTER,
            safety="safe",
        ),
        '{ stdenv, kernel }: stdenv.mkDerivation { name = "m"; makeFlags = kernel.makeFlags ++ [ "V=1" ]; }',
        "{ stdenv, kernel }: "
        'stdenv.mkDerivation { name = "m"; makeFlags = (kernel.commonMakeFlags or kernel.makeFlags) ++ [ "V=1" ]; }',
    ),
    "one inherited attribute before another": (
        asking(
            "((inherit_from attrs: (inherited_attrs attr: (identifier) @package))"
            ' (#denotes? @package "kernel.makeFlags"))',
            kind="prefer",
            **BEFORE_AND_AFTER,
            safety="safe",
        ),
        '{ stdenv, kernel }: stdenv.mkDerivation { name = "m"; inherit (kernel) version makeFlags; }',
        "{ stdenv, kernel }: stdenv.mkDerivation "
        '{ name = "m"; inherit (kernel) version; makeFlags = kernel.commonMakeFlags or kernel.makeFlags; }',
    ),
    "environment, no function yet": (
        asking('((binding) @at (#attribute? @at "KCFLAGS" "LLVM"))', kind="environment", safety="safe"),
        '{ linux }: linux.overrideAttrs { KCFLAGS = "-O3"; LLVM = "1"; }',
        '{ linux }: linux.overrideAttrs (old: { env = (old.env or { }) // { KCFLAGS = "-O3"; LLVM = "1"; }; })',
    ),
    "environment, a function": (
        asking('((binding) @at (#attribute? @at "KCFLAGS" "LLVM"))', kind="environment", safety="safe"),
        '{ linux }:\nlinux.overrideAttrs (prev: {\n  # faster\n  KCFLAGS = prev.x or "-O3";\n  LLVM = "1";\n})\n',
        "{ linux }:\nlinux.overrideAttrs (prev: {\n  # faster\n"
        '  env = (prev.env or { }) // { KCFLAGS = prev.x or "-O3"; LLVM = "1"; };\n})\n',
    ),
    "text in an indented string": (
        asking(
            '((indented_string_expression (string_fragment) @at) (#text? @at "out/lib/modules"))',
            kind="text",
            **{"from": r"\$out(?=/lib/modules)", "to": "${modules:-$out}"},
            safety="safe",
        ),
        "{ linux }: linux.overrideAttrs { postInstall = ''\n  rm -r $out/lib/modules/*/kernel\n''; }",
        "{ linux }: linux.overrideAttrs { postInstall = ''\n  rm -r ''${modules:-$out}/lib/modules/*/kernel\n''; }",
    ),
    "an attribute that is read for modules only": (
        asking(NAMED, kind="variable", output="modules", safety="safe"),
        '{ lib, runCommand, kernel }: runCommand "x" { inherit kernel; cmd = "cp $kernel/lib/modules/*/a.ko ."; } ""',
        "{ lib, runCommand, kernel }: "
        'runCommand "x" { kernel = lib.getOutput "modules" kernel; cmd = "cp $kernel/lib/modules/*/a.ko ."; } ""',
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_page_gets_the_fix_that_it_asks_for(name: str) -> None:
    asked, broken, wanted = ASKED[name]
    assert fixed_by(asked, broken) == wanted
    assert fixed_by(asked, wanted) == wanted


def test_what_a_page_may_ask_for_is_proved_by_nix() -> None:
    verdicts = dict(zip(ASKED, prove_all([(broken, wanted) for _, broken, wanted in ASKED.values()]), strict=True))
    assert {name: verdict.reason for name, verdict in verdicts.items() if not verdict.proved} == {}


def test_an_attribute_that_is_read_for_the_image_too_gets_a_second_one_if_asked() -> None:
    asked = asking(NAMED, kind="variable", output="modules", safety="safe")
    broken = """{ lib, stdenv, kernel }:
stdenv.mkDerivation {
  name = "image";
  inherit kernel;
  buildCommand = ''
    cp $kernel/bzImage $out/
    cp -r "''${kernel}/lib/modules" $out/
  '';
}
"""
    wanted = """{ lib, stdenv, kernel }:
stdenv.mkDerivation {
  name = "image";
  inherit kernel;
  kernelModules = lib.getOutput "modules" kernel;
  buildCommand = ''
    cp $kernel/bzImage $out/
    cp -r "''${kernelModules}/lib/modules" $out/
  '';
}
"""
    assert fixed_by(asked, broken) == broken
    assert fixed_by(asked, broken, Safety.UNSAFE) == wanted
    assert [verdict.reason for verdict in prove_all([(broken, wanted)])] == [""]


def test_an_attribute_that_a_script_elsewhere_may_read_is_only_mended_if_asked() -> None:
    asked = asking(NAMED, kind="variable", output="modules", safety="safe")
    text = '{ lib, stdenv, kernel }: stdenv.mkDerivation { inherit kernel; builder = ./b.sh; x = "ls $kernel/lib"; }'
    assert fixed_by(asked, text) == text
    assert 'kernel = lib.getOutput "modules" kernel;' in fixed_by(asked, text, Safety.UNSAFE)


SCRIPT = """{{ lib, runCommand, kernel }}:
runCommand "x" {{ }} ''
  {0}
  cp -r "${1}/lib/modules" $out/
{2}''
"""
IN_SCRIPT = asking(INTERPOLATED.format(""), kind="variable", output="modules", safety="safe")


def test_a_variable_of_a_script_that_is_read_for_modules_only_is_mended() -> None:
    broken = SCRIPT.format('K="${kernel}"', "K", "")
    wanted = SCRIPT.format('K="${lib.getOutput "modules" kernel}"', "K", "")
    assert fixed_by(IN_SCRIPT, broken) == wanted
    assert [verdict.reason for verdict in prove_all([(broken, wanted)])] == [""]


def test_a_variable_of_a_script_that_is_read_for_the_image_too_gets_a_second_one_if_asked() -> None:
    broken = SCRIPT.format("KERNEL=${kernel}", "KERNEL", "  cp $KERNEL/bzImage $out/\n")
    both = 'KERNEL=${kernel}\n  KERNEL_MODULES=${lib.getOutput "modules" kernel}'
    wanted = SCRIPT.format(both, "KERNEL_MODULES", "  cp $KERNEL/bzImage $out/\n")
    assert fixed_by(IN_SCRIPT, broken) == broken
    assert fixed_by(IN_SCRIPT, broken, Safety.UNSAFE) == wanted


def test_an_exported_variable_is_only_mended_if_asked() -> None:
    broken = SCRIPT.format("export K=${kernel}", "K", "")
    assert fixed_by(IN_SCRIPT, broken) == broken
    assert "export K=${lib.getOutput" in fixed_by(IN_SCRIPT, broken, Safety.UNSAFE)


def test_a_kernel_that_a_loop_goes_over_is_left_to_a_human() -> None:
    broken = SCRIPT.format("for K in ${kernel} /other; do", "K", "  done\n")
    assert fixed_by(IN_SCRIPT, broken, Safety.UNSAFE) == broken


def test_the_script_of_run_command_reads_its_attributes() -> None:
    asked = asking(NAMED, kind="variable", output="modules", safety="safe")
    broken = '{ lib, runCommand, kernel }: runCommand "x" { inherit kernel; } "cp -r $kernel/lib/modules $out"'
    wanted = (
        "{ lib, runCommand, kernel }: "
        'runCommand "x" { kernel = lib.getOutput "modules" kernel; } "cp -r $kernel/lib/modules $out"'
    )
    assert fixed_by(asked, broken) == wanted
    assert [verdict.reason for verdict in prove_all([(broken, wanted)])] == [""]


BY_PATH = '"${nixpkgs}/pkgs/os-specific/linux/kernel/manual-config.nix"'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            f"{{ pkgs, nixpkgs }}: (pkgs.callPackage {BY_PATH} {{ }}) {{ }}",
            "{ pkgs, nixpkgs }: pkgs.linuxManualConfig { }",
        ),
        (f"final: prev: {{ k = final.callPackage {BY_PATH} {{}}; }}", "final: prev: { k = final.linuxManualConfig; }"),
        (f"{{ callPackage, nixpkgs }}: (callPackage {BY_PATH} {{ }}) {{ }}", ""),
        (f"{{ pkgs, nixpkgs }}: (pkgs.callPackage {BY_PATH} {{ stdenv = pkgs.clangStdenv; }}) {{ }}", ""),
        (f"{{ pkgs, nixpkgs }}: (pkgs.callPackage {BY_PATH} /* from master */ {{ }}) {{ }}", ""),
        (f"{{ pkgs, nixpkgs }}: (import {BY_PATH} {{ inherit (pkgs) lib; }}) {{ }}", ""),
    ],
)
def test_a_function_of_nixpkgs_is_called_by_its_name_where_it_has_one(text: str, wanted: str) -> None:
    assert mended(text, "manual-config-by-path", Safety.UNSAFE) == (wanted or text)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("${linux}/*", '${linux}/* ${lib.getOutput "modules" linux}/*'),
        ('"${linux}"/*', '"${linux}"/* "${lib.getOutput "modules" linux}"/*'),
        ('"${linux}/."', '"${linux}/." "${lib.getOutput "modules" linux}/."'),
        ("/${linux}/*", ""),
    ],
)
def test_a_copy_of_all_that_a_kernel_is_copies_its_modules_too(word: str, wanted: str) -> None:
    text = "{{ lib, linux, runCommand }}:\nrunCommand \"all\" {{ }} ''\n  cp -r {} $out/\n''\n"
    before = text.format(word).encode()
    done = fix_file("a.nix", before, checked, Safety.UNSAFE)
    assert (done.data("a.nix", before).decode(), done.refused) == (text.format(wanted or word), {})


def test_a_path_in_a_program_can_only_be_rewritten() -> None:
    source = Source("a.rs", b'let image = generation.join("kernel-modules/bzImage");', "text")
    at = source.data.index(b'"')
    page = rule("image-in-module-tree")
    asked = page._replace(
        fix={
            "of": [{"kind": "place"}, {"kind": "text", "from": "kernel-modules/bzImage", "to": "kernel"}],
            "safety": "safe",
        }
    )
    (found,) = make_text_fixes(asked, source, at, at + 24, {})
    assert found.safety is Safety.UNSAFE, "what else the program makes of the path is not known"
    assert apply(source.data, [found], "a.rs").data == b'let image = generation.join("kernel");'
    (said,) = make_text_fixes(
        page._replace(fix={"kind": "manual", "title": "not {path}"}), source, at, at + 24, {"path": "x"}
    )
    assert (said.title, said.safety, said.edits) == ("not x", Safety.MANUAL, ())


def test_a_binding_can_be_removed_with_its_line() -> None:
    asked = asking('((binding) @at (#attribute? @at "modulesTree"))', kind="remove", safety="unsafe")
    text = "{\n  a = 1;\n  system.modulesTree = [ ];\n  b = 2;\n}\n"
    assert fixed_by(asked, text, Safety.UNSAFE) == "{\n  a = 1;\n  b = 2;\n}\n"


# Comments and white space


def gaps(text: bytes) -> list[int]:
    """The offsets between two tokens of Nix source, where white space or a comment can be put."""
    found = []
    pending = [nix.parse(text).root_node]
    while pending:
        node = pending.pop()
        if node.type in (*nix.STRINGS, "path_expression", "spath_expression"):
            found += [node.start_byte, node.end_byte]
        elif node.child_count:
            pending.extend(node.children)
        elif node.type not in ("comment", ".", "string_fragment"):
            found.append(node.start_byte)
    return sorted(set(found))


def script_lines(text: bytes) -> list[int]:
    """The offsets of the lines of the scripts in Nix source, but for those that go on from the line above."""
    found = []
    pending = [nix.parse(text).root_node]
    while pending:
        node = pending.pop()
        pending.extend(node.children)
        if node.type == "string_fragment" and node.parent is not None and node.parent.type.startswith("indented"):
            lines = re.finditer(rb"(?<!\\)\n(?=[ \t]*\w)", text[node.start_byte : node.end_byte])
            found += [node.start_byte + line.end() for line in lines]
    return found


def broken_texts() -> list[bytes]:
    """What --fix mends in the rule pages and in the Nix files of the corpus."""
    cases = [case.text.encode() for one in RULE_SET.rules for case in one.cases if case.kind == "Breaks"]
    for listed in sorted(CORPUS.glob("*/expected.toml")):
        for entry in tomllib.loads(listed.read_text()).get("finding", ()):
            if entry["path"].endswith(".nix") and entry["fixable"] != "manual":
                cases.append((listed.parent / entry["path"]).read_bytes())
    sound = [text for text in dict.fromkeys(cases) if not nix.parse(text).root_node.has_error]
    return [text for text in sound if any(one.safety is not None for one in checked(text))]


def checked(text: bytes) -> tuple[Finding, ...]:
    """What the engine finds, scripts and all."""
    return check_source(Source("a.nix", text, NIX), RULE_SET, Config()).findings


@pytest.fixture(scope="module", name="broken")
def broken_texts_once() -> list[bytes]:
    texts = broken_texts()
    assert len(texts) > 80
    return texts


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_comment_is_lost_wherever_it_stands(broken: list[bytes], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(broken))
    lines = set(script_lines(text))
    places = data.draw(st.lists(st.sampled_from([*gaps(text), *lines]), min_size=1, max_size=5, unique=True))
    fillers = st.sampled_from([b" /* note %d */ ", b"\n# note %d\n", b"\n\n  "])
    for number, at in enumerate(sorted(places, reverse=True)):
        filler = b"  # note %d\n" if at in lines else data.draw(fillers)
        text = text[:at] + (filler % number if b"%d" in filler else filler) + text[at:]
    done = fix_file("a.nix", text, checked, Safety.UNSAFE)
    fixed = done.data("a.nix", text)
    assert done.refused == {}
    assert comments(text) <= comments(fixed)
    assert errors(fixed) <= errors(text)


def comments(text: bytes) -> Counter[bytes]:
    return Counter(re.findall(rb"note \d", text))


def errors(text: bytes) -> int:
    pending, count = [nix.parse(text).root_node], 0
    while pending:
        node = pending.pop()
        count += node.is_error
        pending.extend(node.children)
    return count
