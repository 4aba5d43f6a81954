from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.prefilter.keyword_occurrences import has_occurrence, prepared, searched_part
from splitlint.prefilter.paths_below import plain
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import RuleSet
from splitlint.rulebook.rule_index import Finder, RuleIndex

RULE_SET = load_rules([default_folder()])
QUICK = RuleIndex.of(RULE_SET)
NEEDLES = sorted(
    {plain(needle) for rule in RULE_SET.rules for option in rule.needles for needle in option}
    | {word for pack in RULE_SET.packs for word in (*pack.needles, *pack.keywords, *pack.unless, *pack.related)}
    | {b"${x}", b"$x", b"$out", b"# ", b"\n", b'"', b"''", b"/* ", b" */", b"description = ", b"\n```nix\n", b"\n```\n"}
)


@given(st.lists(st.sampled_from(NEEDLES), max_size=12), st.sampled_from([b"", b" ", b"\n", b"x"]))
def test_the_index_gives_the_answers_of_the_rule_set(pieces: list[bytes], between: bytes) -> None:
    data = between.join(pieces)
    for language in ("nix", "shell", "python", "text"):
        assert QUICK.relevant(data, language) == RULE_SET.relevant(data, language)
    assert QUICK.concerns(data) == RULE_SET.concerns(data)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        pytest.param('```nix\n{ kernel }: "${kernel}/lib/modules"\n```\n', True, id="an example"),
        pytest.param("```nix\n# ${kernel}/lib/modules\n```\n", False, id="a comment in an example"),
        pytest.param('The kernel is\n```nix\n{ x }: "${x}/lib"\n```\n', False, id="a word outside of the example"),
        pytest.param('A 19" kernel\n```nix\n"${kernel}/lib/modules"\n```\n', True, id="a quote before the example"),
        pytest.param('a/*b\n```nix\n"${kernel}/lib/modules"\n```\nc*/', True, id="stars around the example"),
    ],
)
def test_each_example_of_a_document_is_asked_by_itself(text: str, asks: bool) -> None:
    for rules in (QUICK, RULE_SET):
        found = {rule.name for rule in rules.relevant(text.encode(), "text")}
        assert ("modules-path" in found) is asks


def test_an_index_without_rules_has_no_answers() -> None:
    assert RuleIndex.of(RuleSet((), ())).relevant(b"kernel", "nix") == ()


@pytest.mark.parametrize(
    ("data", "finds"),
    [
        pytest.param(b"platforms.linux; platforms.linux;", False, id="in passing only"),
        pytest.param(b"platforms.linux; ${x.linux}", True, id="once in passing and once in earnest"),
        pytest.param(b"linux_5\0", True, id="in a binary file"),
        pytest.param(b"platforms.linux_5", True, id="a word that begins in passing and goes on"),
        pytest.param(b"# linux_5", False, id="in a comment"),
        pytest.param(b"", False, id="in an empty file"),
    ],
)
def test_a_finder_finds_what_is_mentioned(data: bytes, finds: bool) -> None:
    words, unless = (b".linux", b"linux_", b" linux;"), (b"platforms.linux;", b"platforms.linux")
    finder = Finder(prepared(words, unless), unless)
    assert (finder.searched_part(data) is not None) is finds
    assert has_occurrence(data, prepared(words, unless)) is finds


def test_a_finder_looks_into_a_large_file_near_its_words() -> None:
    words = prepared((b"linux_",), ())
    data = b"x" * 300_000 + b" linux_5 " + b"y" * 300_000 + b" linux_6 # linux_7"
    assert Finder(words).searched_part(data) == searched_part(data, words)
    assert Finder(words).searched_part(b"x" * 300_000) is None
