"""What a target holds, file by file and as one short text: a tree that holds what it held before need not be searched
again, and of one that holds nearly that only what has changed.

Of a work tree git knows most: the index has the blob ids of all tracked files, and their times and sizes tell which
were changed since. Only these and the untracked files are read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from splitlint.files.discover import File
from splitlint.files.git import GitError, Repository, ended, repository_of
from splitlint.files.index import LINK, SUBMODULE, blob_id, entries
from splitlint.files.reading import AbsentError, UnreadableError, read_file
from splitlint.scan.targets.targets import Target
from splitlint.startup.named_tuples import NamedTuple
from splitlint.untrusted.links import RealFolders

#: With more changed and untracked files it is quicker to search them all.
_MOST_CHANGED = 2000
#: With more files their names are not kept.
_MOST_ROWS = 150_000
#: What is no file to git.
_ODD = frozenset(map(str, (LINK, SUBMODULE)))
#: Stands for the blob id of what is a link or a submodule to git.
NO_FILE = "none"


class UnknownError(Exception):
    """The state of a work tree cannot be told, or not cheaply."""


class Change(NamedTuple):
    """What has become of a file: the blob ids before and now, "" for no file.

    `odd`: it is or was a link or a submodule to git.
    """

    before: str
    now: str
    odd: bool = False


class State:
    """`text` stands for all that a target holds; "" where git cannot tell.

    Of a work tree that is not too large also what that is: `rows` has a line for each file of the index, with its name
    at the end, `index` stands for all of them; `held` has what other files hold, and tracked ones that are not as the
    index says: blob ids, "" for what is no file (any more).
    """

    def __init__(
        self,
        text: str = "",
        index: str = "",
        rows: Sequence[str] | Callable[[], Sequence[str]] = (),
        held: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.text = text
        self.index = index
        self.held = held
        self._rows = rows

    @cached_property
    def rows(self) -> Sequence[str]:
        """The files of the index, none if they are too many, or are not known any more."""
        return self._rows() if callable(self._rows) else self._rows

    @cached_property
    def indexed(self) -> dict[str, str]:
        """The blob ids of the files of the index, "" for what is no file to git."""
        split = (row.split(" ", 3) for row in self.rows)
        return {name: "" if mode in _ODD else blob for mode, _, blob, name in split}

    @cached_property
    def blobs(self) -> dict[str, str]:
        """What each file holds that git knows of, "" for what is no file (any more)."""
        return {**self.indexed, **self.held}


def changes(before: State, now: State, most: int) -> dict[str, Change] | None:
    """The files that may hold something else in one state than in another; None if there are more than `most`.

    Where both have the same `index`, the rows of the first are not asked.
    """
    rows = set(before.rows).symmetric_difference(now.rows) if before.index != now.index else set()
    if len(rows) > 2 * most:
        return None
    about = [row.split(" ", 3) for row in rows]
    held = {name for name, _ in before.held.items() ^ now.held.items()}
    names = {*held, *(row[3] for row in about)}
    if len(names) > most:
        return None
    then = now.indexed if before.index == now.index else before.indexed
    odd = {row[3] for row in about if row[0] in _ODD}
    return {
        name: Change(before.held.get(name, then.get(name, "")), now.blobs.get(name, ""), name in odd)
        for name in sorted(names)
    }


def state_of(target: Target) -> State:
    """The state of a commit, or of a work tree."""
    if target.commit:
        return State(f"commit {target.commit}")
    repository = repository_of(target.folder)
    if repository is None:
        return State()
    try:
        # git looks for untracked files while the tracked ones are looked at here.
        with repository.start("ls-files", "-o", "-z", "--exclude-standard", *repository.inside()) as asked:
            staged = staged_in(repository)
            said = b"".join(ended(asked)).split(b"\0")
        new = sorted(name for row in said if (name := repository.inner(row)) is not None)
        return put_together(target.folder, staged, new)
    except (GitError, UnknownError):
        return State()


class Staged(NamedTuple):
    """The files of the index: `digest` stands for them; `changed`: those that may be others now, with their blob ids;
    `rows` as `State` has them, none if they are too many."""

    digest: str
    changed: list[tuple[str, str]]
    rows: Sequence[str]


def staged_in(repository: Repository) -> Staged:
    """What is in the index. Raises GitError, UnknownError."""
    staged = hashlib.blake2b(digest_size=20)
    changed: list[tuple[str, str]] = []
    rows: list[str] = []
    count = 0
    for entry in entries(repository):
        # Any other: a file about whose changes git was told not to ask, or one in conflict.
        if not entry.plain:
            raise UnknownError
        count += 1
        row = f"{entry.mode} {entry.size} {entry.blob} {entry.name}"
        staged.update(f"{row}\0".encode("utf-8", "surrogateescape"))
        if count <= _MOST_ROWS:
            rows.append(row)
        if not entry.settled:
            changed.append((entry.name, entry.blob if entry.is_file else NO_FILE))
            if len(changed) > _MOST_CHANGED:
                raise UnknownError
    if not count:
        raise UnknownError
    return Staged(staged.hexdigest(), changed, rows if count <= _MOST_ROWS else ())


def put_together(folder: str, staged: Staged, new: Sequence[str]) -> State:
    """The state of a work tree with `new` untracked files. Raises UnknownError."""
    if len(new) + len(staged.changed) > _MOST_CHANGED:
        raise UnknownError
    held = dict(held_now(folder, staged.changed, new))
    return State(text_of(staged.digest, held), staged.digest, staged.rows, held)


def text_of(index: str, held: Mapping[str, str]) -> str:
    """What stands for a work tree: `index` for that of git, `held` what other files hold, by sorted names."""
    digest = hashlib.blake2b(bytes.fromhex(index), digest_size=20)
    for name, blob in held.items():
        digest.update(f"\0{name}\0{blob}".encode("utf-8", "surrogateescape"))
    return f"tree {digest.hexdigest()}"


def held_now(folder: str, changed: Sequence[tuple[str, str]], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What files hold that is not what the index says: blob ids, "" for what is no file (any more).

    Raises UnknownError if one cannot be read.
    """
    real = RealFolders(folder)
    for name, blob in sorted([*changed, *((name, "") for name in new)]):
        try:
            data = read_file(File(name, os.path.join(folder, name))) if real.hold(name) else None
        except AbsentError:
            data = None
        except UnreadableError as error:
            raise UnknownError from error
        if data is None:
            if blob != NO_FILE:
                yield name, ""
        elif not blob or blob_id(data, len(blob)) != blob:
            yield name, blob_id(data)
