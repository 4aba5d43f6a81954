from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from splitlint.rule import RuleBook, default_folder, load_rules
from splitlint.scanning.quick import QuickBook

BOOK = load_rules([default_folder()])
QUICK = QuickBook.of(BOOK)
NEEDLES = sorted(
    {needle for rule in BOOK.rules for option in rule.needles for needle in option}
    | {word for pack in BOOK.packs for word in pack.needles}
)


@given(st.lists(st.sampled_from(NEEDLES), max_size=12), st.sampled_from([b"", b" ", b"\n", b"x"]))
def test_the_quick_book_gives_the_answers_of_the_plain_one(pieces: list[bytes], between: bytes) -> None:
    data = between.join(pieces)
    for language in ("nix", "shell", "python", "text"):
        assert QUICK.relevant(data, language) == BOOK.relevant(data, language)
    assert QUICK.concerns(data) == BOOK.concerns(data)


def test_a_book_without_rules_has_no_answers() -> None:
    assert QuickBook.of(RuleBook((), ())).relevant(b"kernel", "nix") == ()
