"""What the commands of a file build with Nix, and which paths they use below the results.

A result is used through its link (`result/share/frob`), which the latest build of the same place made, or through what
the command prints: `out=$(nix build --print-out-paths ..)`, `"$out/share/frob"`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from tree_sitter import Node

from splitlint.analysis.commands.builds import Build, Installable, build_of, without_quotes
from splitlint.analysis.model.families import World
from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.path_globs import LONGEST
from splitlint.analysis.model.texts import flat, joined
from splitlint.analysis.model.values import UNKNOWN, Value
from splitlint.analysis.shell.commands import Command
from splitlint.analysis.shell.uses import ShellMeaning
from splitlint.startup.records import dataclass, field, replace
from splitlint.syntax import shell
from splitlint.syntax.blocks import Block, Kind
from splitlint.syntax.embedded import Mark

#: What may stand in a word before a path and after it.
_PATHS = re.compile(r"(?:\A|(?<=[=\s:,;'\"(]))[^\s=:,;'\"()|&<>]+")
#: Commands of builds in one another that are looked at: `a=$(nix build $(nix build ..))`.
_IN_EACH_OTHER = 8
_MESSAGES = frozenset({"echo", "printf", "log", "die", "warn", "info"})
_HANDS_ON = frozenset({"redirected_statement", "pipeline", "list"})


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a result: the path below it, with HOLE_MARK for what is not known; the word, its bytes in the file.

    `literal`: the path to the result is written in the word; `silent`: why nobody would notice that it is missing.
    """

    path: str
    block: Block
    span: tuple[int, int]
    command: Command | None
    literal: bool
    silent: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """Something that is built: by which command, what of it, in which block, its uses in order.

    `captured`: what the command prints goes into the script.
    """

    build: Build
    installable: Installable
    block: Block
    captured: bool
    uses: list[Use] = field(default_factory=list)


def results(blocks: Iterable[Block], world: World, matters: Callable[[Value], bool]) -> list[Result]:
    """All that the blocks of a file build, with its uses; nothing if none of it `matters`. Never raises."""
    readings = [_read(block, world) for block in blocks]
    installables = (one for reading in readings for build, _ in reading.builds.values() for one in build.installables)
    if not any(matters(one.value) for one in installables):
        return []
    found: list[Result] = []
    readings.sort(key=lambda one: one.block.place)
    for _, group in groupby(readings, key=lambda one: one.block.place):
        found += _Place().run(group)
    return found


@dataclass
class _Reading:
    """A block after its builds have been found.

    `builds`: by their first byte, with the mark in `meaning` for what they print where the script takes that;
    `taken`: the bytes of their commands.
    """

    block: Block
    meaning: ShellMeaning
    builds: dict[int, tuple[Build, str]]
    taken: list[tuple[int, int]]

    def is_taken(self, offset: int) -> bool:
        """Whether a byte is in the command of a build. They are in order, and one may stand in another."""
        number = bisect_right(self.taken, (offset, len(self.block.script.text)))
        # The one that begins last may have ended before one that it stands in.
        return any(offset < end for _, end in self.taken[max(0, number - _IN_EACH_OTHER) : number])


