"""Which binding a name refers to: Nix's scope rules, from the plain to the odd. See `tests.asking`."""

from __future__ import annotations

import pytest

from tests.asking import means


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("let k = 1; in «k»", "number 1", id="let"),
        pytest.param("let k = 1; in let k = 2; in «k»", "number 2", id="the inner of two lets"),
        pytest.param("let k = 1; j = «k»; in j", "number 1", id="a let sees its own names"),
        pytest.param("let k.a.b = 1; in «k»", "{ a }", id="a dotted name binds its first part"),
        pytest.param('let "k" = 1; in «k»', "number 1", id="a quoted name"),
        pytest.param("rec { k = 1; j = «k»; }", "number 1", id="rec"),
        pytest.param("{ k = 1; j = «k»; }", "?", id="a plain set binds no names"),
        pytest.param("let { k = 1; body = «k»; }", "number 1", id="the old let"),
        pytest.param("(k: «k») 1", "number 1", id="a parameter"),
        pytest.param("({ k }: «k») { k = 1; }", "number 1", id="a formal"),
        pytest.param("({ k ? 1 }: «k») { }", "number 1", id="a formal with a default"),
        pytest.param("({ a, k ? «a» }: k) { a = 1; }", "number 1", id="a default sees the other formals"),
        pytest.param("({ a, }: «a») { a = 1; }", "number 1", id="a comma behind the last formal"),
        pytest.param("({ a, }: «b») { a = 1; b = 2; }", "?", id="what is passed beside the formals is not bound"),
        pytest.param("(all@{ k }: «all») { k = 1; }", "{ k }", id="the name before @"),
        pytest.param("({ k }@all: «all») { k = 1; }", "{ k }", id="the name behind @"),
        pytest.param("(k: k: «k») 1 2", "number 2", id="curried parameters of one name"),
        pytest.param("({ k }: let k = 2; in «k») { k = 1; }", "number 2", id="a let over a formal"),
        pytest.param("(k: let inherit k; in «k») 1", "number 1", id="inherit in a let"),
        pytest.param("(x: let inherit (x) k; in «k») { k = 1; }", "number 1", id="inherit from"),
        pytest.param('(x: let inherit (x) "k"; in «k») { k = 1; }', "number 1", id="inherit from, quoted"),
        pytest.param("let ${a} = 1; in «a»", "?", id="a computed name binds nothing that is known"),
    ],
)
def test_the_binding_is_found(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("with { k = 1; }; «k»", "number 1", id="with"),
        pytest.param("with { k = 1; }; with { k = 2; }; «k»", "number 2", id="the innermost first"),
        pytest.param("with { k = 1; }; with { j = 2; }; «k»", "number 1", id="the outer, if the inner has none"),
        pytest.param("let k = 1; in with { k = 2; }; «k»", "number 1", id="weaker than a let outside of it"),
        pytest.param("({ k }: with { k = 2; }; «k») { k = 1; }", "number 1", id="weaker than a formal"),
        pytest.param("with { k = 1; a = «k»; }; a", "?", id="not in its own environment"),
        pytest.param("with { k = 1; }; with { a = «k»; }; a", "number 1", id="an environment sees those around it"),
    ],
)
def test_with_is_weaker_than_any_binding(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("let k = 1; in rec { inherit «k»; }", "number 1", id="rec"),
        pytest.param("let k = 1; in { inherit «k»; }", "number 1", id="a plain set"),
        pytest.param("(k: let inherit «k»; in k) 1", "number 1", id="a let"),
        pytest.param("let k = 1; in rec { k = 2; a = { inherit «k»; }; }", "number 2", id="nested"),
        pytest.param("rec { x = { k = 1; }; inherit («x») k; }", "{ k }", id="its source sees the names of a rec set"),
    ],
)
def test_inherit_takes_a_name_from_outside_of_its_set(code: str, expected: str) -> None:
    assert means(code) == expected


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
