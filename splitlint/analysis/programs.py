"""The paths in programs that a rule's globs name: one question for Python, and for any other language by text."""

from __future__ import annotations

from collections.abc import Sequence

from splitlint.analysis.model.path_fits import Fit
from splitlint.analysis.model.texts import shown
from splitlint.analysis.model.values import Text
from splitlint.analysis.python import paths
from splitlint.analysis.python.python_path import COMPARED, PythonPath
from splitlint.analysis.text import literals
from splitlint.files.languages import PYTHON
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.startup.records import dataclass
from splitlint.syntax.embedded import Script, text_of_file
from splitlint.syntax.python import Unparsed

_PYTHON = {Fit.MAYBE: Confidence.LOW, Fit.LIKELY: Confidence.MEDIUM, Fit.YES: Confidence.HIGH}


@dataclass(frozen=True, slots=True)
class ProgramPath:
    """A place in a program where a wanted path is named: bytes `start` to `end` of the file.

    `shown` is the path for a message, `reason` says how it is known, `writes` that the path is created there.
    """

    path: Text
    start: int
    end: int
    confidence: Confidence
    shown: str
    reason: str
    writes: bool = False


def paths_in_file(source: Source, globs: Sequence[str]) -> tuple[ProgramPath, ...] | Unparsed:
    """The paths of a program file that a glob fits (`path_fits.fits`); `Unparsed` for Python that is none."""
    if source.language == PYTHON:
        return paths_in_python(text_of_file(source), globs)
    suffix = source.path.rpartition("/")[2].rpartition(".")[2]
    found = literals.matching(literals.text_paths(source.data, suffix), globs)
    return tuple(_by_text(one, fit) for one, fit in found)


def paths_in_python(script: Script, globs: Sequence[str]) -> tuple[ProgramPath, ...] | Unparsed:
    """The same for Python, in a file (`text_of_file`) or in a Nix string (`text_of`)."""
    uses = paths.path_uses(script)
    if isinstance(uses, Unparsed):
        return uses
    return tuple(_by_python(use, fit) for use, fit in paths.matching(uses, globs))


def _by_python(use: PythonPath, fit: Fit) -> ProgramPath:
    confidence = _PYTHON[fit]
    if use.use == COMPARED:
        confidence = min(confidence, Confidence.MEDIUM)
    path = shown(use.path)
    return ProgramPath(use.path, use.start, use.end, confidence, path, f"this is the path `{path}`", use.writes)


def _by_text(one: literals.TextPath, fit: Fit) -> ProgramPath:
    confidence = min(_PYTHON[fit], Confidence.MEDIUM)
    path = shown(one.path)
    return ProgramPath(one.path, one.start, one.end, confidence, path, f"a string here reads `{path}`", one.writes)
