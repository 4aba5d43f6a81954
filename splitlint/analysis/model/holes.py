"""What stands in a text for a part that is not known."""

from __future__ import annotations

from splitlint.startup.records import dataclass


@dataclass(frozen=True, slots=True)
class Hole:
    """Text that is not known. In a path it matches any characters within one segment or more.

    `name` is what the source calls it; `origin` where it comes from: "unknown", "argument", "environment", "variable",
    "expression", "mark" (an `@name@` that Nix fills in) or "host" (an interpolation of the Nix string around a script).
    `options`: all texts that it can be, if those are known. `source`: what it stands for, the syntax or the number of
    the interpolation.
    """

    name: str = ""
    origin: str = "unknown"
    options: tuple[str, ...] = ()
    source: object = None


HOLE = Hole()
