"""Globs for the paths below a value, as regexes."""

from __future__ import annotations

import re
from functools import lru_cache


def _literally(part: str) -> str:
    return re.escape(part.replace("\\*", "*"))


@lru_cache(maxsize=512)
def pattern(glob: str) -> re.Pattern[str]:
    """The regex that a path (with a slash before every name) fits where it fits a glob; see `pathuse.matches`."""
    if not glob:
        return re.compile("/?")
    pieces = []
    for segment in glob.split("/"):
        if segment == "**":
            pieces.append("(?:/[^/]+)*")
        else:
            pieces.append("/" + "[^/]*".join(map(_literally, re.split(r"(?<!\\)\*", segment))))
    return re.compile("".join(pieces) + "/?")
