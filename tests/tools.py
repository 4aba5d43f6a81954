"""External tools that some tests need."""

from __future__ import annotations

import os
import shutil

import pytest

REQUIRED = "SPLITLINT_REQUIRE_TOOLS"


def need(tool: str, package: str) -> str:
    """The path of an executable; skips the test where it is missing, or fails it if tools are required.

    `package` is the Debian package that brings it. `SPLITLINT_REQUIRE_TOOLS=1` requires every tool.
    """
    path = shutil.which(tool)
    if path is not None:
        return path
    message = f"this test needs {tool}: apt-get install {package}"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(message)
    pytest.skip(message)
