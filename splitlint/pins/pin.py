"""A nixpkgs that something is pinned to, as one frozen value."""

from __future__ import annotations

import time

from splitlint.startup.named_tuples import NamedTuple

#: Seconds since 1970 of the first commit of nixpkgs (2003), and of a day that no lock is of (2100).
_DATES = (1_047_000_000, 4_102_444_800)


class Pin(NamedTuple):
    """One nixpkgs.

    `source`: the file that says so, `name`: what it calls it there, "" if it has no name. `branch`: a branch, channel
    or tag, "" if only a revision is known. `release`: of a release branch or channel: `25.05`, "" of none; with
    `is_pre` it is the one that was being prepared. `is_unstable`: a branch that gets every change as it is merged.
    `date`: of its last commit, `2025-08-17`, "" if that is not known. `moves`: it is whatever the branch is by then.
    Not `is_known`: a fork, a folder or the like, of which nothing can be told.
    """

    source: str = ""
    name: str = ""
    branch: str = ""
    release: str = ""
    is_pre: bool = False
    is_unstable: bool = False
    date: str = ""
    revision: str = ""
    moves: bool = False
    is_known: bool = True


class BrokenError(Exception):
    """A file that should say which nixpkgs it is, and cannot be understood. The message does not repeat its name."""


def date_of(seconds: object) -> str:
    """The day (UTC) of seconds since 1970; "" for what is no such number, or no day that nixpkgs can be of."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not _DATES[0] <= seconds < _DATES[1]:
        return ""
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
