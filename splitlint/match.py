"""A rule's queries over a syntax tree: candidate matches, filtered by the semantic predicates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

from tree_sitter import Node, QueryCursor, QueryError

from splitlint.finding import Confidence
from splitlint.patterns import lazy_pattern
from splitlint.predicates import PREDICATES, ask
from splitlint.records import dataclass, replace
from splitlint.rule import Query, Rule, RuleError
from splitlint.views import Notes, confidence_of


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
        """As sure as the value that was matched, and no surer than the page (or the pattern) says."""
        most = self.rule.front.get("confidence")
        found = confidence_of(self.notes)
        return min(found, Confidence[most.upper()]) if isinstance(most, str) else found


_PREDICATE = lazy_pattern(r"\(\s*#([\w-]+\?)")
#: Predicates of tree-sitter itself.
_BUILT_IN = frozenset(
    f"{prefix}{name}?" for prefix in ("", "not-") for name in ("eq", "any-eq", "match", "any-match", "any-of")
)


@lru_cache(maxsize=256)
def compiled(language: str, text: str) -> Any:
    """A query compiled for `nix` or `shell`. Raises QueryError."""
    if language == "shell":
        from splitlint.syntax import shell

        return shell.query(text)
    from splitlint.syntax import nix

    return nix.query(text)


def compile_query(rule: Rule, query: Query) -> Any:
    """A page's query, compiled. Raises RuleError that names the page and line, also for an unknown predicate."""
    for name in _PREDICATE.findall(query.text):
        if name.removeprefix("not-") not in PREDICATES and name not in _BUILT_IN:
            raise RuleError(f"{rule.path}:{query.line}: unknown predicate `#{name}`")
    try:
        return compiled(query.language, query.text)
    except QueryError as error:
        raise RuleError(f"{rule.path}:{query.line}: the query does not compile: {error}") from error


def matches(
    rule: Rule, language: str, view: Any, root: Node, windows: Sequence[tuple[int, int]] = ()
) -> Iterator[Match]:
    """The places under `root` that a rule's queries in `language` find, in the order of the tree.

    `windows`: stretches of bytes to look into, everything if there are none.
    Raises RuleError if a query does not compile or uses an unknown predicate.
    """
    for query in rule.queries:
        if query.language == language:
            yield from _run(rule, query, view, root, windows)


def _run(rule: Rule, query: Query, view: Any, root: Node, windows: Sequence[tuple[int, int]]) -> Iterator[Match]:
    learned: dict[tuple[int, ...], Notes] = {}

    def asked(
        predicate: str,
        args: list[tuple[str, Literal["capture", "string"]]],
        pattern_index: int,
        captures: dict[str, list[Node]],
    ) -> bool:
        notes = learned.setdefault(_key(pattern_index, captures), Notes())
        return ask(view, notes, predicate, args, captures)

    compiled_query = compile_query(rule, query)
    told = [_told(rule, compiled_query.pattern_settings(number)) for number in range(compiled_query.pattern_count)]
    cursor = QueryCursor(compiled_query)
    for pattern, captures in chain.from_iterable(_in_windows(cursor, root, asked, windows)):
        named = captures.get("kernel") or captures.get("at")
        if not named:
            raise RuleError(f"{rule.path}:{query.line}: the query captures neither @kernel nor @at")
        anchor = (captures.get("at") or named)[0]
        if named[0].has_error:
            continue
        notes = learned.get(_key(pattern, captures), Notes())
        for one in (replace(notes, span=span) for span in notes.spans) if notes.spans else (notes,):
            yield Match(told[pattern], view, anchor, named[0], captures, one)


def _in_windows(
    cursor: QueryCursor, root: Node, asked: Any, windows: Sequence[tuple[int, int]]
) -> Iterator[list[tuple[int, dict[str, list[Node]]]]]:
    if not windows:
        yield cursor.matches(root, asked)
    for start, end in windows:
        cursor.set_byte_range(start, end)
        yield cursor.matches(root, asked)


def _told(rule: Rule, settings: dict[str, str | None]) -> Rule:
    """The rule as one pattern tells it: `(#set! message "..")` and its like speak instead of the page's front matter.

    Raises RuleError on any other key.
    """
    words = {key: value or "" for key, value in settings.items()}
    for key in words:
        if key not in _SETTINGS and not key.startswith("fix."):
            raise RuleError(f"{rule.path}: `#set! {key}` is not one of {', '.join(sorted(_SETTINGS))}, fix.*")
    if not words:
        return rule
    return rule._replace(
        message=words.get("message", rule.message),
        help=words.get("help", rule.help),
        severity=words.get("severity", rule.severity),
        fix={**rule.fix, **{key.removeprefix("fix."): word for key, word in words.items() if key.startswith("fix.")}},
        impact=tuple(words["impact"].split()) if "impact" in words else rule.impact,
        front={**rule.front, **{key: words[key] for key in ("confidence", "nixpkgs") if key in words}},
    )


_SETTINGS = frozenset({"message", "help", "severity", "impact", "confidence", "nixpkgs"})


def _key(pattern: int, captures: dict[str, list[Node]]) -> tuple[int, ...]:
    return (pattern, *(node.id for name in sorted(captures) for node in captures[name]))
