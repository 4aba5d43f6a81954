"""The stand-in for nixpkgs (`nixpkgs.nix`): what its functions do, as rows that are read one by one.

A row is `name = expression;` in one of the sections `lib`, `builtins` and `pkgs`, with facts behind a `#` where
evaluation is not enough. Nothing is parsed before it is asked for. The form of the file is described at its top.
"""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache

from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax.nix_tree.nodes import Node


class Facts(NamedTuple):
    """What a row says besides its expression.

    `scripts` and `programs` (Python) are arguments by number, or attributes of the argument by name or glob, that are
    run; `environment` is the number of the argument whose attributes those scripts see as variables, -1 for none,
    `variables` the attribute that holds them;
    `conditional`: the last argument does not count where the first is false; `transparent`: what the argument is for,
    the result is for; `joined`: the attribute whose trees are put together; `passed`: scripts that stand in values
    under any name; `later`: the scripts run on a machine, not while something is built; `marks`: the other words, which
    the top of the stand-in explains.
    """

    scripts: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    environment: int = -1
    variables: str = ""
    conditional: bool = False
    transparent: bool = False
    joined: str = ""
    builder: bool = False
    later: bool = False
    marks: frozenset[str] = frozenset()


class Row(NamedTuple):
    """One function or value: its section, name, source and facts."""

    section: str
    name: str
    text: str
    facts: Facts

    @property
    def dotted(self) -> str:
        return f"{self.section}.{self.name}"


class Section:
    """The rows of a section by name, made from their texts when they are first asked for."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        pairs = (one.partition(" = ") for one in _ROW.split(text)[1:])
        self._texts = {name.strip('"'): row for name, _, row in pairs}
        self._made: dict[str, Row] = {}

    def get(self, name: str) -> Row | None:
        """The row of a name, None if there is none."""
        if name not in self._made and name in self._texts:
            self._made[name] = _row(self._name, name, self._texts[name])
        return self._made.get(name)

    def values(self, word: str = "") -> list[Row]:
        """All rows in whose source a word occurs."""
        found = [self.get(name) for name, text in self._texts.items() if word in text]
        return [one for one in found if one is not None]


_FILE = os.path.join(os.path.dirname(__file__), "nixpkgs.nix")
_SECTION = re.compile(r"\n  (\w+) = \{(?=\n)")
_ROW = re.compile(r'\n    (?=[A-Za-z_"])')
_FACTS = re.compile(r";[ \t]*#([^\n]*)\s*\Z")
#: The parts of `lib` whose functions stand in `lib` itself, too.
_PARTS = frozenset(
    {"asserts", "attrsets", "customisation", "debug", "derivations", "fixedPoints", "lists", "meta", "modules"}
    | {"options", "sources", "strings", "stringsWithDeps", "trivial"}
)
_WORDS = {"conditional", "transparent", "builder", "later"}
#: The facts that are asked for by `marked`.
_MARKS = frozenset(
    {"bare", "chooses", "converts", "text", "opaque", "guards", "fills", "scope", "fixpoint", "describes"}
)


@cache
def rows() -> dict[str, Section]:
    """All rows by section."""
    with open(_FILE, encoding="utf-8") as stream:
        text = stream.read()
    sections = [(found[1], found.end()) for found in _SECTION.finditer(text)]
    result: dict[str, Section] = {}
    for number, (section, start) in enumerate(sections):
        end = sections[number + 1][1] if number + 1 < len(sections) else len(text)
        end = text.rfind("\n  };", start, end)
        result[section] = Section(section, text[start:end])
    return result


def _row(section: str, name: str, text: str) -> Row:
    facts = _FACTS.search(text) if "#" in text else None
    said = facts[1] if facts is not None else ""
    body = text[: facts.start()] if facts is not None else text.rstrip().removesuffix(";")
    return Row(section, name, body, facts_of(said) if said else Facts())


def facts_of(said: str) -> Facts:
    """The facts in a row's comment. Raises ValueError on a word that is none."""
    found: dict[str, object] = {}
    marks: set[str] = set()
    for part in said.split(","):
        word, *rest = part.split()
        if word in _WORDS and not rest:
            found[word] = True
        elif word in _MARKS and not rest:
            marks.add(word)
        elif word == "script" and rest:
            found["scripts"] = tuple(rest)
        elif word == "python" and rest:
            found["programs"] = tuple(rest)
        elif word == "environment" and len(rest) == 1:
            found["environment"] = int(rest[0])
        elif word == "variables" and len(rest) == 1:
            found["variables"] = rest[0]
        elif word == "joins" and len(rest) == 1:
            found["joined"] = rest[0]
        else:
            raise ValueError(f"not a fact: {part.strip()!r}")
    return Facts(**found, marks=frozenset(marks))  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def row(path: tuple[str, ...]) -> Row | None:
    """The row of a global name (`lib.lists.optional`, `builtins.map`, `pkgs.runCommand`), None if there is none.

    Where only a last name is known (`?.optional`), the first section that has it counts, packages first.
    """
    root, name = path[0], path[-1]
    known = rows()
    if root == "?":
        found = (known[section].get(name) for section in ("pkgs", "lib", "builtins"))
        return next((one for one in found if one is not None and one.text != "__unknown"), None)
    if "lib" in path[:-1] and root in ("lib", "pkgs"):
        return _of_lib(path[path.index("lib") + 1 :])
    if root == "pkgs":
        return known["pkgs"].get(name)
    if root == "config":
        return known["config"].get(".".join(path[1:]))
    return known[root].get(name) if len(path) == 2 and root in known else None


def _of_lib(names: tuple[str, ...]) -> Row | None:
    """The row of a name below `lib`: that of a part of it (`lib.versions.major`) is called by both names."""
    library, name = rows()["lib"], names[-1]
    if len(names) > 1:
        own = library.get(".".join(names))
        return own if own is not None or names[0] not in _PARTS or len(names) > 2 else _of_lib((name,))
    return library.get(name) or rows()["builtins"].get(name)


def platform_facts() -> Row:
    """The function from a system (`x86_64-linux`) to what its platform says of itself."""
    facts = rows()["machines"].get("facts")
    assert facts is not None
    return facts


@cache
def marked(*marks: str) -> frozenset[str]:
    """The last names of the functions whose rows say one of some words (`conditional`, `builder` or a mark)."""
    every = ((row, mark) for section in rows().values() for mark in marks for row in section.values(mark))
    return frozenset(row.name.rpartition(".")[2] for row, mark in every if _says(row.facts, mark))


def _says(facts: Facts, mark: str) -> bool:
    return bool(getattr(facts, mark)) if mark in _WORDS else mark in facts.marks


def in_library(name: str) -> Row | None:
    """The row that a bare name in the stand-in itself means."""
    found = (section.get(name) for section in rows().values())
    return next((one for one in found if one is not None), None)


@cache
def expression(one: Row) -> Node:
    """A row's expression."""
    from splitlint.syntax import nix
    from splitlint.syntax.nix_tree.lower import lower

    data = one.text.encode()
    return lower(nix.parse(data).root_node, data)
