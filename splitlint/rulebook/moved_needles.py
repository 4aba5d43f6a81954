"""Needles that follow from what a pack says has moved: `<moved>`, `<written>` and `<new>` in pages and packs.

Asked for when pages are read, which is seldom: what they are is kept with the pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from splitlint.startup.patterns import lazy_pattern

#: What may stand for needles that follow from what has moved.
NAMES = ("moved", "new", "written")
_WILD = lazy_pattern(r"[*?{}\\,]+")
#: A name as short as this says little without the one before it: `cc.cc`.
_SHORT = 2


def needles_for(word: str, data: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What a needle of a page stands for in a pack: any of these sets, all of a set.

    That is itself, unless it is `<name>` with one of `NAMES` or of the pack's `[words]`.
    """
    name = word[1:-1] if word.startswith("<") and word.endswith(">") else ""
    words = data.get("words", {})
    if name in words:
        return [(str(one),) for one in words[name]]
    if name == "written":
        return written(data)
    tables = moved_tables(data)
    if name == "new":
        return [(one,) for family in tables for one in _strings(data["families"][family].get("new_outputs"))]
    if name == "moved":
        return [(one,) for one in dict.fromkeys(last_word(glob) for table in tables.values() for glob in table) if one]
    return [(word,)]


def moved_tables(data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The families of which a pack.toml says what has moved, with their tables as they are written."""
    families = data.get("families")
    return {
        name: table["moved"]
        for name, table in (families.items() if isinstance(families, dict) else ())
        if isinstance(table, dict) and isinstance(table.get("moved"), dict) and table["moved"]
    }


def any_of(words: Sequence[str], data: Mapping[str, Any]) -> list[str]:
    """The needles of a pack: of what such a word stands for, the first piece of each set, which names the package."""
    return list(dict.fromkeys(needles[0] for word in words for needles in needles_for(word, data)))


def last_word(glob: str) -> str:
    """The last name of a glob that is no wildcard, or the longest part of one that is not; "" if it says nothing."""
    for name in reversed(glob.split("/")):
        longest = max(_WILD.split(name), key=len)
        if len(longest) > 1:
            return longest
    return ""


def written(data: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What stands in a file that writes a path of `moved` right behind a package: `${curl}/lib`, `${curl.out}/bin`.

    Sets of pieces that stand there together.
    """
    found: list[tuple[str, ...]] = []
    for name, moved in moved_tables(data).items():
        family = data["families"][name]
        first = next(iter(_strings(family.get("outputs"))), "out")
        for root in _strings(family.get("roots")):
            found += _fewest(_below(_name(root), moved, first)) if not root.startswith("!") else ()
    return found


def _strings(given: object) -> list[str]:
    """A list of strings as it should be; of what is wrong others complain."""
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _below(name: str, moved: Mapping[str, Any], first: str) -> Iterator[tuple[str, ...]]:
    for glob, entry in moved.items():
        yield from _spellings(name, glob, str(entry.get("to", "") if isinstance(entry, dict) else entry), first)


def _fewest(every: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The sets without those that another one makes needless: whatever has all of these has all of that."""
    found: list[tuple[str, ...]] = []
    for needles in sorted(set(every), key=lambda one: (sum(map(len, one)), one)):
        if not any(all(any(less in more for more in needles) for less in one) for one in found):
            found.append(needles)
    return found


def _spellings(name: str, glob: str, home: str, first: str) -> Iterator[tuple[str, ...]]:
    start, _, rest = glob.rstrip("*").rstrip("/").partition("*")
    tail = max(_WILD.split(rest), key=len)
    more = (tail,) if len(tail) > 1 else ()
    if home != first:
        yield (*_behind(name, "", start), *more)
    if home != "out" and first != "out":
        yield (*_behind(name, ".out", start), *more)


def _behind(name: str, output: str, path: str) -> tuple[str, ...]:
    folder = f"{output}}}/{path.partition('/')[0]}"
    if name.endswith("*"):
        return (name.rstrip("*"), f"{output}}}/{path}")
    return (f"{name}{output}}}/{path}", folder)


def _name(root: str) -> str:
    """How a package is written: its attribute, with the set that it is in if it is short, up to a wildcard."""
    *before, last = root.split(".")
    name = f"{before[-1]}.{last}" if len(last) <= _SHORT and len(before) > 1 else last
    return f"{name.partition('*')[0]}*" if "*" in name else name
