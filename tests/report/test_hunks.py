from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from splitlint.files.positions import Excerpt
from splitlint.files.source import Source
from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.report.hunks import Hunk, Row, hunks, place
from splitlint.startup.records import replace
from tests.report.making import finding

TEXT = "{ kernel }:\n''\n  é cp ${kernel}/lib/modules $out\n''\n"


def test_an_edit_on_the_line_of_the_finding_is_placed_by_the_excerpt() -> None:
    one = finding(TEXT, "${kernel}", instead="${k}")
    assert place(one.fixes[0].edits[0], one) == one.span


def test_an_edit_on_another_line_needs_the_file() -> None:
    one = finding(TEXT, "${kernel}")
    edit = Edit(one.path, 2, 8, "k")
    assert place(edit, one) is None
    span = place(edit, one, lambda path: Source(path, TEXT.encode()))
    assert span is not None
    assert (span.line, span.column, span.end_column) == (1, 3, 9)


def test_an_edit_in_another_file_needs_that_file() -> None:
    one = finding(TEXT, "${kernel}")
    edit = Edit("other.nix", 0, 1, "k")
    assert place(edit, one) is None
    assert place(edit, one, lambda path: Source(path, b"kernel") if path == "other.nix" else None) is not None


def test_an_edit_beyond_a_file_that_has_changed_is_nowhere() -> None:
    one = finding(TEXT, "${kernel}", instead="${k}")
    assert place(one.fixes[0].edits[0], one, lambda path: Source(path, b"short")) is None


def test_a_line_with_replaced_bytes_is_not_trusted() -> None:
    one = finding(TEXT.replace("é", "\N{REPLACEMENT CHARACTER}"), "${kernel}", instead="${k}")
    assert place(one.fixes[0].edits[0], one) is None


def test_an_excerpt_that_does_not_fit_its_finding_is_not_trusted() -> None:
    one = finding(TEXT, "${kernel}", instead="${k}")
    edit = one.fixes[0].edits[0]
    for wrong in (
        replace(one, excerpt=Excerpt(90, one.excerpt.lines)),
        replace(one, span=replace(one.span, start=2, end=11)),
        replace(finding(TEXT, "{ kernel }:\n''"), span=replace(one.span, line=1, end=one.span.end + 9)),
        finding(TEXT.replace("é", "\N{REPLACEMENT CHARACTER}"), "''\n  \N{REPLACEMENT CHARACTER}"),
    ):
        assert place(edit, wrong) is None


def test_the_diff_of_a_line_is_made_from_the_excerpt() -> None:
    one = finding(TEXT, "${kernel}", instead="${k}")
    assert hunks(one.fixes[0], one) == (
        Hunk(
            one.path,
            3,
            (Row("-", "  é cp ${kernel}/lib/modules $out"), Row("+", "  é cp ${k}/lib/modules $out")),
        ),
    )


def test_a_finding_over_several_lines_shows_which_line_ends_the_file_has() -> None:
    for line_end in ("\n", "\r\n"):
        text = line_end.join(("a", "b = [", "  kernel", "];", "c"))
        part = line_end.join(("[", "  kernel", "]"))
        one = finding(text, part)
        at = text.index("kernel")
        fix = Fix("", Safety.SAFE, (Edit(one.path, at, at + 6, "k"),))
        assert hunks(fix, one) == (
            Hunk(one.path, 2, (Row(" ", "b = ["), Row("-", "  kernel"), Row("+", "  k"), Row(" ", "];"))),
        )


def test_edits_far_apart_are_shown_apart() -> None:
    text = "".join(f"line {number}\n" for number in range(1, 40))
    one = finding(text, "line 3\n")
    edits = tuple(
        Edit(one.path, text.index(word), text.index(word) + len(word), "new") for word in ("line 3\n", "line 30")
    )
    found = hunks(Fix("", Safety.SAFE, edits), one, lambda path: Source(path, text.encode()))
    assert [hunk.line for hunk in found] == [1, 28]
    assert Row("-", "line 30") in found[1].rows


def test_a_fix_with_an_edit_that_cannot_be_placed_shows_nothing() -> None:
    one = finding(TEXT, "${kernel}", instead="${k}")
    fix = replace(one.fixes[0], edits=(*one.fixes[0].edits, Edit("other.nix", 0, 1, "k")))
    assert hunks(fix, one) == ()


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), min_size=1), st.data())
def test_before_and_after_can_be_read_from_the_rows(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    one = finding(text, part, instead="new\ntext")
    source = Source(one.path, text.encode())
    for hunk in hunks(one.fixes[0], one, lambda path: source):
        before = "\n".join(row.text for row in hunk.rows if row.mark != "+")
        after = "\n".join(row.text for row in hunk.rows if row.mark != "-")
        assert before in text + "\n"
        assert after in text.replace(part, "new\ntext", 1) + "\n"
