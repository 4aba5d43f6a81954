"""Path patterns as in .gitignore and CODEOWNERS, on paths with `/`. On the start-up path: imports only re.

Patterns come from repositories that are not trusted, so that matching must not backtrack: `*` and `**` are atomic
groups that take as little as they can, which is always enough (what follows can only match more of a longer rest).
Matching takes the length of the path times that of the pattern, at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice


class GlobError(ValueError):
    """A pattern that cannot be read. The message says why, and does not repeat it."""


def matches(patterns: tuple[str, ...], path: str) -> bool:
    """Whether any pattern matches a path (relative to the patterns' root) or a folder above it. Raises GlobError.

    A pattern without a `/` before its end matches a name at any depth; others are anchored at the root.
    `*` and `?` stay within one name, `**` is any number of names, `[..]` is a set of characters.
    """
    return bool(patterns) and _any_of(patterns).match(path + "/") is not None


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(below, patterns)), re.DOTALL)


def below(pattern: str, *, sets: bool = True) -> str:
    """A regular expression for a path and a `/` behind it: of what a pattern means, and of all below that.

    `sets`: whether `[..]` is a set of characters. Raises GlobError.
    """
    names, anchored, folder = _names_of(pattern)
    # A folder has something below it, which a `/` behind it is followed by.
    end = "(?=[^/])" if folder else ""
    return _expression(names, anchored, end, sets)


def exactly(pattern: str, *, sets: bool = True) -> str:
    """As `below`, but not of what is below it, and of folders for a pattern that ends with a `/`, too."""
    names, anchored, _ = _names_of(pattern)
    return _expression(names, anchored, r"\Z", sets)


class FirstOf:
    """Expressions in the order in which they are to be tried; compiled when they are first asked."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self._expressions = expressions
        self._pattern: re.Pattern[str] | None = None

    def fits(self, path: str) -> int | None:
        """The place of the first expression that fits a path, None if none does."""
        if not self._expressions:
            return None
        if self._pattern is None:
            self._pattern = re.compile("|".join(f"({one})" for one in self._expressions), re.DOTALL)
        found = self._pattern.match(path + "/")
        return None if found is None or found.lastindex is None else found.lastindex - 1


class IgnoreFile:
    """The lines of a .gitignore; paths are relative to its folder. A line that cannot be read says nothing.

    `too_long`: it has more lines than anybody wants to wait for, and says nothing.
    """

    def __init__(self, text: str) -> None:
        found = (_ignore_line(raw.removesuffix("\r")) for raw in reversed(text.split("\n")))
        lines = list(islice((line for line in found if line is not None), MOST_PATTERNS + 1))
        self.too_long = len(lines) > MOST_PATTERNS
        lines = [] if self.too_long else lines
        self._yes = tuple(yes for _, _, yes in lines)
        self._of_files = FirstOf([NEVER if folder else expression for expression, folder, _ in lines])
        self._of_folders = FirstOf([expression for expression, _, _ in lines])

    def says(self, path: str, *, folder: bool) -> bool | None:
        """Whether it leaves out a file or folder; None if it says nothing of it. Folders above are not asked."""
        at = (self._of_folders if folder else self._of_files).fits(path)
        return None if at is None else self._yes[at]


#: Lines of a file that are looked at: each costs a path up to a microsecond.
MOST_PATTERNS = 10_000
#: Fits nothing.
NEVER = r"(?!)"


def _ignore_line(raw: str) -> tuple[str, bool, bool] | None:
    """A line of a .gitignore: its expression, whether it is for folders only, and whether it ignores."""
    pattern = raw.rstrip(" ")
    if pattern.endswith("\\") and len(pattern) < len(raw):
        pattern += " "
    yes = not pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    if not pattern.strip("/") or (pattern.startswith("#") and yes):
        return None
    try:
        return exactly(pattern), pattern.endswith("/"), yes
    except GlobError:
        return None


def _names_of(pattern: str) -> tuple[list[str], bool, bool]:
    """The names of a pattern, whether it begins at the root, and whether it is for folders only."""
    anchored = "/" in pattern.rstrip("/")
    names = ["**" if len(name) > 1 and not name.strip("*") else name for name in pattern.strip("/").split("/")]
    if names == ["**"]:
        names = ["*"]
    return names, anchored, pattern.endswith("/")


def _expression(names: list[str], anchored: bool, end: str, sets: bool) -> str:
    """Runs of names, any number of names before each but the first; a `/` stands behind every name."""
    runs: list[list[str]] = [[]] if anchored else [[], []]
    inside = len(names) > 1 and names[-1] == "**"
    for name in names[:-1] if inside else names:
        if name == "**":
            runs.append([])
        else:
            runs[-1].append(name)
    pieces = ["".join(_name(name, sets) for name in run) for run in runs]
    # `a/**` is all that is in `a`.
    pieces[-1] += (r"[^/].*\Z" if end == r"\Z" else "(?=[^/])") if inside else end
    return pieces[0] + "".join(f"(?>(?:[^/]*/)*?{piece})" for piece in pieces[1:])


def _name(name: str, sets: bool) -> str:
    """One name and the `/` behind it: what stands between stars, each as far to the left as it can."""
    first, *others = _between_stars(name, sets)
    if not others:
        return first + "/"
    return first + "".join(f"(?>[^/]*?{one})" for one in others[:-1]) + f"(?>[^/]*?{others[-1]}/)"


def _between_stars(name: str, sets: bool) -> list[str]:
    pieces = [""]
    at = 0
    while at < len(name):
        character = name[at]
        at += 1
        if character == "*":
            at = len(name) - len(name[at:].lstrip("*"))
            pieces.append("")
        elif character == "?":
            pieces[-1] += "[^/]"
        elif character == "\\" and at < len(name):
            pieces[-1] += re.escape(name[at])
            at += 1
        elif character == "[" and sets:
            end = _end_of_set(name, at)
            pieces[-1] += _set(name[at:end])
            at = end + 1
        else:
            pieces[-1] += re.escape(character)
    return pieces


def _end_of_set(name: str, start: int) -> int:
    """The place of the `]` that ends a set, whose first character may be a `]` itself. Raises GlobError."""
    at = start + (name[start : start + 1] in ("!", "^"))
    at += name[at : at + 1] == "]"
    while at < len(name) and name[at] != "]":
        if name.startswith("[:", at) and (end := name.find(":]", at + 2)) > 0:
            at = end + 2
        else:
            at += 2 if name[at] == "\\" else 1
    if at >= len(name):
        raise GlobError("`[` is not followed by `]`")
    return at


def _set(inner: str) -> str:
    negated = inner[0] in "!^"
    return "(?!/)[" + "^" * negated + "".join(_members(inner[negated:])) + "]"


_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r"\ \t", "cntrl": r"\x00-\x1f\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": r"\ -~", "punct": r"!-\/:-@\[-`{-~", "space": r"\s", "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip


def _members(inner: str) -> Iterator[str]:
    """What is in a set, for a set of a regular expression. Raises GlobError."""
    at = 0
    while at < len(inner):
        if inner.startswith("[:", at) and (end := inner.find(":]", at + 2)) > 0:
            known = _CLASSES.get(inner[at + 2 : end])
            if known is None:
                raise GlobError(f"there is no class `{inner[at : end + 2]}`")
            yield known
            at = end + 2
            continue
        first, at = _member(inner, at)
        if inner[at : at + 1] != "-" or at + 1 == len(inner):
            yield _escaped(first)
            continue
        last, at = _member(inner, at + 1)
        if last < first:
            raise GlobError(f"`{first}-{last}` ends before it begins")
        yield f"{_escaped(first)}-{_escaped(last)}"


def _member(inner: str, at: int) -> tuple[str, int]:
    if inner[at] == "\\" and at + 1 < len(inner):
        at += 1
    return inner[at], at + 1


def _escaped(character: str) -> str:
    """A character in a set: all signs that mean something there, now or in a later Python, are escaped."""
    return character if character.isalnum() else "\\" + character if character.isascii() else character
