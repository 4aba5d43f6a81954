"""Many files are searched for pieces of needles first, and the answer is that of looking at each closely."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitlint.files.discover import File
from splitlint.prefilter import automaton, needles
from splitlint.prefilter.keyword_occurrences import LARGE
from splitlint.rulebook.many_files import prefilter_many
from splitlint.rulebook.prefilter import prefilter
from splitlint.rulebook.rule import Pack, RuleSet
from splitlint.rulebook.rule_index import RuleIndex
from tests.rulebook.test_rule_index import NEEDLES, RULE_SET

LANGUAGES = frozenset({"nix", "shell", "python", "text"})
#: The index where the extra `fast` is installed, and where it is not.
FAST, PLAIN = "one pass", "plain searches"


@contextmanager
def searching(how: str) -> Iterator[RuleIndex]:
    """An index that searches so, made anew."""
    library = automaton._library()
    assert library is not None, "the tests need the extra `fast`"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(automaton, "_library", lambda: library if how == FAST else None)
        needles._matters.cache_clear()
        yield RuleIndex.of(RULE_SET)
    needles._matters.cache_clear()


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(NEEDLES), max_size=12),
    st.sampled_from([b"", b" ", b"\n", b"x"]),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_a_file_that_is_done_with_breaks_no_rule_and_tells_nothing(
    pieces: list[bytes], between: bytes, language: str
) -> None:
    data = between.join(pieces)
    rules, tells = RULE_SET.asked(data, language)
    for how in (FAST, PLAIN):
        with searching(how) as index:
            if not index.sieve.may_matter(data, language):
                assert not rules
                assert language != "nix" or not tells


@settings(deadline=None)
@given(st.lists(st.sampled_from(NEEDLES), max_size=12), st.sampled_from([b"", b" ", b"\n", b"x"]), st.booleans())
def test_one_pass_finds_what_plain_searches_find(pieces: list[bytes], between: bytes, large: bool) -> None:
    data = between.join(pieces) + (b"{ x = 1; }\n" * (LARGE // 10) + between.join(pieces) if large else b"")
    answers = []
    for how in (FAST, PLAIN):
        with searching(how) as index:
            matters = [index.sieve.may_matter(data, language) for language in sorted(LANGUAGES)]
            answers.append((matters, [index.asked(data, language) for language in sorted(LANGUAGES)]))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("longer", "other", "hides"),
    [
        pytest.param(b"platforms.linux;", b"forms", True, id="in it"),
        pytest.param(b"platforms.linux;", b"y;y", False, id="a byte of it in the middle"),
        pytest.param(b"platforms.linux;", b"; x", True, id="begins in it"),
        pytest.param(b"platforms.linux;", b"x pl", True, id="ends in it"),
        pytest.param(b"platforms.linux;", b"kernel", False, id="nothing in common"),
    ],
)
def test_a_word_that_may_lie_under_another_is_told(longer: bytes, other: bytes, hides: bool) -> None:
    assert automaton.may_hide(longer, other) is hides


def test_a_pack_without_words_is_asked_about_every_nix_file() -> None:
    pack = Pack("plain", "Plain", "25.11", "", {}, "pack.toml")
    rule = RULE_SET.rules[0]._replace(pack="plain", languages=("nix",), needles=((b"x",),))
    assert RuleIndex.of(RuleSet((rule,), (pack,))).sieve.may_matter(b"{ }", "nix")


@pytest.fixture
def tree(tmp_path: Path) -> list[File]:
    (tmp_path / "large.nix").write_bytes(b"{ x = 1; }\n" * 8000 + b'"${kernel}/lib/modules"')
    (tmp_path / "found.nix").write_bytes(b'{ kernel }: "${kernel}/lib/modules"')
    (tmp_path / "tells.nix").write_bytes(b"{ boot.kernelPackages = pkgs.linuxPackages; }")
    (tmp_path / "conflict.nix").write_bytes(b"<<<<<<< HEAD\n{ }\n")
    (tmp_path / "comment.nix").write_bytes(b"{ } # splitlint: ignore[x]")
    (tmp_path / "binary.nix").write_bytes(b'\0${kernel}/lib/modules"')
    (tmp_path / "empty.nix").write_bytes(b"")
    (tmp_path / "other.nix").write_bytes(b"{ }")
    (tmp_path / "script.sh").write_bytes(b"ls $kernel/lib/modules\n")
    (tmp_path / "picture.png").write_bytes(b"kernel")
    os.symlink("found.nix", tmp_path / "link.nix")
    names = sorted(path.name for path in tmp_path.iterdir())
    return [File(name, str(tmp_path / name)) for name in (*names, "gone.nix")]


@pytest.mark.parametrize("named", [False, True], ids=["found in a folder", "named"])
@pytest.mark.parametrize("how", [FAST, PLAIN])
def test_files_of_all_kinds_come_back_as_if_each_had_been_looked_at(tree: list[File], named: bool, how: str) -> None:
    files = [one._replace(named=named) for one in tree]
    one_by_one = prefilter(files, RULE_SET, languages=LANGUAGES, parse_named=named)
    with searching(how) as index:
        assert prefilter_many(files, index, languages=LANGUAGES, parse_named=named) == one_by_one
