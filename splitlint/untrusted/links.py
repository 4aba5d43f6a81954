"""Links that lead out of a tree. A tree that others have written must not make us read or write what is not in it."""

from __future__ import annotations

import os
from collections.abc import Sequence


class RealFolders:
    """Which files below a folder are reached without a link in between: asks about each folder once."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._known = {"": True}

    def hold(self, name: str) -> bool:
        """Whether the folders above a file are folders. `name` is relative to the top, with `/` and without `..`."""
        folder = name.rpartition("/")[0]
        known = self._known.get(folder)
        if known is None:
            known = self._known[folder] = self._are_real(folder)
        return known

    def _are_real(self, folder: str) -> bool:
        at = 0
        while at < len(folder):
            end = folder.find("/", at)
            at = len(folder) if end < 0 else end + 1
            part = folder[: at - 1] if end >= 0 else folder
            known = self._known.get(part)
            if known is None:
                known = self._known[part] = not os.path.islink(os.path.join(self._top, part))
            if not known:
                return False
        return True


def way_out(path: str, roots: Sequence[str] = (), *, anywhere: bool = False) -> str | None:
    """The first link on the way to a file that leads out of the tree that it stands in: `LINK leads to TARGET`.

    A link stands in the tree of the repository around it, else in that of the folder of `roots` that it is in. One that
    stands in none may lead anywhere: it is of whoever keeps files there. With `anywhere` it stands in the tree of its
    own folder. None if there is nothing to say against the way.
    """
    if os.path.realpath(path) == os.path.abspath(path):
        return None
    # A fence around everything is none.
    fences = [fence for fence in map(os.path.realpath, roots) if fence != "/"]
    here = "/"
    # As the system walks it: `..` leaves the folder that a link has led to.
    for name in os.path.join(os.getcwd(), path).split("/"):
        if name in ("", "."):
            continue
        if name == "..":
            here = os.path.dirname(here)
            continue
        step = os.path.join(here, name)
        if os.path.islink(step):
            target = os.path.realpath(step)
            tree = tree_of(here, fences) or (here if anywhere else None)
            if tree is not None and not is_inside(target, tree):
                return f"{step} leads to {target}"
            step = target
        here = step
    return None


def tree_of(folder: str, roots: Sequence[str] = ()) -> str | None:
    """The folder that nothing in `folder` may lead out of: the repository around it, else the root that it is in.

    All paths are real ones. None if it is in none.
    """
    top = folder
    while not os.path.lexists(os.path.join(top, ".git")):
        above = os.path.dirname(top)
        if above == top:
            return next((root for root in roots if is_inside(folder, root)), None)
        top = above
    return top


def is_inside(path: str, tree: str) -> bool:
    """Whether a real path is a folder, or lies in it."""
    return path == tree or path.startswith(tree.rstrip("/") + "/")
