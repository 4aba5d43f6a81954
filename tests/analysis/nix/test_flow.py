"""Where values go: the receivers of an expression, in their written form."""

from __future__ import annotations

import pytest
from tree_sitter import Node

from splitlint.analysis.nix import flow, overrides
from splitlint.analysis.nix.evaluate import Evaluator
from splitlint.checking.check import world
from splitlint.files.source import Source
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.syntax import nix

RULE_SET = load_rules([default_folder()])


def evaluator(text: str) -> Evaluator:
    data = text.encode()
    return Evaluator(Source("case.nix", data), nix.parse(data), world(RULE_SET))


def node_at(ev: Evaluator, mark: str, ordinal: int = 0) -> Node:
    """The expression that the `ordinal`-th occurrence of some source text is."""
    at = -1
    for _ in range(ordinal + 1):
        at = ev.source.data.index(mark.encode(), at + 1)
    node = ev.tree.root_node.named_descendant_for_byte_range(at, at + len(mark))
    assert node is not None
    if node.parent is not None and node.parent.type == "variable_expression":
        node = node.parent
    return node


def receivers(text: str, mark: str = "K", ordinal: int = 0) -> list[str]:
    ev = evaluator(text)
    return [sink.name for sink in flow.sinks(ev, node_at(ev, mark, ordinal))]


class TestReceivers:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("{ pkgs, K }: pkgs.frob K", "pkgs.frob", id="argument"),
            pytest.param("{ pkgs, K }: pkgs.frob 1 K", "pkgs.frob(1)", id="second argument"),
            pytest.param("{ pkgs, K }: pkgs.frob { kernel = K; }", "pkgs.frob{kernel}", id="attribute of an argument"),
            pytest.param("{ pkgs, K }: pkgs.frob { a.b = K; }", "pkgs.frob{a.b}", id="dotted attribute"),
            pytest.param("{ pkgs, K }: pkgs.frob { a = { b = K; }; }", "pkgs.frob{a.b}", id="nested attribute"),
            pytest.param("{ pkgs, K }: pkgs.frob [ 1 K ]", "pkgs.frob[]", id="element of a list"),
            pytest.param("{ pkgs, K }: pkgs.frob ([ 1 ] ++ [ K ] ++ x)", "pkgs.frob[]", id="part of a longer list"),
            pytest.param("{ pkgs, lib, K }: pkgs.frob (lib.optional c K)", "pkgs.frob[]", id="optional"),
            pytest.param("{ pkgs, lib, K }: pkgs.frob (lib.optionals c [ K ])", "pkgs.frob[]", id="optionals"),
            pytest.param(
                "{ pkgs, K }: pkgs.frob { x = [ { object = K; } ]; }", "pkgs.frob{x[].object}", id="set in list"
            ),
            pytest.param("{ pkgs, K }: pkgs.frob (if c then K else 1)", "pkgs.frob", id="branch of an if"),
            pytest.param("{ pkgs, K }: pkgs.frob (a // { kernel = K; })", "pkgs.frob{kernel}", id="merged set"),
            pytest.param("{ pkgs, K }: let x = K; in pkgs.frob x", "pkgs.frob", id="through a let"),
            pytest.param("{ pkgs, K }: let x = [ K ]; in pkgs.frob { a = x; }", "pkgs.frob{a}[]", id="list in a let"),
            pytest.param(
                "{ pkgs, K }: let f = k: pkgs.frob { inherit k; }; in f K", "pkgs.frob{k}", id="local function"
            ),
            pytest.param("{ pkgs, K }: let f = { k }: pkgs.frob k; in f { k = K; }", "pkgs.frob", id="through formals"),
            pytest.param("{ pkgs, K }: pkgs.frob (pkgs.grind [ K ])", "pkgs.grind>pkgs.frob", id="made into something"),
            pytest.param(
                "{ pkgs, K }: pkgs.frob { kernel = (pkgs.grind K); }",
                "pkgs.grind>pkgs.frob{kernel}",
                id="made, then attribute",
            ),
            pytest.param("{ K, frob }: frob K", "pkgs.frob", id="formal of a callPackage file"),
            pytest.param("{ config, K, ... }: config.x.frob K", "config.x.frob", id="option that is a function"),
        ],
    )
    def test_is_found(self, text: str, expected: str) -> None:
        assert expected in receivers(text, "K", 1)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param("{ config, ... }: { a.b = K; }", "option:a.b", id="dotted"),
            pytest.param("{ config, ... }: { a = { b = [ K ]; }; }", "option:a.b[]", id="nested, in a list"),
            pytest.param("{ config, lib, ... }: { config = lib.mkIf c { a.b = K; }; }", "option:a.b", id="under mkIf"),
            pytest.param("{ lib, ... }: { a.b = lib.mkForce [ K ]; }", "option:a.b[]", id="forced"),
            pytest.param("{ lib, ... }: { config = lib.mkMerge [ { a.b = K; } ]; }", "option:a.b", id="merged"),
        ],
    )
    def test_is_an_option_where_the_file_is_a_module(self, text: str, expected: str) -> None:
        assert expected in receivers(text)

    def test_a_condition_hands_nothing_on(self) -> None:
        assert receivers("{ pkgs, K }: pkgs.frob (if K then 1 else 2)", "K", 1) == []

    def test_the_environment_of_a_with_hands_nothing_on(self) -> None:
        assert receivers("{ pkgs, K }: pkgs.frob (with K; 1)", "K", 1) == []

    def test_what_is_selected_from_is_not_handed_on(self) -> None:
        assert receivers("{ pkgs, K }: pkgs.frob K.version", "K", 1) == []

    def test_nothing_is_handed_to_itself_for_ever(self) -> None:
        text = "{ pkgs }: let f = x: f (g x); g = x: f x; K = 1; in f K"
        assert len(receivers(text, "K", 1)) <= 60


