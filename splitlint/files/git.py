"""Asking git, without importing subprocess (10 ms on the start-up path)."""

from __future__ import annotations

import os


def in_work_tree(folder: str) -> bool:
    """Whether `folder` or a folder above it has a `.git`: cheap, and enough to know that asking git is worth it."""
    folder = os.path.abspath(folder)
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def git(folder: str, *arguments: str, stdin: str = os.devnull) -> bytes | None:
    """What `git -C folder arguments` writes to its standard output; None if it fails or is not installed.

    `stdin` is the file to read as its standard input.
    """
    receiving, sending = os.pipe()
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, sending, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    try:
        process = os.posix_spawnp("git", ["git", "-C", folder, *arguments], os.environ, file_actions=actions)
    except OSError:
        os.close(receiving)
        return None
    finally:
        os.close(sending)
    with open(receiving, "rb") as stream:
        output = stream.read()
    _, status = os.waitpid(process, 0)
    return output if os.waitstatus_to_exitcode(status) == 0 else None


def listed_files(folder: str) -> list[str] | None:
    """The tracked and the unignored files below `folder`, relative to it, sorted; None if git cannot say.

    Symbolic links and files that are deleted but still tracked are among them; submodules end with no suffix
    and other repositories with `/`.
    """
    output = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if output is None:
        return None
    return sorted({os.fsdecode(name) for name in output.split(b"\0") if name})


def is_ignored(folder: str) -> bool:
    """Whether git ignores a folder as a whole."""
    return git(folder, "check-ignore", "-q", ".") is not None