class _Place:
    """The folder in which the blocks of one place run: which link leads to what."""

    def __init__(self) -> None:
        self.links: dict[str, Result] = {}
        self.found: list[Result] = []
        self.waiting: list[tuple[str, _Reading, Node]] = []

    def run(self, readings: Iterable[_Reading]) -> list[Result]:
        for reading in readings:
            self._run_block(reading)
        # Recipes are not written in the order in which they run.
        for path, reading, word in self.waiting:
            self._note(path, reading, word)
        return self.found

    def _run_block(self, reading: _Reading) -> None:
        printed: dict[str, Result] = {}
        events: list[tuple[int, Node | int]] = [(start, start) for start in reading.builds]
        events += [(word.start_byte, word) for word in reading.meaning.facts.words]
        for _, event in sorted(events, key=lambda one: one[0]):
            if isinstance(event, int):
                self._build(*reading.builds[event], reading, printed)
                continue
            if reading.is_taken(event.start_byte):
                continue
            for path in _paths_of(reading.meaning, event):
                self._note(path, reading, event, waits=reading.block.kind is Kind.RECIPES)
        for name, use in _printed_uses(reading):
            printed[name].uses.append(use)

    def _build(self, build: Build, mark: str, reading: _Reading, printed: dict[str, Result]) -> None:
        for number, one in enumerate(build.installables):
            result = Result(build, one, reading.block, bool(mark) and number == 0)
            self.found.append(result)
            if one.link:
                self.links[one.link] = result
            if result.captured:
                printed[mark] = result

    def _note(self, path: str, reading: _Reading, word: Node, *, waits: bool = False) -> None:
        # The longest link that the path is, or leads through.
        end = len(path) if len(path) <= LONGEST else 0
        while end > 0:
            result = self.links.get(path[:end])
            if result is not None:
                result.uses.append(_use(path[end:], path, reading, word))
                return
            end = path.rfind("/", 0, end)
        if waits:
            self.waiting.append((path, reading, word))


def _read(block: Block, world: World) -> _Reading:
    script = block.script
    plain = ShellMeaning(script, lambda node: UNKNOWN, lambda name: None)
    builds: dict[int, tuple[Build, str]] = {}
    marks: list[Mark] = []
    taken: list[tuple[int, int]] = []
    text = bytearray(script.text)
    for command in plain.commands():
        build = build_of(command, plain.word_text, world)
        if build is None:
            continue
        substitution = _substitution(plain, command.node) if build.prints else None
        mark = ""
        if substitution is not None:
            start, end = substitution.start_byte, substitution.end_byte
            mark = f"__build_{start}"
            marks.append(Mark(start, end, mark))
            text[start:end] = b"." + b"_" * (end - start - 1)
        builds[command.node.start_byte] = (build, mark)
        taken.append((command.node.start_byte, command.node.end_byte))
    marked = replace(script, text=bytes(text), marks=tuple(sorted((*script.marks, *marks))))
    return _Reading(block, ShellMeaning(marked, lambda node: UNKNOWN, lambda name: None), builds, sorted(taken))


def _substitution(meaning: ShellMeaning, node: Node) -> Node | None:
    """The `$(..)` that stands for what a command prints."""
    for around in meaning.facts.ancestors(node):
        if around.type == "command_substitution":
            return around
        if around.type not in _HANDS_ON:
            return None
    return None


def _paths_of(meaning: ShellMeaning, word: Node) -> list[str]:
    """The paths that a word spells or is written with; none in a message for people."""
    command = meaning.command_of(word)
    written = shell.node_text(word)
    if command is not None and command.name in _MESSAGES and re.search(r"\s", written):
        return []
    spelled = (flat(text) for text in meaning.word_texts(word))
    return sorted({path for text in (written, *spelled) for path in _paths_in(text)})


def _use(below: str, path: str, reading: _Reading, word: Node) -> Use:
    meaning = reading.meaning
    literal = path in _paths_in(shell.node_text(word))
    silent = meaning.silence(word, joined(path))
    return Use(
        below.replace("\\*", "*"), reading.block, meaning.script.span(word), meaning.command_of(word), literal, silent
    )


def _paths_in(text: str) -> set[str]:
    bare = without_quotes(text)
    # What stands in a substitution is a word of its own.
    return set() if "$(" in bare or "`" in bare else {without_quotes(found[0]) for found in _PATHS.finditer(bare)}


def _printed_uses(reading: _Reading) -> Iterator[tuple[str, Use]]:
    """The uses of paths that commands print, by the mark that stands for them."""
    names = {mark for _, mark in reading.builds.values() if mark}
    if not names:
        return
    for use in reading.meaning.uses():
        if use.outside in names and not (use.assigned and not use.path.parts):
            path = flat(use.path)
            silent = reading.meaning.silence(use.node, use.path if use.path.parts else joined(HOLE))
            yield use.outside or "", Use(path, reading.block, use.word_span, use.command, False, silent)
