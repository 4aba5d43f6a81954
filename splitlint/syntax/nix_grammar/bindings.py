"""What is bound in a set, as Nix sees it while it parses: sets of one name are merged, all else must be there once."""

from __future__ import annotations

from typing import TypeAlias

from splitlint.startup.named_tuples import NamedTuple

#: What an expression is, as far as its parents ask: the names of a set, a literal string, neither.
Shape: TypeAlias = "dict[bytes, Shape] | bytes | None"


class NixError(NamedTuple):
    """The first error of a file: what is wrong, and where: byte offsets, `end` exclusive (equal at the file's end).

    `opened`: the byte offset where something begins that may have caused it, None if nothing; `lacks`: what it lacks.
    """

    message: str
    start: int
    end: int
    opened: int | None = None
    lacks: str = ""


class WrongError(Exception):
    """A syntax error, on its way to whoever began to read the file."""

    def __init__(self, error: NixError) -> None:
        self.error = error


#: The name of an attribute, None if it is computed, and where it stands: byte offsets, `end` exclusive.
Name = tuple[bytes | None, int, int]


def bind(names: dict[bytes, Shape], path: list[Name], shape: Shape) -> None:
    """Binds a path in a set as Nix does: sets are merged, all else that is bound twice is an error."""
    for name, start, end in path[:-1]:
        if name is None:
            return
        inner = names.setdefault(name, {})
        if not isinstance(inner, dict):
            raise WrongError(NixError(f"`{shown(name)}` is bound twice in this set", start, end))
        names = inner
    name, start, end = path[-1]
    if name is None:
        return
    if name not in names:
        names[name] = shape
    elif not _merged(names[name], shape):
        raise WrongError(NixError(f"`{shown(name)}` is bound twice in this set", start, end))


def _merged(old: Shape, new: Shape) -> bool:
    """Whether two values of one name are sets without a name in common; the first has the names of both then."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return False
    for name, shape in new.items():
        if name not in old:
            old[name] = shape
        elif not _merged(old[name], shape):
            return False
    return True


def shown(text: bytes) -> str:
    """A piece of source as a message names it: at most 40 characters."""
    return text[:40].decode("utf-8", "replace")
