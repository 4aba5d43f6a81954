"""A place where Python code puts a path together, as a value."""

from __future__ import annotations

from splitlint.analysis.model.values import NO_TEXT, Text
from splitlint.startup.records import dataclass

PATH, COMMAND, MESSAGE, COMPARED, PRINTED = "path", "command", "message", "compared", "printed"


@dataclass(frozen=True, slots=True)
class PythonPath:
    """One place where a path is put together.

    `path` is one of the paths that it can be; `start` and `end` are bytes of the file. `leading` is what the
    expression begins with, where that is a variable or a function of the file: a fault that is already there
    is not this place's own. `use`: it is a path; a word of a command; text for people; only compared with; or
    printed as it is.
    `function` is the dotted name of the function that it is passed to, import aliases undone, or "".
    `writes`: it is created there. `kind` is the type of the syntax node. `variable` is the one that it begins with.
    """

    path: Text
    start: int
    end: int
    kind: str
    use: str = PATH
    function: str = ""
    writes: bool = False
    leading: Text = NO_TEXT
    variable: str = ""
