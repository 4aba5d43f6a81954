"""The state of a work tree, told from what is known of it already wherever that is enough (see `stamps`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from splitlint.files.git import GitError, Repository, repository_of
from splitlint.scan.targets import stamps
from splitlint.scan.targets.stamps import Moved, Stamps
from splitlint.scan.targets.states import (
    NO_FILE,
    Staged,
    State,
    UnknownError,
    held_now,
    put_together,
    staged_in,
    state_of,
    text_of,
)
from splitlint.scan.targets.targets import Target
from splitlint.startup.named_tuples import NamedTuple

#: Gives the rows of an index, by what stands for it; none if they are not known any more.
Rows = Callable[[str], Sequence[str]]


class Told(NamedTuple):
    """The state of a target, and the stamps by which it is told the next time: None where git has to be asked then."""

    state: State
    stamps: Stamps | None


def told(target: Target, before: Stamps | None, rows: Rows) -> Told:
    """The state of a target now, of which the stamps may be known from `before`."""
    repository = repository_of(target.folder) if not target.commit else None
    if repository is None or before is None:
        return Told(state_of(target), None)
    since = stamps.since()
    try:
        found = _from_stamps(repository, target.folder, before, rows, since)
    except (GitError, UnknownError, OSError, ValueError):
        # A name that no file can have, in what was kept, is a ValueError.
        found = None
    return found or Told(state_of(target), None)


def told_again(target: Target) -> Told:
    """The state of a target now, by what git says, and the stamps by which it is told the next time."""
    since = stamps.since()
    state = state_of(target)
    repository = repository_of(target.folder) if state.rows else None
    try:
        found = stamps.taken(repository, (*state.indexed, *state.held), since) if repository is not None else None
    except OSError:
        found = None
    if found is None:
        return Told(state, None)
    settings, taken = found
    return Told(state, Stamps(state.text, state.index, settings, state.held, *taken))


def _from_stamps(repository: Repository, folder: str, before: Stamps, rows: Rows, since: int) -> Told | None:
    """The state, if nothing has changed but what files hold, or what is in the index of them."""
    what = stamps.moved(repository, before)
    if what is None:
        return None
    if not what.files and not what.others:
        return Told(State(before.text, before.staged, lambda: rows(before.staged), before.held), before)
    known = State("", before.staged, rows(before.staged), before.held)
    if not known.rows:
        return None
    untracked = [name for name in before.held if name not in known.indexed]
    if os.path.abspath(repository.index) in what.others:
        state = _with_another_index(folder, known, untracked, staged_in(repository))
    else:
        state = _with_other_contents(repository, folder, known, what)
    if state is None:
        return None
    taken = stamps.taken_again(repository, before, what, (*state.indexed, *state.held), since)
    if taken is None:
        return None
    return Told(state, Stamps(state.text, state.index, before.settings, state.held, *taken))


def _with_another_index(folder: str, known: State, untracked: Sequence[str], staged: Staged) -> State | None:
    """The state with what is in the index now; None where that has lost a file, which git may ignore or not."""
    state = State("", staged.digest, staged.rows)
    if not staged.rows or any(name not in state.indexed for name in known.indexed):
        return None
    there = (name for name in untracked if os.path.lexists(os.path.join(folder, name)))
    return put_together(folder, staged, sorted(name for name in there if name not in state.indexed))


def _with_other_contents(repository: Repository, folder: str, known: State, what: Moved) -> State:
    """The state where some files hold something else. Raises UnknownError."""
    inner = f"{repository.folder}/" if repository.folder else ""
    names = {path.removeprefix(inner) for path in what.files}
    indexed = known.indexed
    tracked = [(name, indexed[name] or NO_FILE) for name in names if name in indexed]
    new = [name for name in names - indexed.keys() if os.path.lexists(os.path.join(folder, name))]
    held = {name: blob for name, blob in known.held.items() if name not in names}
    held |= held_now(folder, tracked, new)
    ordered = dict(sorted(held.items()))
    state = State(text_of(known.index, ordered), known.index, known.rows, ordered)
    # Which takes 10 ms for a nixpkgs, and is known.
    state.indexed = indexed
    return state
