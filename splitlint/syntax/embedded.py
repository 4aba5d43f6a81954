"""Scripts as the shell will see them, wherever they stand, with exact positions in their file.

A script in a Nix string has its escapes undone and its indentation stripped as Nix does (`stripIndentation` in
Nix's parser), because a heredoc's end mark counts only at the start of its line. Each Nix interpolation becomes
a placeholder that reads as a plain word: `export ${name}=x`, `$((${n} + 1))` and `"${x}/bin"` stay what they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from tree_sitter import Node, Tree

from splitlint.files.source import Source
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass, field
from splitlint.syntax import shell
from splitlint.syntax.nix_text import Piece


class ScriptHole(NamedTuple):
    """What Nix puts into a script: the placeholder's bytes in the script, and its number among the script's holes."""

    start: int
    end: int
    number: int


class Segment(NamedTuple):
    """A piece of a text that Nix makes: `text` None is a hole. It is written at these bytes of the file `path`.

    `verbatim`: the text stands there byte for byte. `path` is "" where it is written nowhere.
    """

    text: str | None
    path: str
    start: int
    end: int
    verbatim: bool


class Mark(NamedTuple):
    """An `@name@` that `substituteAll` or `replaceVars` replaces: its bytes in the script."""

    start: int
    end: int
    name: str


class Run(NamedTuple):
    """Script bytes from `start` on that stand for the file's bytes `file_start` to `file_end`.

    `whole` runs (placeholders, escapes) stand for them all together, others byte for byte.
    """

    start: int
    file_start: int
    file_end: int
    whole: bool


_MARK = lazy_pattern(rb"@([A-Za-z_][A-Za-z0-9_-]*)@")
#: A variable without braces that goes on with a word.
_INNER_VARIABLE = lazy_pattern(rb"(?<=[\w./:,+%@*?\]}~=\x80-\xff-])\$((?!__nix_)[A-Za-z_]\w*|\d)", re.ASCII)
_VARIABLE_AT_END = lazy_pattern(rb"\$[A-Za-z_0-9]+\Z")


@dataclass(frozen=True)
class Script:
    """A shell script: `text` is what the shell sees, and offsets into it map to bytes of `source`."""

    source: Source
    text: bytes = field(repr=False)
    holes: tuple[ScriptHole, ...] = ()
    runs: tuple[Run, ...] = field(default=(), repr=False)
    marks: tuple[Mark, ...] = ()

    @cached_property
    def tree(self) -> Tree:
        return shell.parse(self.text)

    @cached_property
    def run_starts(self) -> list[int]:
        """Where each run starts in the script."""
        return [run.start for run in self.runs]

    def to_file(self, offset: int) -> int:
        """The file offset of the script byte at `offset`; in an escape or placeholder, where that begins."""
        if not self.runs:
            return offset
        run = self.runs[max(0, bisect_right(self.run_starts, offset) - 1)]
        return run.file_start if run.whole else run.file_start + offset - run.start

    def to_file_end(self, offset: int) -> int:
        """The file offset just behind the script byte before `offset`; in an escape or placeholder, its end."""
        if not self.runs:
            return offset
        index = bisect_left(self.run_starts, offset) - 1
        if index < 0:
            return self.runs[0].file_start
        run = self.runs[index]
        return run.file_end if run.whole else run.file_start + offset - run.start

    def file_span(self, start: int, end: int) -> tuple[int, int]:
        """The file's bytes, from and to, that the script's bytes `start` to `end` are written as."""
        begin = self.to_file(start)
        return begin, max(begin, self.to_file_end(end)) if end > start else begin

    def span(self, node: Node) -> tuple[int, int]:
        """The file's bytes, from and to, that a node of the script's tree is written as."""
        return self.file_span(node.start_byte, node.end_byte)

    def spots_in(self, start: int, end: int) -> tuple[ScriptHole, ...] | tuple[Mark, ...]:
        """What stands within the script's bytes `start` to `end` for other text: holes, or in a file marks."""
        if self.holes:
            return _within(self.holes, start, end)
        return _within(self.marks, start, end) if self.marks else ()

    def holes_in(self, start: int, end: int) -> tuple[ScriptHole, ...]:
        """The holes that lie within the script's bytes `start` to `end`, in order."""
        return _within(self.holes, start, end)


_Spot = TypeVar("_Spot", ScriptHole, Mark)


def _within(spots: tuple[_Spot, ...], start: int, end: int) -> tuple[_Spot, ...]:
    first = bisect_left(spots, start, key=lambda spot: spot.start)
    last = bisect_right(spots, end, key=lambda spot: spot.end)
    return spots[first:last]


def script_of_file(source: Source) -> Script:
    """A shell file as a script."""
    return _braced(text_of_file(source))


