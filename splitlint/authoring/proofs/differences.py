"""In which two canonical texts differ, in words for the author of a page: where, and what is there, as in Nix code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from splitlint.authoring.proofs.shown_values import Group, Piece, pieces_of

_PACKAGE = re.compile(r"<(?:[^<>.]+\.)?([^<>]+)>")
#: Characters that are told before and behind the place at which two texts begin to differ.
_BEFORE, _BEHIND = 30, 50


def difference(got: str, asked: str) -> str:
    """What is given instead of what, and for which attribute, if it is in one.

    >>> difference("⟨a≔⟨b≔<frob.frob>/x⁏c≔1⟩⟩", "⟨a≔⟨b≔<frob.frob>/y⁏c≔1⟩⟩")
    '`${frob}/x` instead of `${frob}/y` for `a.b`'
    """
    place, one, other = _innermost(pieces_of(got), pieces_of(asked))
    words = _words(one, whole=False), _words(other, whole=False)
    if words[0] == words[1]:
        words = _words(one, whole=True), _words(other, whole=True)
    where = ".".join(place).replace(".[]", "[]")
    told = " instead of ".join(_short(*pair) for pair in (words, words[::-1]))
    return f"{told} for `{where}`" if where else told


def _innermost(one: Sequence[Piece], other: Sequence[Piece]) -> tuple[list[str], Sequence[Piece], Sequence[Piece]]:
    """The names on the way to the first attribute or element that differs, and both values of it."""
    place: list[str] = []
    while (pair := _alike(one, other)) is not None:
        items = zip(pair[0].items, pair[1].items, strict=True)
        (name, one), (_, other) = next(item for item in items if item[0] != item[1])
        place.append(name or "[]")
    return place, one, other


def _alike(one: Sequence[Piece], other: Sequence[Piece]) -> tuple[Group, Group] | None:
    """The first two pieces that differ, if these are groups with the same names in them."""
    left, right = next((pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]), ("", ""))
    if isinstance(left, str) or isinstance(right, str) or (left.kind, left.name) != (right.kind, right.name):
        return None
    is_alike = [name for name, _ in left.items] == [name for name, _ in right.items]
    return (left, right) if is_alike else None


def _words(pieces: Sequence[Piece], *, whole: bool) -> str:
    """Pieces as in Nix code: `${frob}/share`, `{ a = 1; }`, `[ a, b ]`.

    Of what is built only the name, unless it is `whole`; of a package the family, too, if it is.
    """
    text = "".join(_of_group(piece, whole=whole) if isinstance(piece, Group) else piece for piece in pieces)
    named = text if whole else _PACKAGE.sub(r"${\1}", text)
    return named.replace("/${", "${").replace("λ", "a function")


def _of_group(group: Group, *, whole: bool) -> str:
    items = [
        f"{name} = {_words(content, whole=whole)};" if name else _words(content, whole=whole)
        for name, content in group.items
    ]
    if group.kind == "⟪":
        built = _PACKAGE.sub(r"\1", group.name)
        return f"${{{built} {{ {' '.join(items)} }}}}" if whole else f"${{{built}}}"
    return f"{{ {' '.join(items)} }}" if group.kind == "⟨" else f"[ {', '.join(items)} ]"


def _short(text: str, other: str) -> str:
    """A piece of a text, in backticks, with the first place in which it differs from another."""
    at = next((at for at, (one, two) in enumerate(zip(text, other, strict=False)) if one != two), len(other))
    piece = " ".join(text[max(0, at - _BEFORE) : at + _BEHIND].split())
    return f"`{'…' * (at > _BEFORE)}{piece}{'…' * (at + _BEHIND < len(text))}`" if text else "nothing"
