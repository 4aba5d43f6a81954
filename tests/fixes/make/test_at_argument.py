"""Where a function of nixpkgs makes a path of a package, the package is what fixes change, and nothing around it."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Safety
from splitlint.fixes.apply.apply import fix_file
from tests.asking import RULE_SET


def fixed(expression: str) -> str:
    head = b"{ pkgs, lib }:\n"

    def check(data: bytes) -> tuple[Finding, ...]:
        return check_source(Source("a.nix", data, NIX), RULE_SET, Config()).findings

    data = head + expression.encode()
    return fix_file("a.nix", data, check, Safety.UNSAFE).data("a.nix", data).removeprefix(head).decode()


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ('lib.getExe\' pkgs.glibc "getent"', 'lib.getExe\' pkgs.getent "getent"'),
        ('lib.getExe\' (lib.getOutput "bin" pkgs.glibc) "getent"', 'lib.getExe\' pkgs.getent "getent"'),
        ('lib.flip lib.getExe\' "getent" pkgs.glibc', 'lib.flip lib.getExe\' "getent" pkgs.getent'),
        (
            'lib.getExe\' pkgs.postgresql "pg_config"',
            'lib.getExe\' (lib.getOutput "pg_config" pkgs.postgresql) "pg_config"',
        ),
        ('"${lib.getExe\' pkgs.glibc "getent"} hosts"', '"${lib.getExe\' pkgs.getent "getent"} hosts"'),
    ],
)
def test_the_package_is_changed(broken: str, right: str) -> None:
    assert fixed(broken) == right


@pytest.mark.parametrize(
    "kept",
    [
        'map (lib.flip lib.getExe\' "getent") [ pkgs.glibc ]',
        'let path = p: "${p}/bin/getent"; in path pkgs.glibc.bin',
        'let path = { p }: "${p}/bin/getent"; in path { p = pkgs.glibc.bin; }',
    ],
)
def test_what_others_may_be_given_or_is_made_of_several_stays(kept: str) -> None:
    assert fixed(kept) == kept
