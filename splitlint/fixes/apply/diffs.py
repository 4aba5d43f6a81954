"""Changes as patches that `git apply` takes, and as lines that a terminal may show."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable

from splitlint.untrusted.escapes import visible

#: As git writes them in quoted names (quote.c, `cq_lookup`).
_LETTERS = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def unified_diff(path: str, old: bytes, new: bytes) -> str:
    """The change of one file as `git apply` takes it; empty if there is none.

    Bytes that are not UTF-8 become lone surrogates (`surrogateescape`).
    """
    return "".join(
        _terminated(difflib.unified_diff(_lines(old), _lines(new), _named(f"a/{path}"), _named(f"b/{path}")))
    )


def for_terminal(diff: str) -> str:
    """A patch for the eyes: nothing in it acts on a terminal, so that it is one no more where something would."""
    return "".join(f"{visible(line.removesuffix(_RETURN), kept=_TAB)}\n" for line in diff.split("\n")[:-1])


_TAB = "\t"
_RETURN = "\r"


def _named(name: str) -> str:
    """A name as it stands in the head of a patch: quoted as git does it where it could be taken for something else."""
    if not name.isprintable() or '"' in name or "\\" in name:
        return '"' + "".join(map(_quoted, os.fsencode(name))) + '"'
    # A tab ends a name that has blanks in it.
    return name + _TAB if " " in name else name


def _quoted(byte: int) -> str:
    if byte in _LETTERS:
        return "\\" + _LETTERS[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _terminated(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
