"""The path that follows a value: `${kernel}/lib/modules/..`, over fragments, `+`, `let` and shell words.

A path is a string in which HOLE_MARK stands for text that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model import path_globs
from splitlint.analysis.model.value import Hole, Text, Value, text_of
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

HOLE_MARK = "\x00"
_DEEPEST = 3
#: What stands in a shell word for text that only the shell knows.
_SHELL_HOLE = lazy_pattern(
    r"\$\([^()]*(?:\([^()]*\)[^()]*)*\)|\$\{[^{}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\$[0-9@*#?!]|`[^`\n]*`|@[A-Za-z_]\w*@"
)
_WORD = lazy_pattern(r"[^\s\"'`;|&<>(){}\[\],:=\\\x01]+")
_QUOTE_INSIDE_WORD = lazy_pattern(r"[\"'](?=[/*$.\w\x00{@])")


@dataclass(frozen=True, slots=True)
class PathUse:
    """A path below a value. `ends` says whether the text ended with it, so that more may follow elsewhere.

    `places` are the nodes, in the order of the path, at which a variable carried it on.
    """

    path: str
    ends: bool = False
    places: tuple[Node, ...] = ()


def flat(text: Text) -> str:
    """A Text as a string: values and holes become HOLE_MARK, text inside values is spelled out."""
    pieces: list[str] = []
    for part in text.parts:
        if isinstance(part, str):
            pieces.append(part)
        elif isinstance(part, Hole):
            pieces.append(HOLE_MARK)
        elif isinstance(part, Value) and isinstance(part.shape, Text):
            pieces.append(flat(part.shape))
        else:
            pieces.append(HOLE_MARK)
    return "".join(pieces)


def word(text: str, before: str = "") -> tuple[list[str], bool]:
    """The continuations of a shell-like word at the start of `text`, and whether the text ended inside it.

    `before` is what stands in front of the value on its line; an open `{` there is a brace expansion: `{K,x}/lib`,
    and behind an open backtick the command, and with it the word, ends with the next one.
    """
    text, closing = in_backticks(text, before)
    text = _SHELL_HOLE.sub(HOLE_MARK, text)
    brace = before.rfind("{")
    if brace >= 0 and not re.search(r"[\s}]", before[brace:]) and text[:1] in (",", "}"):
        closed = text.find("}")
        text = text[closed + 1 :] if closed >= 0 else text
    variants = [""]
    position = 0
    while position < len(text):
        quote = _QUOTE_INSIDE_WORD.match(text, position)
        if quote is not None:
            position = quote.end()
            continue
        found = _WORD.match(text, position)
        if found is not None:
            variants = [variant + found[0] for variant in variants]
            position = found.end()
            continue
        options = re.match(r"\{([^{}\s]*,[^{}\s]*)\}", text[position:])
        if options is None:
            return variants, False
        variants = [variant + option for variant in variants for option in options[1].split(",")][:16]
        position += options.end()
    return variants, not closing


def in_backticks(text: str, before: str) -> tuple[str, str]:
    """The part of a text that is in the same command as what stands before it on its line, and the backtick behind."""
    line = before.rpartition("\n")[2]
    if (line.count("`") - line.count("\\`")) % 2 == 0:
        return text, ""
    inside, closing, _ = text.partition("`")
    return inside, closing


@dataclass(frozen=True, slots=True)
class _Trip:
    """How far a path has been followed: its text, how many names carried it, and where they stand."""

    path: str = ""
    depth: int = 0
    places: tuple[Node, ...] = ()

    def on(self, more: str) -> _Trip:
        return _Trip(self.path + more, self.depth, self.places)

    def use(self, ends: bool) -> PathUse:
        return PathUse(self.path, ends, self.places)


def paths(ev: Evaluator, node: Node) -> list[PathUse]:
    """The paths below the value of an expression, in all the places where its text goes on."""
    return list(_from(ev, node, _Trip()))


def _from(ev: Evaluator, node: Node, trip: _Trip) -> Iterator[PathUse]:
    parent = ev.scopes.parent(node)
    while parent is not None and _is_transparent(parent, node):
        node, parent = parent, ev.scopes.parent(parent)
    if parent is None:
        return
    if parent.type == "interpolation":
        yield from _in_string(ev, parent, trip)
    elif parent.type == "binary_expression":
        yield from _in_sum(ev, parent, trip)
    elif trip.path:
        yield from _ended(ev, parent, trip)
    else:
        yield from _as_attribute(ev, node, parent, trip.places)


def _is_transparent(parent: Node, node: Node) -> bool:
    """Whether an expression is the text of a part of it and nothing else."""
    kind = parent.type
    if kind == "binary_expression":
        right = parent.child_by_field_name("right")
        return nix.operator(parent) == "+" and right is not None and right.id == node.id
    return kind in ("parenthesized_expression", "string_expression") or (
        kind == "apply_expression" and _keeps_text(parent, node)
    )


def _as_attribute(ev: Evaluator, node: Node, parent: Node, places: tuple[Node, ...]) -> Iterator[PathUse]:
    """A value that is a derivation's attribute: the paths that its scripts read under the variable of that name."""
    entry = parent if parent.type == "binding" else ev.scopes.parent(parent)
    owner = ev.scopes.parent(entry) if entry is not None else None
    scope = ev.scopes.parent(owner) if owner is not None else None
    if entry is None or scope is None or scope.type not in nix.ATTRSETS:
        return
    if parent.type == "binding":
        attrpath = parent.child_by_field_name("attrpath")
        names = nix.attribute_names(attrpath) if attrpath is not None else ()
        name = names[0] if len(names) == 1 else names[1] if names[:1] == ("env",) and len(names) == 2 else None
    else:
        name = nix.attribute_name(node) if parent.type == "inherited_attrs" else None
    for reader in (scope, *_later_arguments(ev, scope)) if name is not None else ():
        for string, found in shell_reads(reader, name or ""):
            for variant in word(found)[0]:
                yield PathUse(variant, False, (*places, string))


