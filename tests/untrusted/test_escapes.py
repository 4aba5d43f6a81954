"""What cannot be seen, or would move what can, is shown as an escape."""

from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.untrusted.escapes import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 漢字 €", "plain ünïcode 漢字 €"),
        ("a\tb\nc\rd", r"a\tb\nc\rd"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
        ("a\u2028b\x85c", r"a\u2028b\x85c"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("tag\U000e0041", r"tag\U000e0041"),
        (os.fsdecode(b"n\xff.nix"), r"n\xff.nix"),
    ],
)
def test_what_cannot_be_seen_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_characters_may_be_kept() -> None:
    assert visible("a\n\tb\x1b", "\n\t") == "a\n\tb\\x1b"


@given(st.text(st.characters(codec=None)))
def test_nothing_is_left_that_acts(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert all(unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in shown)
    shown.encode()
