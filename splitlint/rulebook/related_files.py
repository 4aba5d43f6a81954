"""The files that may tell what an expression in another file means: the Nix files of a repository that name a package.

Looked for only when some answer depends on them, and only where the command was not given a whole tree anyway.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from splitlint.files.discover import NEVER, File
from splitlint.files.reading import AbsentError, UnreadableError, read_file
from splitlint.rulebook.rule import RuleSet

_MARKS = (".git", "flake.nix", ".hg", ".jj")
#: A larger repository is not searched for the sake of a few files given by name.
_MOST = 4000


def reader(texts: dict[str, bytes]) -> Callable[[str], bytes | None]:
    """Reads a file by the path that findings give it: from `texts`, else from disk; None if it cannot be read."""

    def read(path: str) -> bytes | None:
        known = texts.get(path)
        if known is not None:
            return known
        try:
            return read_file(File(path, path))
        except (UnreadableError, AbsentError):
            return None

    return read


def files_around(paths: Sequence[str], rule_set: RuleSet, read: Callable[[str], bytes | None]) -> tuple[str, ...]:
    """The files that may tell about some files, in the repository of the first; () if it is too large to search."""
    top = top_of(os.path.dirname(os.path.abspath(paths[0]))) if paths else None
    found = nix_files(top) if top is not None else None
    if found is None:
        return tuple(path for path in paths if path.endswith(".nix"))
    shown = (os.path.relpath(path) for path in found)
    return tuple(path for path in shown if (data := read(path)) is not None and rule_set.concerns(data))


def nix_files(top: str) -> list[str] | None:
    """The Nix files of a repository, folder by folder; None if there are too many to search."""
    found: list[str] = []
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if name not in NEVER and not name.startswith("result"))
        found.extend(os.path.join(folder, name) for name in sorted(names) if name.endswith(".nix"))
        if len(found) > _MOST:
            return None
    return found


def top_of(folder: str) -> str | None:
    """The repository that a folder (an absolute path) is in; None if it is in none."""
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
