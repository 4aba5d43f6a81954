"""Lists among a derivation's attributes, read by its scripts as if they were strings.

With structured attributes a list is an array in the shell, and `$name` is its first element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Listing, Value
from splitlint.matching.syntax_around import strings_in
from splitlint.matching.views import NixView
from splitlint.syntax import nix

#: What scripts say that know of both kinds of attributes.
_KNOWS = (b"__structuredAttrs", b"concatTo", b"NIX_ATTRS", b"declare -p")


def read_as_string(view: NixView, node: Node) -> Iterator[tuple[int, int]]:
    """Where the strings of the set around a list read it as `$name`: bytes of the file, each place.

    `node` is the expression of a binding, or a name that is inherited. Nothing where the list has one element at most,
    or where the script sets a variable of that name.
    """
    name = _name_of(node)
    value = view.value(node)
    if name is None or not any(map(_may_be_long, alternatives(value))):
        return
    scope: Node | None = node
    while scope is not None and scope.type not in nix.ATTRSETS:
        scope = scope.parent
    for string in strings_in(scope) if scope is not None else ():
        yield from _reads(string, re.escape(name).encode())


def _name_of(node: Node) -> str | None:
    """The one name under which a list stands in its set."""
    if node.type == "identifier":
        return nix.attribute_name(node)
    binding = node.parent
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
