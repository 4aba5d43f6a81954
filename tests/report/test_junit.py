from __future__ import annotations

from xml.etree import ElementTree

from splitlint.findings.finding import Problem, Result
from splitlint.report import junit
from splitlint.startup.records import replace
from tests.report.making import finding
from tests.report.sample import sample

TEXT = "{ kernel }:\n${kernel}/lib/modules\n"


def suites(result: Result) -> ElementTree.Element:
    return ElementTree.fromstring(junit.render(result))


def test_a_clean_run_is_one_case_that_passes() -> None:
    root = suites(Result())
    assert root.attrib["tests"] == "1"
    assert root.attrib["failures"] == "0"
    (case,) = root.iter("testcase")
    assert list(case) == []


def test_a_finding_is_a_failing_case_of_its_file() -> None:
    root = suites(Result((finding(TEXT, "${kernel}"),)))
    (suite,) = root
    assert suite.attrib["name"] == "nix/initrd.nix"
    (failure,) = root.iter("failure")
    assert failure.attrib == {"message": "the modules of `kernel` are in its `modules` output", "type": "error"}
    assert (failure.text or "").startswith("nix/initrd.nix:2:1: ")


def test_a_suppressed_finding_is_skipped_with_its_reason() -> None:
    root = suites(Result((finding(TEXT, "${kernel}", suppressed="custom"),)))
    assert [skipped.attrib["message"] for skipped in root.iter("skipped")] == ["custom"]
    assert root.attrib["failures"] == "0"


def test_only_a_fatal_problem_is_an_error() -> None:
    root = suites(Result(problems=(Problem("a.nix", "gone"), Problem("b.nix", "odd", fatal=False))))
    assert [error.attrib["message"] for error in root.iter("error")] == ["gone"]
    assert root.attrib["errors"] == "1"


def test_text_that_xml_cannot_hold_is_replaced() -> None:
    one = finding(TEXT, "${kernel}", path="a\x00<&\"'\udcff.nix", message="\x1b[31m]]> \ufffe")
    (failure,) = suites(Result((replace(one, help="</failure>"),))).iter("failure")
    assert failure.attrib["message"] == r"\x1b[31m]]> \ufffe"
    assert "</failure>" in (failure.text or "")


def test_the_counts_add_up_over_a_survey() -> None:
    root = suites(sample(300))
    cases = list(root.iter("testcase"))
    assert len(cases) == int(root.attrib["tests"]) == 301
    assert sum(int(suite.attrib["tests"]) for suite in root) == 301
    assert sum(int(suite.attrib["failures"]) for suite in root) == int(root.attrib["failures"]) == 299
