"""The items that a shell word is written with: literal text, expansions, Nix interpolations, `@marks@`.

Text is taken from byte ranges, with expansions cut out, because the grammar does not cover all of it with nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.shell.spelling import MOST
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import shell
from splitlint.syntax.embedded import Mark, Script, ScriptHole


class Item(NamedTuple):
    """A stretch of a word, from and to in bytes of the script: literal `text`, or what stands in `source`."""

    start: int
    end: int
    text: str
    source: Node | ScriptHole | Mark | None = None
    quoted: bool = False


_QUOTES = {"string": (1, 1), "raw_string": (1, 1), "ansi_c_string": (2, 1), "translated_string": (2, 1)}
_COMPUTED = shell.EXPANSIONS | {"arithmetic_expansion"}
_ESCAPED = lazy_pattern(r"\\(.)", re.DOTALL)
_ESCAPED_IN_QUOTES = lazy_pattern(r'\\([$`"\\\n])')
#: Items of a word whose braces are expanded.
_MOST_ITEMS = 500
_BRACES = lazy_pattern(r"([{},])")


def items_of(script: Script, node: Node) -> list[Item]:
    """The items of a word in order."""
    return list(_items(script, node, False))


def items_between(script: Script, node: Node, start: int, end: int) -> list[Item]:
    """The items of the part of a node that the script's bytes `start` to `end` are."""
    return list(_filled(script, node, start, end, False))


def _items(script: Script, node: Node, quoted: bool) -> Iterator[Item]:
    if node.type in _COMPUTED:
        yield Item(node.start_byte, node.end_byte, "", node, quoted)
        return
    before, after = _QUOTES.get(node.type, (0, 0))
    start, end = node.start_byte + before, node.end_byte - after
    if node.type in ("raw_string", "ansi_c_string"):
        yield from _literal(script, start, end, True, as_it_is=True)
        return
    quoted = quoted or before > 0 or node.type == "heredoc_body"
    yield from _filled(script, node, start, end, quoted)


def _filled(script: Script, node: Node, start: int, end: int, quoted: bool) -> Iterator[Item]:
    """The items of a range of a node: those of the words in it, and the text between them."""
    at = start
    for child in node.children if node.child_count else ():
        if child.start_byte < at or child.end_byte > end or not (child.type in shell.WORDS and child.end_byte > at):
            continue
        if child.child_count == 0 and child.type not in _QUOTES:
            continue
        yield from _literal(script, at, child.start_byte, quoted)
        yield from _items(script, child, quoted)
        at = child.end_byte
    yield from _literal(script, at, end, quoted)


def _literal(script: Script, start: int, end: int, quoted: bool, as_it_is: bool = False) -> Iterator[Item]:
    """Literal text, with the holes and marks in it cut out."""
    if start >= end:
        return
    at = start
    for spot in script.spots_in(start, end):
        if spot.start > at:
            yield _text(script, at, spot.start, quoted, as_it_is)
        yield Item(spot.start, spot.end, "", spot, quoted)
        at = spot.end
    if at < end:
        yield _text(script, at, end, quoted, as_it_is)


def _text(script: Script, start: int, end: int, quoted: bool, as_it_is: bool) -> Item:
    text = script.text[start:end].decode("utf-8", "replace")
    if "\\" in text and not as_it_is:
        text = _ESCAPED_IN_QUOTES.sub(_kept, text) if quoted else _ESCAPED.sub(_kept, text)
        quoted = True
    return Item(start, end, text, None, quoted)


def _kept(escape: re.Match[str]) -> str:
    return "" if escape[1] == "\n" else escape[1]


def brace_expanded(items: list[Item]) -> list[list[Item]]:
    """The words that `{a,$b}/c` makes, at most `MOST`; the word itself where it has no such braces."""
    if len(items) > _MOST_ITEMS or not any("{" in item.text and not item.quoted for item in items):
        return [items]
    waiting: list[list[Item]] = [_split_at_braces(items)]
    if len(waiting[0]) > _MOST_ITEMS:
        return [items]
    done: list[list[Item]] = []
    while waiting and len(waiting) + len(done) <= MOST:
        tokens = waiting.pop(0)
        group = _first_group(tokens)
        if group is None:
            done.append(tokens)
            continue
        start, end, choices = group
        waiting[:0] = [tokens[:start] + choice + tokens[end:] for choice in choices[:MOST]]
    return (done + waiting)[:MOST]


def _split_at_braces(items: list[Item]) -> list[Item]:
    tokens = []
    for item in items:
        if item.quoted or item.source is not None or not _BRACES.search(item.text):
            tokens.append(item)
            continue
        at = item.start
        for text in filter(None, _BRACES.split(item.text)):
            past = at + len(text.encode())
            tokens.append(Item(at, past, text))
            at = past
    return tokens


def _first_group(tokens: list[Item]) -> tuple[int, int, list[list[Item]]] | None:
    """The first `{..,..}`: where it starts and ends among the tokens, and its choices."""
    for start, token in enumerate(tokens):
        if token.text != "{" or token.quoted:
            continue
        depth = 0
        choices: list[list[Item]] = [[]]
        for at in range(start + 1, len(tokens)):
            one = tokens[at]
            mark = one.text if not one.quoted and one.source is None else ""
            if mark == "}" and depth == 0:
                if len(choices) > 1:
                    return start, at + 1, choices
                break
            depth += (mark == "{") - (mark == "}")
            if mark == "," and depth == 0:
                choices.append([])
            else:
                choices[-1].append(one)
    return None
