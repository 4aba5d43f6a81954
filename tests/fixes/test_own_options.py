"""Fixes of what an option of the repository's own holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.cli.main import main

MODULE = """\
{ config, lib, pkgs, ... }:
let
  cfg = config.services.guests;
in
{
  options.services.guests.base = lib.%s;
  config.systemd.services.list.script = ''
    ls ${cfg.base}/lib/modules
  '';
}
"""


@pytest.mark.parametrize(
    "option",
    ['mkPackageOption pkgs "linux_6_12" { }', "mkOption { default = pkgs.linux_6_12; }"],
    ids=["by mkPackageOption", "by its default"],
)
def test_the_output_is_taken_where_the_option_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.chdir(tmp_path)
    module = Path("module.nix")
    module.write_text(MODULE % option)
    main(["check", "--fix", "--isolated", "."])
    assert module.read_text() == (MODULE % option).replace("${cfg.base}", '${lib.getOutput "modules" cfg.base}')
    assert main(["check", "--isolated", "."]) == 0


@pytest.mark.parametrize(
    "taken",
    [
        'lib.getOutput "modules" cfg.base',
        "cfg.base.modules or cfg.base",
        "if cfg.base ? modules then cfg.base.modules else cfg.base",
        '(lib.getOutput "modules" config.services.guests.base)',
        "cfg.base.modules",
    ],
)
def test_what_takes_the_right_output_of_an_option_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    monkeypatch.chdir(tmp_path)
    module = MODULE % "mkOption { default = pkgs.linux_6_12; }"
    closure = "  config.x = pkgs.makeModulesClosure { kernel = cfg.base; rootModules = [ ]; };\n}\n"
    Path("module.nix").write_text((module.removesuffix("}\n") + closure).replace("cfg.base", taken))
    assert main(["check", "--isolated", "."]) == 0
