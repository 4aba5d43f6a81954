"""What to scan: a folder, a repository, one of its revisions, or a list of these."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from typing import NamedTuple

#: git must not take locks, nor ask a server for objects that a partial clone has not got.
GIT_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
#: What `git rev-parse --local-env-vars` lists, but for settings.
_OF_ONE_REPOSITORY = frozenset(
    f"GIT_{name}"
    for name in (
        "ALTERNATE_OBJECT_DIRECTORIES",
        "COMMON_DIR",
        "DIR",
        "GRAFT_FILE",
        "IMPLICIT_WORK_TREE",
        "INDEX_FILE",
        "OBJECT_DIRECTORY",
        "PREFIX",
        "REPLACE_REF_BASE",
        "SHALLOW_FILE",
        "WORK_TREE",
    )
)
#: What is said where git says nothing, as with `--quiet`.
_NO_REASON = "git failed without saying why"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|[^/@]+@[^/:]+:")


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
    """The environment that git is started with, without what a hook is told of its own repository."""
    own = {name: value for name, value in os.environ.items() if name not in _OF_ONE_REPOSITORY}
    return {**own, **GIT_ENVIRONMENT}


def git(folder: str, *arguments: str) -> bytes:
    """What git writes to its standard output. Raises TargetError with what git says is wrong."""
    try:
        done = subprocess.run(
            ["git", "-C", folder, *arguments], capture_output=True, check=False, env=git_environment()
        )
    except OSError as error:
        raise TargetError(f"git cannot be started: {error.strerror}") from error
    if done.returncode:
        raise TargetError(complaint(done.stderr) or _NO_REASON)
    return done.stdout


def complaint(stderr: bytes) -> str:
    """What git complained of, in one line, without its `fatal:`; with the command that helps, where git knows one."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    fatal = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    what = (fatal or lines or [""])[-1].removeprefix("fatal: ").removeprefix("error: ")
    advice = next((line.strip() for line in lines if "git config --global --add safe.directory" in line), "")
    return f"{what}; if you trust it: `{advice}`" if advice else what


def parse_target(given: str) -> Target:
    """A folder, `REPO@REV`, or a repository without a work tree (its HEAD is meant). Raises TargetError."""
    if not given:
        raise TargetError("an empty name is no target")
    if os.path.isdir(given):
        path = os.path.normpath(given)
        if is_bare(path):
            return _at_revision(path, path, "HEAD")
        return Target(path, os.path.realpath(path), path)
    # `@` may stand in the name of a folder (`a@b@main`) and of a revision (`a@HEAD@{1}`).
    for at in (at for at in reversed(range(1, len(given) - 1)) if given[at] == "@"):
        if os.path.isdir(given[:at]):
            return _at_revision(given, os.path.normpath(given[:at]), given[at + 1 :])
    if os.path.exists(given):
        raise TargetError("is a file: `splitlint scan` takes folders and repositories, `splitlint check` takes files")
    if _ADDRESS.match(given):
        raise TargetError("is an address: `git clone --bare` it first, and name the clone")
    raise TargetError("there is no such folder or repository")


def is_bare(folder: str) -> bool:
    """Whether a folder is a git directory itself."""
    return os.path.isfile(os.path.join(folder, "HEAD")) and all(
        os.path.isdir(os.path.join(folder, name)) for name in ("objects", "refs")
    )


def _at_revision(label: str, folder: str, revision: str) -> Target:
    try:
        commit = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except TargetError as error:
        if str(error) != _NO_REASON:
            raise
        missing = "it has no commit yet" if revision == "HEAD" else f"there is no commit `{revision}` in {folder}"
        raise TargetError(missing) from error
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
