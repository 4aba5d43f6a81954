"""What a shell word spells: its text with variables and substitutions followed to where their value comes from.

A word may spell several things (branches, loops, braces). Everything is bounded: `MOST` spellings of a word,
`DEEPEST` variables in a row, and a variable that leads back to itself is a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from itertools import islice, product

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.places import Trace
from splitlint.analysis.model.texts import text_of
from splitlint.analysis.model.values import UNKNOWN, Piece, Unknown, Value
from splitlint.analysis.shell.commands import command_of
from splitlint.analysis.shell.facts import Assignment, Facts
from splitlint.analysis.shell.items import Item, brace_expanded, items_between, items_of
from splitlint.analysis.shell.spelling import (
    DEEPEST,
    MOST,
    UNKNOWN_SPELLING,
    Spelling,
    few,
    is_known,
    passed_through,
    split_at_spaces,
    together,
)
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import shell
from splitlint.syntax.embedded import Mark, Script, ScriptHole

HoleValue = Callable[[int], Value]
Environment = Callable[[str], Value | None]
#: What the folder may be called in which the statement runs that a node stands in.
Whereabouts = Callable[[Node], tuple[Spelling, ...]]

#: `${name[index]operator..}`: sign, name, index, rest.
_EXPANSION = lazy_pattern(r"\$\{([!#]?)([A-Za-z_]\w*|\d+|[@*?$!-])(\[[^\]]*\])?(.*)\}\Z", re.DOTALL)
_DEFAULTS = (":-", ":=", "-", "=")
_SPECIAL = frozenset("@*?#$!-")
#: How many calls of a function, and how many words of a list, are looked at.
_LOOKED_AT = 64


class Words:
    """The spellings of a script's words, worked out when asked for and kept.

    `where` is asked for `$PWD` and `$(pwd)`, if the script goes anywhere.
    """

    def __init__(
        self,
        script: Script,
        facts: Facts,
        hole_value: HoleValue,
        env: Environment,
        where: Whereabouts = lambda node: (),
    ) -> None:
        self.script = script
        self.facts = facts
        self._where = where
        self._hole_value = hole_value
        self._env = env
        self._known: dict[int, tuple[Spelling, ...]] = {}
        self._assigned: dict[int, tuple[Spelling, ...]] = {}
        self._followed: set[int] = set()

    def spellings(self, word: Node) -> tuple[Spelling, ...]:
        """What a word may spell, most likely first, at least one."""
        return few(together(parts) for items in self.choices(word) for parts in self.combinations(items))

    def fields(self, word: Node) -> tuple[Spelling, ...]:
        """The words that the shell makes of a word in a list: what is not in quotes is cut at its spaces."""
        found: list[Spelling] = []
        for items in self.choices(word):
            for parts in self.combinations(items):
                fields: list[Spelling] = [()]
                for item, part in zip(items, parts, strict=True):
                    first, *rest = split_at_spaces(part) if item.source is not None and not item.quoted else [part]
                    fields[-1] = together((fields[-1], first))
                    fields.extend(rest)
                found += [field for field in fields if field] or [()]
        return few(sorted(found, key=lambda one: not any(map(is_known, one))))

    def choices(self, word: Node) -> list[list[Item]]:
        """The items of a word, once for each choice that its braces give."""
        return brace_expanded(items_of(self.script, word))

    def combinations(self, items: list[Item]) -> Iterator[tuple[Spelling, ...]]:
        """What the items spell together, one spelling an item, at most `MOST` times."""
        return islice(product(*(self.of_item(item) for item in items)), MOST)

    def of_item(self, item: Item) -> tuple[Spelling, ...]:
        """What one item may spell."""
        source = item.source
        if source is None:
            return ((Piece(item.text),),)
        if isinstance(source, ScriptHole):
            return self._of_value(self._hole_value(source.number), Trace(item.start, item.end, source.number))
        if isinstance(source, Mark):
            return self._outside(source.name, item.start, item.end)
        return self._of_expansion(source)

    def _of_value(self, value: Value, trace: Trace) -> tuple[Spelling, ...]:
        return few(
            (Piece(one, trace=trace),)
            if isinstance(one.shape, Unknown)
            else tuple(Piece(part.content, trace=trace) for part in text_of(one).parts) or (Piece(""),)
            for one in alternatives(value)[:MOST]
        )

    def _outside(self, name: str, start: int, end: int) -> tuple[Spelling, ...]:
        """A variable or mark that the script does not assign."""
        value = self._env(name)
        trace = Trace(start, end, variable=name)
        return self._of_value(value if value is not None else UNKNOWN, trace)

    def _of_expansion(self, node: Node) -> tuple[Spelling, ...]:
        known = self._known.get(node.id)
        if known is not None:
            return known
        return self._guarded(node.id, lambda: self._kept(node), UNKNOWN_SPELLING)

    def _kept(self, node: Node) -> tuple[Spelling, ...]:
        found = self._worked_out(node)
        self._known[node.id] = found
        return found

    def _worked_out(self, node: Node) -> tuple[Spelling, ...]:
        if node.type == "command_substitution":
            from splitlint.analysis.shell.outputs import printed_by

            found = printed_by(self.facts, node, self.spellings, self._where)
            # What is not known is the same each time that it is read from a variable.
            if found is UNKNOWN_SPELLING:
                return ((Piece(HOLE, trace=Trace(node.start_byte, node.end_byte)),),)
            return found
        if node.type in ("simple_expansion", "expansion"):
            return self._of_parameter(node)
        return UNKNOWN_SPELLING

    def _of_parameter(self, node: Node) -> tuple[Spelling, ...]:
        if node.type == "simple_expansion":
            return self.variable(shell.variable_of(node) or "", node)
        written = _EXPANSION.match(shell.node_text(node))
        if written is None or written[1]:
            return UNKNOWN_SPELLING
        name, rest = written[2], written[4]
        argument_start = node.start_byte + 2 + len((written[1] + name + (written[3] or "")).encode())
        if not rest or rest.startswith((":?", "?", "@")):
            return self.variable(name, node)
        for operator in _DEFAULTS:
            if rest.startswith(operator):
                found, surely = self.assigned(name, node)
                if surely and found and all(map(_is_something, found)):
                    return found
                default = self._argument(node, argument_start + len(operator))
                return few((*found, *default)) or default
        if rest.startswith((":+", "+")):
            return self._argument(node, argument_start + (2 if rest[0] == ":" else 1))
        if rest[0] == "%":
            return few(_without_pattern(one, rest.lstrip("%")) for one in self.variable(name, node))
        return UNKNOWN_SPELLING

    def _argument(self, node: Node, start: int) -> tuple[Spelling, ...]:
        items = items_between(self.script, node, start, node.end_byte - 1)
        return few(together(parts) for parts in self.combinations(items))

    def variable(self, name: str, use: Node) -> tuple[Spelling, ...]:
        """What a variable may hold at a use: what the script assigned, else what comes from outside."""
        if name in ("@", "*"):
            return self._parameters(use) or UNKNOWN_SPELLING
        if name in _SPECIAL or not name:
            return UNKNOWN_SPELLING
        found, _ = self.assigned(name, use)
        if not found and name == "PWD":
            found = self._where(use)
        return found or self._outside(name, use.start_byte, use.end_byte)

    def assigned(self, name: str, use: Node) -> tuple[tuple[Spelling, ...], bool]:
        """What the script itself or the environment gives a variable, none if neither is known to; and whether it does.

        In the second case it is sure that the variable is set.
        """
        if name.isdigit():
            return self._parameter(int(name), use), False
        found, surely = self.facts.visible(name, use)
        spelled = [spelling for one in found[:MOST] for spelling in self._of_assignment(one)]
        if not surely and (value := self._env(name)) is not None:
            spelled += self._of_value(value, Trace(use.start_byte, use.end_byte, variable=name))
        return few(spelled), surely

    def _of_assignment(self, one: Assignment) -> tuple[Spelling, ...]:
        if not one.words:
            return ((Piece(""),),) if one.node.type == "variable_assignment" else UNKNOWN_SPELLING
        known = self._assigned.get(one.node.id)
        if known is None:
            known = self._assigned[one.node.id] = self._of_assigned_words(one)
        return known

    def _of_assigned_words(self, one: Assignment) -> tuple[Spelling, ...]:
        start, end = one.node.start_byte, one.node.end_byte
        value = one.node.child_by_field_name("value")
        is_list = one.node.type == "for_statement" or (value is not None and value.type == "array")
        if one.node.type == "for_statement":
            end = one.words[-1].end_byte
        words = one.words[:_LOOKED_AT]
        spelled = [spelling for word in words for spelling in self._followed_word(word, is_list)]
        spelled.sort(key=lambda one: not any(map(is_known, one)))
        if one.appends:
            before = self._guarded(one.node.id, lambda: self.assigned(one.name, one.node)[0], ())
            if value is not None and value.type == "array":
                spelled += before
            elif before:
                spelled = [together((first, second)) for first in before for second in spelled]
        return few(passed_through(spelling, one.name, start, end) for spelling in spelled)

    def _followed_word(self, word: Node, is_list: bool = False) -> tuple[Spelling, ...]:
        """The spellings of an assigned word; a hole if that is what is being worked out just now."""
        # Negative: a word can be an expansion's own node, which is a step of its own.
        spell = self.fields if is_list else self.spellings
        return self._guarded(-word.id, lambda: spell(word), UNKNOWN_SPELLING)

    def _guarded(
        self, key: int, work: Callable[[], tuple[Spelling, ...]], otherwise: tuple[Spelling, ...]
    ) -> tuple[Spelling, ...]:
        """What `work` finds, unless it is under way already or too many steps lead here."""
        if key in self._followed or len(self._followed) >= DEEPEST:
            return otherwise
        self._followed.add(key)
        try:
            return work()
        finally:
            self._followed.discard(key)

    def _parameter(self, number: int, use: Node) -> tuple[Spelling, ...]:
        """`$1` of a function: what its calls in this script hand to it, or what `set --` made of it."""
        if number < 1:
            return ()
        given = self._set(use)
        if given is not None:
            is_list = len(given) == 1 or "shift" in self.facts.calls
            words = given if is_list else given[number - 1 : number]
            return few(spelling for word in words for spelling in self._followed_word(word, is_list))
        handed = (words[number - 1] for words in self._calls(use) if len(words) >= number)
        return few(spelling for word in handed for spelling in self._followed_word(word))

    def _parameters(self, use: Node) -> tuple[Spelling, ...]:
        """`"$@"` of a function: each word that a call in this script hands to it, or that `set --` made of it."""
        given = self._set(use)
        if given is not None:
            return few(spelling for word in given for spelling in self._followed_word(word, True))
        return few(spelling for words in self._calls(use) for word in words for spelling in self._followed_word(word))

    def _set(self, use: Node) -> tuple[Node, ...] | None:
        """The words that `set --` made the parameters at a use, None if nothing did."""
        found, _ = self.facts.visible("@", use)
        return found[0].words if found else None

    def _calls(self, use: Node) -> Iterator[tuple[Node, ...]]:
        """The words that calls of the function hand over in which a node stands."""
        function = self.facts.function_of(use)
        name = function.child_by_field_name("name") if function is not None else None
        for node in self.facts.calls.get(shell.node_text(name), ())[:_LOOKED_AT] if name is not None else ():
            yield command_of(self.facts, node).arguments


def _is_something(spelling: Spelling) -> bool:
    """Whether a spelling is surely not empty."""
    return any(piece.content if isinstance(piece.content, str) else is_known(piece) for piece in spelling)


def _without_pattern(spelling: Spelling, pattern: str) -> Spelling:
    """`${x%pattern}`: the shortest literal end that matches is cut off."""
    if not spelling or not isinstance(spelling[-1].content, str):
        return spelling
    last = spelling[-1].content
    for cut in range(len(last), -1, -1):
        if fnmatchcase(last[cut:], pattern):
            return (*spelling[:-1], Piece(last[:cut])) if cut else spelling[:-1]
    return spelling
