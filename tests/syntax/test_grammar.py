"""Grammars are loaded past their packages, and through them where that cannot be done."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
import tree_sitter_nix
from tree_sitter import Language, Parser

from splitlint.syntax import grammar


def root(language: Language, text: bytes) -> str:
    return Parser(language).parse(text).root_node.type


def test_both_grammars_parse() -> None:
    assert root(grammar.grammar("tree_sitter_nix"), b"{ }") == "source_code"
    assert root(grammar.grammar("tree_sitter_bash"), b"echo") == "program"


def test_the_grammar_past_the_package_is_the_grammar_of_the_package() -> None:
    ours, theirs = grammar.grammar("tree_sitter_nix"), Language(tree_sitter_nix.language())
    assert (ours.node_kind_count, ours.abi_version) == (theirs.node_kind_count, theirs.abi_version)


def test_a_package_without_an_extension_module_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    package = ModuleType("odd_grammar")
    monkeypatch.setattr(package, "language", tree_sitter_nix.language, raising=False)
    monkeypatch.setitem(sys.modules, "odd_grammar", package)
    assert root(grammar.grammar("odd_grammar"), b"1") == "source_code"


def test_a_grammar_that_is_not_installed_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="no_such_grammar"):
        grammar.grammar("no_such_grammar")
