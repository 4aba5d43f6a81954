"""Where one file uses another, and what it defines for others: the questions that `project` asks of a file."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.world import World
from splitlint.analysis.project import callers, definitions
from splitlint.startup.records import replace
from splitlint.syntax import nix
from tests.asking import WORLD, evaluator, expression_at, told, unmarked


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("«a: 1»", 0),
        ("a: «b: 1»", 1),
        ("{ a }: let x = 1; in with a; assert a; (b: «c: 1»)", 2),
        ("{ f = «a: 1»; }", None),
        ("f («a: 1»)", None),
    ],
)
def test_which_of_the_functions_of_its_file_a_function_is(code: str, expected: int | None) -> None:
    ev = evaluator(code)
    start, end = unmarked(code)[1:]
    node = ev.tree.root_node.named_descendant_for_byte_range(start, end)
    assert node is not None
    assert callers.position_in_file(ev, node) == expected


@pytest.mark.parametrize(
    ("code", "target", "expected"),
    [
        ("import ./x.nix { }", "x.nix", ["import"]),
        ("builtins.import ./x.nix { }", "x.nix", ["import"]),
        ("(import) (./x.nix) { }", "x.nix", ["import"]),
        ("pkgs.callPackage ./x.nix { }", "x.nix", ["callPackage"]),
        ("[ (import ./x.nix 1) (import ./x.nix 2) ]", "x.nix", ["import", "import"]),
        ("{ a = ./x.nix; b = [ ./x.nix ]; }", "x.nix", []),
        ("./x.nix 1", "x.nix", []),
        ("import ./x.nix.orig { }", "x.nix", []),
        ("import ../x.nix { }", "x.nix", []),
        ("import ./x { }", "x/default.nix", ["import"]),
        ("import ./. { }", "default.nix", ["import"]),
        ("import ./x/default.nix { }", "x/default.nix", ["import"]),
        ("import ./y/default.nix { }", "x/default.nix", []),
    ],
)
def test_the_uses_of_a_file(code: str, target: str, expected: list[str]) -> None:
    assert [use.name for use in callers.uses_of(evaluator(code), target)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ kernel = 1; }", ["1"], id="a file's set"),
        pytest.param("final: prev: { kernel = 1; }", ["1"], id="an overlay"),
        pytest.param("{ pkgs }: with pkgs; let a = 1; in rec { kernel = 1; }", ["1"], id="behind a let"),
        pytest.param("final: prev: { a = 1; } // { kernel = 2; }", ["2"], id="merged"),
        pytest.param("self: super: ({ kernel = 1; })", ["1"], id="in parentheses"),
        pytest.param("{ a.kernel = 1; }", [], id="a dotted name"),
        pytest.param("{ a = { kernel = 1; }; }", [], id="further down"),
        pytest.param("let kernel = 1; in kernel", [], id="a let"),
        pytest.param("f { kernel = 1; }", [], id="an argument"),
        pytest.param("{ kernel == 1; }", [], id="no binding"),
        pytest.param("# kernel = 1\n{ }", [], id="a comment"),
        pytest.param('{ a = "kernel = 1"; }', [], id="text"),
    ],
)
def test_the_packages_that_a_file_defines_for_others(code: str, expected: list[str]) -> None:
    ev = evaluator(code)
    found = (definitions.defines_package(ev, node) for node in definitions.bindings_named(ev, "kernel"))
    assert [nix.node_text(node) for node in found if node is not None] == expected


def test_no_more_than_twelve_bindings_of_a_name_are_looked_at() -> None:
    ev = evaluator("[ " + "{ kernel = 1; }" * 20 + " ]")
    assert len(list(definitions.bindings_named(ev, "kernel"))) == 12


@pytest.mark.parametrize("name", ["kernel", "kernelPackage", "linux_phone", "kernelModulesPath", "package", "my-linux"])
def test_names_that_are_worth_a_search(name: str) -> None:
    assert WORLD.is_worth_searching(name)


@pytest.mark.parametrize("name", ["hello", "packages", "enable"])
def test_names_that_are_not(name: str) -> None:
    assert not WORLD.is_worth_searching(name)


def test_without_stems_the_names_by_convention_are_searched_for() -> None:
    world = World((replace(WORLD.families[0], stems=frozenset()),))
    assert world.is_worth_searching("my_kernel")
    assert world.is_worth_searching("LinuxPackages_x")
    assert not world.is_worth_searching("modulesPath")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("rec { kernel = 1; x = «f»; }", "number 1"),
        ("{ a = 1; x = { y = «f»; }; kernel = 2; }", "number 2"),
        ("{ kernel = 1; x = { y = «f»; kernel = 2; }; }", "number 2"),
        ("{ kernel = 1; x = { y = «f»; kernel = unknown; }; }", "number 1"),
        ("{ x = «f»; }", "?"),
        ("«f»", "?"),
    ],
)
def test_what_stands_beside_a_call(code: str, expected: str) -> None:
    ev = evaluator(code)
    assert told(callers.beside(ev, expression_at(ev, *unmarked(code)[1:]), "kernel")) == expected
