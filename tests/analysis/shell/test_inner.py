"""Scripts in scripts."""

from __future__ import annotations

import pytest

from splitlint.analysis.shell.inner import all_uses
from tests.shell_scripts import KERNEL, meaning, shown


def found(script: str) -> list[tuple[str, str, str]]:
    """The commands that get the kernel, with the path below it and what is written where it comes from."""
    outer = meaning(script)
    return [
        (use.command.name, shown(use.path), outer.script.source.text(*use.origin))
        for _, use in all_uses(outer)
        if use.command is not None and use.value.shape == KERNEL.shape
    ]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("sh -c 'ls ${kernel}/lib'", id="in single quotes"),
        pytest.param('bash -euc "ls ${kernel}/lib"', id="in double quotes, options in one word"),
        pytest.param("sh -c 'cd ${kernel} && ls lib'", id="that goes there"),
        pytest.param("${pkgs.bash}/bin/bash -c 'ls ${kernel}/lib'", id="of a package"),
        pytest.param("sudo su x -c 'ls ${kernel}/lib'", id="su"),
        pytest.param("runuser -u x --command 'ls ${kernel}/lib'", id="runuser"),
        pytest.param("chroot /mnt /bin/sh -c 'ls ${kernel}/lib'", id="chroot"),
        pytest.param("nix-shell -p x --run 'ls ${kernel}/lib'", id="nix-shell"),
        pytest.param("trap 'ls ${kernel}/lib' EXIT", id="trap"),
        pytest.param("sh -c \"sh -c 'ls ${kernel}/lib'\"", id="twice"),
        pytest.param("bash <<EOF\nls ${kernel}/lib\nEOF", id="a shell's input"),
        pytest.param("cat > x <<'EOF'\n#!/bin/sh\nls ${kernel}/lib\nEOF", id="written to a file"),
    ],
)
def test_what_a_shell_runs_is_a_script(script: str) -> None:
    assert ("ls", "/lib", "${kernel}") in found(script)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("echo 'ls ${kernel}/lib'", id="a text"),
        pytest.param("sh x 'ls ${kernel}/lib'", id="a script's argument"),
        pytest.param("cat > x <<EOF\nls ${kernel}/lib\nEOF", id="a text in a file"),
        pytest.param("sh -c '# ls ${kernel}/lib'", id="a comment"),
    ],
)
def test_other_text_is_none(script: str) -> None:
    assert "ls" not in [command for command, _, _ in found(script)]


def test_variables_of_the_outer_script_are_known_in_it() -> None:
    assert ("ls", "/lib", "${kernel}") in found('k=${kernel}; sh -c "ls $k/lib"')
    assert ("ls", "/lib", "${kernel}") in found("export k=${kernel}; sh -c 'ls $k/lib'")


def test_scripts_that_stand_in_each_other_end() -> None:
    script = "true"
    for _ in range(6):
        script = "sh -c " + "'" + script.replace("'", "'\\''") + "'"
    assert found(script) == []
