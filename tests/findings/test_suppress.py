"""Suppression comments: what they cover, and what is said of those that cover nothing."""

from __future__ import annotations

from splitlint.files.source import Source
from splitlint.findings.finding import Finding
from splitlint.findings.own_rules import OWN_RULES, UNKNOWN, UNUSED
from splitlint.findings.suppress import apply
from tests.making import find_in

KNOWN = ("modules-path", "other-rule")


def check(text: str, *places: str, language: str = "nix") -> list[Finding]:
    source = Source("a.nix", text.encode(), language)
    return apply(source, [find_in(place, source) for place in places], KNOWN)


def reasons(text: str, *places: str) -> list[str | None]:
    return [one.suppressed for one in check(text, *places) if one.rule not in OWN_RULES]


def complaints(text: str, *places: str) -> list[tuple[str, str]]:
    return [(one.rule, one.message) for one in check(text, *places) if one.rule in OWN_RULES]


def test_a_file_without_comments_is_left_as_it_is() -> None:
    assert reasons("{ a = k; }\n", "k") == [None]


def test_a_comment_at_the_end_of_the_line_covers_it_and_gives_the_reason() -> None:
    text = "{\n  a = k; # splitlint: ignore[modules-path] the image is meant\n  b = 1;\n}\n"
    assert reasons(text, "k;", "b = 1") == ["the image is meant", None]


def test_a_reason_may_follow_a_dash_or_colon() -> None:
    assert reasons("a = k; # splitlint: ignore[modules-path]: fine here\n", "k;") == ["fine here"]
    assert reasons("a = k; # splitlint: ignore[modules-path] - fine here\n", "k;") == ["fine here"]


def test_without_a_reason_it_is_suppressed_all_the_same() -> None:
    assert reasons("a = k; # splitlint: ignore[modules-path]\n", "k;") == [""]


def test_another_rule_is_not_covered() -> None:
    text = "a = k; # splitlint: ignore[other-rule] why\n"
    assert reasons(text, "k;") == [None]
    assert complaints(text, "k;") == [(UNUSED, "`other-rule` is not reported here, so this comment ignores nothing")]


def test_several_rules_in_one_comment() -> None:
    text = "a = k; # splitlint: ignore[other-rule, modules-path] why\n"
    assert reasons(text, "k;") == ["why"]
    assert [rule for rule, _ in complaints(text, "k;")] == [UNUSED]


def test_alone_on_its_line_it_covers_the_statement_below() -> None:
    text = "{\n  # splitlint: ignore[modules-path] why\n  a = f {\n    x = k1;\n  };\n  b = k2;\n}\n"
    assert reasons(text, "k1", "k2") == ["why", None]


def test_a_statement_below_goes_on_after_a_closing_bracket_that_opens_another() -> None:
    text = (
        "{\n  # splitlint: ignore[modules-path] why\n  a = {\n    x = 1;\n  } // {\n    y = k1;\n  };\n  b = k2;\n}\n"
    )
    assert reasons(text, "k1", "k2") == ["why", None]


def test_between_the_comment_and_its_statement_others_comments_may_stand() -> None:
    assert reasons("# splitlint: ignore[modules-path] why\n\n# more\na = k;\n", "k;") == ["why"]


def test_inside_a_string_the_comment_of_a_script_counts() -> None:
    text = "''\n  cp ${k1}/lib/modules . # splitlint: ignore[modules-path] why\n  cp ${k2}/lib/modules .\n''\n"
    assert reasons(text, "k1", "k2") == ["why", None]
    text = "''\n  # splitlint: ignore[modules-path] why\n  cp ${k1}/lib/modules .\n  cp ${k2}/lib/modules .\n''\n"
    assert reasons(text, "k1", "k2") == ["why", None]


def test_after_a_string_it_covers_the_whole_string() -> None:
    text = "{\n  a = ''\n    ${k1}/lib\n  ''; # splitlint: ignore[modules-path] why\n  b = ''\n    ${k2}\n  '';\n}\n"
    assert reasons(text, "k1", "k2") == ["why", None]


def test_after_a_string_with_a_string_inside_it_covers_the_outer_one() -> None:
    text = "f ''\n  ${k1}\n  ${g ''\n    ${k2}\n  ''}'' # splitlint: ignore[modules-path] why\n"
    assert reasons(text, "k1", "k2") == ["why", "why"]


def test_a_finding_over_several_lines_is_covered_at_its_last_line() -> None:
    text = "f {\n  a = 1;\n} # splitlint: ignore[modules-path] why\n"
    assert reasons(text, "f {\n  a = 1;\n}") == ["why"]


def test_a_block_comment_before_code_covers_its_line_only() -> None:
    text = "/* splitlint: ignore[modules-path] why */ a = k1;\nb = k2;\n"
    assert reasons(text, "k1", "k2") == ["why", None]


def test_ignore_file_covers_every_line_for_one_rule() -> None:
    text = "a = k1;\nb = k2;\n# splitlint: ignore-file[modules-path] generated\n"
    assert reasons(text, "k1", "k2") == ["generated", "generated"]
    assert complaints(text, "k1") == []


def test_of_two_comments_that_cover_a_finding_none_is_called_unused() -> None:
    text = "# splitlint: ignore-file[modules-path] file\na = k; # splitlint: ignore[modules-path] line\n"
    assert complaints(text, "k;") == []


def test_an_unknown_rule_is_reported_with_the_nearest_name() -> None:
    assert complaints("# splitlint: ignore[module-path]\n") == [
        (UNKNOWN, "there is no rule `module-path`; did you mean `modules-path`?")
    ]


def test_a_comment_that_names_no_rule_is_reported_and_covers_nothing() -> None:
    text = "a = k; # splitlint: ignore\n"
    assert reasons(text, "k;") == [None]
    assert complaints(text) == [(UNKNOWN, "name the rule to ignore: `ignore[rule-name]`")]


def test_a_misspelt_directive_is_reported() -> None:
    assert complaints("a = k; # splitlint: ingore[modules-path]\n") == [
        (UNKNOWN, "`ingore` is not a directive; did you mean `ignore`?")
    ]


def test_a_rule_that_was_not_asked_is_not_called_unused() -> None:
    source = Source("a.nix", b"a = k; # splitlint: ignore[other-rule]\n")
    assert apply(source, [], KNOWN, active_rules=["modules-path"]) == []
    assert [one.rule for one in apply(source, [], KNOWN, active_rules=["other-rule"])] == [UNUSED]


def test_the_complaint_stands_at_the_comment() -> None:
    text = "a = 1; # splitlint: ignore[modules-path] why\n"
    (finding,) = check(text)
    assert text[finding.span.start : finding.span.end] == "# splitlint: ignore[modules-path] why"
    assert (finding.span.line, finding.span.column) == (1, 8)


def test_the_mark_outside_a_comment_is_no_comment() -> None:
    assert complaints('a = "splitlint: ignore[modules-path]";\n') == []


def test_other_languages_have_their_comments() -> None:
    source = Source("a.rs", b"let a = k; // splitlint: ignore[modules-path] why\n", "text")
    assert [one.suppressed for one in apply(source, [find_in("k;", source)], KNOWN)] == ["why"]


def test_lines_that_end_with_carriage_returns_do_not_spoil_the_reason() -> None:
    assert reasons("a = k; # splitlint: ignore[modules-path] why\r\nb = 1;\r\n", "k;") == ["why"]
