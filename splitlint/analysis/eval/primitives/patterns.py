"""`match` and `split`: regular expressions."""

from __future__ import annotations

import re
from collections.abc import Callable

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.model.literals import NULL
from splitlint.analysis.model.texts import known_text, plain
from splitlint.analysis.model.values import UNKNOWN, Given, Listing, Thunk, Value
from splitlint.startup.patterns import lazy_pattern

Primitive = Callable[..., Value]


def _match(machine: Machine, pattern: Thunk, text: Thunk, site: Site) -> Value:
    """`match`: null, or the groups."""
    regex, value = known_text(pattern()), known_text(text())
    compiled = python_regex(regex) if regex is not None else None
    if compiled is None or value is None or len(value) > _LONGEST_MATCHED:
        return UNKNOWN
    found = compiled.fullmatch(value)
    if found is None:
        return NULL
    if "|" in (regex or "") and compiled.groups:
        # Which alternative a group comes from is not the same in Python.
        return Value(Listing((), True))
    return Value(Listing(tuple(Given(NULL if one is None else plain(one)) for one in found.groups())))


def _split(machine: Machine, pattern: Thunk, text: Thunk, site: Site) -> Value:
    """`split`: texts, and lists of groups between them."""
    regex, value = known_text(pattern()), known_text(text())
    compiled = python_regex(regex) if regex is not None else None
    if (
        compiled is None
        or value is None
        or len(value) > _LONGEST_MATCHED
        or "|" in (regex or "")
        or compiled.fullmatch("")
    ):
        return Value(Listing((), True))
    items: list[Thunk] = []
    at = 0
    for found in compiled.finditer(value):
        groups = tuple(Given(NULL if one is None else plain(one)) for one in found.groups())
        items += [Given(plain(value[at : found.start()]), text.place), Given(Value(Listing(groups)))]
        at = found.end()
    return Value(Listing((*items, Given(plain(value[at:]), text.place))))


_CLASSES = {
    "[:alnum:]": "A-Za-z0-9",
    "[:alpha:]": "A-Za-z",
    "[:digit:]": "0-9",
    "[:lower:]": "a-z",
    "[:upper:]": "A-Z",
    "[:space:]": " \\t\\n\\r\\f\\v",
    "[:xdigit:]": "0-9A-Fa-f",
}
_TOKEN = lazy_pattern(
    r"\\(?P<escaped>[^A-Za-z0-9])|\[(?P<not>\^?)(?P<set>\]?(?:\[:[a-z]+:\]|[^\]])*)\]|(?P<quantity>\{[0-9]+(?:,[0-9]*)?\}|[*+?])"
    r"|(?P<meta>[().|])|(?P<plain>[^\\\[\]{}()*+?.|^$])"
)


#: What takes the third power of a text's length is quick for texts of this length.
_MOST_REPETITIONS = 3
_LONGEST_MATCHED = 200


def python_regex(pattern: str) -> re.Pattern[str] | None:
    """A POSIX regular expression in Python's words; None for one that is not simple, or could take long."""
    made: list[str] = []
    repetitions = 0
    #: Whether each group that is open has a repetition in it, and whether what stands last is a group that has one.
    groups, repeats = [False], False
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            return None
        at = token.end()
        text = token[0]
        if token["quantity"]:
            repetitions += 1
            if repeats or repetitions > _MOST_REPETITIONS or made[-1:] in ([], ["("], ["|"]):
                return None
            groups[-1] = True
        elif text == "(":
            groups.append(False)
        repeats = token["quantity"] is not None
        if text == ")" and len(groups) > 1:
            repeats = groups.pop()
            groups[-1] = groups[-1] or repeats
        if token["escaped"] or token["plain"]:
            text = re.escape(token["escaped"] or token["plain"])
        elif token["set"] is not None:
            text = _python_set(token["not"], token["set"])
        made.append(text)
    try:
        return re.compile("".join(made), re.S)
    except re.error:
        return None


def _python_set(negated: str, members: str) -> str:
    parts = re.split(r"(\[:[a-z]+:\])", members)
    inner = "".join(_CLASSES.get(one, "") or re.sub(r"([\\\[\]&~|^])", r"\\\1", one) for one in parts)
    return f"[{negated}{inner}]"


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__match": (2, _match),
    "__split": (2, _split),
}
