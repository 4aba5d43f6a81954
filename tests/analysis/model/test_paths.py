"""Paths below a value: the shell word that goes on behind it, and the globs that it may fit."""

from __future__ import annotations

import pytest

from splitlint.analysis.model import paths


@pytest.mark.parametrize(
    ("path", "globs", "fits"),
    [
        ("/lib/modules", ["lib/modules"], True),
        ("/lib/modules/", ["lib/modules"], True),
        ("//lib//modules", ["lib/modules"], True),
        ("/./lib/./modules", ["lib/modules"], True),
        ("/lib/modules/6.1/x.ko", ["lib/modules/**"], True),
        ("/lib/modules", ["lib/modules/**"], True),
        ("/lib/modulesX", ["lib/modules/**"], False),
        ("/lib/firmware", ["lib/*"], True),
        ("/lib/a/b", ["lib/*"], False),
        ("/lib/a/b", ["**/b"], True),
        ("/lib/modules/6.1/build/x", ["lib/modules/**", "!lib/modules/*/build/**"], False),
        ("/lib/modules/6.1/kernel", ["lib/modules/**", "!lib/modules/*/build/**"], True),
        ("/lib/*", ["lib/\\*"], True),
        ("/lib/x", ["lib/\\*"], False),
        ("", [""], True),
        ("/", [""], True),
        ("/x", [""], False),
        ("-modules/lib", ["lib"], False),
        ("/lib", [], False),
        ("/a.b", ["a.b"], True),
        ("/aXb", ["a.b"], False),
    ],
)
def test_globs_for_paths(path: str, globs: list[str], fits: bool) -> None:
    assert paths.matches(path, globs) is fits
