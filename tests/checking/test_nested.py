"""Findings that stand in each other."""

from __future__ import annotations

import pytest
from tree_sitter import Node

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.source import Source
from splitlint.syntax import parents
from tests.asking import RULE_SET


def test_tree_sitter_is_asked_for_few_parents_where_findings_stand_in_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[Node] = []
    is_deep = parents._is_deep

    def look(root: Node, node: Node) -> bool:
        looked.append(node)
        return is_deep(root, node)

    monkeypatch.setattr(parents, "_is_deep", look)
    code = "{ pkgs }: " + '{ x = "${pkgs.linux}/lib/modules"; a = ' * 300 + "1" + "; }" * 300
    found = check_source(Source("a.nix", code.encode()), RULE_SET, Config()).findings
    assert len(found) == 300
    # Looked at once in sixteen questions; a finding asks for a dozen.
    assert len(looked) < 20
