"""The contract with programs that read the JSON report."""

from __future__ import annotations

import json

from splitlint import __version__
from splitlint.files.positions import Span
from splitlint.findings.finding import Edit, Fix, Problem, Related, Result, Safety
from splitlint.report.json import render
from tests.making import make_finding, make_result


def test_every_field_in_its_order_and_form() -> None:
    finding = make_finding(
        help="help",
        url="https://example.org",
        reasons=("because",),
        related=(Related("b.nix", Span(0, 1, 2, 3, 4, 5), "bound here"),),
        fixes=(Fix("mend", Safety.SAFE, (Edit("a.nix", 310, 316, "x"),)),),
        fingerprint="f00",
    )
    assert json.loads(render(make_result(finding))) == {
        "schema": 1,
        "tool": {"name": "splitlint", "version": __version__},
        "findings": [
            {
                "rule": "modules-path",
                "severity": "error",
                "confidence": "high",
                "impact": ["build-failure"],
                "path": "initrd.nix",
                "line": 6,
                "column": 9,
                "end_line": 6,
                "end_column": 13,
                "message": "the modules of `k` are in its `modules` output",
                "help": "help",
                "url": "https://example.org",
                "reasons": ["because"],
                "related": [
                    {"path": "b.nix", "line": 2, "column": 3, "end_line": 4, "end_column": 5, "message": "bound here"}
                ],
                "fixes": [
                    {
                        "title": "mend",
                        "safety": "safe",
                        "edits": [{"path": "a.nix", "start": 310, "end": 316, "text": "x"}],
                    }
                ],
                "fingerprint": "f00",
                "suppressed": None,
                "consequence": "",
            }
        ],
        "errors": [],
        "summary": {
            "files": 1,
            "parsed": 0,
            "findings": 1,
            "fixable": 1,
            "fixed": 0,
            "suppressed": 0,
            "baselined": 0,
            "below_threshold": 0,
            "skipped": 0,
            "unreadable": 0,
            "seconds": 0.0,
            "syntax_errors": 0,
            "below_confidence": 0,
            "below_severity": 0,
            "excluded": 0,
            "absent": 0,
            "incomplete": 0,
            "notes": [],
        },
    }


def test_the_order_of_fields_is_part_of_the_contract() -> None:
    document = json.loads(render(make_result(make_finding())))
    assert list(document) == ["schema", "tool", "findings", "errors", "summary"]
    assert ", ".join(document["findings"][0]) == (
        "rule, severity, confidence, impact, path, line, column, end_line, end_column, message, help, url, reasons, "
        "related, fixes, fingerprint, suppressed, consequence"
    )


def test_suppressed_findings_are_there_with_their_reason() -> None:
    document = json.loads(render(make_result(make_finding(suppressed="why"))))
    assert document["findings"][0]["suppressed"] == "why"
    assert document["summary"]["findings"] == 0


def test_problems_are_errors() -> None:
    document = json.loads(render(Result(problems=(Problem("a.nix", "cannot be read"),))))
    assert document["errors"] == [{"path": "a.nix", "message": "cannot be read", "fatal": True}]


def test_what_was_left_out_on_purpose_is_no_error() -> None:
    result = Result(problems=(Problem("a.png", "is not checked", fatal=False, note=True),))
    document = json.loads(render(result))
    assert (document["errors"], document["summary"]["notes"]) == (
        [],
        [{"path": "a.png", "message": "is not checked", "fatal": False}],
    )


def test_any_name_of_a_file_can_be_written() -> None:
    text = render(make_result(make_finding("a\udce9\n.nix")))
    assert json.loads(text.encode())["findings"][0]["path"] == "a\udce9\n.nix"


def test_seconds_have_three_digits() -> None:
    assert json.loads(render(make_result(seconds=0.123456)))["summary"]["seconds"] == 0.123
