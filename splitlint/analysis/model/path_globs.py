"""Globs for the paths below a value, as regexes that do not backtrack (see `startup/globs.py` for why that can be)."""

from __future__ import annotations

import re
from functools import lru_cache


def _literally(part: str) -> str:
    return re.escape(part.replace("\\*", "*"))


#: Characters of a path; Linux takes no longer ones. What is longer is no path that anybody reads.
LONGEST = 4096


@lru_cache(maxsize=512)
def pattern(glob: str) -> re.Pattern[str]:
    """The regex that a path (a slash before every name) fits as a whole where it fits a glob; see `paths.matches`."""
    return re.compile("|".join(map(_regex, alternatives(glob))), re.DOTALL)


def _regex(glob: str) -> str:
    if not glob:
        return "/?"
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
        return first + "/?"
    runs = "".join(f"(?>(?:/[^/]+)*?{run})" for run in others[:-1])
    return f"{first}{runs}(?>(?:/[^/]+)*?{others[-1]}/?\\Z)"


def _name(name: str) -> str:
    return "/" + _plain_name(name)


def _plain_name(name: str) -> str:
    if "*" not in name:
        return _literally(name)
    first, *others = map(_literally, re.split(r"(?<!\\)\*", name))
    pieces = "".join(f"(?>[^/]*?{one})" for one in others[:-1])
    return first + pieces + (f"(?>[^/]*?{others[-1]}(?=/|\\Z))" if others else "")


@lru_cache(maxsize=512)
def name_pattern(glob: str) -> re.Pattern[str]:
    """The regex that one name of a path fits as a whole where it fits a glob without slashes."""
    return re.compile("|".join(map(_plain_name, alternatives(glob))), re.DOTALL)


@lru_cache(maxsize=512)
def alternatives(glob: str) -> tuple[str, ...]:
    """The globs that one with braces (`{a,b}/c`) stands for."""
    found = re.search(r"\{([^{}]*)\}", glob) if "{" in glob else None
    if found is None:
        return (glob,)
    before, after = glob[: found.start()], glob[found.end() :]
    return tuple(one for choice in found[1].split(",") for one in alternatives(before + choice + after))
