"""What to scan: a folder, a repository, one of its revisions, or a list of these."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from typing import NamedTuple

#: git must not take locks, nor ask a server for objects that a partial clone has not got.
GIT_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


class TargetError(Exception):
    """A target that cannot be scanned. The message does not repeat its name."""


class Target(NamedTuple):
    """A tree of files.

    `label`: what findings' paths start with. `name`: the same for each revision and from whatever folder the command
    is run (the history knows it by this). `folder`: where it is. `commit`: the full id of the commit whose tree is read
    from git's objects; "" where the files themselves are read.
    """

    label: str
    name: str
    folder: str
    commit: str = ""

    def shown(self, path: str) -> str:
        """A path of this target as findings show it: `folder/path`, `path` in the current folder, `repo@rev:path`."""
        if self.commit:
            return f"{self.label}:{path}"
        return path if self.label == "." else f"{self.label.rstrip('/')}/{path}"


def git_environment() -> dict[str, str]:
    """The environment that git is started with."""
    return {**os.environ, **GIT_ENVIRONMENT}


def git(folder: str, *arguments: str) -> bytes:
    """What git writes to its standard output. Raises TargetError with what git says is wrong."""
    try:
        done = subprocess.run(
            ["git", "-C", folder, *arguments], capture_output=True, check=False, env=git_environment()
        )
    except OSError as error:
        raise TargetError(f"git cannot be started: {error.strerror}") from error
    if done.returncode:
        raise TargetError(complaint(done.stderr) or f"git {arguments[0]} failed")
    return done.stdout


def complaint(stderr: bytes) -> str:
    """What git complained of, in one line, without its `fatal:`."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("fatal: ").removeprefix("error: ") if lines else ""


def parse_target(given: str) -> Target:
    """A folder, `REPO@REV`, or a repository without a work tree (its HEAD is meant). Raises TargetError."""
    if not given:
        raise TargetError("is empty")
    if os.path.isdir(given):
        path = os.path.normpath(given)
        if is_bare(path):
            return _at_revision(path, path, "HEAD")
        return Target(path, os.path.realpath(path), path)
    folder, at, revision = given.rpartition("@")
    if at and revision and os.path.isdir(folder):
        return _at_revision(given, os.path.normpath(folder), revision)
    if os.path.exists(given):
        raise TargetError("is a file: `splitlint scan` takes folders and repositories, `splitlint check` takes files")
    raise TargetError("there is no such folder or repository")


def is_bare(folder: str) -> bool:
    """Whether a folder is a git directory itself."""
    return os.path.isfile(os.path.join(folder, "HEAD")) and all(
        os.path.isdir(os.path.join(folder, name)) for name in ("objects", "refs")
    )


def _at_revision(label: str, folder: str, revision: str) -> Target:
    commit = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return Target(label, os.path.realpath(folder), folder, commit.decode().strip())


def head_of(target: Target) -> str:
    """The commit that a target is at: known for revisions; asked of git for folders, "" where git does not know."""
    if target.commit:
        return target.commit
    try:
        return git(target.folder, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
    except TargetError:
        return ""


def read_list(lines: Sequence[str]) -> Iterator[str]:
    """The targets in a list: one a line; blank lines and those that start with `#` are no targets."""
    for line in lines:
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield os.path.expanduser(stripped)
