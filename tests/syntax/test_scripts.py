"""Which strings of Nix source are shell scripts."""

from __future__ import annotations

import pytest

from splitlint.syntax import nix, shell
from splitlint.syntax.scripts import is_shell


def judged(text: str) -> bool | None:
    """The judgement on the string that says HERE."""
    tree = nix.parse(text.encode())
    strings = [node for node, _ in shell.walk(tree.root_node) if node.type in nix.STRINGS]
    return is_shell(next(node for node in reversed(strings) if "HERE" in nix.node_text(node)))


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
    assert judged(text) is True


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
    assert judged(text) is False


@pytest.mark.parametrize("text", ['{ a = "HERE"; }', '"HERE"', 'f "HERE"', "{ x.text = ''\n  find it\n HERE''; }"])
def test_where_nothing_tells_nothing_is_said(text: str) -> None:
    assert judged(text) is None
