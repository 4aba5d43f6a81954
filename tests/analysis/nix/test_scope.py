"""Which binding a name refers to: Nix's scope rules, from the plain to the odd."""

from __future__ import annotations

import pytest

from splitlint.analysis.nix.scope import Binding, Scopes
from splitlint.syntax import nix
from tests.asking import means, unmarked


def bound_at(code: str) -> str:
    """The line that binds the marked name, or `with` and the environments around it, innermost first."""
    text, start, end = unmarked(code)
    data = text.encode()
    scopes = Scopes(nix.parse(data))
    node = scopes.tree.root_node.named_descendant_for_byte_range(start, end)
    assert node is not None
    lookup = scopes.lookup(node, nix.node_text(node))
    if lookup.binding is not None:
        return f"{lookup.binding.kind} on line {lookup.binding.site.start_point[0] + 1}"
    return " ".join(["with", *map(nix.node_text, lookup.environments)]) if lookup.environments else "nothing"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("let\n  k = 1;\nin «k»", "binding on line 2", id="let"),
        pytest.param("let\n  k = 1;\nin let\n  k = 2;\nin «k»", "binding on line 4", id="the inner of two lets"),
        pytest.param("let\n  k = 1;\n  j = «k»;\nin j", "binding on line 2", id="a let sees its own names"),
        pytest.param("let\n  k.a.b = 1;\nin «k»", "binding on line 2", id="a dotted name binds its first part"),
        pytest.param('let\n  "k" = 1;\nin «k»', "binding on line 2", id="a quoted name"),
        pytest.param("rec {\n  k = 1;\n  j = «k»;\n}", "binding on line 2", id="rec"),
        pytest.param("{\n  k = 1;\n  j = «k»;\n}", "nothing", id="a plain set binds no names"),
        pytest.param("let {\n  k = 1;\n  body = «k»;\n}", "binding on line 2", id="the old let"),
        pytest.param("k:\n«k»", "universal on line 1", id="a parameter"),
        pytest.param("{\n  k\n}: «k»", "formal on line 2", id="a formal"),
        pytest.param("{\n  k ? 1\n}: «k»", "formal on line 2", id="a formal with a default"),
        pytest.param("{ a\n, k ? «a»\n}: k", "formal on line 1", id="a default sees the other formals"),
        pytest.param("{ a, }: «a»", "formal on line 1", id="a comma behind the last formal"),
        pytest.param("{ a, }: «b»", "nothing", id="a comma binds nothing"),
        pytest.param("all@{\n  k\n}: «all»", "universal on line 1", id="the name before @"),
        pytest.param("{\n  k\n}@all: «all»", "universal on line 1", id="the name behind @"),
        pytest.param("k: k:\n«k»", "universal on line 1", id="curried parameters of one name"),
        pytest.param("{ k }:\nlet\n  k = 1;\nin «k»", "binding on line 3", id="a let over a formal"),
        pytest.param("let\n  inherit k;\nin «k»", "inherit on line 2", id="inherit in a let"),
        pytest.param("x: let\n  inherit (x) k;\nin «k»", "inherit-from on line 2", id="inherit from"),
        pytest.param('x: let\n  inherit (x) "k";\nin «k»', "inherit-from on line 2", id="inherit from, quoted"),
    ],
)
def test_the_binding_is_found(code: str, expected: str) -> None:
    assert bound_at(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("with a; «k»", "with a", id="with"),
        pytest.param("with a; with b; «k»", "with b a", id="the innermost first"),
        pytest.param("let\n  k = 1;\nin with a; «k»", "binding on line 2", id="weaker than a let outside of it"),
        pytest.param("{ k }: with a; «k»", "formal on line 1", id="weaker than a formal"),
        pytest.param("with «k»; 1", "nothing", id="not in its own environment"),
        pytest.param("with a; with «k»; 1", "with a", id="an environment sees those around it"),
    ],
)
def test_with_is_weaker_than_any_binding(code: str, expected: str) -> None:
    assert bound_at(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("let\n  k = 1;\nin rec {\n  inherit «k»;\n}", "binding on line 2", id="rec"),
        pytest.param("let\n  k = 1;\nin { inherit «k»; }", "binding on line 2", id="a plain set"),
        pytest.param("k: let\n  inherit «k»;\nin k", "universal on line 1", id="a let"),
        pytest.param("let\n  k = 1;\nin rec {\n  k = 2;\n  a = { inherit «k»; };\n}", "binding on line 4", id="nested"),
    ],
)
def test_inherit_takes_a_name_from_outside_of_its_set(code: str, expected: str) -> None:
    assert bound_at(code) == expected


def test_what_stands_in_an_inherit_sees_the_names_of_a_rec_set() -> None:
    assert bound_at("rec {\n  x = 1;\n  inherit («x») k;\n}") == "binding on line 2"


def test_a_computed_name_binds_nothing_that_is_known() -> None:
    assert bound_at("let\n  ${a} = 1;\nin «a»") == "nothing"


def references(code: str) -> list[int]:
    """The lines on which the name that the marked set or function binds first is read."""
    text, start, end = unmarked(code)
    scopes = Scopes(nix.parse(text.encode()))
    scope = scopes.tree.root_node.named_descendant_for_byte_range(start, end)
    assert scope is not None
    binding: Binding = next(iter(scopes.table(scope).values()))
    return [node.start_point[0] + 1 for node in scopes.references(binding)]


def test_all_reads_of_a_name_are_known_and_those_of_its_namesakes_are_not() -> None:
    code = """«let
  k = 1;
  a = k;
  f = k: k;
  g = x: x.k;
  h = { inherit k; };
  s = "${k}";
  t = rec { k = 2; u = k; };
in [ k a f g h s t ]»"""
    assert references(code) == [3, 6, 7, 9]


def test_a_name_that_nobody_reads() -> None:
    assert references("«k: 1»") == []


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("{ pkgs }: let a = ; k = pkgs.linux; in «k»", id="a binding without a value"),
        pytest.param("{ pkgs }: let k = pkgs.linux; b = { x = 1 }; in «k»", id="a missing semicolon"),
        pytest.param("{ pkgs, }: { a = 1 |> f; b = «pkgs.linux»; }", id="an operator the grammar does not know"),
    ],
)
def test_a_syntax_error_elsewhere_does_not_hide_a_binding(code: str) -> None:
    assert means(code) == "kernel"
