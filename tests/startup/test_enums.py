"""Enumerations of our own behave as those of `enum`."""

from __future__ import annotations

import copy
import enum
import json
import pickle
from typing import Any

import pytest

from splitlint.startup import enums


class Ours(enums.IntEnum):
    """Three, with something of their own."""

    LOW = 0
    MEDIUM = 1
    HIGH = 5

    @property
    def label(self) -> str:
        """The name, as users write it."""
        return self.name.lower()


class Theirs(enum.IntEnum):
    """The same, as the standard library makes it."""

    LOW = 0
    MEDIUM = 1
    HIGH = 5

    @property
    def label(self) -> str:
        """The name, as users write it."""
        return self.name.lower()


class Told(enums.IntEnum):
    """One that is told by a word."""

    def __str__(self) -> str:
        return "told"


class Word(Told):
    """With members."""

    ONE = 1


def shown(kind: Any) -> list[object]:
    """What can be seen of an enumeration and its members."""
    found: list[object] = [len(kind), [one.name for one in kind], kind["HIGH"].value, kind(1).label]
    for one in kind:
        found += [one.name, one.value, str(one), f"{one}", f"{one:03d}", int(one), hash(one), json.dumps([one])]
        found += [one < kind.HIGH, one == int(one), one is kind(int(one)), one is kind[one.name], one + 1]
        found += [repr(one).replace(kind.__name__, ""), isinstance(one, int), isinstance(one, kind)]
        found += [type(one) is kind, max(one, kind.MEDIUM).name, {one: 1}[int(one)], bool(one)]
    return found


def test_members_are_those_of_the_standard_library() -> None:
    assert shown(Ours) == shown(Theirs)


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_what_is_no_member_is_an_error(kind: Any) -> None:
    with pytest.raises(ValueError, match=f"7 is not a valid {kind.__name__}"):
        kind(7)
    with pytest.raises(KeyError):
        kind["NONE"]


def test_copies_are_the_members_themselves() -> None:
    for one in Ours:
        assert copy.copy(one) is one
        assert copy.deepcopy([one])[0] is one
        assert pickle.loads(pickle.dumps(one)) is one


def test_a_word_of_its_own_is_told() -> None:
    assert (str(Word.ONE), f"{Word.ONE}", Word.ONE.value) == ("told", "told", 1)
    assert issubclass(Word, enums.IntEnum)
