"""Names that a repository defines by themselves: evaluation must not go round for ever and give up the whole file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from splitlint.cli.main import main

OVERLAY = """\
final: prev: {
  tool = if prev.stdenv.isLinux then prev.tool.override { small = true; } else prev.tool;
  there = final.back;
  back = final.there;
}
"""
OPTIONS = """\
{ lib, config, ... }:
{
  options.my.there = lib.mkOption { default = config.my.back; };
  options.my.back = lib.mkOption { default = config.my.there; };
}
"""
READERS = [
    pytest.param('"${lib.getDev pkgs.tool}/include"', id="an output of what is overridden on some platforms"),
    pytest.param("pkgs.tool ? modules", id="an attribute asked for"),
    pytest.param('"${lib.getDev pkgs.there}/include"', id="an output of one of two packages that are each other"),
    pytest.param('"${lib.getOutput "modules" config.my.there}/x"', id="an output of one of two such options"),
    pytest.param('"${config.my.there.modules}/x"', id="an output selected from an option"),
    pytest.param("if config.my.there ? modules then 1 else 2", id="an attribute of an option asked for"),
]


@pytest.mark.parametrize("reader", READERS)
def test_the_rest_of_the_file_is_checked(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("overlay.nix").write_text(OVERLAY)
    Path("options.nix").write_text(OPTIONS)
    Path("a.nix").write_text(
        f'{{ pkgs, lib, config, linux, ... }}:\n{{\n  x = {reader};\n  y = "${{linux}}/lib/modules";\n}}\n'
    )
    main(["check", "--isolated", "--format", "json", "."])
    result = json.loads(capsys.readouterr().out)
    assert [(one["path"], one["line"], one["rule"]) for one in result["findings"]] == [("a.nix", 4, "modules-path")]
