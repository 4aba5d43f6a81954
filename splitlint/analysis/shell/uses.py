"""What a shell script does with the values that stand in it.

    meaning = ShellMeaning(script, hole_value, env)
    for use in meaning.uses(): ...

Works on demand and keeps what it found; never raises, whatever the script. Offsets are bytes: those of nodes are
the script's, those named `span` and `origin` are the file's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from tree_sitter import Node

from splitlint.analysis.model.value import HOLE, UNKNOWN, Reason, Text, Value, union
from splitlint.analysis.model.value import alternatives as options
from splitlint.analysis.shell.commands import Command, command_at, command_of, seen_through
from splitlint.analysis.shell.facts import Facts
from splitlint.analysis.shell.items import Item
from splitlint.analysis.shell.silence import silence
from splitlint.analysis.shell.spelling import MOST, Piece, Spelling, Trace, text
from splitlint.analysis.shell.words import Environment, HoleValue, Words
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass, field
from splitlint.syntax import shell
from splitlint.syntax.embedded import Script, ScriptHole

__all__ = ["Command", "Environment", "HoleValue", "ShellMeaning", "ShellUse"]

#: What ends a path inside a longer text: a heredoc's line, a quoted command, `PATH=a:b`.
_PATH_END = lazy_pattern(r"[\s;\"'|&<>():,`\\@}]")


@dataclass(frozen=True, slots=True)
class ShellUse:
    """A value that stands in a word of a script, and the path under it that the word names.

    `span` is what stands there (`$kernel`, `${kernel}`), `word_span` its whole word, `origin` the place where the value
    entered the script, which differs from `span` behind a variable: the bytes to change. `hole` is that place's Nix
    interpolation; where there is none, the value came from outside as the variable or mark `outside`.
    `variable` is the shell variable that stands at the use, `assigned` the one that the use's word is assigned to.
    `carried` is the beginning of `path` that the variable or interpolation brings along: the place that put it
    there, an assignment, is a use of its own.
    An outside variable that nobody knows has the value UNKNOWN.
    """

    value: Value
    path: Text
    carried: Text
    before: Text
    span: tuple[int, int]
    word_span: tuple[int, int]
    origin: tuple[int, int]
    node: Node
    hole: Node | None = None
    outside: str | None = None
    variable: str | None = None
    assigned: str | None = None
    command: Command | None = None
    steps: tuple[Reason, ...] = field(default=())


class ShellMeaning:
    """The meaning of one script.

    `hole_value` gives the value of a Nix interpolation node, `env` that of a variable (or `@mark@`) that the script
    does not assign itself, None where it is not known. `pipefail`: whether it is on from the start, as in stdenv.
    """

    def __init__(self, script: Script, hole_value: HoleValue, env: Environment, pipefail: bool = False) -> None:
        self.script = script
        self.pipefail = pipefail or b"pipefail" in script.text
        self._hole_value = hole_value
        self._env = env

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.script.tree.root_node)

    @cached_property
    def words(self) -> Words:
        return Words(self.script, self.facts, self._hole_value, self._env)

    @cached_property
    def written(self) -> str:
        """The script as it stands in its file."""
        return self.script.source.text(*self.script.file_span(0, len(self.script.text)))

    def word_texts(self, word: Node) -> tuple[Text, ...]:
        """All that a word may spell, most likely first, at least one text."""
        return tuple(text(spelling) for spelling in self.words.spellings(word))

    def word_text(self, word: Node) -> Text:
        """What a word spells; where that is one of several texts, a union of them."""
        texts = self.word_texts(word)
        if len(texts) == 1:
            return texts[0]
        return Text((union(tuple(Value(one) for one in texts)),))

    def variable_at(self, name: str, offset: int) -> Value | None:
        """What a variable may hold at a byte of the script: for the scripts that stand in its interpolations."""
        node = self.script.tree.root_node.descendant_for_byte_range(offset, offset)
        if node is None:
            return None
        found = self.words.assigned(name, node)
        return union(tuple(Value(text(spelling)) for spelling in found)) if found else None

    def word_of(self, node: Node) -> Node | None:
        """The whole word that a node is a part of, or the word itself."""
        known = self._word_ids
        if node.id in known:
            return node
        return next((around for around in self.facts.ancestors(node) if around.id in known), None)

    @cached_property
    def _word_ids(self) -> frozenset[int]:
        return frozenset(word.id for word in self.facts.words)

    def following(self, node: Node) -> Text:
        """The text behind an expansion, or behind a Nix interpolation node, up to the end of its path."""
        hole = next((one for one in self.script.holes if one.node.id == node.id), None)
        start = hole.start if hole is not None else node.start_byte
        word = self._word_at(start) if hole is not None else self.word_of(node)
        if word is None:
            return Text((HOLE,))
        for items in self.words.choices(word):
            for number, item in enumerate(items):
                if item.start == start and item.source is not None:
                    parts = next(self.words.combinations(items[number + 1 :]))
                    return path_of(chain.from_iterable(parts))
        return Text((HOLE,))

    def _word_at(self, offset: int) -> Node | None:
        node = self.script.tree.root_node.descendant_for_byte_range(offset, offset + 1)
        return self.word_of(node) if node is not None else None

    def commands(self) -> Iterator[Command]:
        """The commands of the script as they are run, in order."""
        for node in self.facts.commands:
            yield seen_through(command_of(self.facts, node))

    def command_of(self, node: Node) -> Command | None:
        """The command that a word, or a node in a word, is handed to."""
        return command_at(self.facts, node)

    def silence(self, node: Node, path: Text | None = None) -> str | None:
        """Why nobody would notice that a path is missing at a word: a phrase for after "silently: ", or None.

        `path` is what follows the value that is meant (`ShellUse.path`); by default what follows the node.
        """
        return silence(self.facts, node, path if path is not None else self.following(node), self.pipefail)

    def uses(self) -> tuple[ShellUse, ...]:
        """Each place in the script where a value that is not plain text stands, in the order of the words."""
        return self._uses

    @cached_property
    def _uses(self) -> tuple[ShellUse, ...]:
        return tuple(self._find_uses())

    def _find_uses(self) -> Iterator[ShellUse]:
        covered: set[int] = set()
        for word in self.facts.words:
            yield from self.uses_in(word)
            covered.update(hole.start for hole in self.script.holes_in(word.start_byte, word.end_byte))
        comments = [(one.start_byte, one.end_byte) for one in self.facts.comments]
        for hole in self.script.holes:
            if hole.start not in covered and not any(start <= hole.start < end for start, end in comments):
                yield from self._use_outside_words(hole)

    def uses_in(self, word: Node) -> Iterator[ShellUse]:
        """The uses in one whole word (see `word_of`)."""
        if not word.child_count and not self.script.spots_in(word.start_byte, word.end_byte):
            return
        seen = set()
        for items in self.words.choices(word):
            if not any(item.source is not None for item in items):
                continue
            for parts in self.words.combinations(items):
                for number, item in enumerate(items):
                    for at, piece in _values(item, parts[number]):
                        carried = path_of(parts[number][at + 1 :])
                        path = path_of(chain(parts[number][at + 1 :], *parts[number + 1 :]))
                        key = (item.start, piece, path)
                        if key not in seen:
                            seen.add(key)
                            before = _path_before(chain.from_iterable((*parts[:number], parts[number][:at])))
                            yield self._use(word, item, piece, path=path, carried=carried, before=before)

    def _use(self, word: Node, item: Item, piece: Piece, *, path: Text, carried: Text, before: Text) -> ShellUse:
        trace = piece.trace or Trace(item.start, item.end)
        steps = tuple(self._step(*step) for step in trace.steps)
        value = piece.content if isinstance(piece.content, Value) else UNKNOWN
        for reason in reversed(steps):
            value = value.because(reason)
        node = item.source if isinstance(item.source, Node) else word
        return ShellUse(
            value=value,
            path=path,
            carried=carried,
            before=before,
            span=self.script.file_span(item.start, item.end),
            word_span=self.script.span(word),
            origin=self.script.file_span(trace.start, trace.end),
            node=node,
            hole=trace.hole,
            outside=trace.variable,
            variable=_variable(item),
            assigned=self._assigned(word),
            command=command_at(self.facts, word),
            steps=steps,
        )

    def _step(self, name: str, start: int, end: int) -> Reason:
        return Reason(f"`{name}` is assigned here", self.script.source.path, *self.script.file_span(start, end))

    def _assigned(self, word: Node) -> str | None:
        around = self.facts.parents.get(word.id)
        if around is not None and around.type == "array":
            around = self.facts.parents.get(around.id)
        if around is None or around.type != "variable_assignment":
            return None
        name = around.child_by_field_name("name")
        return (name.text or b"").decode("utf-8", "replace") if name is not None else None

    def _use_outside_words(self, hole: ScriptHole) -> Iterator[ShellUse]:
        """A hole where the script could not be understood: the text behind it, as far as it reads as a path."""
        node = self.script.tree.root_node.descendant_for_byte_range(hole.start, hole.end)
        following = next((one.start for one in self.script.holes if one.start >= hole.end), len(self.script.text))
        behind = self.script.text[hole.end : min(following, hole.end + 400)].decode("utf-8", "replace")
        path = path_of((Piece(behind), Piece(HOLE)))
        span = self.script.file_span(hole.start, hole.end)
        for value in options(self._hole_value(hole.node))[:MOST]:
            if node is not None:
                yield ShellUse(value, path, Text(()), Text(()), span, span, span, node, hole=hole.node)


def path_of(spelling: Iterable[Piece]) -> Text:
    """The text of a spelling up to where a path in it ends."""
    pieces: list[Piece] = []
    for piece in spelling:
        if not isinstance(piece.content, str):
            pieces.append(piece)
            continue
        end = _PATH_END.search(piece.content)
        if end is not None:
            pieces.append(Piece(piece.content[: end.start()]))
            break
        pieces.append(piece)
    return text(pieces)


def _path_before(spelling: Iterable[Piece]) -> Text:
    """The text of a spelling from where the last path in it begins."""
    pieces: list[Piece] = []
    for piece in reversed(list(spelling)):
        if isinstance(piece.content, str):
            after = _PATH_END.split(piece.content)
            pieces.append(Piece(after[-1]))
            if len(after) > 1:
                break
        else:
            pieces.append(piece)
    return text(reversed(pieces))


def _values(item: Item, spelling: Spelling) -> list[tuple[int, Piece]]:
    """The pieces that are more than text: values, known or not, that came from outside under a name or in a hole."""
    if item.source is None:
        return []
    found = [
        (at, piece)
        for at, piece in enumerate(spelling)
        if isinstance(piece.content, Value)
        and (piece.trace is None or piece.trace.variable is None or not piece.trace.variable.isdigit())
    ]
    return found[:MOST]


def _variable(item: Item) -> str | None:
    return shell.variable_of(item.source) if isinstance(item.source, Node) else None
