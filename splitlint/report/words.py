"""Words and numbers that all reports for people share. On the start-up path: imports nothing."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2,176 files`; `plural` where that is not the noun and an `s`.

    >>> counted(1, "finding"), counted(2176, "file")
    ('1 finding', '2,176 files')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def seconds_taken(seconds: float) -> str:
    """`0.21 s`, `83 s`."""
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
