"""A rule's queries over a syntax tree: candidate matches, filtered by the semantic predicates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tree_sitter import Node, QueryCursor, QueryError

from splitlint.findings.finding import Confidence
from splitlint.matching.queries import Pattern, compiled
from splitlint.matching.views import NixView, Notes, confidence_of, fits
from splitlint.rulebook.rule import Query, Rule, RuleError
from splitlint.startup.records import dataclass, replace
from splitlint.syntax import nix


@dataclass(frozen=True, slots=True)
class Match:
    """One place that breaks a rule. `anchor` is what is underlined, `package` the expression with the value."""

    rule: Rule
    view: NixView | None
    anchor: Node
    package: Node
    captures: dict[str, list[Node]]
    notes: Notes

    @property
    def confidence(self) -> Confidence:
        """As sure as the value that was matched, and no surer than the page (or the pattern) says."""
        most = self.rule.definition.get("confidence")
        found = confidence_of(self.notes)
        return min(found, Confidence[most.upper()]) if isinstance(most, str) else found


def compile_query(rule: Rule, query: Query) -> tuple[Pattern, ...]:
    """The patterns of a page's query. Raises RuleError that names the page and line, also for an unknown predicate."""
    from splitlint.matching.predicates import PREDICATES

    try:
        found = compiled(query.language, query.text)
    except QueryError as error:
        raise RuleError(f"{rule.path}:{query.line}: the query does not compile: {error}") from error
    for one in (one for pattern in found for one in pattern.asked):
        if one.name.removeprefix("not-") not in PREDICATES:
            raise RuleError(f"{rule.path}:{query.line}: unknown predicate `#{one.name}`")
    return found


def matches(
    rule: Rule, language: str, view: NixView, root: Node, regions: Sequence[tuple[int, int]] = ()
) -> Iterator[Match]:
    """The places under `root` that a rule's queries in `language` find, in the order of the tree.

    `regions`: bytes to look into, from and to, everything if there are none.
    Raises RuleError if a query does not compile or uses an unknown predicate.
    """
    for query in rule.queries:
        if query.language == language:
            yield from _run(rule, query, view, root, regions)


def _run(rule: Rule, query: Query, view: NixView, root: Node, regions: Sequence[tuple[int, int]]) -> Iterator[Match]:
    from splitlint.matching.predicates import ask

    for pattern in compile_query(rule, query):
        if _is_vain(pattern, view):
            continue
        spoken = _as_the_pattern_says(rule, pattern.settings)
        for captures in _candidates(pattern, view, root, regions):
            notes = Notes()
            if not all(ask(view, notes, one.name, one.arguments, captures) for one in pattern.asked):
                continue
            named = captures.get("package") or captures.get("at")
            if not named:
                raise RuleError(f"{rule.path}:{query.line}: the query captures neither @package nor @at")
            anchor = (captures.get("at") or named)[0]
            if named[0].has_error and nix.is_broken(named[0]):
                continue
            for one in (replace(notes, span=span) for span in notes.spans) if notes.spans else (notes,):
                yield Match(spoken, view, anchor, named[0], captures, one)


def _is_vain(pattern: Pattern, view: NixView) -> bool:
    """Whether a pattern asks for attributes of an override, and the file has none of such a package."""
    wanted = [one.words[0] for one in pattern.asked if one.name == "overrides?"]
    return any(not any(fits(one.package, spec) for one in view.file.overrides) for spec in wanted)


def _candidates(
    pattern: Pattern, view: NixView, root: Node, regions: Sequence[tuple[int, int]]
) -> Iterator[dict[str, list[Node]]]:
    """The places that a pattern finds: once for all rules that ask for them."""
    known = view.candidates.get(pattern.query)
    if known is None:
        known = view.candidates[pattern.query] = list(_found(QueryCursor(pattern.query), root, regions))
    yield from known


def _found(cursor: QueryCursor, root: Node, regions: Sequence[tuple[int, int]]) -> Iterator[dict[str, list[Node]]]:
    if not regions:
        yield from (captures for _, captures in cursor.matches(root))
    for start, end in regions:
        cursor.set_byte_range(start, end)
        yield from (captures for _, captures in cursor.matches(root))


def _as_the_pattern_says(rule: Rule, words: dict[str, str]) -> Rule:
    """The rule as one pattern says it: `(#set! message "..")` and its like speak instead of the page's TOML.

    Raises RuleError on any other key.
    """
    for key in words:
        if key not in SETTINGS and not key.startswith("fix."):
            raise RuleError(f"{rule.path}: `#set! {key}` is not one of {', '.join(sorted(SETTINGS))}, fix.*")
    settings: dict[str, Any] = {key: word for key, word in words.items() if not key.startswith("fix.")}
    fix = {key.removeprefix("fix."): word for key, word in words.items() if key.startswith("fix.")}
    if "impact" in settings:
        settings["impact"] = settings["impact"].split()
    return retold(rule, {**settings, "fix": fix} if fix else settings)


def retold(rule: Rule, settings: Mapping[str, Any]) -> Rule:
    """The rule with other words for one of its patterns or tables: what is set there counts instead of the page's."""
    if not settings:
        return rule
    return rule._replace(
        message=settings.get("message", rule.message),
        help=settings.get("help", rule.help),
        severity=settings.get("severity", rule.severity),
        fix={**rule.fix, **settings.get("fix", {})},
        impact=tuple(settings.get("impact", rule.impact)),
        definition={**rule.definition, **{key: settings[key] for key in _IN_DEFINITION if key in settings}},
    )


_IN_DEFINITION = ("confidence", "consequence", "nixpkgs")
SETTINGS = frozenset({"message", "help", "severity", "impact", *_IN_DEFINITION})
