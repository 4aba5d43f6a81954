"""A page's query, compiled, with its semantic predicates taken out: they are asked of each match afterwards.

tree-sitter can call back for predicates that it does not know. Its Python binding (0.26) then keeps each tree that was
searched for ever: 100 MB for one list of packages. So a query is handed to it without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from splitlint.patterns import lazy_pattern

#: Predicates of tree-sitter itself.
BUILT_IN = frozenset(
    f"{prefix}{name}?" for prefix in ("", "not-") for name in ("eq", "any-eq", "match", "any-match", "any-of")
)
_TOKEN = lazy_pattern(r'"(?:\\.|[^"\\])*"|;[^\n]*|[()\[\]]|[^\s()\[\]";]+')
_ESCAPE = lazy_pattern(r"\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


class Asked(NamedTuple):
    """A semantic predicate: its name (`denotes?`), and its arguments, each a "capture" or a "string"."""

    name: str
    arguments: tuple[tuple[str, str], ...]


class Compiled(NamedTuple):
    """A query, and for each of its patterns what is asked of a match, in the order of the page."""

    query: Any
    asked: tuple[tuple[Asked, ...], ...]


@lru_cache(maxsize=256)
def compiled(language: str, text: str) -> Compiled:
    """A query for `nix` or `shell`. Raises tree_sitter.QueryError, whose place is the one in `text`."""
    found = list(predicates(text))
    bare = text
    for _, start, end, _ in found:
        bare = bare[:start] + " " * (end - start) + bare[end:]
    try:
        query = _shared(language, "\n".join(line.strip() for line in bare.splitlines() if line.strip()))
    except ValueError:
        query = _shared(language, bare)
    asked: list[list[Asked]] = [[] for _ in range(query.pattern_count)]
    for pattern, _, _, one in found:
        asked[pattern].append(one)
    return Compiled(query, tuple(map(tuple, asked)))


@lru_cache(maxsize=256)
def _shared(language: str, bare: str) -> Any:
    """The query that several pages have in common once their own questions are taken out: compiling costs 1 ms."""
    if language == "shell":
        from splitlint.syntax import shell

        return shell.query(bare)
    from splitlint.syntax import nix

    return nix.query(bare)


def predicates(text: str) -> Iterator[tuple[int, int, int, Asked]]:
    """The semantic predicates in a query: number of the pattern (from 0), start and end in the text, the predicate."""
    depth, pattern, start = 0, -1, -1
    words: list[str] = []
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word.startswith(";"):
            continue
        if start >= 0:
            if word == ")":
                name = words[0].removeprefix("#")
                if name.endswith("?") and name not in BUILT_IN:
                    yield pattern, start, token.end(), Asked(name, tuple(map(_argument, words[1:])))
                start, depth = -1, depth - 1
            else:
                words.append(word)
            continue
        if word in "([":
            pattern += depth == 0
            depth += 1
            if word == "(" and text[token.end() :].lstrip()[:1] == "#":
                start, words = token.start(), []
        elif word in ")]":
            depth -= 1


def _argument(word: str) -> tuple[str, str]:
    if word.startswith("@"):
        return word[1:], "capture"
    quoted = word.removeprefix('"').removesuffix('"')
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), quoted), "string"
