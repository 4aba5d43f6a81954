"""Where something is written, and steps of a proof that point there."""

from __future__ import annotations

from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import dataclass


class Place(NamedTuple):
    """A stretch of a file: byte offsets, from and to."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a proof, with the place that shows it (byte offsets in `path`)."""

    text: str
    path: str
    start: int
    end: int
