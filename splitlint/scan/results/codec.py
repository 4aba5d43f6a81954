"""Findings and problems as JSON and back: what the cache and the history keep.

JSON and not pickle, because a file that somebody else may have written must not be able to run code. For the same
reason every value is checked against the type of its field: what is not as `dump` wrote it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from splitlint.findings.finding import Finding, Problem, Summary
from splitlint.startup.enums import IntEnum
from splitlint.startup.records import asdict

T = TypeVar("T")
#: No offset, line or count comes near it.
_LARGEST = 1 << 53


class CodecError(ValueError):
    """Text that is not what `dump` wrote."""


def dump(findings: Sequence[Finding], problems: Sequence[Problem] = ()) -> str:
    """Findings and problems as one line of JSON, in ASCII: names of files need not be text that UTF-8 can hold."""
    plain = {"findings": [asdict(one) for one in findings], "problems": [asdict(one) for one in problems]}
    return json.dumps(plain, separators=(",", ":"))


def load(text: str) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """What `dump` was given. Raises CodecError."""
    plain = _object(text)
    findings = tuple(decoded(Finding, one) for one in _list(plain.get("findings")))
    problems = tuple(decoded(Problem, one) for one in _list(plain.get("problems")))
    return findings, problems


def dump_whole(findings: Sequence[Finding], problems: Sequence[Problem], summary: Summary) -> str:
    """What came of a whole target, as JSON."""
    return json.dumps({"summary": asdict(summary), "verdict": dump(findings, problems)})


def load_whole(text: str) -> tuple[tuple[Finding, ...], tuple[Problem, ...], Summary]:
    """What `dump_whole` was given. Raises CodecError."""
    plain = _object(text)
    findings, problems = load(plain.get("verdict", ""))
    return findings, problems, decoded(Summary, plain.get("summary"))


def dump_summary(summary: Summary) -> str:
    """The account of a run, as JSON."""
    return json.dumps(asdict(summary))


def load_summary(text: str) -> Summary:
    """What `dump_summary` was given. Raises CodecError."""
    return decoded(Summary, _object(text))


def decoded(kind: type[T], value: object) -> T:
    """A record of some class from what JSON has of it; each field is what its type says. Raises CodecError."""
    decoder: Callable[[object], object] = _decoder(cast(Any, kind))
    return cast(T, decoder(value))


def _object(text: object) -> dict[str, Any]:
    try:
        plain = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError) as error:
        raise CodecError(str(error)) from error
    if not isinstance(plain, dict):
        raise CodecError("there is no object")
    return plain


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise CodecError("there is no list")
    return value


@cache
def _decoder(kind: Any) -> Callable[[object], object]:
    """What makes a value of a type from JSON, or raises CodecError."""
    if kind in (str, bool, NoneType):
        return lambda value: _of_type(value, kind)
    if kind is int:
        return _number
    if kind is float:
        return lambda value: float(_number(value) if type(value) is int else cast(float, _of_type(value, float)))
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        return lambda value: _member(kind, value)
    if get_origin(kind) is tuple:
        item = _decoder(get_args(kind)[0])
        return lambda value: tuple(item(one) for one in _list(value))
    if isinstance(kind, UnionType):
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        some = _decoder(inner)
        return lambda value: None if value is None else some(value)
    return _record(kind)


def _record(kind: Any) -> Callable[[object], object]:
    fields = {name: _decoder(hint) for name, hint in get_type_hints(kind).items() if name in kind.__match_args__}

    def decode(value: object) -> object:
        if not isinstance(value, dict):
            raise CodecError(f"{type(value).__name__} in the place of {kind.__name__}")
        # Another version may have known more fields, or fewer.
        known = {name: decoder(value[name]) for name, decoder in fields.items() if name in value}
        try:
            return kind(**known)
        except TypeError as error:
            raise CodecError(str(error)) from error

    return decode


def _of_type(value: object, kind: type) -> object:
    if type(value) is not kind:
        raise CodecError(f"{type(value).__name__} in the place of {kind.__name__}")
    return value


def _number(value: object) -> int:
    number = cast(int, _of_type(value, int))
    if not 0 <= number < _LARGEST:
        raise CodecError("a number that nothing has")
    return number


def _member(kind: type[IntEnum], value: object) -> IntEnum:
    try:
        return kind(_number(value))
    except ValueError as error:
        raise CodecError(str(error)) from error
