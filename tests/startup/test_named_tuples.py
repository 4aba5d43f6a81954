"""Named tuples of our own behave as those of `typing`."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from splitlint.startup.named_tuples import NamedTuple


class Ours(NamedTuple):
    """Two fields that have no default, and two that have one."""

    path: str
    line: int
    words: tuple[str, ...] = ()
    sure: bool = True

    @property
    def where(self) -> str:
        """A property of its own."""
        return f"{self.path}:{self.line}"


class Theirs(typing.NamedTuple):
    """The same, as the standard library makes it."""

    path: str
    line: int
    words: tuple[str, ...] = ()
    sure: bool = True


ARGUMENTS: list[tuple[tuple[object, ...], dict[str, object]]] = [
    (("a.nix", 1), {}),
    (("a.nix", 1, ("x",), False), {}),
    (("a.nix",), {"line": 2}),
    ((), {"line": 2, "path": "a.nix", "sure": False}),
]
MISTAKES: list[tuple[tuple[object, ...], dict[str, object]]] = [
    ((), {}),
    (("a.nix",), {}),
    (("a.nix", 1, (), True, 5), {}),
    (("a.nix", 1), {"path": "b.nix"}),
    (("a.nix", 1), {"column": 3}),
]


def made(cls: type, given: tuple[object, ...], named: dict[str, object]) -> tuple[object, ...]:
    value: tuple[object, ...] = cls(*given, **named)
    return value


@pytest.mark.parametrize(("given", "named"), ARGUMENTS)
def test_values_are_those_of_the_standard_library(given: tuple[object, ...], named: dict[str, object]) -> None:
    ours, theirs = made(Ours, given, named), made(Theirs, given, named)
    assert ours == theirs
    assert hash(ours) == hash(theirs)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")


@pytest.mark.parametrize(("given", "named"), MISTAKES)
def test_wrong_arguments_are_told_as_the_standard_library_tells_them(
    given: tuple[object, ...], named: dict[str, object]
) -> None:
    with pytest.raises(TypeError) as ours:
        made(Ours, given, named)
    with pytest.raises(TypeError) as theirs:
        made(Theirs, given, named)
    assert str(ours.value).split(".")[-1] == str(theirs.value).split(".")[-1]


def test_the_thousandth_value_is_made_as_the_first() -> None:
    class Many(NamedTuple):
        """A class of which many values are made."""

        place: int
        word: str = "none"

    first = Many.__new__
    values = [Many(place) if place % 2 else Many(place, word="some") for place in range(1000)]
    assert values == [(place, "none" if place % 2 else "some") for place in range(1000)]
    assert {type(value) for value in values} == {Many}
    assert Many.__new__ is not first
    with pytest.raises(TypeError, match="word"):
        made(Many, (1, "some"), {"word": "other"})


def test_fields_are_replaced_listed_and_taken_apart() -> None:
    value = Ours("a.nix", 1)
    assert value._replace(line=2, sure=False) == ("a.nix", 2, (), False)
    assert type(value._replace(line=2)) is Ours
    assert value._asdict() == {"path": "a.nix", "line": 1, "words": (), "sure": True}
    assert Ours._make(["b.nix", 3, (), True]) == Ours("b.nix", 3)
    assert Ours._fields == Theirs._fields
    assert Ours._field_defaults == Theirs._field_defaults
    assert value.where == "a.nix:1"
    match value:
        case Ours(path, line):
            assert (path, line) == ("a.nix", 1)
    with pytest.raises(ValueError, match="column"):
        value._replace(**{"column": 1})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Expected 4 arguments, got 1"):
        Ours._make(["a.nix"])


def test_values_cannot_be_changed() -> None:
    value = Ours("a.nix", 1)
    with pytest.raises(AttributeError):
        value.line = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        value.column = 2  # type: ignore[attr-defined]


def test_values_are_copied_and_pickled() -> None:
    value = Ours("a.nix", 1, ("x",))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(value, protocol))
        assert again == value
        assert type(again) is Ours
    assert type(copy.deepcopy(value)) is Ours
    assert copy.copy(value) == value


def test_a_field_without_a_default_after_one_with_a_default_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="without a default"):

        class Broken(NamedTuple):
            path: str = "a.nix"
            line: int  # type: ignore[misc]
