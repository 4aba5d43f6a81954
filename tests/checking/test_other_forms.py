"""The same code written otherwise is found as well: arguments in steps, pipes, scopes, names that are inherited."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_files
from splitlint.config import Config
from splitlint.files.discover import File
from tests.test_rules import RULE_SET


def rules_at(code: str) -> list[tuple[int, str]]:
    """The lines of findings, and their rules."""
    files = [File("case.nix", "case.nix")]
    found = check_files(files, RULE_SET, Config(), read=lambda file: code.encode()).findings
    return sorted((one.span.line, one.rule) for one in found)


SCRIPT = """''
  k=${pkgs.linux}
  tar -C "$k" -cf modules.tar .
''"""

FORMS = {
    "a writer that got its name before": f'{{ pkgs }}: let write = pkgs.writeShellScript "pack"; in write {SCRIPT}',
    "a builder that is mapped": f'{{ pkgs }}: map (pkgs.runCommand "pack" {{ }}) [ {SCRIPT} ]',
    "a builder with its arguments turned round": f'{{ pkgs, lib }}: lib.flip (pkgs.runCommand "x") {SCRIPT} {{ }}',
    "a script in a pipe": f'{{ pkgs, lib }}: lib.pipe {SCRIPT} [ (pkgs.runCommand "x" {{ }}) ]',
    "a builder in parentheses": f'{{ pkgs }}: (pkgs.runCommand "x" {{ }}) {SCRIPT}',
}


@pytest.mark.parametrize("form", FORMS)
def test_a_script_is_one_whenever_its_builder_gets_it(form: str) -> None:
    assert rules_at(FORMS[form]) == [(2, "whole-output-search")]


@pytest.mark.parametrize(
    "config",
    [
        "lib.pipe { environment.systemPackages = [ pkgs.kmod k ]; } [ (lib.mkIf cond) ]",
        "(lib.mkIf cond) { environment.systemPackages = [ pkgs.kmod k ]; }",
        "lib.flip lib.mkIf { environment.systemPackages = [ pkgs.kmod k ]; } cond",
        "let onlyIf = lib.mkIf cond; in onlyIf { environment.systemPackages = [ pkgs.kmod k ]; }",
        "lib.id { environment.systemPackages = [ pkgs.kmod k ]; }",
    ],
)
def test_options_are_set_by_whatever_gives_back_what_sets_them(config: str) -> None:
    code = "{ config, lib, pkgs, cond, ... }:\nlet k = config.boot.kernelPackages.kernel; in {\nconfig = %s;\n}"
    assert rules_at(code % config) == [(3, "build-env")]


def test_a_set_of_packages_has_no_options() -> None:
    code = "{ config, lib, pkgs, cond, ... }:\n{ x = lib.const { environment.systemPackages = [ pkgs.linux ]; } 1; }"
    assert rules_at(code) == []


@pytest.mark.parametrize("scope", ["pkgs.linuxPackages", "config.boot.kernelPackages", "pkgs.linuxPackages_6_12"])
def test_what_a_set_for_a_kernel_lacks_comes_from_nixpkgs(scope: str) -> None:
    code = f"""{{ pkgs, config, ... }}:
{scope}.callPackage ({{ buildEnv, kmod, kernel, linux_latest, runCommand }}: {{
  env = buildEnv {{ name = "boot"; pathsToLink = [ "/bin" "/lib/modules" ]; paths = [ kmod kernel ]; }};
  copy = runCommand "copy" {{ }} "cp -r ${{linux_latest}}/lib/modules $out";
}}) {{ }}"""
    assert rules_at(code) == [(3, "build-env"), (4, "modules-path")]


def test_an_output_is_chosen_by_inheriting_it() -> None:
    code = '{ pkgs }:\nlet inherit (pkgs.linux) out; in "${out}/lib/modules"'
    assert rules_at(code) == [(2, "explicit-output")]
    assert rules_at('{ pkgs }: pkgs.runCommand "x" { k = pkgs.linux; } "mkdir ${out}/lib/modules"') == []


def test_an_attribute_is_asked_for_without_a_blank() -> None:
    code = '{ pkgs }:\nwith pkgs; "${if linux?modules then linux.modules else linux.dev}/lib/modules"'
    assert rules_at(code) == [(2, "dev-fallback")]


OVERRIDES = {
    "the old ones and more": "old: old // { KCFLAGS = flags; }",
    "the old ones updated": "old: lib.recursiveUpdate old { KCFLAGS = flags; }",
    "merged": "old: lib.mergeAttrs old { KCFLAGS = flags; }",
    "turned round": "lib.flip lib.recursiveUpdate { KCFLAGS = flags; }",
    "whatever the old ones are": "lib.const { KCFLAGS = flags; }",
}


@pytest.mark.parametrize("form", OVERRIDES)
def test_what_an_override_adds_is_what_it_changes(form: str) -> None:
    code = f"{{ pkgs, lib, flags }}:\npkgs.linux.overrideAttrs ({OVERRIDES[form]})"
    assert rules_at(code) == [(2, "override-env")]


def test_what_a_package_has_already_is_no_change() -> None:
    code = "{ pkgs }: pkgs.linux.overrideAttrs (old: old // { dontStrip = true; })"
    assert rules_at(code) == []


@pytest.mark.parametrize(
    "asked",
    [
        "stdenv.hostPlatform.isMips",
        "stdenv.hostPlatform.isMips64 || stdenv.hostPlatform.isRiscV64",
        "let inherit (stdenv.hostPlatform) isPower64; in isPower64",
        'lib.hasPrefix "mips" stdenv.hostPlatform.system',
        '!(lib.elem stdenv.hostPlatform.system [ "x86_64-linux" "aarch64-linux" ])',
        "stdenv.hostPlatform.isBigEndian",
        "!stdenv.hostPlatform.isx86 && !stdenv.hostPlatform.isAarch64",
    ],
)
def test_what_only_platforms_run_that_have_the_file_is_right(asked: str) -> None:
    code = "{ lib, stdenv, linux, runCommand }:\nrunCommand "
    code += f'"x" {{ }} (lib.optionalString ({asked}) "cp ${{linux}}/vmlinux $out")'
    assert rules_at(code) == []
    assert rules_at(code.replace(f"({asked})", f"(!({asked}))")) == [(2, "vmlinux")]


def test_one_of_several_platforms_is_enough_for_a_finding() -> None:
    asked = "stdenv.hostPlatform.isMips || stdenv.hostPlatform.isAarch64"
    code = f'{{ lib, stdenv, linux }}: lib.optionalString ({asked}) "cp ${{linux}}/vmlinux $out"'
    assert rules_at(code) == [(1, "vmlinux")]


@pytest.mark.parametrize(
    "declared",
    [
        "types.either types.str (types.submodule module)",
        "types.nullOr (types.either (types.submodule module) types.path)",
        "types.oneOf [ types.str types.path (types.submodule module) ]",
        "types.coercedTo types.str (x: { }) (types.submodule module)",
        "types.addCheck (types.submodule module) (x: true)",
    ],
)
@pytest.mark.parametrize("default", ["", "default = null; "])
def test_an_option_may_be_of_any_of_its_types(declared: str, default: str) -> None:
    code = f"""{{ config, lib, pkgs, ... }}:
