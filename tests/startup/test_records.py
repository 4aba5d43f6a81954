"""Records against the standard library's dataclasses: the same classes made by both must behave alike."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.analysis.model.values import UNKNOWN, Failure, Unknown, Value
from splitlint.files.positions import Span
from splitlint.findings.finding import Edit, Finding
from splitlint.startup import records


def classes(made: Any) -> SimpleNamespace:
    """The same classes, made by `dataclasses` or by `records`."""

    @made.dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 7
        label: str = made.field(default="here", compare=False, repr=False)

    @made.dataclass(frozen=True, slots=True)
    class Empty:
        pass

    @made.dataclass(frozen=True, slots=True, order=True)
    class Version:
        major: int
        minor: int = 0

    @made.dataclass(frozen=True)
    class Open:
        names: list[str] = made.field(default_factory=list)

    @made.dataclass(slots=True, eq=False)
    class Note:
        text: str = ""

    return SimpleNamespace(Point=Point, Empty=Empty, Version=Version, Open=Open, Note=Note)


THEIRS, OURS = classes(dataclasses), classes(records)
CONSTRUCTIONS: tuple[tuple[tuple[Any, ...], dict[str, Any]], ...] = (
    ((1,), {}),
    ((1, 2), {}),
    ((1, 2, "there"), {}),
    ((), {"x": 1}),
    ((1,), {"label": "there"}),
    ((), {"y": 3, "x": 1}),
    ((), {}),
    ((1, 2, "there", 4), {}),
    ((1,), {"x": 1}),
    ((1,), {"z": 1}),
    ((1, 2, "there"), {"z": 1}),
)


def outcome(make: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    try:
        made = make(*given, **named)
    except TypeError:
        return TypeError
    return (made.x, made.y, made.label)


@pytest.mark.parametrize(("given", "named"), CONSTRUCTIONS)
def test_a_record_takes_what_a_dataclass_takes(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    assert outcome(OURS.Point, given, named) == outcome(THEIRS.Point, given, named)


@pytest.mark.parametrize(("given", "named"), CONSTRUCTIONS)
def test_the_constructor_that_is_compiled_later_takes_the_same(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    fresh = classes(records).Point
    before = fresh.__init__
    for number in range(1000):
        assert fresh(number).x == number
    assert fresh.__init__ is not before
    assert outcome(fresh, given, named) == outcome(THEIRS.Point, given, named)


def test_many_records_without_fields_can_be_made() -> None:
    assert len({OURS.Empty() for _ in range(1000)}) == 1


@given(st.integers(0, 2), st.integers(0, 2), st.text(max_size=1), st.integers(0, 2), st.integers(0, 2))
def test_records_are_equal_where_dataclasses_are(x: int, y: int, label: str, u: int, v: int) -> None:
    ours, theirs = (OURS.Point(x, y, label), OURS.Point(u, v)), (THEIRS.Point(x, y, label), THEIRS.Point(u, v))
    assert (ours[0] == ours[1]) is (theirs[0] == theirs[1])
    if ours[0] == ours[1]:
        assert hash(ours[0]) == hash(ours[1])
    assert repr(ours[0]).rpartition(".")[2] == repr(theirs[0]).rpartition(".")[2]
    ordered = (OURS.Version(x, y) < OURS.Version(u, v)), (THEIRS.Version(x, y) < THEIRS.Version(u, v))
    assert ordered[0] is ordered[1]


def test_records_of_two_classes_with_the_same_fields_differ() -> None:
    failure: Any = Failure()
    assert failure != Unknown()
    assert Failure() == Failure()
    assert OURS.Point(1, 2) != OURS.Version(1, 2)
    assert OURS.Version(1, 2) != (1, 2)


def test_a_frozen_record_cannot_be_changed() -> None:
    for made in (OURS.Point(1), OURS.Open()):
        with pytest.raises(AttributeError, match="frozen"):
            made.x = 2
        with pytest.raises(AttributeError, match="frozen"):
            del made.x
    with pytest.raises(AttributeError):
        UNKNOWN.confidence = UNKNOWN.confidence  # type: ignore[misc]


def test_a_record_that_is_not_frozen_can_be_changed_and_is_itself_only() -> None:
    note = OURS.Note()
    note.text = "changed"
    assert note.text == "changed"
    assert note != OURS.Note("changed")
    assert len({note, OURS.Note("changed")}) == 2
    with pytest.raises(AttributeError):
        note.other = 1


def test_defaults_that_are_made_anew_are_not_shared() -> None:
    one, other = OURS.Open(), OURS.Open()
    one.names.append("x")
    assert other.names == []


def test_replacing_keeps_the_rest_and_refuses_unknown_names() -> None:
    assert records.replace(OURS.Version(1, 2), minor=3) == OURS.Version(1, 3)
    with pytest.raises(TypeError, match="patch"):
        records.replace(OURS.Version(1, 2), patch=3)


def test_records_survive_pickle_and_copy() -> None:
    span = Span(1, 2, 3, 4, 5, 6)
    assert pickle.loads(pickle.dumps(span)) == span
    assert copy.deepcopy((UNKNOWN, span)) == (UNKNOWN, span)


def test_records_become_dictionaries_with_those_inside() -> None:
    fields = records.asdict(OURS.Open([OURS.Version(1)]))
    assert fields == {"names": [{"major": 1, "minor": 0}]}


def test_records_match_by_position() -> None:
    match OURS.Point(1, 2):
        case OURS.Point(x, y):
            assert (x, y) == (1, 2)
        case _:
            pytest.fail("no match")


def test_spans_and_edits_are_in_order() -> None:
    edits = [Edit("b", 0, 1, ""), Edit("a", 5, 6, ""), Edit("a", 0, 9, "")]
    assert sorted(edits) == [edits[2], edits[1], edits[0]]
    assert min(Span(4, 5, 1, 1, 1, 1), Span(3, 9, 1, 1, 1, 1)).start == 3


def test_the_engine_is_made_of_records() -> None:
    assert not hasattr(Finding, "__dataclass_fields__")
    assert not hasattr(Value, "__dataclass_fields__")
