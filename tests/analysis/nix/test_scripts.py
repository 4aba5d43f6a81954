"""Which texts of a Nix file are run, and by what."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.uses import Command, Program
from tests.asking import analysed

_PARAMETERS = (
    "{ pkgs, lib, stdenv, x, y, a, f, foo, old, runCommand, writeScript, writeScriptBin, writeShellApplication, "
    "writeText, writers, shell, ... }:"
)


def run_by(text: str) -> str:
    """What runs the text that says HERE: `shell`, `python` or nothing."""
    uses = analysed(f"{_PARAMETERS} {text.replace('HERE', 'print(1) ${pkgs.linux}/here')}").uses
    sinks = [use.sink for use in uses if use.path == "/here"]
    if any(isinstance(sink, Command) for sink in sinks):
        return "shell"
    return "python" if any(isinstance(sink, Program) for sink in sinks) else "nothing"


@pytest.mark.parametrize(
    "text",
    [
        "{ installPhase = ''HERE''; }",
        "{ postInstall = (old.postInstall or \"\") + ''HERE''; }",
        "{ buildCommand = lib.optionalString x ''HERE''; }",
        "{ boot.initrd.postDeviceCommands = lib.mkBefore ''HERE''; }",
        '{ systemd.services.x.script = "HERE"; }',
        "{ systemd.services.x = { preStart = ''HERE''; }; }",
        "{ system.activationScripts.x = ''HERE''; }",
        "{ system.activationScripts.x.text = ''HERE''; }",
        "{ system.activationScripts.x = { text = ''HERE''; }; }",
        "pkgs.runCommand \"x\" { } ''HERE''",
        "runCommand \"x\" { } (''a'' + ''HERE'')",
        "pkgs.writeShellScriptBin \"x\" ''HERE''",
        "writeShellApplication { name = \"x\"; text = ''HERE''; }",
        "writeScript \"x\" ''HERE''",
        "writeText \"x\" ''\n  #!${stdenv.shell}\n  HERE''",
        "foo ''\n  #!/usr/bin/env bash\n  HERE''",
        "runCommand \"x\" { } ''a ${lib.optionalString y ''HERE''}''",
        "let x = ''\n  mkdir -p $out\n  HERE''; in x",
        "foo ''\n  #!${shell}\n  HERE''",
        "{ script = if a then ''HERE'' else ''''; }",
    ],
)
def test_a_script_is_told_by_what_is_around_it(text: str) -> None:
    assert run_by(text) == "shell"


@pytest.mark.parametrize(
    "text",
    [
        "{ testScript = ''HERE''; }",
        '{ meta.description = "HERE"; }',
        "writeScriptBin \"x\" ''\n  #!/usr/bin/env python3\n  HERE''",
        "writers.writePython3 \"x\" { } ''HERE''",
        "runCommand \"HERE\" { } ''x''",
        "writeText \"x\" ''HERE''",
    ],
)
def test_other_text_is_told_as_well(text: str) -> None:
    assert run_by(text) != "shell"


@pytest.mark.parametrize("text", ['{ a = "HERE"; }', '"HERE"', 'f "HERE"', "{ x.text = ''\n  find it\n HERE''; }"])
def test_where_nothing_tells_nothing_is_said(text: str) -> None:
    assert run_by(text) == "nothing"
