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
