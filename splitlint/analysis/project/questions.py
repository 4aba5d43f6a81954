"""What is asked of the other files of a repository, as short texts that can be kept: an answer that rests on others
is the same as long as these are answered as before.

A path stands for what the file holds. All else begins with a NUL, which no path has.
"""

from __future__ import annotations

from collections.abc import Iterable

from splitlint.startup.digest import sha256

_NAMED, _BOUND, _TELLS, _THERE = "\0named\0", "\0bound\0", "\0tells\0", "\0there\0"
#: Whether nixpkgs itself is among them.
HOLDS = "\0holds"


def named(path: str) -> str:
    """Which files write a path that leads to a file?"""
    return _NAMED + path


def bound(name: str, around: Iterable[str] = ()) -> str:
    """Which files bind a name, and have some others in them?"""
    return _BOUND + "\0".join((name, *around))


def tells(path: str) -> str:
    """May a file tell about others, as far as its words say?"""
    return _TELLS + path


def there(path: str) -> str:
    """Is there a file that can be read?"""
    return _THERE + path


def path_there(question: str) -> str | None:
    """The path of which it is asked whether there is such a file."""
    return question.removeprefix(_THERE) if question.startswith(_THERE) else None


def is_path(question: str) -> bool:
    """Whether what is asked is only what a file holds."""
    return not question.startswith("\0")


def path_named(question: str) -> str | None:
    """The path of which it is asked who writes it."""
    return question.removeprefix(_NAMED) if question.startswith(_NAMED) else None


def names_bound(question: str) -> tuple[str, tuple[str, ...]] | None:
    """The name of which it is asked who binds it, and those that have to be there, too."""
    if not question.startswith(_BOUND):
        return None
    name, *around = question.removeprefix(_BOUND).split("\0")
    return name, tuple(around)


def path_that_tells(question: str) -> str | None:
    """The path of which it is asked whether it may tell about others."""
    return question.removeprefix(_TELLS) if question.startswith(_TELLS) else None


def told(files: Iterable[str]) -> str:
    """An answer, which is some files in their order, as short as a blob id."""
    return sha256("\0".join(files).encode("utf-8", "surrogateescape")).hexdigest()[:24]
