"""What files were before a change: for `--since REV`, which shows only what the change brought.

The change is what lies between the merge base of REV and HEAD, and the files as they are on disk.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping

from splitlint.files.git import git


class SinceError(Exception):
    """A revision that cannot be compared with. The message says why."""


def texts_before(revision: str, folder: str = ".") -> Mapping[str, bytes | None]:
    """The bytes before the change of every file that it touched, by its present path relative to the current folder.

    None for files that are new. A renamed file is what it was under its old name. `folder` is in the repository.
    Raises SinceError.
    """
    top = git(folder, "rev-parse", "--show-toplevel")
    if top is None:
        raise SinceError("--since needs a git work tree, and git")
    root = os.fsdecode(top.rstrip(b"\n"))
    if git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}") is None:
        raise SinceError(f"--since: git knows no revision `{revision}` here{_shallow(root)}")
    base = (git(root, "merge-base", revision, "HEAD") or b"").decode().strip()
    if not base:
        if shallow := _shallow(root):
            raise SinceError(f"--since: git cannot tell where HEAD left `{revision}`{shallow}")
        # Histories without anything in common: the change is all that is different.
        base = revision
    status = git(root, "diff", "--name-status", "-z", "-M", "--no-ext-diff", base)
    if status is None:
        raise SinceError(f"--since: git cannot compare `{revision}` with the work tree")
    old_names = _old_names([os.fsdecode(field) for field in status.split(b"\0")])
    new = git(root, "ls-files", "-z", "--others", "--exclude-standard") or b""
    old_names.update((os.fsdecode(name), None) for name in new.split(b"\0") if name)
    blobs = _blobs(root, base, [name for name in old_names.values() if name is not None])
    return {
        os.path.relpath(os.path.join(root, name)): None if old is None else blobs.get(old)
        for name, old in old_names.items()
    }


def _shallow(root: str) -> str:
    """What to do about a clone without its history, as CI makes them; "" for one that has it."""
    if git(root, "rev-parse", "--is-shallow-repository") != b"true\n":
        return ""
    in_ci = "`fetch-depth: 0` in GitHub Actions, `GIT_DEPTH: 0` in GitLab"
    return f": the clone is shallow, `git fetch --unshallow` it ({in_ci})"


def _old_names(fields: list[str]) -> dict[str, str | None]:
    """From `git diff --name-status -z`: the name before the change for each name after it, None if it is new."""
    names: dict[str, str | None] = {}
    at = 0
    while at < len(fields) - 1:
        kind, name = fields[at][:1], fields[at + 1]
        if kind in ("R", "C"):
            names[fields[at + 2]] = name
            at += 3
            continue
        if kind != "D":
            names[name] = None if kind == "A" else name
        at += 2
    return names


def _blobs(root: str, base: str, names: list[str]) -> dict[str, bytes]:
    """The contents of files of a commit by name; a name that holds a line end is not asked for."""
    names = [name for name in names if "\n" not in name]
    with tempfile.NamedTemporaryFile() as wanted:
        wanted.write(b"".join(base.encode() + b":" + os.fsencode(name) + b"\n" for name in names))
        wanted.flush()
        output = git(root, "cat-file", "--batch", stdin=wanted.name) or b""
    blobs = {}
    at = 0
    for name in names:
        end = output.find(b"\n", at)
        words = output[at:end].rsplit(b" ", 2)
        at = end + 1
        if len(words) == 3 and words[1] == b"blob":
            size = int(words[2])
            blobs[name] = output[at : at + size]
            at += size + 1
    return blobs
