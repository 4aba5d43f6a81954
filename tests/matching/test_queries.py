"""What is taken out of a query before tree-sitter gets it, and that nothing else is."""

from __future__ import annotations

import gc
import os

import pytest
from tree_sitter import QueryCursor, QueryError

from splitlint.analysis.model.families import World
from splitlint.analysis.nix.analyse import analyse
from splitlint.files.source import Source
from splitlint.matching.queries import Asked, compiled, predicates
from splitlint.matching.query_match import matches
from splitlint.matching.views import NixView
from splitlint.syntax import nix
from tests.asking import RULE_SET

TWO = r"""
; a comment with (#denotes? @x "y") in it
((interpolation expression: (_) @package) @at
  (#eq? @package "kernel")
  (#denotes? @package "kernel")
  (#path? @at "lib/\\*" "say \"no\""))
((binding) @at (#set! message "(#not-this?)") (#beside? @at "x"))
"""


def test_semantic_predicates_are_taken_out_with_their_pattern_and_arguments() -> None:
    first, second = compiled("nix", TWO)
    assert first.asked == (
        Asked("denotes?", (("package", "capture"), ("kernel", "string"))),
        Asked("path?", (("at", "capture"), ("lib/\\*", "string"), ('say "no"', "string"))),
    )
    assert second.asked == (Asked("beside?", (("at", "capture"), ("x", "string"))),)


def test_tree_sitter_keeps_its_own_predicates() -> None:
    first, _ = compiled("nix", TWO)
    found = QueryCursor(first.query).matches(nix.parse(b'"${kernel}${other}"').root_node)
    assert [captures["package"][0].text for _, captures in found] == [b"kernel"]


def test_what_a_pattern_sets_is_its_own() -> None:
    first, second = compiled("nix", TWO)
    assert first.settings == {}
    assert second.settings == {"message": "(#not-this?)"}


def test_pages_that_look_for_the_same_share_a_query() -> None:
    one = compiled("nix", '((binding) @at (#denotes? @at "x"))')
    other = compiled("nix", '((binding) @at\n  (#path? @at "y")\n  (#set! severity "info"))')
    assert one[0].query is other[0].query


def test_a_capture_behind_brackets_belongs_to_the_pattern_before_it() -> None:
    first, second = compiled("nix", "[(string_expression) (list_expression)] @at\n((binding) @b)")
    root = nix.parse(b"[ a ]").root_node
    assert [captures["at"][0].text for _, captures in QueryCursor(first.query).matches(root)] == [b"[ a ]"]
    assert QueryCursor(second.query).matches(root) == []


def test_an_error_is_told_at_its_place_in_the_page() -> None:
    with pytest.raises(QueryError, match=r"nonsense"):
        compiled("nix", '((binding) @at (#denotes? @at "x"))\n ((nonsense) @at)')


def test_patterns_in_brackets_and_nested_groups_count_once() -> None:
    text = '[(string_expression) (list_expression)] @at\n((binding) @b (#said? @b "x"))'
    assert [(pattern, one.name) for pattern, _, _, one in predicates(text)] == [(1, "said?")]


def resident() -> int:
    """Bytes of this process in memory."""
    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux's /proc to see the memory in use")
def test_a_searched_tree_is_let_go() -> None:
    """With a callback for predicates each search keeps its tree for ever: about 15 MB for this one."""
    rule = RULE_SET.rule("override-flags")
    assert rule is not None
    data = b"[ " + b"{ kernel = a; } " * 15_000 + b"]"

    def search() -> None:
        view = NixView(analyse(Source("case.nix", data), World()))
        assert not list(matches(rule, "nix", view, view.tree.root_node))

    search()
    gc.collect()
    before = resident()
    for _ in range(6):
        search()
        gc.collect()
    assert resident() - before < 45_000_000
