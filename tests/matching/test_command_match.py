"""Findings of `[[commands]]` tables: where they stand, how bad and how sure they are, how they are mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Severity
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import RuleError, RuleSet
from splitlint.startup.records import replace

RULE_SET = load_rules([default_folder()])


def findings(text: str, path: str = "x.sh", rule_set: RuleSet = RULE_SET) -> list[Finding]:
    data = text.encode()
    found = check_source(Source(path, data, language_of(path, data)), rule_set, Config()).findings
    return [one for one in found if one.rule == "command-line"]


def mended(text: str, path: str = "x.sh") -> str:
    """The text after the edits of its only finding, back to front."""
    (finding,) = findings(text, path)
    data = text.encode()
    for edit in sorted((edit for fix in finding.fixes for edit in fix.edits), reverse=True):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    return data.decode()


SCRIPT = "nix build nixpkgs#linux\nls result/lib/modules\n"


def test_finding_stands_at_what_is_built_and_shows_the_use() -> None:
    (finding,) = findings(SCRIPT)
    assert SCRIPT[finding.span.start : finding.span.end] == "nixpkgs#linux"
    assert [one.span.line for one in finding.related] == [2]
    assert (finding.severity, finding.confidence) == (Severity.ERROR, Confidence.HIGH)


def test_document_is_told_as_information() -> None:
    (finding,) = findings(f"# Modules\n\n```sh\n{SCRIPT}```\n", "README.md")
    assert (finding.severity, finding.confidence) == (Severity.INFO, Confidence.MEDIUM)
    assert not any(fix.edits for fix in finding.fixes)


def test_step_after_the_build_is_less_sure() -> None:
    text = "jobs:\n  a:\n    steps:\n      - run: nix build nixpkgs#linux\n      - run: ls result/lib/modules\n"
    assert [one.confidence for one in findings(text, "ci.yml")] == [Confidence.MEDIUM]


def test_search_that_finds_nothing_is_silent() -> None:
    (finding,) = findings("nix build nixpkgs#linux\nls result/lib/modules 2>/dev/null || true\n")
    assert finding.impact == ("silent-empty",)
    assert finding.silent


def test_old_release_has_the_modules_where_they_were() -> None:
    assert findings(SCRIPT.replace("nixpkgs#", "nixpkgs/nixos-25.05#")) == []
    assert len(findings(SCRIPT.replace("nixpkgs#", "nixpkgs/nixos-25.11#"))) == 1


def test_carriage_of_the_path_through_a_variable_is_mended_at_its_source() -> None:
    text = 'k=$(nix build --no-link --print-out-paths "nixpkgs#linux")\ncp -r "$k/lib/modules" .\n'
    assert mended(text) == text.replace('linux"', 'linux.modules"')


def test_output_goes_behind_a_variable() -> None:
    text = "nix build nixpkgs#linux_$version\nls result/lib/modules\n"
    assert mended(text) == "nix build nixpkgs#linux_$version.modules\nls result-modules/lib/modules\n"


def test_link_is_renamed_wherever_it_is_used() -> None:
    text = "nix build nixpkgs#linux -o k\nfor m in k/lib/modules/*; do ls ./k/lib/modules; done\n"
    expected = (
        "nix build nixpkgs#linux.modules -o k\nfor m in k-modules/lib/modules/*; do ls ./k-modules/lib/modules; done\n"
    )
    assert mended(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{SCRIPT}cp result/bzImage .\n", id="the image is used too"),
        pytest.param(f"{SCRIPT}# result is a link\n", id="the link is spoken of"),
        pytest.param(f"link=result\n{SCRIPT}ls $link/lib/modules\n", id="the link is in a variable"),
        pytest.param(
            SCRIPT.replace("nix build nixpkgs#linux", "nix-build -E 'with import <nixpkgs> { }; linux_6_12'"),
            id="expression",
        ),
    ],
)
def test_what_is_not_that_simple_is_left_to_people(text: str) -> None:
    (finding,) = findings(text)
    assert not any(fix.edits for fix in finding.fixes)
    assert finding.fixes, "it says what to do"


def test_unknown_key_of_a_table_is_refused() -> None:
    broken = tuple(
        rule._replace(definition={**rule.definition, "commands": [{"build": ["kernel"]}]})
        if rule.name == "command-line"
        else rule
        for rule in RULE_SET.rules
    )
    with pytest.raises(RuleError, match=r"command-line\.md:[0-9]+: \[\[commands\]\] has no key `build`; did you mean"):
        findings(SCRIPT, rule_set=RULE_SET._replace(rules=broken))


def test_another_pack_needs_no_python(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text(
        'since = "26.05"\n[families.frob]\nnoun = "frob"\nroots = ["pkgs.frob"]\noutputs = ["out", "data"]\n'
    )
    (tmp_path / "frobbed.md").write_text(
        '# A frob is built\n\nNothing there.\n\n## Definition\n\n```toml\nlanguage = "shell"\n'
        'severity = "error"\nimpact = ["runtime-failure"]\nneedles = [["#frob"]]\n'
        'patterns = ["X1"]\nmessage = "`{package}`"\nhelp = "`{package}.data`{where}"\nfix = { output = "data" }\n'
        '[[commands]]\nbuilds = ["frob"]\nuses = ["share/**"]\n```\n'
    )
    data = b"nix build nixpkgs#frob\nls result/share/frob\n"
    (finding,) = check_source(Source("x.sh", data, "shell"), load_rules([str(tmp_path)]), Config()).findings
    assert finding.help == "`nixpkgs#frob.data`, whose link is `result-data`"
    assert [edit.text for edit in finding.fixes[0].edits] == [".data", "-data"]
    assert replace(finding, fixes=()).rule == "frobbed"
