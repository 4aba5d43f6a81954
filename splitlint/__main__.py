"""The program: `splitlint`, and `python -m splitlint`."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from splitlint.startup.kept_modules import KeptModules
    from splitlint.startup.kept_patterns import KeptPatterns


def run() -> NoReturn:
    """Runs the command line."""
    # Nothing that is imported becomes garbage, and looking for it takes 1 ms.
    gc.set_threshold(50_000, 20, 20)
    from splitlint.startup import kept_modules, kept_patterns

    patterns, modules = kept_patterns.use(), kept_modules.use()
    from splitlint.cli.main import entry

    entry(lambda: _keep(modules, patterns))


def _keep(modules: KeptModules, patterns: KeptPatterns | None) -> None:
    modules.keep(_replace)
    if patterns is not None:
        patterns.keep(_replace)


def _replace(path: str, data: bytes) -> None:
    from splitlint.files.drafts import replace_file

    replace_file(path, data)


if __name__ == "__main__":
    # `python -m` looks for modules in the current folder first, and that may be a stranger's.
    own = os.path.realpath(os.path.dirname(os.path.dirname(__file__)))
    sys.path[:] = [
        path
        for path in sys.path
        if os.path.realpath(path) != os.path.realpath(os.curdir) or os.path.realpath(path) == own
    ]
    run()
