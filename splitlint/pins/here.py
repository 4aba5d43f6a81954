"""The locks around files on this machine, or in an index: paths are relative to the current folder, as findings'."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from splitlint.pins.nearest import Nearest
from splitlint.untrusted.links import is_inside, tree_of
from splitlint.untrusted.small_files import read_bytes


def nearest_here(read: Callable[[str], bytes | None] | None = None) -> Nearest:
    """What knows the nixpkgs of files here; `read` gives files where they are not those on disk."""
    known: dict[str, Sequence[str]] = {}

    def folders(path: str) -> Sequence[str]:
        folder = os.path.dirname(path)
        if folder not in known:
            known[folder] = _above(folder)
        return known[folder]

    return Nearest(read or from_disk, folders)


def from_disk(path: str) -> bytes | None:
    """A file of a repository, unless it is a link out of it. Raises ReadError."""
    return read_bytes(path, (os.path.dirname(os.path.abspath(path)),))


def _above(folder: str) -> Sequence[str]:
    """The folders above files in a folder, nearest first, up to the repository's top; "" is the current one.

    Without a repository: up to the current folder, or the file's own where it is not below that.
    """
    here = os.path.realpath(folder or os.curdir)
    current = os.getcwd()
    top = tree_of(here) or (current if is_inside(here, current) else here)
    found = [here]
    while found[-1] != top and is_inside(found[-1], top):
        found.append(os.path.dirname(found[-1]))
    return [_shown(one, current) for one in found]


def _shown(folder: str, current: str) -> str:
    """A folder by its path from the current one, as names in an index are."""
    relative = os.path.relpath(folder, current)
    return "" if relative == os.curdir else relative
