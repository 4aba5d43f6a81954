"""Lists among a derivation's attributes, read by its scripts as if they were strings.

With structured attributes a list is an array in the shell, and `$name` is its first element. What only looks at it
(`echo`, `[ -n .. ]`) does not use it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Listing, Value
from splitlint.analysis.shell.commands import command_at
from splitlint.analysis.shell.facts import Assignment, Facts
from splitlint.files.source import Source
from splitlint.matching.syntax_around import strings_in
from splitlint.matching.views import NixView
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix, shell
from splitlint.syntax.embedded import Script, Segment, script_of_segments
from splitlint.syntax.nix_text import pieces_of
from splitlint.syntax.parents import parent_of

#: What scripts say that know of both kinds of attributes.
_KNOWS = (b"__structuredAttrs", b"concatTo", b"NIX_ATTRS", b"declare -p")
#: Commands that do nothing with a word but to show it or to ask for it.
_LOOKERS = frozenset({"echo", "printf", ":", "true", "false", "[", "[[", "test", "case", "echoCmd", "nixLog"})
_WRITERS = ("echo", "printf")
#: What scripts say that ask which kind of attributes there is.
_ASKS_FOR = (b"__structuredAttrs", b"NIX_ATTRS", b"declare -p", b"@a}")
_VARIABLE = lazy_pattern(rb"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_SUBSTITUTIONS = ("command_substitution", "process_substitution")
#: Operators behind a name with which an expansion asks for a variable instead of reading it.
_OPERATORS = frozenset({"+", ":+", "@"})


def read_as_string(view: NixView, node: Node) -> Iterator[tuple[int, int]]:
    """Where the strings of the set around a list read it as `$name`: bytes of the file, each place.

    `node` is the expression of a binding, or a name that is inherited. Nothing where the list has one element at most,
    or where the script sets a variable of that name.
    """
    name = _name_of(node)
    if name is None or name.encode() not in _names_read(view.source.data):
        return
    scope: Node | None = node
    while scope is not None and scope.type not in nix.ATTRSETS:
        scope = parent_of(scope)
    strings = strings_in(scope) if scope is not None else ()
    found = [span for string in strings for span in _reads(string, re.escape(name).encode())]
    if found and any(map(_may_be_long, alternatives(view.value(node)))):
        yield from found


@lru_cache(maxsize=1)
def _names_read(data: bytes) -> frozenset[bytes]:
    """What a file may write as `$name` or `${name}`, whatever it means there."""
    return frozenset(_VARIABLE.findall(data))


def _name_of(node: Node) -> str | None:
    """The one name under which a list stands in its set."""
    if node.type == "identifier":
        return nix.attribute_name(node)
    binding = parent_of(node)
    path = binding.child_by_field_name("attrpath") if binding is not None and binding.type == "binding" else None
    found = nix.attribute_names(path) if path is not None else ()
    return found[0] if len(found) == 1 else None


def _may_be_long(value: Value) -> bool:
    """Whether a value is a list of two or more elements, or of nobody knows how many."""
    return isinstance(value.shape, Listing) and (value.shape.open or len(value.shape.items) > 1)


def _reads(string: Node, name: bytes) -> Iterator[tuple[int, int]]:
    text = string.text or b""
    if any(word in text for word in _KNOWS) or re.search(rb"%b\[[@*]\]" % name, text) or _is_own(text, name):
        return
    escape = rb"\\" if string.type == "string_expression" else rb"''"
    for found in re.finditer(rb"(?<![\\$#])\$%b(?![\w\[])|%b\$\{%b\}" % (name, escape, name), text):
        line = text[text.rfind(b"\n", 0, found.start()) + 1 : found.start()]
        if not line.lstrip().startswith(b"#"):
            yield string.start_byte + found.start(), string.start_byte + found.end()


def _is_own(script: bytes, name: bytes) -> bool:
    """Whether a script sets a variable of that name itself."""
    set_by = rb"\bfor\s+%b\b|\b(?:read|local|declare|mapfile|readarray)\s[^;\n]*?(?<![\w$])%b\b|(?<![\w$])%b(?:\+?=|\[)"
    return re.search(set_by % (name, name, name), script) is not None


def passed_on(string: Node, source: Source, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where the script in a Nix string passes one of some arrays on as `$name`: bytes of the file, each place.

    Nothing in a script that asks which kind of attributes its derivation has, or behind its own value of the name.
    """
    if any(word in (string.text or b"") for word in _ASKS_FOR):
        return
    script = script_of_segments(_segments(string, source), source)
    facts = Facts(script.tree.root_node)
    for node, _ in shell.walk(script.tree.root_node):
        if node.type not in ("simple_expansion", "expansion") or _is_element(node) not in names:
            continue
        if _goes_on(facts, node) and not _is_set_before(facts, node) and not _is_dead_text(facts, script, node):
            yield script.span(node)


def _segments(string: Node, source: Source) -> Iterator[Segment]:
    for piece in pieces_of(string, source.data):
        if piece.node is not None:
            yield Segment(None, source.path, piece.start, piece.end, False)
            continue
        written = source.data[piece.start : piece.end] if piece.text is None else piece.text
        text = written.decode("utf-8", "replace")
        yield Segment(text, source.path, piece.start, piece.end, piece.text is None)


def _is_element(expansion: Node) -> str | None:
    """The variable of which an expansion is the first element: `$x`, `${x}`, `${x:-y}`, but not `${x[@]}`."""
    if any(child.type == "subscript" or child.type in _OPERATORS for child in expansion.children):
        return None
    return shell.variable_of(expansion)


def _goes_on(facts: Facts, node: Node) -> bool:
    """Whether what an expansion gives goes to something that works with it."""
    command = command_at(facts, node)
    if command is None or command.name not in _LOOKERS:
        return True
    if command.name not in _WRITERS:
        return False
    around = list(facts.ancestors(node))
    if any(one.type in _SUBSTITUTIONS for one in around):
        return True
    pipe = next((one for one in around if one.type == "pipeline"), None)
    return pipe is not None and pipe.named_children[-1].end_byte > command.node.end_byte


def _is_set_before(facts: Facts, node: Node) -> bool:
    """Whether the script has given the name a value of its own, in which the array is not."""
    name = shell.variable_of(node) or ""
    assigned, is_certain = facts.visible(name, node)
    before = [one for one in assigned if not one.node.start_byte <= node.start_byte < one.node.end_byte]
    before += [one for one in assigned if one.node.type == "for_statement" and one not in before]
    return is_certain and bool(before) and not any(_keeps(one) for one in before)


def _keeps(assignment: Assignment) -> bool:
    """Whether an assignment adds to the name, or puts its old value into the new one."""
    read = (node for word in assignment.words for node, _ in shell.walk(word) if node.type in shell.EXPANSIONS)
    return assignment.appends or any(shell.variable_of(node) == assignment.name for node in read)


def _is_dead_text(facts: Facts, script: Script, node: Node) -> bool:
    """Whether a place is in a comment, also one of a text that the script writes."""
    line = script.text[script.text.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte]
    return facts.is_comment(node.start_byte) or line.lstrip().startswith(b"#")