def _later_arguments(ev: Evaluator, scope: Node) -> Iterator[Node]:
    """The script of `runCommand name { .. } script`: what is applied after the set."""
    call = ev.scopes.parent(scope)
    outer = ev.scopes.parent(call) if call is not None and call.type == "apply_expression" else None
    argument = outer.child_by_field_name("argument") if outer is not None and outer.type == "apply_expression" else None
    if argument is not None:
        yield argument


_KEEPS_TEXT = frozenset({"toString", "escapeShellArg", "getAttr", "unsafeDiscardStringContext"})


def _keeps_text(call: Node, argument: Node) -> bool:
    function = call.child_by_field_name("function")
    return function is not None and function.id != argument.id and nix.node_text(function).split(".")[-1] in _KEEPS_TEXT


def _in_string(ev: Evaluator, interpolation: Node, trip: _Trip) -> Iterator[PathUse]:
    string = ev.scopes.parent(interpolation)
    if string is None or string.type not in nix.STRINGS:
        return
    before, after = _around(ev, string, interpolation)
    variants, ended = word(after, before)
    parent = ev.scopes.parent(string)
    for variant in variants:
        onward = trip.on(variant)
        if not ended or parent is None:
            yield onward.use(False)
        elif parent.type in ("binary_expression", "interpolation", "parenthesized_expression"):
            yield from _from(ev, string, onward)
        elif onward.path:
            yield from _ended(ev, parent, onward)


def _around(ev: Evaluator, string: Node, interpolation: Node) -> tuple[str, str]:
    """What stands before an interpolation on its line, and what follows it in its string (at most 40 pieces)."""
    before, after, seen = "", [], False
    for piece in nix.string_pieces(string):
        if not isinstance(piece, str) and piece.id == interpolation.id:
            seen = True
        elif not seen:
            before = (before + (piece if isinstance(piece, str) else HOLE_MARK)).rpartition("\n")[2]
        elif isinstance(piece, str):
            after.append(piece)
        else:
            inner = piece.child_by_field_name("expression")
            after.append(flat(text_of(ev.value(inner))) if inner is not None else HOLE_MARK)
        if len(after) > 40:
            break
    return before, "".join(after)


