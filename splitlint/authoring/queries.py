"""What a page's queries say and nothing would come of: predicates that are never asked, captures that are not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from splitlint.authoring.fixes import Complain, check_override
from splitlint.authoring.vocabulary import Vocabulary, wrong_regex
from splitlint.matching.predicates import PREDICATES
from splitlint.matching.queries import BUILT_IN, Asked, Pattern, predicates, written_predicates
from splitlint.matching.query_match import SETTINGS, compile_query
from splitlint.rulebook.mistakes import nearest
from splitlint.rulebook.rule import Query, Rule, RuleError

#: What the words of a predicate are, and how many there are at least and at most.
_NAMES, _VALUES, _RECEIVERS, _REGEXES, _GLOBS, _BESIDE, _OVERRIDES = (
    *("names", "values", "receivers", "regexes", "globs", "beside", "overrides"),
)
_MANY = 99
WORDS: Mapping[str, tuple[str, int, int]] = {
    "denotes?": (_VALUES, 1, _MANY),
    "was-a?": (_VALUES, 1, _MANY),
    "loses?": (_NAMES, 0, 0),
    "alone?": (_VALUES, 1, _MANY),
    "into?": (_RECEIVERS, 1, _MANY),
    "path?": (_GLOBS, 1, _MANY),
    "text?": (_REGEXES, 1, _MANY),
    "source-matches?": (_REGEXES, 1, 1),
    "source-matches-each?": (_REGEXES, 1, _MANY),
    "in-call?": (_REGEXES, 1, 1),
    "beside?": (_BESIDE, 1, _MANY),
    "overrides?": (_OVERRIDES, 2, _MANY),
    "reads?": (_NAMES, 1, _MANY),
    "made-with?": (_NAMES, 1, _MANY),
    "within?": (_NAMES, 1, _MANY),
    "attribute?": (_NAMES, 1, _MANY),
    "called?": (_NAMES, 1, _MANY),
    "runs-before?": (_NAMES, 0, 0),
    "read-as-string?": (_NAMES, 0, 0),
    "passes-on?": (_NAMES, 1, _MANY),
}


def check_query(rule: Rule, query: Query, vocabulary: Vocabulary) -> None:
    """Raises RuleError, with the line in the page, where a query does not compile or a part of it is never asked."""
    if query.language != "nix":
        raise _mistake(rule, query, 0, f"a query in `{query.language}` is never asked; there are queries in nix")
    for name, at, inside in written_predicates(query.text):
        _check_name(rule, query, name, at, inside)
    patterns = compile_query(rule, query)
    places = [(number, start) for number, start, _, _ in predicates(query.text)]
    for number, pattern in enumerate(patterns):
        captures = _captures(pattern)
        starts = [start for of, start in places if of == number]
        first = starts[0] if starts else 0
        if not captures & {"package", "at"}:
            raise _mistake(rule, query, first, "the query captures neither @package nor @at")
        for of, start, _, one in predicates(query.text):
            if of == number:
                wrong = _wrong(one, captures, vocabulary)
                if wrong is not None:
                    raise _mistake(rule, query, start, f"`#{one.name}`: {wrong}")
        check_override(rule, pattern.settings, vocabulary, _complaining(rule, query, first))


def _complaining(rule: Rule, query: Query, at: int) -> Complain:
    return lambda steps, message: _mistake(rule, query, at, message)


def _mistake(rule: Rule, query: Query, at: int, message: str) -> RuleError:
    return RuleError(f"{rule.path}:{query.line + query.text.count(chr(10), 0, at)}: {message}")


def _check_name(rule: Rule, query: Query, name: str, at: int, inside: bool) -> None:
    known = name == "set!" or name in BUILT_IN or name.removeprefix("not-") in PREDICATES
    if not known:
        names = ("set!", *BUILT_IN, *PREDICATES, *(f"not-{one}" for one in PREDICATES))
        near = nearest(name, names)
        raise _mistake(rule, query, at, f"unknown predicate `#{name}`{near if 'did you mean' in near else ''}")
    if not inside:
        raise _mistake(rule, query, at, f"`#{name}` stands outside of the parentheses of a pattern, and is never asked")


def _captures(pattern: Pattern) -> frozenset[str]:
    query = pattern.query
    return frozenset(query.capture_name(number) for number in range(query.capture_count))


def _wrong(one: Asked, captures: frozenset[str], vocabulary: Vocabulary) -> str | None:
    if one.name == "set!":
        return _wrong_setting(one)
    if not one.capture or one.arguments[0][1] != "capture":
        return "the first thing behind it is a capture: `@node`"
    for word, kind in one.arguments:
        if kind == "capture" and word not in captures:
            return f"the pattern captures no `@{word}`{nearest(word, captures)}"
    kind, least, most = WORDS[one.name.removeprefix("not-")]
    if not least <= len(one.words) <= most:
        count = f"{least} or more" if most == _MANY else str(most)
        return f"it takes {count} strings, not {len(one.words)}"
    return next((wrong for word in _typed(kind, one.words) if (wrong := _wrong_word(*word, vocabulary))), None)


def _typed(kind: str, words: Sequence[str]) -> list[tuple[str, str]]:
    """The words of a predicate, each with what it is."""
    if kind == _BESIDE:
        return [(_REGEXES, word) for word in words[1:]]
    if kind == _OVERRIDES:
        return [(_VALUES, words[0])]
    return [(kind, word) for word in words]


def _wrong_word(kind: str, word: str, vocabulary: Vocabulary) -> str | None:
    if kind == _VALUES:
        return vocabulary.wrong_value(word)
    if kind == _RECEIVERS:
        return vocabulary.wrong_receiver(word)
    if kind == _REGEXES:
        return wrong_regex(word.removeprefix("!"))
    return None


def _wrong_setting(one: Asked) -> str | None:
    if len(one.arguments) != 2:
        return "a key and one value stand behind it"
    key = one.arguments[0][0]
    if key in SETTINGS or key.startswith("fix."):
        return None
    return f"`{key}` cannot be set{nearest(key, (*SETTINGS, 'fix.kind'))}"
