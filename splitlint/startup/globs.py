"""Path patterns as in .gitignore, on paths with `/`. On the start-up path: imports only re."""

from __future__ import annotations

import re
from functools import cache


def matches(patterns: tuple[str, ...], path: str) -> bool:
    """Whether any pattern matches a path (relative to the patterns' root) or a folder above it.

    A pattern without a `/` before its end matches a name at any depth; others are anchored at the root.
    `*` and `?` stay within one name, `**` crosses names, `[..]` is a set of characters.
    """
    return bool(patterns) and _compiled(patterns).match(path) is not None


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_expression(pattern) for pattern in patterns), re.DOTALL)


def _expression(pattern: str) -> str:
    """One pattern as a regular expression that matches the whole path or a folder above it."""
    folder_only = pattern.endswith("/")
    body = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    return ("" if anchored else "(?:.*/)?") + _translated(body) + ("/.*" if folder_only else "(?:/.*)?") + r"\Z"


def _translated(body: str) -> str:
    pieces = []
    at = 0
    while at < len(body):
        if body.startswith("**/", at) and (at == 0 or body[at - 1] == "/"):
            pieces.append("(?:.*/)?")
            at += 3
        elif body.startswith("**", at):
            pieces.append(".*")
            at += 2
        elif body[at] == "*":
            pieces.append("[^/]*")
            at += 1
        elif body[at] == "?":
            pieces.append("[^/]")
            at += 1
        elif body[at] == "[" and (end := body.find("]", at + 2)) > 0:
            inner = body[at + 1 : end].replace("\\", r"\\").replace("[", r"\[")
            pieces.append("[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]")
            at = end + 1
        else:
            pieces.append(re.escape(body[at]))
            at += 1
    return "".join(pieces)
