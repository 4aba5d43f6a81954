"""What is taken out of a query before tree-sitter gets it, and that nothing else is."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tree_sitter import QueryCursor, QueryError

from splitlint.matching.queries import Asked, compiled, predicates
from splitlint.syntax import nix

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


#: Searches a tree once, then six times more, and says by how many bytes the most memory in use has grown meanwhile.
SEARCHES = """
import gc, resource, sys
from splitlint.analysis.model.families import World
from splitlint.analysis.nix.analyse import analyse
from splitlint.files.source import Source
from splitlint.matching.query_match import matches
from splitlint.matching.views import NixView
from splitlint.rulebook.pages import default_folder, load_rules

rule = load_rules([default_folder()]).rule("override-flags")
data = b"[ " + b"{ kernel = a; } " * 15_000 + b"]"

def search():
    view = NixView(analyse(Source("case.nix", data), World()))
    assert not list(matches(rule, "nix", view, view.tree.root_node))
    del view
    gc.collect()

def most():
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024

search()
before = most()
for _ in range(6):
    search()
print(most() - before)
"""


def test_a_searched_tree_is_let_go() -> None:
    """With a callback for predicates each search keeps its tree for ever: about 15 MB for this one."""
    done = subprocess.run([sys.executable, "-c", SEARCHES], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 45_000_000