class TestUnwantedReceivers:
    def test_a_receiver_on_the_way_can_be_refused(self) -> None:
        ev = evaluator("{ pkgs, K }: pkgs.frob (pkgs.grind K)")
        node = node_at(ev, "K", 1)
        assert flow.goes_into(ev, node, ("*.frob", "*.grind>*.frob")) is not None
        assert flow.goes_into(ev, node, ("*.grind>*.frob", "!*.grind")) is None


class TestOverrides:
    @pytest.mark.parametrize(
        "override",
        [
            pytest.param("linux.overrideAttrs { postInstall = K; }", id="set"),
            pytest.param("linux.overrideAttrs (old: { postInstall = old.postInstall + K; })", id="function"),
            pytest.param("linux.overrideAttrs (final: prev: { postInstall = K; })", id="function of two"),
            pytest.param("linux.overrideAttrs (old: let x = K; in { postInstall = x; })", id="let in the function"),
            pytest.param("linux.overrideAttrs (old: lib.optionalAttrs c { postInstall = K; })", id="on a condition"),
            pytest.param("(linux.override { }).overrideAttrs (_: { postInstall = K; })", id="of an override"),
            pytest.param("pkgs.linuxPackages.kernel.overrideAttrs { postInstall = K; }", id="of a member of a set"),
            pytest.param("(linuxManualConfig { }).overrideAttrs { postInstall = K; }", id="of what a maker makes"),
            pytest.param(
                '(callPackage "${n}/os-specific/linux/kernel/build.nix" { } { }).overrideAttrs { postInstall = K; }',
                id="of a maker by its path",
            ),
            pytest.param(
                '(import (n + "/os-specific/linux/kernel/generic.nix") { } { }).overrideAttrs { postInstall = K; }',
                id="of an imported maker",
            ),
        ],
    )
    def test_of_a_kernel_is_seen(self, override: str) -> None:
        ev = evaluator(f"{{ linux, pkgs, lib, callPackage, linuxManualConfig, n, K }}: {override}")
        found = list(overrides.overrides(ev, node_at(ev, "K", 1)))
        assert [one.attribute for one in found] == ["postInstall"]
        assert getattr(found[0].package.shape, "family", None) == "kernel"

    def test_of_another_package_has_that_package(self) -> None:
        ev = evaluator("{ hello, K }: hello.overrideAttrs { postInstall = K; }")
        found = list(overrides.overrides(ev, node_at(ev, "K", 1)))
        assert [getattr(one.package.shape, "family", None) for one in found] == [None]


class TestAskingFirst:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("if k ? modules then k.modules else K", id="has attribute"),
            pytest.param('if builtins.hasAttr "modules" k then k.modules else K', id="hasAttr"),
            pytest.param("k.modules or K", id="or"),
            pytest.param("k.modules or (K)", id="or, in parentheses"),
            pytest.param('lib.optional (lib.elem "modules" k.outputs) K', id="elem of outputs"),
            pytest.param("let split = k ? modules; in if split then 1 else K", id="in a variable"),
            pytest.param("let a = k ? modules; b = !a; in lib.optionals b [ K ]", id="in a variable of a variable"),
            pytest.param('if lib.versionAtLeast lib.version "25.11" then 1 else K', id="the release"),
            pytest.param("k.overrideAttrs (old: lib.optionalAttrs (old ? modules) { x = K; })", id="within a function"),
        ],
    )
    def test_is_seen(self, text: str) -> None:
        ev = evaluator(f"{{ k, lib, K }}: {text}")
        assert overrides.asks_first(ev, node_at(ev, "K", 1), ("modules",))

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("if k ? dev then k.dev else K", id="another output"),
            pytest.param("if K ? modules then 1 else 2", id="the question itself"),
            pytest.param("lib.optional cfg.modules.enable K", id="an option of that name"),
            pytest.param("k.dev or K", id="or of another"),
            pytest.param("[ (k.modules or k) K ]", id="beside it"),
        ],
    )
    def test_is_not_seen_where_nobody_asks(self, text: str) -> None:
        ev = evaluator(f"{{ k, lib, cfg, K }}: {text}")
        assert not overrides.asks_first(ev, node_at(ev, "K", 1), ("modules",))
