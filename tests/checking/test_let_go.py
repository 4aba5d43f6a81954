"""What was worked out for a file is let go of with it, and does not wait for the garbage collector."""

from __future__ import annotations

import gc

import pytest

from splitlint.analysis.eval.environment import Environment
from splitlint.analysis.nix.analyse import analyse, let_go
from splitlint.analysis.shell.uses import ShellMeaning
from splitlint.files.source import Source
from tests.asking import WORLD
from tests.checking.test_inspect_file import findings

NIX = """{ pkgs, kernel ? pkgs.linux }:
let tree = f { inherit kernel; }; f = { kernel }: rec { out = kernel; path = "${out}/lib/modules"; };
in pkgs.runCommand "x" { inherit kernel; } ''
  cp -r ${tree.path} $out
  sh -c "ls $kernel/lib/modules"
''
"""


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("a.nix", NIX, id="a Nix file with a script"),
        pytest.param("a.sh", 'K=$kernel\nsh -c "cp -r $K/lib/modules $out"\n', id="a script file"),
    ],
)
def test_nothing_is_left_for_the_collector(path: str, code: str) -> None:
    findings(path, code)
    gc.collect()
    before = _alive()
    gc.disable()
    try:
        assert findings(path, code)
        assert _alive() == before
    finally:
        gc.enable()


def _alive() -> int:
    """How many environments and scripts there are, whether or not anybody can reach them."""
    return sum(isinstance(one, Environment | ShellMeaning) for one in gc.get_objects())


def test_what_is_known_of_a_file_stays_as_long_as_it_is_asked() -> None:
    file = analyse(Source("a.nix", b'{ kernel }: "${kernel}/lib/modules"'), WORLD)
    with let_go():
        analyse(Source("b.nix", b'{ kernel }: "${kernel}/lib/modules"'), WORLD)
    assert [use.path for use in file.uses] == ["/lib/modules"]
