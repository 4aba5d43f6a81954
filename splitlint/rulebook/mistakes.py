"""Mistakes in pages and packs: where in the file they stand, and what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from splitlint.untrusted.small_files import ReadError, read_text

#: A name, or the number (from 0) of the table of a name: `("use", 1)` is the second `[[use]]`.
Step = str | tuple[str, int]


def line_of(path: str, steps: Iterable[Step]) -> int | None:
    """The 1-based line of what stands in the TOML of a page or pack, reached by keys and then a value.

    None where the file, or the first step, is not found: then the file is all that can be named.
    """
    try:
        text = read_text(path, None)
    except ReadError:
        return None
    if text is None:
        return None
    first, end = _toml(text)
    text = text[:end]
    at: int | None = None
    for step in steps:
        begin = first if at is None else at
        found = _table(text, begin, *step) if isinstance(step, tuple) else _key(text, begin, step)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1 if at is not None else None


def _toml(text: str) -> tuple[int, int]:
    """Where the TOML of a page begins and ends: a block under `## Definition`; a pack has nothing else."""
    heading = re.search(r"^## Definition *$", text, re.MULTILINE)
    block = re.compile(r"^(`{3,})toml\n(.*?)^\1", re.MULTILINE | re.DOTALL).search(
        text, heading.end() if heading else 0
    )
    return (block.start(2), block.end(2)) if heading is not None and block is not None else (0, len(text))


def _table(text: str, at: int, name: str, number: int) -> int | None:
    found = list(re.finditer(rf"^[ \t]*\[\[{re.escape(name)}\]\]", text[at:], re.MULTILINE))
    return found[number].start() + at if number < len(found) else None


def _key(text: str, at: int, name: str) -> int | None:
    quoted = rf"[\"']?{re.escape(name)}[\"']?"
    key = re.compile(rf"(?:^|[{{,.\[])[ \t]*({quoted})[ \t]*(?:=|\]|\.)", re.MULTILINE).search(text, at)
    if key is not None:
        return key.start(1)
    value = text.find(name, at)
    return value if value >= 0 else None


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that a mistaken one is nearest to, as the end of a sentence; all of them if none is near."""
    names = sorted(known)
    close = get_close_matches(word, names, 1)
    return f"; did you mean `{close[0]}`?" if close else f"; there are {', '.join(names)}"
