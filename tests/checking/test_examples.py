"""Nix code in documents: told where it stands, as information, and left as it is."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import TEXT
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Severity
from splitlint.rulebook.rule_index import RuleIndex
from tests.asking import RULE_SET

CODE = 'a = "${pkgs.linux}/lib/modules";'


def found(document: str, path: str = "README.md") -> list[Finding]:
    source = Source(path, document.encode(), TEXT)
    indexed = check_source(source, RuleIndex.of(RULE_SET), Config()).findings
    findings = check_source(source, RULE_SET, Config()).findings
    assert findings == indexed
    return list(findings)


@pytest.mark.parametrize(
    ("document", "lines"),
    [
        pytest.param(f"# A\n\n```nix\n{{ pkgs }}: {{ {CODE} }}\n```\n", [4], id="a file"),
        pytest.param(f"```nix\n{{ {CODE} }}\n```\n", [2], id="a set with names of nobody"),
        pytest.param(f"```nix\nb = 1;\n{CODE}\n```\n", [3], id="attributes without their set"),
        pytest.param(f"- x\n\n  ```nix\n  {CODE}\n  ```\n", [4], id="indented"),
        pytest.param(f"~~~ nix\n{{ {CODE} }}\n~~~\n```nix\n{{ {CODE} }}\n```\n", [2, 5], id="several"),
        pytest.param(f"```nix\n{{ {CODE} }}", [2], id="never closed"),
        pytest.param(f"```nix\n{{ {CODE} ... }}\n```\n", [], id="what Nix cannot parse"),
        pytest.param(f"```sh\n{CODE}\n```\n```nix\n1\n```\n", [], id="another language"),
        pytest.param(f"Write `{CODE}`.\n```nix\n1\n```\n", [], id="beside it"),
        pytest.param('```nix\n{ a = "${pkgs.linux.dev}/lib/modules"; }\n```\n', [], id="right code"),
    ],
)
def test_nix_in_a_document_is_information(document: str, lines: list[int]) -> None:
    findings = found(document)
    assert [one.span.line for one in findings] == lines
    assert all(one.severity is Severity.INFO and not one.fixes for one in findings)


def test_a_finding_shows_the_line_of_the_document() -> None:
    (one,) = found(f"Text.\n\n```nix\n{{ {CODE} }}\n```\n")
    assert list(one.excerpt.lines) == ["", "```nix", f"{{ {CODE} }}", "```", ""]


def test_other_files_with_such_text_are_no_documents() -> None:
    assert found(f"```nix\n{{ {CODE} }}\n```\n", "a.rs") == []
