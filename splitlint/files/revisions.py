"""Commits to compare with, and the files that are in them."""

from __future__ import annotations

from collections.abc import Iterator

from splitlint.files.git import NO_REASON, GitError, Repository


class RevisionError(Exception):
    """A revision that cannot be compared with. The message says why."""


def left_at(repository: Repository, revision: str) -> str:
    """The commit to compare with: where HEAD left a revision. Raises RevisionError, GitError."""
    try:
        commit = repository.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitError as error:
        if str(error) != NO_REASON:
            raise
        raise RevisionError(f"git knows no revision `{revision}` here{_shallow(repository)}") from error
    other = commit.decode().strip()
    try:
        return repository.run("merge-base", other, "HEAD").decode().split()[0]
    except (GitError, IndexError) as error:
        if shallow := _shallow(repository):
            raise RevisionError(f"git finds no common ancestor of HEAD and `{revision}`{shallow}") from error
    # Histories without anything in common: the change is all that is different.
    return other


def _shallow(repository: Repository) -> str:
    """What to do about a clone without its history, as CI makes them; "" for one that has it."""
    try:
        if repository.run("rev-parse", "--is-shallow-repository") != b"true\n":
            return ""
    except GitError:
        return ""
    in_ci = "`fetch-depth: 0` in GitHub Actions, `GIT_DEPTH: 0` in GitLab"
    return f": the clone is shallow, `git fetch --unshallow` it ({in_ci})"


def files_of(repository: Repository, commit: str) -> Iterator[tuple[str, str]]:
    """The files of a commit with their blob ids."""
    for row in repository.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        about, _, path = row.partition(b"\t")
        mode, _, blob = about.partition(b" blob ")
        if blob and mode != b"120000" and (name := repository.inner(path)) is not None:
            yield name, blob.decode()
