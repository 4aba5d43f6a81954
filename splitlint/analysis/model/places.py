"""Where something is written, and steps of a proof that point there."""

from __future__ import annotations

from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import dataclass


class Place(NamedTuple):
    """A stretch of a file: byte offsets, from and to."""

    path: str
    start: int
    end: int


class Taken(NamedTuple):
    """A parameter that takes any tree: the function, the parameter's name, where the caller wrote what is passed."""

    function: str
    name: str
    place: Place | None


class Trace(NamedTuple):
    """Where a value entered the script, and the assignments it went through, the latest first.

    It entered at a hole that Nix fills (`hole`, its number), or under the name of a variable or `@mark@` that the
    script does not assign (`variable`); `start` and `end` are that place's bytes in the script.
    """

    start: int
    end: int
    hole: int | None = None
    variable: str | None = None
    steps: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a proof, with the place that shows it (byte offsets in `path`)."""

    text: str
    path: str
    start: int
    end: int
