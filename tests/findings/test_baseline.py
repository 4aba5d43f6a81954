"""Baselines: what is known is hidden, what is new never is, what is gone is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.findings.baseline import BaselineError, compare, parse, read, render
from tests.making import make_finding

OLD = make_finding(fingerprint="old")
NEW = make_finding(fingerprint="new", line=9)


def test_what_was_written_is_known_and_nothing_else() -> None:
    compared = compare([OLD, NEW], parse(render([OLD]), "b.json"))
    assert (compared.new, compared.known, compared.stale) == ((NEW,), (OLD,), ())


def test_what_is_gone_is_stale() -> None:
    assert compare([NEW], parse(render([OLD]), "b.json")).stale == ("old",)


def test_suppressed_findings_are_not_written() -> None:
    assert parse(render([make_finding(fingerprint="x", suppressed="why")]), "b.json") == {}


def test_a_finding_that_is_suppressed_later_leaves_its_entry_stale() -> None:
    suppressed = make_finding(fingerprint="old", suppressed="why")
    compared = compare([suppressed], ["old"])
    assert (compared.new, compared.known, compared.stale) == ((suppressed,), (), ("old",))


def test_the_text_does_not_depend_on_the_order_of_findings() -> None:
    assert render([NEW, OLD]) == render([OLD, NEW])


def test_one_entry_a_line_for_reviews() -> None:
    assert len(render([OLD, NEW]).splitlines()) == 4


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 1}', '{"schema": 1, "findings": [{}]}', '{"schema": 99, "findings": []}']
)
def test_what_is_no_baseline_says_what_to_do(text: str) -> None:
    with pytest.raises(BaselineError, match=r"b\.json: is .*--write-baseline"):
        parse(text, "b.json")


def test_a_baseline_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=r"none\.json: cannot be read"):
        read(str(tmp_path / "none.json"))


def test_a_baseline_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(render([OLD]))
    assert read(str(path)) == {"old": "initrd.nix"}
