"""A page's query, compiled, with its semantic predicates taken out: they are asked of each match afterwards.

tree-sitter can call back for predicates that it does not know. Its Python binding (0.26) then keeps each tree that was
searched for ever: 100 MB for one list of packages. So a query is handed to it without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern

#: Predicates of tree-sitter itself.
BUILT_IN = frozenset(
    f"{prefix}{name}?" for prefix in ("", "not-") for name in ("eq", "any-eq", "match", "any-match", "any-of")
)
_SET = "set!"
_TOKEN = lazy_pattern(r'"(?:\\.|[^"\\])*"|;[^\n]*|[()\[\]]|[^\s()\[\]";]+')
_ESCAPE = lazy_pattern(r"\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


class Asked(NamedTuple):
    """A semantic predicate: its name (`denotes?`), and its arguments, each a "capture" or a "string"."""

    name: str
    arguments: tuple[tuple[str, str], ...]

    @property
    def capture(self) -> str:
        """The capture that it is asked of, "" if of none."""
        return next((word for word, kind in self.arguments if kind == "capture"), "")

    @property
    def words(self) -> list[str]:
        """Its strings."""
        return [word for word, kind in self.arguments if kind == "string"]


class Pattern(NamedTuple):
    """One pattern of a query: the tree-sitter query that finds it, what is asked of a match in the order of the page,
    and what the page sets for it.
    """

    query: Any
    asked: tuple[Asked, ...]
    settings: dict[str, str]


@lru_cache(maxsize=256)
def compiled(language: str, text: str) -> tuple[Pattern, ...]:
    """The patterns of a query for `nix` or `shell`. Raises tree_sitter.QueryError, whose place is the one in `text`."""
    bare, asked, ends = text, list(predicates(text)), list(_ends(text))
    for _, start, end, _ in asked:
        bare = bare[:start] + " " * (end - start) + bare[end:]
    found: list[Pattern] = []
    try:
        for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            here = [one for pattern, _, _, one in asked if pattern == number]
            words = {one.arguments[0][0]: one.arguments[1][0] for one in here if one.name == _SET and one.arguments[1:]}
            tokens = (token[0] for token in _TOKEN.finditer(bare[start:end]))
            query = _shared(language, " ".join(token for token in tokens if not token.startswith(";")))
            found.append(Pattern(query, tuple(one for one in here if one.name != _SET), words))
    except ValueError:
        # Compiled as the page has it, the error is where the page has it.
        _shared(language, bare)
        raise
    return tuple(found)


@lru_cache(maxsize=256)
def _shared(language: str, bare: str) -> Any:
    """The pattern that several pages have in common once their own questions are taken out.

    Compiling costs up to 1 ms, and a pattern is searched for once in a file, whoever asks.
    """
    if language == "shell":
        from splitlint.syntax import shell

        return shell.query(bare)
    from splitlint.syntax import nix

    return nix.query(bare)


def _ends(text: str) -> Iterator[int]:
    """Where each pattern of a query ends, captures of its own included; the last one at the end of the text."""
    depth, last = 0, -1
    for token in _TOKEN.finditer(text):
        if token[0] in ("(", "["):
            if depth == 0 and last >= 0:
                yield last
            depth += 1
        elif token[0] in (")", "]"):
            depth -= 1
        if not token[0].startswith(";"):
            last = token.end()
    if last >= 0:
        yield len(text)


def written_predicates(text: str) -> Iterator[tuple[str, int, bool]]:
    """Whatever is written as a predicate or directive: its name, where it begins, and whether it stands in a pattern.

    tree-sitter takes no notice of those that it does not know and that do not end in `?`.
    """
    depth, opened = 0, -1
    for token in _TOKEN.finditer(text):
        word = token[0]
        if opened >= 0 and word.startswith("#"):
            yield word.removeprefix("#"), opened, depth > 1
        opened = token.start() if word == "(" else -1
        depth += (word in ("(", "[")) - (word in (")", "]"))


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
                if name == _SET or (name.endswith("?") and name not in BUILT_IN):
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