let inherit (lib) types; module.options.pkg = lib.mkOption {{ default = pkgs.linux; }}; in {{
  options.lab.guest = lib.mkOption {{ {default}type = {declared}; }};
  config.environment.etc.mods.source = "${{config.lab.guest.pkg}}/lib/modules";
}}"""
    assert rules_at(code) == [(4, "link-entry")]


def test_the_parameters_that_a_script_sets_itself_are_known() -> None:
    code = "{ pkgs }:\npkgs.runCommand \"x\" { } ''\n  set -- ${pkgs.linux} %s\n  cp -r $%d/lib/modules $out\n''"
    assert rules_at(code % ("b", 1)) == [(3, "shell-variable")]
    assert rules_at(code % ("b", 2)) == []


def test_modules_of_another_kernel_do_not_make_up_for_those_that_are_missing() -> None:
    code = """{ pkgs }:
pkgs.runCommand "x" { } ''
  cp -r ${pkgs.linux_6_12}/* $out/
  cp -r ${pkgs.%s.modules}/* $out/
''"""
    assert rules_at(code % "linux_6_6") == [(3, "whole-output-search")]
    assert rules_at(code % "linuxPackages_6_12.kernel") == []
    assert rules_at(code % "linux") == []


def test_who_leaves_out_other_files_wants_the_modules() -> None:
    code = '{ pkgs }:\npkgs.runCommand "x" { } "rsync -a %s ${pkgs.linux}/ $out/"'
    for option in ("--exclude=dtbs", "--exclude dtbs", "--exclude='/dtbs'", "--exclude=bzImage"):
        assert rules_at(code % option) == [(2, "whole-output-search")]
    assert rules_at(code % "--include=bzImage") == []