def _in_sum(ev: Evaluator, total: Node, trip: _Trip) -> Iterator[PathUse]:
    """The left operand of an operator, whose text goes on in the right one if that operator is `+`."""
    right = total.child_by_field_name("right")
    if nix.operator(total) != "+":
        if trip.path:
            yield trip.use(True)
        return
    variants, ended = word(flat(text_of(ev.value(right)))) if right is not None else ([""], True)
    for variant in variants:
        if ended:
            yield from _from(ev, total, trip.on(variant))
        else:
            yield trip.on(variant).use(False)


def _ended(ev: Evaluator, parent: Node, trip: _Trip) -> Iterator[PathUse]:
    """The text is over: what is added where the variable or attribute that holds it is used."""
    carried = [use for use in _carried_on(ev, parent, trip) if use.path != trip.path]
    if carried:
        yield from carried
    else:
        yield trip.use(True)


def _carried_on(ev: Evaluator, parent: Node, trip: _Trip) -> Iterator[PathUse]:
    if trip.depth >= _DEEPEST or parent.type != "binding":
        return
    attrpath = parent.child_by_field_name("attrpath")
    names = nix.attribute_names(attrpath) if attrpath is not None else ()
    owner = ev.scopes.parent(parent)
    scope = ev.scopes.parent(owner) if owner is not None else None
    if scope is None or not names or names[-1] is None:
        return
    if len(names) == 1 and scope.type != "attrset_expression":
        bound = ev.scopes.table(scope).get(names[0] or "")
        if bound is not None and bound.site.id == parent.id:
            for reference in ev.scopes.references(bound)[:30]:
                variable = ev.scopes.parent(reference)
                if variable is not None and variable.type == "variable_expression":
                    yield from _from(ev, variable, _Trip(trip.path, trip.depth + 1, (*trip.places, variable)))
    if scope.type != "let_expression":
        for string, found in shell_reads(scope, names[-1]):
            for variant in word(found)[0]:
                yield PathUse(trip.path + variant, False, (*trip.places, string))


def shell_reads(attrset: Node, name: str) -> Iterator[tuple[Node, str]]:
    """Where the strings of a set read `$name`, and the text after it: derivation attributes are shell variables."""
    wanted = re.compile(rf"\$(?:{re.escape(name)}(?![A-Za-z0-9_])|\{{{re.escape(name)}\}})")
    for string in strings_in(attrset):
        text = "".join(piece if isinstance(piece, str) else HOLE_MARK for piece in nix.string_pieces(string))
        for found in wanted.finditer(text):
            yield string, in_backticks(text[found.end() : found.end() + 300], text[: found.start()])[0]


def strings_in(attrset: Node) -> Iterator[Node]:
    """The strings that are, or stand within, the values of a set (lists and `+` looked through, sets not).

    Any other node: the strings in it.
    """
    pending: list[Node | None] = (
        [attrset]
        if attrset.type not in nix.ATTRSETS
        else [entry.child_by_field_name("expression") for entry in nix.bindings(attrset) if entry.type == "binding"]
    )
    while pending:
        node = pending.pop()
        if node is None:
            continue
        if node.type in nix.STRINGS:
            yield node
        elif node.type not in ("function_expression", "select_expression", "path_expression"):
            pending.extend(node.named_children)


def matches(path: str, globs: Iterable[str]) -> bool:
    """Whether a path fits: some glob does, and none that starts with `!`.

    `*` is any text within one segment, `**` any number of segments, none included, `\\*` a star of the path's own.
    """
    clean = re.sub(r"/{2,}|/(?:\./)+", "/", path)
    if (clean and not clean.startswith("/")) or len(clean) > path_globs.LONGEST:
        return False
    positive = negative = False
    for glob in globs:
        if glob.startswith("!"):
            negative = negative or path_globs.pattern(glob[1:]).fullmatch(clean) is not None
        else:
            positive = positive or path_globs.pattern(glob).fullmatch(clean) is not None
    return positive and not negative
