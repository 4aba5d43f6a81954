"""A rule's queries over a syntax tree: candidate matches, filtered by the semantic predicates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tree_sitter import Node, QueryCursor, QueryError

from splitlint.finding import Confidence
from splitlint.predicates import PREDICATES, Notes, ask, confidence_of
from splitlint.rule import Query, Rule, RuleError


@dataclass(frozen=True, slots=True)
class Match:
    """One place that breaks a rule. `anchor` is what is underlined, `kernel` the expression with the value."""

    rule: Rule
    view: Any
    anchor: Node
    kernel: Node
    captures: dict[str, list[Node]]
    notes: Notes

    @property
    def confidence(self) -> Confidence:
        return confidence_of(self.notes)


@lru_cache(maxsize=256)
def compiled(language: str, text: str) -> Any:
    """A query compiled for `nix` or `shell`. Raises QueryError."""
    if language == "shell":
        from splitlint.syntax import shell

        return shell.query(text)
    from splitlint.syntax import nix

    return nix.query(text)


def compile_query(rule: Rule, query: Query) -> Any:
    """A page's query, compiled. Raises RuleError that names the page and line."""
    try:
        return compiled(query.language, query.text)
    except QueryError as error:
        raise RuleError(f"{rule.path}:{query.line}: the query does not compile: {error}") from error


def matches(rule: Rule, language: str, view: Any, root: Node) -> Iterator[Match]:
    """The places under `root` that a rule's queries in `language` find, in the order of the tree.

    Raises RuleError if a query does not compile or uses an unknown predicate.
    """
    for query in rule.queries:
        if query.language == language:
            yield from _run(rule, query, view, root)


def _run(rule: Rule, query: Query, view: Any, root: Node) -> Iterator[Match]:
    learned: dict[tuple[int, ...], Notes] = {}

    def predicate(name: str, args: list[tuple[str, str]], pattern: int, captures: dict[str, list[Node]]) -> bool:
        if name.removeprefix("not-") not in PREDICATES and name not in PREDICATES:
            raise RuleError(f"{rule.path}:{query.line}: unknown predicate `#{name}`")
        notes = learned.setdefault(_key(pattern, captures), Notes())
        return ask(view, notes, name, args, captures)

    cursor = QueryCursor(compile_query(rule, query))
    for pattern, captures in cursor.matches(root, predicate):
        named = captures.get("kernel") or captures.get("at")
        if not named:
            raise RuleError(f"{rule.path}:{query.line}: the query captures neither @kernel nor @at")
        anchor = (captures.get("at") or named)[0]
        if named[0].has_error:
            continue
        yield Match(rule, view, anchor, named[0], captures, learned.get(_key(pattern, captures), Notes()))


def _key(pattern: int, captures: dict[str, list[Node]]) -> tuple[int, ...]:
    return (pattern, *(node.id for name in sorted(captures) for node in captures[name]))
