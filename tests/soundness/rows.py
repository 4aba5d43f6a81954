"""The tables of what made-up programs consist of: rows, `type = template`.

Types: `str`, `int`, `bool`, `pkg` (a kernel), `[t]`, `{t}` (a set of such values), `a->b`, `t?` (it or null), words
like `version` that only the simplest values have, and letters for any type. A template has its holes between « and »;
`!t` at its end says that the letter `a` stands for t only. `value |> function` is piped where that is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Type = tuple[object, ...]
Binding = dict[str, Type]


@dataclass(frozen=True)
class Row:
    """One way to make an expression of a type: texts and types in turn."""

    result: Type
    parts: tuple[str | Type, ...]
    only: Type | None = None


def type_of(text: str) -> Type:
    """A type as it is written in the rows."""
    made, rest = _type(text.strip())
    assert not rest, text
    return made


def _type(text: str) -> tuple[Type, str]:
    if text[0] in "[{":
        inner, rest = _type(text[1:])
        made: Type = ("list" if text[0] == "[" else "set", inner)
        assert rest[0] in "]}", text
        rest = rest[1:]
    else:
        word = re.match(r"[a-z0-9-]*[a-z0-9]", text)
        assert word is not None, text
        made, rest = ("var" if len(word[0]) == 1 else word[0], word[0]), text[word.end() :]
    if rest.startswith("?"):
        made, rest = ("opt", made), rest[1:]
    if rest.startswith("->"):
        result, rest = _type(rest[2:])
        made = ("fn", made, result)
    return made, rest


def rows_of(table: Path, available: Callable[[str], bool]) -> list[Row]:
    """The rows of a table that name nothing but what is available (`lib.x` and `builtins.x`)."""
    rows = []
    for line in table.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        result, template = line.split(" = ", 1)
        limited = re.fullmatch(r"(.*)!(\w+)", template)
        template, only = limited.groups() if limited else (template, "")
        if all(map(available, re.findall(r"\b(?:lib|builtins)\.[\w']+(?:\.[\w']+)?", template))):
            pieces = re.split("«([^»]*)»", template)
            parts = tuple(type_of(piece) if at % 2 else piece for at, piece in enumerate(pieces))
            rows.append(Row(type_of(result), parts, type_of(only) if only else None))
    return rows


def unified(pattern: Type, wanted: Type, binding: Binding) -> bool:
    """Whether a row's type can be what is wanted; notes what its letters stand for."""
    if pattern[0] == "var":
        letter = str(pattern[1])
        return binding.setdefault(letter, wanted) == wanted
    if pattern[0] != wanted[0] or len(pattern) != len(wanted):
        return False
    inner = zip(pattern[1:], wanted[1:], strict=True)
    return all(
        unified(one, other, binding) if isinstance(one, tuple) and isinstance(other, tuple) else one == other
        for one, other in inner
    )


def filled(pattern: Type, binding: Binding, other: Callable[[], Type]) -> Type:
    """A row's type with its letters replaced."""
    if pattern[0] == "var":
        return binding.setdefault(str(pattern[1]), other())
    return (pattern[0], *(filled(one, binding, other) if isinstance(one, tuple) else one for one in pattern[1:]))
