"""What to scan: a folder, a repository, one of its revisions, or a list of these."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from splitlint.files.git import NO_REASON, GitError, bare, repository_at, repository_of
from splitlint.startup.named_tuples import NamedTuple

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|[^/@]+@[^/:]+:")
#: `NAME=` before a target. Names stand in paths and become names of files.
_NAME = r"[A-Za-z0-9][\w.+-]*(?:/(?!\.+(?:/|=))[\w.+-]+)*"
_NAMED = re.compile(rf"({_NAME})=(.+)", re.ASCII | re.DOTALL)


class TargetError(Exception):
    """A target that cannot be scanned. The message does not repeat its name."""


class Target(NamedTuple):
    """A tree of files.

    `label`: what findings' paths start with. `name`: the same for each revision and from whatever folder the command
    is run (the history knows it by this). `folder`: where it is, from the root, as workers may run in other folders.
    `commit`: the full id of the commit whose tree is read
    from git's objects; "" where the files themselves are read. `named`: the label is a name that the user chose, and no
    path of the folder.
    """

    label: str
    name: str
    folder: str
    commit: str = ""
    named: bool = False

    def shown(self, path: str) -> str:
        """A path of this target as findings show it: `folder/path`, `path` in the current folder, `repo@rev:path`."""
        if self.commit:
            return f"{self.label}:{path}"
        return path if self.label == "." else f"{self.label.rstrip('/')}/{path}"


def parse_target(given: str) -> Target:
    """A folder, `REPO@REV`, or a repository without a work tree (its HEAD is meant), each perhaps after `NAME=`.

    A folder that has such a name is the folder. Raises TargetError.
    """
    named = _NAMED.fullmatch(given)
    if named is None or os.path.isdir(given):
        return _parsed(given)
    return _parsed(named[2])._replace(label=named[1], named=True)


def _parsed(given: str) -> Target:
    """A target without a name of its own. Raises TargetError."""
    if not given:
        raise TargetError("a target needs a name")
    if os.path.isdir(given):
        path = os.path.normpath(given)
        if bare(path) is not None:
            return _at_revision(path, path, "HEAD")
        return Target(path, os.path.realpath(path), os.path.abspath(path))
    # `@` may stand in the name of a folder (`a@b@main`) and of a revision (`a@HEAD@{1}`).
    for at in (at for at in reversed(range(1, len(given) - 1)) if given[at] == "@"):
        if os.path.isdir(given[:at]):
            return _at_revision(given, os.path.normpath(given[:at]), given[at + 1 :])
    if os.path.exists(given):
        raise TargetError("is a file: `splitlint scan` takes folders and repositories, `splitlint check` takes files")
    if _ADDRESS.match(given):
        raise TargetError("is an address: `git clone --bare` it first, and name the clone")
    raise TargetError("there is no such folder or repository")


def _at_revision(label: str, folder: str, revision: str) -> Target:
    try:
        # With `--quiet` git says nothing of a revision that is not there, but does of a repository that it refuses.
        commit = repository_at(folder).run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
    except GitError as error:
        if str(error) != NO_REASON:
            raise TargetError(str(error)) from error
        missing = "it has no commit yet" if revision == "HEAD" else f"there is no commit `{revision}` in {folder}"
        raise TargetError(missing) from error
    return Target(label, os.path.realpath(folder), os.path.abspath(folder), commit.decode().strip())


def head_of(target: Target) -> str:
    """The commit that a target is at: known for revisions; asked of git for folders, "" where git does not know."""
    if target.commit:
        return target.commit
    repository = repository_of(target.folder)
    try:
        head = repository.run("rev-parse", "--verify", "--quiet", "HEAD") if repository is not None else b""
    except GitError:
        return ""
    return head.decode().strip()


def read_list(lines: Sequence[str]) -> Iterator[str]:
    """The targets in a list: one a line; blank lines and those that start with `#` are no targets."""
    for line in lines:
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            named = _NAMED.fullmatch(stripped)
            start = f"{named[1]}=" if named is not None else ""
            yield start + os.path.expanduser(stripped.removeprefix(start))
