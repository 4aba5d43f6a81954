"""A rule's queries over a tree: what is underlined, what a pattern may say for itself, how sure a match is."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Severity
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import RuleError

PAGE = """\
# A kernel is frobbed

Why.

## Definition

```toml
language = "nix"
severity = "error"
impact = ["build-failure"]
needles = [["frob"]]
patterns = ["X1"]
message = "`{package}` is frobbed with `{path}`"
help = "do not frob `{package}`"
%s```

```query nix
%s
```
"""


def check(folder: Path, query: str, text: str, settings: str = "", nixpkgs: str = "any") -> list[Finding]:
    (folder / "frobbed.md").write_text(PAGE % (settings, query))
    rule_set = load_rules([default_folder(), str(folder)])
    config = Config(nixpkgs=nixpkgs, select=("frobbed",))
    return list(check_source(Source("case.nix", text.encode()), rule_set, config).findings)


def underlined(finding: Finding, text: str) -> str:
    return text.encode()[finding.span.start : finding.span.end].decode()


ARGUMENT = '((apply_expression argument: (_) @package) (#denotes? @package "kernel") (#into? @package "*.frob") %s)'
TEXT = "{ pkgs }: pkgs.frob pkgs.linux"


def test_the_kernel_is_underlined(tmp_path: Path) -> None:
    [finding] = check(tmp_path, ARGUMENT % "", TEXT)
    assert underlined(finding, TEXT) == "pkgs.linux"
    assert finding.message.startswith("`pkgs.linux` is frobbed")


def test_another_node_can_be_underlined(tmp_path: Path) -> None:
    query = '((apply_expression argument: (_) @package) @at (#denotes? @package "kernel"))'
    [finding] = check(tmp_path, query, TEXT)
    assert underlined(finding, TEXT) == "pkgs.frob pkgs.linux"
    assert "`pkgs.linux`" in finding.message


def test_a_query_must_capture_something_to_underline(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"frobbed\.md:18: the query captures neither @package nor @at"):
        check(tmp_path, "(apply_expression) @x", TEXT)


def test_one_place_is_told_once_by_two_patterns(tmp_path: Path) -> None:
    assert len(check(tmp_path, ARGUMENT % "" + "\n" + ARGUMENT % "", TEXT)) == 1


def test_a_pattern_can_speak_for_itself(tmp_path: Path) -> None:
    own = '(#set! message "not {package}!") (#set! severity "info") (#set! impact "silent-empty eval-error")'
    [finding] = check(tmp_path, ARGUMENT % own, TEXT)
    assert finding.message == "not pkgs.linux!"
    assert finding.severity is Severity.INFO
    assert finding.impact == ("silent-empty", "eval-error")
    assert finding.help == "do not frob `pkgs.linux`"


def test_a_pattern_cannot_set_what_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"frobbed\.md: `#set! mesage` is not one of"):
        check(tmp_path, ARGUMENT % '(#set! mesage "x")', TEXT)


def test_a_page_can_claim_less_than_is_known(tmp_path: Path) -> None:
    assert check(tmp_path, ARGUMENT % "", TEXT)[0].confidence is Confidence.HIGH
    assert check(tmp_path, ARGUMENT % "", TEXT, 'confidence = "medium"\n')[0].confidence is Confidence.MEDIUM
    assert check(tmp_path, ARGUMENT % '(#set! confidence "low")', TEXT)[0].confidence is Confidence.LOW


def test_a_name_alone_is_low_and_a_telling_path_makes_it_medium(tmp_path: Path) -> None:
    query = '((interpolation expression: (_) @package) (#denotes? @package "kernel") %s)'
    text = '{ kernel }: frob "${kernel}/data/x"'
    assert check(tmp_path, query % "", text)[0].confidence is Confidence.LOW
    assert check(tmp_path, query % '(#path? @package "data/**")', text)[0].confidence is Confidence.MEDIUM


def test_the_path_comes_into_the_message_with_what_is_unknown_left_open(tmp_path: Path) -> None:
    query = '((interpolation expression: (_) @package) (#denotes? @package "kernel") (#path? @package "lib/**"))'
    [finding] = check(tmp_path, query, '{ linux, v }: frob "${linux}/lib/${v}/x"')
    assert finding.message == "`linux` is frobbed with `lib/…/x`"


@pytest.mark.parametrize(
    ("given", "nixpkgs", "told"),
    [
        ("25.11", "any", False),
        ("25.11", "25.05", False),
        ("25.11", "25.11", True),
        ("25.11", "26.05", True),
        ("before 25.11", "any", True),
        ("before 25.11", "25.05", True),
        ("before 25.11", "25.11", False),
    ],
)
def test_a_page_can_be_for_some_releases_only(tmp_path: Path, given: str, nixpkgs: str, told: bool) -> None:
    settings = f'nixpkgs = "{given}"\n'
    assert (check(tmp_path, ARGUMENT % "", TEXT, settings, nixpkgs) != []) is told
    assert (check(tmp_path, ARGUMENT % f'(#set! nixpkgs "{given}")', TEXT, "", nixpkgs) != []) is told


def test_each_place_in_a_string_is_a_finding(tmp_path: Path) -> None:
    text = "x: ''\n  frob $out/a\n  frob $out/b\n''"
    found = check(tmp_path, '((indented_string_expression) @at (#source-matches-each? @at "frob \\\\S+"))', text)
    assert [underlined(one, text) for one in found] == ["frob $out/a", "frob $out/b"]


def test_code_that_does_not_parse_is_not_judged(tmp_path: Path) -> None:
    text = "{ pkgs }: { a = pkgs.frob pkgs.linux; b = pkgs.frob (pkgs.linux; }"
    assert [one.rule for one in check(tmp_path, ARGUMENT % "", text)].count("frobbed") <= 1


def test_a_rule_speaks_instead_of_a_less_telling_one(tmp_path: Path) -> None:
    settings = 'instead_of = ["aggregate-modules"]\n'
    query = '((list_expression element: (_) @package) (#denotes? @package "kernel"))'
    (tmp_path / "frobbed.md").write_text(PAGE % (settings, query))
    rule_set = load_rules([default_folder(), str(tmp_path)])
    text = b"{ pkgs }: pkgs.frob (pkgs.aggregateModules [ pkgs.linux ])"
    found = check_source(Source("case.nix", text), rule_set, Config()).findings
    assert [one.rule for one in found] == ["frobbed"]
