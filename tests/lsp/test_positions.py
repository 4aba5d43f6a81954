"""Places as the protocol counts them, and as Python's own encoders do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.lsp.positions import Lines, as_bytes

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
SIZES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
TEXTS = st.text(st.sampled_from("ab é€😀\U0010ffff\r\n\x0b\x0c\x85\u2028"), max_size=40)


def units(text: str, encoding: str) -> int:
    """The code units of a text."""
    return len(text.encode(encoding if encoding == "utf-8" else f"{encoding}-le")) // SIZES[encoding]


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS, at=st.integers(0, 40))
def test_a_place_is_where_an_editor_has_it(encoding: str, text: str, at: int) -> None:
    before = text[:at]
    if before.endswith("\r") and text[at : at + 1] == "\n":
        return
    lines = Lines(text.encode(), encoding)
    rows = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = lines.position(len(before.encode()))
    assert place == (len(rows) - 1, units(rows[-1], encoding))
    assert lines.offset(*place) == len(before.encode())


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_place_beyond_the_end_is_the_end(encoding: str) -> None:
    lines = Lines("é😀\nab".encode(), encoding)
    assert lines.offset(0, 99) == len("é😀".encode())
    assert lines.offset(1, 99) == lines.offset(7, 0) == len("é😀\nab".encode())
    assert lines.position(99) == (1, 2)


def test_a_place_within_a_character_is_that_before_it() -> None:
    assert Lines("a😀b".encode()).offset(0, 2) == 1
    assert Lines("a😀b".encode()).offset(0, 3) == 5


def test_half_a_character_is_as_long_as_what_stands_for_it() -> None:
    assert as_bytes("a\ud83db") == b"a?b"
    assert as_bytes("a😀b") == "a😀b".encode()
