"""What a shell script does with the values that stand in it.

    meaning = ShellMeaning(script, hole_value, env)
    for use in meaning.uses(): ...

Works on demand and keeps what it found; never raises, whatever the script. Offsets are bytes: those of nodes are
the script's, those named `span` and `origin` are the file's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives as options
from splitlint.analysis.model.alternatives import union
from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.places import Reason, Trace
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import NO_TEXT, UNKNOWN, Piece, Text, Value
from splitlint.analysis.shell.commands import Command, command_at, command_of, seen_through
from splitlint.analysis.shell.facts import Facts
from splitlint.analysis.shell.items import Item
from splitlint.analysis.shell.operands import GivenValues
from splitlint.analysis.shell.reach import Reach, Reached
from splitlint.analysis.shell.silence import silence
from splitlint.analysis.shell.spelling import MOST, Spelling, is_known, path_before, path_of, text
from splitlint.analysis.shell.words import Environment, HoleValue, Words
from splitlint.startup.records import dataclass, field, replace
from splitlint.syntax import shell
from splitlint.syntax.embedded import Script, ScriptHole

#: Uses between two places that are looked at.
_MOST_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class ShellUse:
    """A value that stands in a word of a script, and the path under it that the word names.

    `span` is what stands there (`$frob`, `${frob}`), `word_span` its whole word, `origin` the place where the value
    entered the script, which differs from `span` behind a variable: the bytes to change. `hole` is the number of
    that place's hole; where there is none, the value came from outside as the variable or mark `outside`.
    `variable` is the shell variable that stands at the use, `assigned` the one that the use's word is assigned to.
    `carried` is the beginning of `path` that the variable or interpolation brings along: the place that put it
    there, an assignment, is a use of its own.
    An outside variable that nobody knows has the value UNKNOWN.
    `reached`: the value does not stand in the word; a folder that the script went into, or a link, leads to it.
    `others` are the other values that may stand in the value's place.
    """

    value: Value
    path: Text
    carried: Text
    before: Text
    span: tuple[int, int]
    word_span: tuple[int, int]
    origin: tuple[int, int]
    node: Node
    hole: int | None = None
    outside: str | None = None
    variable: str | None = None
    assigned: str | None = None
    command: Command | None = None
    steps: tuple[Reason, ...] = field(default=())
    reached: bool = False
    others: tuple[Value, ...] = field(default=())


class ShellMeaning:
    """The meaning of one script.

    `hole_value` gives the value of a hole by its number, `env` that of a variable (or `@mark@`) that the script
    does not assign itself, None where it is not known. `pipefail`: whether it is on from the start, as in stdenv.
    """

    def __init__(self, script: Script, hole_value: HoleValue, env: Environment, pipefail: bool = False) -> None:
        self.script = script
        self.pipefail = pipefail or b"pipefail" in script.text
        self._hole_value = hole_value
        self._env = env

    def forget(self) -> None:
        """Lets go of what was worked out, at once; nothing can be asked any more."""
        vars(self).clear()

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.script.tree.root_node)

    @cached_property
    def words(self) -> Words:
        return Words(self.script, self.facts, self._hole_value, self._env, self._where)

    def _where(self, node: Node) -> tuple[Spelling, ...]:
        return self.reach.where(node)

    @cached_property
    def reach(self) -> Reach:
        return Reach(self.facts, self.words)

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
        return joined(union(tuple(Value(one) for one in texts)))

    def commands(self) -> Iterator[Command]:
        """The commands of the script as they are run, in order."""
        for node in self.facts.commands:
            yield seen_through(command_of(self.facts, node))

    def command_of(self, node: Node) -> Command | None:
        """The command that a word, or a node in a word, is handed to."""
        return command_at(self.facts, node)

    def silence(self, node: Node, path: Text) -> str | None:
        """Why nobody would notice that a path is missing at a word: a phrase (see `silence`), or None.

        `path` is what follows the value that is meant (`ShellUse.path`).
        """
        return silence(self.facts, node, path, self.pipefail)

    def uses(self) -> tuple[ShellUse, ...]:
        """Each place in the script where a value that is not plain text stands, in the order of the words."""
        return self._uses

    def uses_between(self, start: int, end: int) -> Iterator[ShellUse]:
        """The first uses in some bytes of the script."""
        first = bisect_left(self._in_order, start, key=_start)
        for use in self._in_order[first : first + _MOST_LOOKED_AT]:
            if use.node.start_byte >= end:
                return
            yield use

    @cached_property
    def _in_order(self) -> list[ShellUse]:
        return sorted(self._uses, key=_start)

    @cached_property
    def given(self) -> GivenValues:
        """The values that commands are given."""
        return GivenValues((use.command, use.value) for use in self.uses())

    @cached_property
    def _uses(self) -> tuple[ShellUse, ...]:
        return tuple(self._find_uses())

    def _find_uses(self) -> Iterator[ShellUse]:
        covered: set[int] = set()
        for word in self.facts.words:
            yield from self.uses_in(word)
            covered.update(hole.start for hole in self.script.holes_in(word.start_byte, word.end_byte))
        if self.reach.leads_to_values:
            yield from self._reached_uses()
        for hole in self.script.holes:
            if hole.start not in covered and not self._is_comment(hole.start):
                yield from self._use_outside_words(hole)

    def _is_comment(self, offset: int) -> bool:
        """Whether a place is in a comment of the script, or of a text that it writes."""
        line = self.facts.text[self.facts.text.rfind(b"\n", 0, offset) + 1 : offset].lstrip()
        return (line.startswith(b"#") and not line.startswith(b"#!")) or self.facts.is_comment(offset)

    def uses_in(self, word: Node) -> Iterator[ShellUse]:
        """The uses in one whole word (see `word_of`)."""
        if not word.child_count and not self.script.spots_in(word.start_byte, word.end_byte):
            return
        is_text = word.type == "heredoc_body"
        found: dict[tuple[int, Piece, Text], ShellUse] = {}
        for items in self.words.choices(word):
            if not any(item.source is not None for item in items):
                continue
            for parts in self.words.combinations(items):
                for number, item in enumerate(items):
                    if is_text and self._is_comment(item.start):
                        continue
                    for at, piece in _values(item, parts[number]):
                        carried = path_of(parts[number][at + 1 :])
                        path = path_of(chain(parts[number][at + 1 :], *parts[number + 1 :]))
                        key = (item.start, piece, path)
                        if key not in found:
                            before = path_before(chain.from_iterable((*parts[:number], parts[number][:at])))
                            found[key] = self._use(word, item, piece, path=path, carried=carried, before=before)
        yield from _with_others(found)

    def _reached_uses(self) -> Iterator[ShellUse]:
        """The uses of what folders that the script goes into, and links that it makes, stand for."""
        for command in self.commands():
            for word, reached in self.reach.of_command(command):
                yield from self._reached(word, reached, command)
        for word in self.facts.words:
            parent = self.facts.parents.get(word.id)
            if parent is not None and parent.type in ("for_statement", "file_redirect", "unary_expression"):
                for reached in self.reach.of_word(word):
                    yield from self._reached(word, reached, command_at(self.facts, word))

    def _reached(self, word: Node, reached: Reached, command: Command | None) -> Iterator[ShellUse]:
        for at, piece in enumerate(reached.base):
            if is_known(piece):
                carried = path_of(reached.base[at + 1 :])
                path = path_of((*reached.base[at + 1 :], *reached.rest))
                item = Item(word.start_byte, word.end_byte, "", word)
                use = self._use(word, item, piece, path=path, carried=carried, before=NO_TEXT)
                yield replace(use, reached=True, variable=None, command=command)

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
        next_hole = self.script.holes[hole.number + 1 : hole.number + 2]
        following = next_hole[0].start if next_hole else len(self.script.text)
        behind = self.script.text[hole.end : min(following, hole.end + 400)].decode("utf-8", "replace")
        path = path_of((Piece(behind), Piece(HOLE)))
        span = self.script.file_span(hole.start, hole.end)
        for value in options(self._hole_value(hole.number))[:MOST]:
            if node is not None:
                yield ShellUse(value, path, NO_TEXT, Text(()), span, span, span, node, hole=hole.number)


def _start(use: ShellUse) -> int:
    return use.node.start_byte


def _with_others(found: dict[tuple[int, Piece, Text], ShellUse]) -> Iterator[ShellUse]:
    """The uses, each with the other values that may stand where its value does."""
    values: dict[int, dict[Value, None]] = {}
    for start, piece, _ in found:
        if isinstance(piece.content, Value):
            values.setdefault(start, {}).setdefault(piece.content)
    for (start, piece, _), use in found.items():
        others = tuple(value for value in values.get(start, ()) if value != piece.content)
        yield replace(use, others=others) if others else use


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
