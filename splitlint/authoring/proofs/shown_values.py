"""The text that `describe.nix` makes of a value, taken apart into lists, sets and derivations, and put together again.

Two texts are compared in a canonical form: a list says each thing once, the attributes of a set are in order, and a
shell variable of a derivation that holds a package is replaced by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from splitlint.startup.records import dataclass

_BRACKETS = {"⟦": "⟧", "⟨": "⟩", "⟪": "⟫"}
SEPARATORS = {"⟦": "⸴", "⟨": "⁏", "⟪": "⁏"}
Items = Sequence[tuple[str, str]]
_PLAIN = {ord(one): f"U+{ord(one):04X}" for one in "⟦⟧⟨⟩⟪⟫⸴⁏≔‖"}


@dataclass(frozen=True, slots=True)
class Group:
    """A list, an attribute set or a derivation; `items` are (name or "", content)."""

    kind: str
    name: str
    items: tuple[tuple[str, Sequence[Piece]], ...]


Piece = str | Group


def plain(text: str) -> str:
    """Code with what gives a result its shape spelt out, so that texts in it cannot be taken for that."""
    return text.translate(_PLAIN)


def rewritten(text: str, change: Callable[[Group, Items], Items]) -> str:
    """A text with the items of each group as `change` has them, from the innermost outwards; attributes in order."""
    return _render(pieces_of(text), change)


def pieces_of(text: str) -> list[Piece]:
    """The pieces of a text: plain text, and groups with pieces in them."""
    return _pieces(text, 0, "")[0]


def _pieces(text: str, at: int, stop: str) -> tuple[list[Piece], int]:
    """The pieces of a text up to a character of `stop`, and where that is."""
    pieces: list[Piece] = []
    start = at
    while at < len(text) and text[at] not in stop:
        if text[at] not in _BRACKETS:
            at += 1
            continue
        if start < at:
            pieces.append(text[start:at])
        group, at = _group(text, at)
        pieces.append(group)
        start = at
    if start < at:
        pieces.append(text[start:at])
    return pieces, at


def _group(text: str, at: int) -> tuple[Group, int]:
    opening = text[at]
    closing, separator = _BRACKETS[opening], SEPARATORS[opening]
    at += 1
    name = ""
    if opening == "⟪":
        middle = text.index("‖", at)
        name, at = text[at:middle], middle + 1
    items: list[tuple[str, Sequence[Piece]]] = []
    while text[at] != closing:
        key = ""
        if opening != "⟦":
            equals = text.index("≔", at)
            key, at = text[at:equals], equals + 1
        content, at = _pieces(text, at, separator + closing)
        items.append((key, content))
        at += text[at] == separator
    return Group(opening, name, tuple(items)), at + 1


def _render(pieces: Sequence[Piece], change: Callable[[Group, Items], Items]) -> str:
    return "".join(piece if isinstance(piece, str) else _render_group(piece, change) for piece in pieces)


def _render_group(group: Group, change: Callable[[Group, Items], Items]) -> str:
    items = change(group, [(name, _render(content, change)) for name, content in group.items])
    closing, separator = _BRACKETS[group.kind], SEPARATORS[group.kind]
    if group.kind == "⟦":
        return group.kind + separator.join(content for _, content in items) + closing
    body = separator.join(f"{name}≔{content}" for name, content in sorted(items))
    return f"{group.kind}{group.name}‖{body}{closing}" if group.kind == "⟪" else f"{group.kind}{body}{closing}"


def without_variables(items: Items, is_package: Callable[[str], bool]) -> Items:
    """The attributes of a derivation with `$name` replaced by the package that it holds, and those left out."""
    variables = {name: content for name, content in items if re.fullmatch(r"\w+", name) and is_package(content)}
    if not variables or not any("$" in content for _, content in items):
        return items
    names = "|".join(sorted(variables, key=len, reverse=True))
    used = re.compile(rf"\$(?:\{{({names})\}}|({names})\b)")
    if not any(used.search(content) for _, content in items):
        return items
    replaced = [(name, used.sub(lambda found: variables[found[1] or found[2]], content)) for name, content in items]
    return [(name, content) for name, content in replaced if name not in variables]
