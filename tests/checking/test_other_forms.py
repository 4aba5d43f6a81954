"""The same code written otherwise is found as well: arguments in steps, pipes, scopes, names that are inherited."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from tests.test_rules import RULE_SET


def rules_at(code: str) -> list[tuple[int, str]]:
    """The lines of findings, and their rules."""
    found = check_source(Source("case.nix", code.encode(), NIX), RULE_SET, Config()).findings
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
