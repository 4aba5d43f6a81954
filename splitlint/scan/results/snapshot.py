"""What is kept of a whole work tree, so that a change of a few files costs no more than these and what rests on them.

As everything in the cache it is JSON, of which each value is checked: what is not as it was written is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from splitlint.findings.finding import Problem, Summary
from splitlint.scan.results.codec import CodecError, decoded
from splitlint.scan.targets.states import State
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import asdict

#: Files, each with the ways in which it writes what was asked for, as `analysis.project.index` has them.
Naming = Mapping[str, tuple[bytes, ...]]
#: The blob id and the size of a file that may tell about others.
RelatedFile = tuple[str, int]


class KeptHit(NamedTuple):
    """A file that was checked: its blob id and size, the rules it may break, what was asked of others, its verdict."""

    blob: str
    size: int
    rules: tuple[str, ...]
    asked: tuple[str, ...]
    text: str


class KeptPart(NamedTuple):
    """What a search of some files gave besides hits: those whose names are not before `first`, up to the next part."""

    first: str
    problems: tuple[Problem, ...] = ()
    summary: Summary = Summary()


class Snapshot(NamedTuple):
    """What a target held, and what came of that.

    `related`: blob ids and sizes of the files that may tell about others. `told`: the answers to all that was asked,
    as short texts; `answers`: those of which the files are kept. `excluded`: how many files the settings leave out.
    """

    state: State
    parts: tuple[KeptPart, ...]
    excluded: int
    hits: Mapping[str, KeptHit]
    related: Mapping[str, RelatedFile]
    told: Mapping[str, str]
    answers: Mapping[str, Naming]


def dump_snapshot(one: Snapshot) -> str:
    """A snapshot as JSON, in ASCII."""
    numbers = {question: number for number, question in enumerate(one.told)}
    plain = {
        "state": one.state.text,
        "index": one.state.index,
        "held": dict(one.state.held),
        "parts": [
            [part.first, [asdict(problem) for problem in part.problems], asdict(part.summary)] for part in one.parts
        ],
        "excluded": one.excluded,
        "hits": {
            path: [hit.blob, hit.size, hit.rules, [numbers[question] for question in hit.asked], hit.text]
            for path, hit in one.hits.items()
        },
        "related": one.related,
        "told": dict(one.told),
        "answers": {
            question: {path: [text.decode("latin-1") for text in texts] for path, texts in files.items()}
            for question, files in one.answers.items()
        },
    }
    return json.dumps(plain, separators=(",", ":"))


def dump_rows(state: State) -> str:
    """The rows of a state, which are many and stay the same as long as nothing is staged."""
    return json.dumps({"index": state.index, "rows": state.rows}, separators=(",", ":"))


def load_rows(text: str, index: str) -> tuple[str, ...] | None:
    """The rows of an index that `dump_rows` was given; None if they are of another one. Raises CodecError."""
    try:
        plain = json.loads(text)
        if plain["index"] != index:
            return None
        rows = _list(plain["rows"])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CodecError(f"{type(error).__name__} in what is kept of a tree") from error
    if any(row.count(" ") < 3 for row in rows):
        raise CodecError("a row of another kind in what is kept of a tree")
    return rows


def load_snapshot(text: str) -> Snapshot:
    """What `dump_snapshot` was given, but for the rows of its state. Raises CodecError."""
    try:
        return _loaded(json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise CodecError(f"{type(error).__name__} in what is kept of a tree") from error


def _loaded(plain: Any) -> Snapshot:
    told = _texts(plain["told"])
    questions = tuple(told)
    return Snapshot(
        State(_text(plain["state"]), _text(plain["index"]), (), _texts(plain["held"])),
        tuple(
            KeptPart(_text(first), tuple(decoded(Problem, one) for one in problems), decoded(Summary, summary))
            for first, problems, summary in plain["parts"]
        ),
        _number(plain["excluded"]),
        {
            path: KeptHit(
                _text(blob),
                _number(size),
                _list(rules),
                tuple(questions[_number(one)] for one in asked),
                _text(verdict),
            )
            for path, (blob, size, rules, asked, verdict) in plain["hits"].items()
        },
        {path: (_text(blob), _number(size)) for path, (blob, size) in plain["related"].items()},
        told,
        {
            question: {path: tuple(text.encode("latin-1") for text in texts) for path, texts in files.items()}
            for question, files in plain["answers"].items()
        },
    )


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError(value)
    return value


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(value)
    return value


def _list(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(type(one) is str for one in values):
        raise TypeError(values)
    return tuple(values)


def _texts(values: object) -> dict[str, str]:
    if not isinstance(values, dict) or not all(type(one) is str for one in values.values()):
        raise TypeError(values)
    return values
