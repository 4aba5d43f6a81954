"""The CODEOWNERS that counts for a path: that of its folder, or that of the repository it is in."""

from __future__ import annotations

import os
from pathlib import Path
from posixpath import normpath

from splitlint.cli.console import complain
from splitlint.files.code_owners import CodeOwners, read_code_owners
from splitlint.files.git import repository_of


class _Below(CodeOwners):
    """The owners of paths that are relative to a folder of the repository."""

    def __init__(self, whole: CodeOwners, folder: str) -> None:
        self._whole = whole
        self._folder = folder

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of one file, () if it has none, or is not in the repository."""
        inside = normpath(f"{self._folder}/{path}")
        return () if path.startswith("/") or inside.startswith("../") else self._whole.of(inside)


class EveryRepository(CodeOwners):
    """The owners of paths relative to the current folder, each as the repository that it is in has them."""

    def __init__(self) -> None:
        self._here = code_owners_of(os.curdir)
        self._top = _top(os.path.realpath(os.curdir))
        self._others: dict[str, CodeOwners | None] = {}

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of one file, () if it has none."""
        real = os.path.realpath(path)
        top = _top(os.path.dirname(real))
        if top == self._top:
            return self._here.of(os.path.relpath(real)) if self._here is not None else ()
        if top is None:
            return ()
        if top not in self._others:
            self._others[top] = read_code_owners(Path(top), complain)
        owners = self._others[top]
        return owners.of(os.path.relpath(real, top)) if owners is not None else ()


def _top(folder: str) -> str | None:
    repository = repository_of(folder)
    return repository.top if repository is not None else None


def code_owners_of(folder: str) -> CodeOwners | None:
    """Owners of paths relative to a folder, None if nobody says who they are."""
    here = Path(os.path.realpath(folder))
    repository = repository_of(str(here))
    if repository is None:
        return read_code_owners(here, complain)
    for top in (here, *here.parents):
        owners = read_code_owners(top, complain)
        if owners is not None:
            return _Below(owners, here.relative_to(top).as_posix())
        if str(top) == repository.top:
            break
    return None
