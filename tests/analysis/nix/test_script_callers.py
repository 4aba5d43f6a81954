"""What a script file is given as variables by the Nix files that run it."""

from __future__ import annotations

import pytest

from splitlint.analysis.nix.script_callers import environment_of
from splitlint.files.source import Source
from tests.asking import WORLD, repository_of, told


def given(caller: str, variable: str = "kernel", script: str = "x.sh", text: str = "cp $kernel/lib/modules .\n") -> str:
    """What a variable of a script is, given one Nix file beside it."""
    source = Source(script, text.encode(), "shell")
    repository = repository_of({"default.nix": caller, script: ""})
    value = environment_of(source, WORLD, repository)(variable)
    return told(value) if value is not None else "nothing"


@pytest.mark.parametrize(
    "caller",
    [
        pytest.param("{ stdenv, pkgs }: stdenv.mkDerivation { builder = ./x.sh; kernel = pkgs.linux; }", id="builder"),
        pytest.param("{ stdenv, linux }: stdenv.mkDerivation { builder = ./x.sh; kernel = linux.out; }", id="out"),
        pytest.param(
            "{ stdenv, pkgs }: stdenv.mkDerivation { inherit (pkgs.linuxPackages) kernel; builder = ./x.sh; }",
            id="inherit",
        ),
        pytest.param(
            "{ stdenv, pkgs }: stdenv.mkDerivation { env.kernel = pkgs.linux; builder = ./x.sh; }", id="env, dotted"
        ),
        pytest.param(
            "{ stdenv, pkgs }: stdenv.mkDerivation { env = { kernel = pkgs.linux; }; builder = ./x.sh; }",
            id="env, nested",
        ),
        pytest.param(
            '{ stdenv, pkgs }: stdenv.mkDerivation { kernel = pkgs.linux; args = [ "-e" ./x.sh ]; }', id="an argument"
        ),
        pytest.param(
            "{ stdenv, pkgs }: stdenv.mkDerivation { kernel = pkgs.linux; buildPhase = ''source ${./x.sh}''; }",
            id="source",
        ),
        pytest.param(
            "{ stdenv, pkgs }: stdenv.mkDerivation { kernel = pkgs.linux; buildPhase = builtins.readFile ./x.sh; }",
            id="readFile",
        ),
        pytest.param("{ pkgs }: pkgs.substituteAll { src = ./x.sh; kernel = pkgs.linux; }", id="substituteAll"),
        pytest.param("{ pkgs }: pkgs.replaceVars ./x.sh { kernel = pkgs.linux; }", id="replaceVars"),
    ],
)
def test_a_derivation_gives_its_attributes_to_its_script(caller: str) -> None:
    assert given(caller) in ("kernel", "kernel:out", "kernel:out (medium)")


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        pytest.param("{ pkgs }: pkgs.replaceVars ./x.sh { kernel = pkgs.linux.dev; }", "kernel:dev", id="an output"),
        pytest.param('{ pkgs }: pkgs.replaceVars ./x.sh { kernel = "6.1"; }', '"6.1"', id="a version"),
        pytest.param("{ pkgs }: pkgs.replaceVars ./x.sh { kernel = unknown; }", "kernel (low)", id="nobody knows what"),
        pytest.param("{ pkgs }: pkgs.replaceVars ./y.sh { kernel = pkgs.linux; }", "kernel (low)", id="another script"),
        pytest.param("{ pkgs }: { kernel = pkgs.linux; f = x: ./x.sh; }", "kernel (low)", id="outside of a function"),
        pytest.param(
            "{ linux, f }: [ (f ./x.sh { kernel = linux; }) (f ./x.sh { kernel = 1; }) ]",
            "kernel (medium) | number 1",
            id="two who differ",
        ),
    ],
)
def test_what_else_it_may_be(caller: str, expected: str) -> None:
    assert given(caller) == expected


SUBSTITUTE = "substitute ${./x.sh} $out"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(f"{SUBSTITUTE} --subst-var-by kernel ${{linux}}", "kernel", id="by its name"),
        pytest.param(f"{SUBSTITUTE} --subst-var-by kernel ${{linux.dev}}", "kernel:dev", id="an output"),
        pytest.param(f"{SUBSTITUTE} --replace-fail @kernel@ '${{linux}}'", "kernel", id="by its mark"),
        pytest.param(f"{SUBSTITUTE} --replace '@kernel@' ${{linux}}", "kernel", id="in quotes"),
        pytest.param("sed 's|@kernel@|${linux}|g' ${./x.sh} > $out", "kernel", id="sed"),
        pytest.param("cp ${./x.sh} x; substituteInPlace x --subst-var-by kernel ${linux}", "kernel", id="a copy"),
        pytest.param(f"{SUBSTITUTE} --subst-var-by kernel ${{linux}}/lib", "kernel (low)", id="a path below it"),
        pytest.param(f"{SUBSTITUTE} --subst-var-by linux ${{linux}}", "kernel (low)", id="another mark"),
    ],
)
def test_what_commands_write_for_its_marks(command: str, expected: str) -> None:
    in_text = f"{{ pkgs, linux }}: pkgs.runCommand \"x\" {{ }} ''{command}''"
    in_attribute = f"{{ pkgs, linux }}: pkgs.stdenv.mkDerivation {{ installPhase = ''{command}''; }}"
    for caller in (in_text, in_attribute):
        assert given(caller, text="ls @kernel@/lib/modules") in (expected, f"{expected} (medium)")


def test_commands_give_no_variables() -> None:
    caller = f"{{ pkgs, linux }}: pkgs.runCommand \"x\" {{ }} ''{SUBSTITUTE} --subst-var-by kernel ${{linux.dev}}''"
    assert given(caller, text="ls $kernel/lib/modules") == "kernel (low)"


def test_a_variable_that_nobody_gives_is_a_kernel_by_its_name_at_most() -> None:
    assert given("{ }") == "kernel (low)"
    assert given("{ }", "foo") == "nothing"


def test_the_place_where_it_is_given_is_shown() -> None:
    source = Source("x.sh", b"", "shell")
    caller = "{ pkgs }: pkgs.replaceVars ./x.sh {\n  inherit (pkgs.linuxPackages) kernel;\n}"
    value = environment_of(source, WORLD, repository_of({"d.nix": caller}))("kernel")
    assert value is not None
    assert [(one.path, one.text) for one in value.reasons[:1]] == [("d.nix", "`kernel` is passed to the script here")]
    assert caller.encode()[value.reasons[0].start :].startswith(b"kernel;")


def test_a_script_on_its_own() -> None:
    value = environment_of(Source("x.sh", b"", "shell"), WORLD, None)("kernel")
    assert value is not None
    assert told(value) == "kernel (low)"
