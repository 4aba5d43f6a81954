"""What Python in a Nix string does with the values that Nix puts into it, as uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.partial_paths import flattened
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import flat, joined
from splitlint.analysis.model.uses import DIRECT, VARIABLE, Program, Use
from splitlint.analysis.model.values import UNKNOWN, Member, Package, Piece, Text, Tree, Value
from splitlint.analysis.python.commands import RunCommand
from splitlint.analysis.python.python_path import MESSAGE, PythonPath
from splitlint.analysis.shell.as_uses import as_uses
from splitlint.analysis.shell.inner import all_uses
from splitlint.analysis.shell.uses import ShellMeaning
from splitlint.syntax.embedded import Script
from splitlint.syntax.python import Unparsed, parse

#: A text of the script, with what Nix puts into its holes.
Filled = Callable[[Text], Text]


def uses_in(script: Script, value_in: Callable[[int], tuple[Value, Place | None]]) -> Iterator[Use]:
    """The uses in Python that stands in a Nix file; none if it cannot be read. Never raises.

    `value_in` gives what stands in a hole of the script, and where that is written.
    """
    tree = parse(script.text)
    if isinstance(tree, Unparsed):
        return
    from splitlint.analysis.python.uses import uses_of

    def in_hole(piece: Piece) -> Piece:
        hole = piece.content
        if not isinstance(hole, Hole) or hole.origin != "host" or not isinstance(hole.source, int):
            return piece
        at = script.holes[hole.source]
        via = Place(script.source.path, *script.file_span(at.start, at.end))
        return Piece(*value_in(hole.source), via=via)

    def filled(text: Text) -> Text:
        return Text(tuple(map(in_hole, flattened(text).parts)))

    found = uses_of(tree, script)
    for use in found.paths:
        if use.use != MESSAGE:
            yield from _of_path(use, script.source.path, filled)
    for command in found.commands:
        yield from _of_command(command, filled)


def _of_path(use: PythonPath, file: str, filled: Filled) -> Iterator[Use]:
    path, leading = filled(use.path).parts, filled(use.leading).parts
    for number, piece in enumerate(path):
        if not isinstance(piece.content, Value) or piece.place is None or piece.via is None:
            continue
        is_direct = use.start <= piece.via.start and piece.via.end <= use.end
        carried = leading[leading.index(piece) + 1 :] if piece in leading else ()
        for option in alternatives(piece.content):
            if isinstance(option.shape, Package | Tree | Member):
                yield Use(
                    option,
                    flat(Text(path[number + 1 :])),
                    Program("python", use.writes),
                    piece.place,
                    None if is_direct else Place(file, use.start, use.end),
                    DIRECT if is_direct else VARIABLE,
                    "" if is_direct else use.variable,
                    flat(Text(carried)),
                )


def _of_command(command: RunCommand, filled: Filled) -> Iterator[Use]:
    """The uses in a command that Python runs."""
    holes = [tuple(map(filled, texts)) for texts in command.holes]

    def value(number: int) -> Value:
        return union(tuple(map(_value, holes[number])))

    meaning = ShellMeaning(command.script, value, lambda name: None)
    for inner, use in all_uses(meaning):
        place = _place(holes[use.hole]) if use.hole is not None else None
        if place is not None:
            yield from as_uses(inner, use, place, Place(command.script.source.path, *use.span), "")


def _value(text: Text) -> Value:
    """What an expression is: one value, or text with values in it."""
    whole = joined(*(piece.content for piece in text.parts))
    only = whole.parts[0].content if len(whole.parts) == 1 else None
    if isinstance(only, Value):
        return only
    return Value(whole) if any(not isinstance(piece.content, Hole) for piece in text.parts) else UNKNOWN


def _place(texts: tuple[Text, ...]) -> Place | None:
    """Where the first value in several texts is written."""
    return next((piece.place for text in texts for piece in text.parts if isinstance(piece.content, Value)), None)
