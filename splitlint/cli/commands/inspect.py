"""`splitlint inspect FILE[:LINE[:COLUMN]]`: what is known at a place."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from splitlint.authoring.configured import configured_rules
from splitlint.authoring.trials.places import Inspected, Shown, inspected
from splitlint.cli.console import UsageError, wants_color, width, write
from splitlint.cli.options import add_rule_arguments, effective_config
from splitlint.files.discover import File
from splitlint.files.languages import NIX, SHELL, language_of
from splitlint.files.reading import UnreadableError, read_file
from splitlint.files.source import Source
from splitlint.report.terminal.paint import Line, clean, line, painted, plain, wrapped
from splitlint.report.words import counted
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


class Asked(NamedTuple):
    """What is asked about: a file, a 1-based line of it and a 1-based column, 0 for all."""

    path: str
    line: int = 0
    column: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.description = (
        "Show what splitlint knows at a place of a Nix file or script: the value of each expression that begins on the "
        "line, how certain it is and why, and where packages are used. Without a line, show the uses in the file."
    )
    parser.add_argument("place", metavar="FILE[:LINE[:COLUMN]]", help="a Nix file or shell script, and a place in it")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    add_rule_arguments(parser)
    parser.set_defaults(select=None, ignore=[], min_confidence=None, min_severity=None, nixpkgs=None, file_timeout="0")


def run(options: argparse.Namespace) -> int:
    """Writes what is known. Raises UsageError where there is no such place."""
    asked = place_asked(options.place)
    source = _source(asked.path)
    if asked.line > len(source.line_starts):
        raise UsageError(f"{asked.path}: has {counted(len(source.line_starts), 'line')}, and no line {asked.line}")
    rule_set = configured_rules(effective_config(options, [asked.path]))
    known = inspected(source, rule_set)
    lines = [row for one in _lines(asked, source, known) for row in wrapped(one, width(), " " * 12)]
    write(painted(lines) if wants_color(options.color) else plain(lines))
    return 0


def place_asked(written: str) -> Asked:
    """A file with a line and a column behind it, each after a `:`; a file of that very name comes first.

    Raises UsageError if a number is 0 or has more than nine digits.
    """
    found = re.fullmatch(r"(.+?)(?::(\d+))?(?::(\d+))?:?", written, re.DOTALL)
    if found is None or found[2] is None or os.path.lexists(written):
        return Asked(written)
    numbers = [found[2], found[3] or "0"]
    if int(found[2][:9]) < 1 or found[3] == "0" or any(len(one) > 9 for one in numbers):
        raise UsageError(f"{written}: lines and columns are counted from 1")
    return Asked(found[1], int(numbers[0]), int(numbers[1]))


def _source(path: str) -> Source:
    try:
        data = read_file(File(path, path, named=True))
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from error
    language = language_of(path, data)
    if language not in (NIX, SHELL):
        raise UsageError(f"{path}: is neither a Nix file nor a shell script")
    return Source(os.path.normpath(path), data, language)


def _lines(asked: Asked, source: Source, known: Inspected) -> Iterator[Line]:
    for gap in known.incomplete:
        yield line(("note", "info"), f": not everything is known of this file: {gap}")
    expressions, uses = _known_there(asked, source, known)
    for one in expressions:
        yield from _block(one, "", asked, source)
    for one in uses:
        yield from _block(one, "a use of ", asked, source)
    where = "at this place" if asked.column else "on this line" if asked.line else "in this file"
    if asked.line and not expressions and source.language == NIX:
        yield line(f"No expression begins {where}.")
    if not uses:
        yield line(f"Nothing that a pack describes is used {where}.")


def _known_there(asked: Asked, source: Source, known: Inspected) -> tuple[list[Shown], list[Shown]]:
    """The expressions and uses on the line, or around the column; all uses if no line is named."""
    if not asked.line:
        return [], list(known.uses)
    start, end = _bytes(asked, source)
    uses = [one for one in known.uses if start <= one.start < end or start <= one.used[0] < end]
    if not asked.column:
        return known.expressions(start, end, None), uses
    at = _offset(asked, source)
    # In the middle of a long text, it is the text.
    expressions = known.expressions(start, end, at) or known.expressions(0, at + 1, at)[-1:]
    return expressions, [one for one in uses if one.start <= at < one.end or one.used[0] <= at < one.used[1]]


def _bytes(asked: Asked, source: Source) -> tuple[int, int]:
    """The bytes of the line that is asked about, or of the file."""
    starts = source.line_starts
    if not asked.line:
        return 0, len(source.data) + 1
    return starts[asked.line - 1], starts[asked.line] if asked.line < len(starts) else len(source.data) + 1


def _offset(asked: Asked, source: Source) -> int:
    before = source.line_bytes(asked.line).decode("utf-8", "surrogateescape")[: asked.column - 1]
    return source.line_starts[asked.line - 1] + len(before.encode("utf-8", "surrogateescape"))


def _block(shown: Shown, what: str, asked: Asked, source: Source) -> Iterator[Line]:
    place = "{}:{}".format(*source.position(shown.start))
    yield line((f"{clean(asked.path)}:{place}", "strong"), f": {what}`{clean(shown.source)}`")
    for word, said in shown.rows:
        yield line(f"  {word:<8}  {clean(said)}")
    yield line("")
