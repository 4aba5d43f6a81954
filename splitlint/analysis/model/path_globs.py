"""Globs for the paths below a value, as regexes that do not backtrack (see `startup/globs.py` for why that can be)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache


def _literally(part: str) -> str:
    return re.escape(part.replace("\\*", "*"))


#: Characters of a path; Linux takes no longer ones. What is longer is no path that anybody reads.
LONGEST = 4096


@lru_cache(maxsize=512)
def pattern(glob: str) -> re.Pattern[str]:
    """The regex that a path (with a slash before every name) fits as a whole where it fits a glob.

    See `pathuse.matches`.
    """
    if not glob:
        return re.compile("/?")
    # What stands between `**`; each begins as far to the left as it can.
    first, *others = [""]
    for name in glob.split("/"):
        if name == "**":
            others.append("")
        elif others:
            others[-1] += _name(name)
        else:
            first += _name(name)
    if not others:
        return re.compile(first + "/?", re.DOTALL)
    runs = "".join(f"(?>(?:/[^/]+)*?{run})" for run in others[:-1])
    return re.compile(f"{first}{runs}(?>(?:/[^/]+)*?{others[-1]}/?\\Z)", re.DOTALL)


def _name(name: str) -> str:
    first, *others = map(_literally, re.split(r"(?<!\\)\*", name))
    pieces = "".join(f"(?>[^/]*?{one})" for one in others[:-1])
    return "/" + first + pieces + (f"(?>[^/]*?{others[-1]}(?=/|\\Z))" if others else "")


#: What stands right behind an interpolation: a path's first name (2) and what ends it (3), or the end of a word (1).
_BEHIND = re.compile(rb"([\s;|&<>()\[\]:=])|/+([A-Za-z0-9_.+-]*)(.?)", re.DOTALL)


def may_begin(globs: Sequence[str], behind: bytes) -> bool:
    """Whether a path below a value may fit a glob, going by the bytes that stand right behind the value in a string.

    Never False where it fits: what is not plain text may be anything.
    """
    found = _BEHIND.match(behind)
    if found is None:
        return True
    firsts = _first_names(tuple(globs))
    if found[1]:
        return "" in firsts or "**" in firsts
    name = found[2].decode()
    if name in ("", ".", ".."):
        return True
    whole = found[3] in (b"/", b" ", b"\n")
    return any(_is_open(first) or first == name or (not whole and first.startswith(name)) for first in firsts)


def _is_open(first: str) -> bool:
    """Whether the first name of a glob fits names that are not written in it; `\\*` is a star of the path's own."""
    return "*" in first.replace("\\*", "")


@lru_cache(maxsize=128)
def _first_names(globs: tuple[str, ...]) -> frozenset[str]:
    return frozenset(glob.split("/")[0] for glob in globs if not glob.startswith("!"))