def text_of_file(source: Source) -> Script:
    """A file in whatever language; its `@name@` marks become words of the same length."""
    found = list(_MARK.finditer(source.data))
    text = bytearray(source.data)
    for one in found:
        # `@name@` alone on a line is no command to the grammar; `$out@suffix@` must stay two things.
        text[one.start()] = ord(
            "." if _VARIABLE_AT_END.search(source.data, max(0, one.start() - 80), one.start()) else "_"
        )
        text[one.end() - 1] = ord("_")
    marks = tuple(Mark(one.start(), one.end(), one[1].decode("ascii")) for one in found)
    runs = (Run(0, 0, len(source.data), False),)
    return Script(source, bytes(text), (), runs, marks)


def script_of_segments(segments: Iterable[Segment], source: Source) -> Script:
    """The shell script that a text which Nix makes is, seen from the file where it is used."""
    return _braced(text_of_segments(segments, source))


def text_of_segments(segments: Iterable[Segment], source: Source) -> Script:
    """The text that Nix makes of segments, in whatever language it is written.

    What is written in another file, or nowhere, stands for the last place in this file before it.
    """
    out = bytearray()
    holes: list[ScriptHole] = []
    runs: list[Run] = []
    here = 0
    for segment in segments:
        at_home = segment.path == source.path
        start, end = (segment.start, segment.end) if at_home else (here, here)
        here = end
        if segment.text is None:
            runs.append(Run(len(out), start, end, True))
            # `$out${suffix}`: a word put right behind a variable would lengthen its name.
            dot = b"." if _VARIABLE_AT_END.search(out, max(0, len(out) - 80)) else b""
            holes.append(ScriptHole(len(out), len(out) + len(dot) + len(_placeholder(len(holes))), len(holes)))
            out += dot + _placeholder(len(holes) - 1)
            continue
        text = segment.text.encode("utf-8", "surrogatepass")
        # Bytes that are no text are read as others of another length.
        is_exact = at_home and segment.verbatim and len(text) == end - start
        runs.append(Run(len(out), start, end, not is_exact))
        out += text
    if not runs:
        runs.append(Run(0, here, here, True))
    return Script(source, bytes(out), tuple(holes), tuple(runs))


def _placeholder(number: int) -> bytes:
    return b"__nix_%d__" % number


def script_of_pieces(pieces: Iterable[Piece], source: Source) -> Script:
    """The script that pieces of a file make, one behind the other. They are text: none is a node."""
    out = bytearray()
    runs: list[Run] = []
    for piece in pieces:
        runs.append(Run(len(out), piece.start, piece.end, piece.text is not None))
        out += piece.text if piece.text is not None else source.data[piece.start : piece.end]
    return _braced(Script(source, bytes(out), (), tuple(runs)))


def _braced(script: Script) -> Script:
    """The script with `$a/$b/c` as `$a/${b}/c`: tree-sitter-bash ends the word at the `$` of the former.

    That is issue 315 of tree-sitter-bash, in 0.25.1. Braces make no difference to the shell, and none in single quotes
    to us.
    """
    found = list(_INNER_VARIABLE.finditer(script.text))
    if not found:
        return script
    out = bytearray()
    runs: list[Run] = []
    at = 0
    for one in found:
        runs += _cut(script, at, one.start(), len(out))
        out += script.text[at : one.start()]
        runs.append(Run(len(out), script.to_file(one.start()), script.to_file_end(one.end()), True))
        out += b"${%b}" % one[1]
        at = one.end()
    runs += _cut(script, at, len(script.text), len(out))
    out += script.text[at:]
    starts = [one.start() for one in found]
    holes = _moved(script.holes, starts)
    return Script(script.source, bytes(out), holes, tuple(runs), _moved(script.marks, starts))


def _moved(spots: tuple[_Spot, ...], braced: list[int]) -> tuple[_Spot, ...]:
    """The spots with two bytes put in at each of the places before them."""
    added = [2 * bisect_left(braced, spot.start) for spot in spots]
    return tuple(
        spot._replace(start=spot.start + more, end=spot.end + more) for spot, more in zip(spots, added, strict=True)
    )


def _cut(script: Script, start: int, end: int, at: int) -> Iterator[Run]:
    """The runs of the script's bytes `start` to `end`, as they are when those bytes stand at `at`."""
    runs = script.runs
    number = max(0, bisect_right(script.run_starts, start) - 1)
    while number < len(runs) and runs[number].start < end:
        run = runs[number]
        number += 1
        past = runs[number].start if number < len(runs) else len(script.text)
        begin, stop = max(start, run.start), min(end, past)
        if begin >= stop:
            continue
        moved = at + begin - start
        if run.whole:
            yield run._replace(start=moved)
        else:
            yield Run(moved, run.file_start + begin - run.start, run.file_start + stop - run.start, False)
