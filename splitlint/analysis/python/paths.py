"""Where Python code names a path: in `.py` files and in Nix strings that are Python.

Paths are followed through variables, functions of the same file, `os.path`, `pathlib`, `%`, `.format` and
f-strings. Strings that are only shown to people are said to be messages; docstrings and regexes are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from splitlint.analysis.model.path_fits import Fit, fits
from splitlint.analysis.python.python_path import MESSAGE, PRINTED, PythonPath
from splitlint.syntax.embedded import Script
from splitlint.syntax.python import Unparsed, parse


def path_uses(script: Script) -> tuple[PythonPath, ...] | Unparsed:
    """Every path that the script (Python) puts together, in the order of the file, or why it cannot be read.

    A place that can be several paths is there once for each. Never raises.
    """
    tree = parse(script.text)
    if isinstance(tree, Unparsed):
        return tree
    from splitlint.analysis.python.uses import uses_of

    return uses_of(tree, script).paths


def matching(uses: Sequence[PythonPath], globs: Sequence[str]) -> list[tuple[PythonPath, Fit]]:
    """The uses that a glob fits (see `path_fits.fits`), each place once, the surest path first.

    Messages are left out.
    """
    best: dict[tuple[int, int], tuple[PythonPath, Fit]] = {}
    for use in uses:
        if use.use in (MESSAGE, PRINTED):
            continue
        fit = fits(use.path, globs)
        if fit is Fit.NO or (use.leading and fits(use.leading, globs) is not Fit.NO):
            continue
        place = (use.start, use.end)
        if place not in best or best[place][1] < fit:
            best[place] = (use, fit)
    return list(best.values())
