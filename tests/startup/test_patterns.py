"""Patterns compiled at first use are the patterns of `re`."""

from __future__ import annotations

import re

import pytest

from splitlint.startup.patterns import lazy_pattern


def test_a_lazy_pattern_finds_what_a_compiled_one_finds() -> None:
    later, now = lazy_pattern(r"(\w+)=(\w+)", re.IGNORECASE), re.compile(r"(\w+)=(\w+)", re.IGNORECASE)
    for _ in range(2):
        assert later.findall("a=b, c=D") == now.findall("a=b, c=D")
        assert later.sub(r"\2", "a=b") == now.sub(r"\2", "a=b")
    assert later.flags == now.flags


def test_nothing_is_compiled_before_it_is_used() -> None:
    broken = lazy_pattern(rb"(")
    with pytest.raises(re.error):
        broken.search(b"(")
