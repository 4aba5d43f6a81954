"""What is worked out for an object is worked out once, and goes with it."""

from __future__ import annotations

import gc
from typing import Any

from splitlint.startup.beside import beside


class Thing:
    def __init__(self, name: str) -> None:
        self.name = name
        self.beside: dict[object, Any] = {}


class Known(list[str]):
    alive = 0

    def __init__(self, name: str) -> None:
        super().__init__([name])
        Known.alive += 1

    def __del__(self) -> None:
        Known.alive -= 1


@beside
def letters(thing: Thing) -> Known:
    return Known(thing.name)


@beside
def length(thing: Thing) -> int:
    return len(thing.name)


def test_each_object_is_asked_about_once_for_each_question() -> None:
    one, other = Thing("one"), Thing("other")
    assert letters(one) is letters(one)
    assert (letters(one), letters(other), length(one), length(other)) == (["one"], ["other"], 3, 5)


def test_what_is_known_goes_with_its_object_before_the_collector_comes() -> None:
    gc.disable()
    try:
        before, thing = Known.alive, Thing("one")
        letters(thing)
        assert Known.alive == before + 1
        del thing
        assert Known.alive == before
    finally:
        gc.enable()
