"""What Python in a Nix string does with the values that Nix puts into it, as uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.partial_paths import Gap, Pieces, flattened
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import HOLE_MARK, merged_text
from splitlint.analysis.model.uses import DIRECT, VARIABLE, Program, Use
from splitlint.analysis.model.values import HOLE, UNKNOWN, Member, Package, Tree, Value
from splitlint.analysis.model.values import Hole as ValueHole
from splitlint.analysis.python.python_path import MESSAGE, PythonPath
from splitlint.analysis.shell.as_uses import as_uses
from splitlint.analysis.shell.inner import all_uses
from splitlint.analysis.shell.uses import ShellMeaning
from splitlint.syntax.embedded import Script
from splitlint.syntax.python import Unparsed, parse

#: What stands in a hole of the script: its value, and where that is written.
Hole = Callable[[int], tuple[Value, Place | None]]


def uses_in(script: Script, hole: Hole) -> Iterator[Use]:
    """The uses in Python that stands in a Nix file; none if it cannot be read. Never raises."""
    tree = parse(script.text)
    if isinstance(tree, Unparsed):
        return
    from splitlint.analysis.python.uses import uses_of

    found = uses_of(tree, script)
    for use in found.paths:
        if use.use != MESSAGE:
            yield from _of_path(use, script, hole)
    for command in found.commands:
        yield from _of_command(command.script, command.holes, hole)


def _of_path(use: PythonPath, script: Script, hole: Hole) -> Iterator[Use]:
    path = tuple(flattened(use.path))
    for number, piece in enumerate(path):
        hole_number = _number(piece)
        value, place = hole(hole_number) if hole_number is not None else (UNKNOWN, None)
        if hole_number is None or place is None:
            continue
        at = script.holes[hole_number]
        start, end = script.file_span(at.start, at.end)
        is_direct = use.start <= start and end <= use.end
        span = Place(script.source.path, use.start, use.end)
        for option in alternatives(value):
            if isinstance(option.shape, Package | Tree | Member):
                yield Use(
                    option,
                    _text(path[number + 1 :]),
                    Program("python", use.writes),
                    place,
                    None if is_direct else span,
                    DIRECT if is_direct else VARIABLE,
                    "" if is_direct else use.variable,
                    _carried(use, piece),
                )


def _carried(use: PythonPath, hole: str | Gap) -> str:
    """The beginning of a path below a value that a variable brings along."""
    leading = tuple(flattened(use.leading))
    return _text(leading[leading.index(hole) + 1 :]) if hole in leading else ""


def _text(pieces: Pieces) -> str:
    return "".join(piece if isinstance(piece, str) else HOLE_MARK for piece in pieces)


def _of_command(script: Script, holes: tuple[tuple[Pieces, ...], ...], hole: Hole) -> Iterator[Use]:
    """The uses in a command that Python runs."""

    def value(number: int) -> Value:
        return union(tuple(_value(pieces, hole) for pieces in holes[number]))

    meaning = ShellMeaning(script, value, lambda name: None)
    for inner, use in all_uses(meaning):
        place = _place(holes[use.hole], hole) if use.hole is not None else None
        if place is not None:
            yield from as_uses(inner, use, place, Place(script.source.path, *use.span), "")


def _value(pieces: Pieces, hole: Hole) -> Value:
    """What an expression is: text with the values in it that Nix puts there."""
    contents: list[str | Value | ValueHole] = []
    for piece in flattened(pieces):
        number = _number(piece)
        contents.append(piece if isinstance(piece, str) else HOLE if number is None else hole(number)[0])
    text = merged_text(contents)
    only = text.parts[0].content if len(text.parts) == 1 else None
    if isinstance(only, Value):
        return only
    return Value(text) if any(one is not HOLE for one in contents) else UNKNOWN


def _number(piece: str | Gap) -> int | None:
    """The number of the script's hole that a piece is, None if it is none."""
    if isinstance(piece, Gap) and piece.origin == "host" and isinstance(piece.hole, int):
        return piece.hole
    return None


def _place(may_be: tuple[Pieces, ...], hole: Hole) -> Place | None:
    """Where the first value of several texts is written."""
    numbers = (_number(piece) for pieces in may_be for piece in flattened(pieces))
    first = next((number for number in numbers if number is not None), None)
    return hole(first)[1] if first is not None else None
