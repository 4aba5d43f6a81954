"""What the scripts of a Nix file do with packages: what they see as variables, lists, trees that are put together."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.uses import Command, Program, Use, Written
from splitlint.analysis.model.values import Package
from tests.asking import analysed


def uses(code: str, path: str = "/lib/x") -> list[Use]:
    """The uses of the whole kernel by a path, in commands of the scripts in a file."""
    return [
        use
        for use in analysed(code).uses
        if use.path == path
        and isinstance(use.sink, Command)
        and isinstance(use.value.shape, Package)
        and use.value.shape.output is None
    ]


def written(code: str) -> list[str]:
    """What stands where the values of these uses are written."""
    return [code.encode()[use.place.start : use.place.end].decode() for use in uses(code)]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("{ pkgs }: pkgs.runCommand \"x\" { k = pkgs.linux; } ''ls $k/lib/x''", id="runCommand"),
        pytest.param("{ pkgs }: pkgs.runCommand \"x\" { env.k = pkgs.linux; } ''ls $k/lib/x''", id="env"),
        pytest.param("{ pkgs }: pkgs.mkShell { k = pkgs.linux; shellHook = ''ls $k/lib/x''; }", id="a shell"),
        pytest.param(
            "{ pkgs }: pkgs.writeShellApplication { runtimeEnv = { k = pkgs.linux; }; text = ''ls $k/lib/x''; }",
            id="an application",
        ),
        pytest.param(
            "{ pkgs }: pkgs.runCommandWith { derivationArgs = { k = pkgs.linux; }; } ''ls $k/lib/x''",
            id="runCommandWith",
        ),
        pytest.param(
            "{ pkgs, ... }: { systemd.services.a = { environment.k = pkgs.linux; script = ''ls $k/lib/x''; }; }",
            id="a service",
        ),
        pytest.param(
            "{ pkgs }: { systemd.services.a = { environment = { k = pkgs.linux; }; preStart = ''ls $k/lib/x''; }; }",
            id="a service with a set",
        ),
        pytest.param("{ pkgs, f }: f { k = pkgs.linux; buildPhase = ''ls $k/lib/x''; }", id="an unknown builder"),
        pytest.param(
            "{ pkgs }: pkgs.hello.overrideAttrs (old: { k = pkgs.linux; postInstall = ''ls $k/lib/x''; })",
            id="an override",
        ),
        pytest.param("{ pkgs }: pkgs.runCommand \"x\" { k = [ pkgs.hello pkgs.linux ]; } ''ls $k/lib/x''", id="a list"),
        pytest.param(
            "{ pkgs }: pkgs.runCommand \"x\" { k = [ pkgs.linux ]; } ''for t in $k; do ls $t/lib/x; done''",
            id="the words of a list",
        ),
        pytest.param(
            '{ pkgs, more ? [ ] }: pkgs.runCommand "x" { k = toString ([ pkgs.linux ] ++ more); } '
            "''for t in $k; do ls $t/lib/x; done''",
            id="the words of a text",
        ),
    ],
)
def test_what_a_script_is_given_as_a_variable(code: str) -> None:
    assert written(code) == ["pkgs.linux"]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("{ pkgs }: pkgs.runCommand \"x\" { k = pkgs.linux; } ''k=/y; ls $k/lib/x''", id="assigned"),
        pytest.param("{ pkgs }: { k = pkgs.linux; a = pkgs.runCommand \"x\" { } ''ls $k/lib/x''; }", id="not its own"),
        pytest.param(
            "{ pkgs }: { systemd.services = { a.environment.k = pkgs.linux; b.script = ''ls $k/lib/x''; }; }",
            id="another service's",
        ),
        pytest.param("{ pkgs }: pkgs.runCommand \"x\" { k = pkgs.linux; } ''# ls $k/lib/x\n''", id="a comment"),
    ],
)
def test_what_it_is_not_given(code: str) -> None:
    assert written(code) == []


def test_a_derivation_that_is_made_twice_gives_its_script_both_values() -> None:
    code = (
        "{ pkgs }: let f = k: pkgs.runCommand \"x\" { inherit k; } ''ls $k/lib/x''; in "
        "[ (f pkgs.linux) (f pkgs.linux.dev) (f pkgs.hello) ]"
    )
    assert len(uses(code)) == 1


@pytest.mark.parametrize(
    ("script", "attributes"),
    [
        ("cp -r ${tree}/lib/x $out", ""),
        ("cp -r $tree/lib/x $out", "inherit tree;"),
        ("cd ${tree}; cp -r lib/x $out", ""),
        ("ln -s ${tree} t; cp -r t/lib/x $out", ""),
    ],
)
def test_trees_that_are_put_together_are_each_of_them(script: str, attributes: str) -> None:
    def found(trees: str) -> list[Use]:
        tree = f'let tree = pkgs.symlinkJoin {{ name = "t"; paths = [ {trees} ]; }}; in'
        return uses(f"{{ pkgs }}: {tree} pkgs.runCommand \"x\" {{ {attributes} }} ''{script}''")

    assert [use.is_written for use in found("pkgs.linux pkgs.hello")] == [False]
    assert found("pkgs.linux pkgs.linux.modules") == []
    assert found("pkgs.hello") == []


@pytest.mark.parametrize(("outputs", "paths"), [('[ "modules" ]', []), ('[ "dev" ]', ["/lib/x"]), ("[ ]", ["/lib/x"])])
def test_trees_that_are_put_together_with_more_of_their_outputs(outputs: str, paths: list[str]) -> None:
    tree = f'pkgs.buildEnv {{ name = "t"; paths = [ pkgs.linux ]; extraOutputsToInstall = {outputs}; }}'
    code = f'{{ pkgs }}: let t = {tree}; in pkgs.runCommand "x" {{ }} "cp -r ${{t}}/lib/x $out"'
    assert [use.path for use in uses(code)] == paths


@pytest.mark.parametrize(
    "code",
    [
        "{ pkgs }: pkgs.runCommand \"x\" { } ''\n  # ${pkgs.linux}/lib/x\n  true # ${pkgs.linux}/lib/x\n''",
        "{ pkgs }: pkgs.runCommand \"x\" { } (''true\n'' + ''# ${pkgs.linux}/lib/x\n'')",
        "{ pkgs, lib }: { boot.postBootCommands = lib.mkAfter ''\n  # ${pkgs.linux}/lib/x\n''; }",
        "{ pkgs }: pkgs.writeScript \"x\" ''\n  #!/bin/sh\n  #${pkgs.linux}/lib/x\n''",
        "{ pkgs }: pkgs.runCommand \"x\" { } ''\n  cat > $out <<EOF\n  # ${pkgs.linux}/lib/x\n  EOF\n''",
        "{ pkgs, lib }: pkgs.runCommand \"x\" { } ''\n  # ${lib.optionalString true \"${pkgs.linux}/lib/x\"}\n''",
    ],
)
def test_what_stands_in_a_comment_is_no_use(code: str) -> None:
    told = (use for use in analysed(code).uses if isinstance(use.sink, Command | Written | Program))
    assert [use.path for use in told] == []


def test_a_text_that_several_run_is_told_once() -> None:
    code = (
        "{ pkgs }: let s = ''ls ${pkgs.linux}/lib/x''; in map (f: f \"a\" s) [ pkgs.writeShellScript pkgs.writeScript ]"
    )
    assert written(code) == ["pkgs.linux"]
