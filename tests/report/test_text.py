"""What people read: where, what, how it breaks, why splitlint thinks so, what to write instead."""

from __future__ import annotations

import re

import pytest

from splitlint.files.positions import Excerpt, Span
from splitlint.files.source import Source
from splitlint.findings.finding import (
    Confidence,
    Edit,
    Finding,
    Fix,
    Problem,
    Related,
    Result,
    Safety,
    Severity,
    Summary,
)
from splitlint.report.terminal.paint import line, plain, wrapped
from splitlint.report.terminal.summary import summary_lines
from splitlint.report.text import Done, Manner, render
from tests.making import CODE, find_in, make_finding, make_result

SOURCE = Source("initrd.nix", CODE)
OTHER = Source("flake.nix", b"{\n  initrd = callPackage ./initrd.nix { kernel = linux; };\n}\n")
K = CODE.index(b"${k}") + 2
SAFE = Fix(
    'write `lib.getOutput "modules" k`', Safety.SAFE, (Edit("initrd.nix", K, K + 1, 'lib.getOutput "modules" k'),)
)
UNSAFE = Fix("write `k.dev`", Safety.UNSAFE, (Edit("initrd.nix", K, K + 1, "k.dev"),))
QUIET = Manner(quiet=True)


def read(path: str) -> Source | None:
    return next((one for one in (SOURCE, OTHER) if one.path == path), None)


def heads(text: str) -> list[str]:
    """The rules of the findings that a report shows, in their order."""
    return re.findall(r"^\w+\[([\w-]+)\]:", text, re.MULTILINE)


def test_a_finding_as_it_stands_on_the_page() -> None:
    bound = SOURCE.span(CODE.index(b"k ="), CODE.index(b";"))
    passed = OTHER.span(OTHER.data.index(b"kernel ="), OTHER.data.index(b"; }"))
    finding = find_in(
        "${k}",
        SOURCE,
        impact=("build-failure",),
        reasons=("`k` is a kernel (line 3)", "`kernel` is passed here (flake.nix:2)", "a reason of its own"),
        related=(
            Related("initrd.nix", bound, "`k` is a kernel"),
            Related("flake.nix", passed, "`kernel` is passed here"),
        ),
        help="take the output that has them",
        fixes=(SAFE,),
        url="https://example.org",
    )
    assert render(make_result(finding, files=3), read=read) == (
        "error[modules-path]: the modules of `k` are in its `modules` output\n"
        " --> initrd.nix:6:9\n"
        "3 |   k = config.boot.kernelPackages.kernel;\n"
        "  |   ------------------------------------- `k` is a kernel\n"
        "6 -   cp -r ${k}/lib/modules $out\n"
        "  |         ^^^^ fails at build time\n"
        '  +   cp -r ${lib.getOutput "modules" k}/lib/modules $out\n'
        "  ::: flake.nix:2:39: `kernel` is passed here\n"
        "2 |   initrd = callPackage ./initrd.nix { kernel = linux; };\n"
        "  |                                       --------------\n"
        "  = because: a reason of its own\n"
        "\n"
        "More: splitlint explain modules-path\n"
        "\n"
        "Found 1 finding (1 error) in 1 of 3 files.\n"
        "Fixable: 1 with --fix.\n"
    )


def test_the_worst_comes_first_silent_before_loud() -> None:
    findings = [
        make_finding("a.nix", rule="hint", severity=Severity.INFO),
        make_finding("b.nix", rule="loud"),
        make_finding("c.nix", rule="silent", impact=("boot-failure",)),
        make_finding("d.nix", rule="unsure", confidence=Confidence.MEDIUM),
    ]
    assert heads(render(make_result(*findings), QUIET)) == ["silent", "loud", "unsure", "hint"]


def test_confidence_is_told_where_it_is_not_high() -> None:
    assert "confidence" not in render(make_result(make_finding()))
    assert "--> initrd.nix:6:9 (low confidence: only a name says so)" in render(
        make_result(make_finding(confidence=Confidence.LOW))
    )


def test_a_finding_without_its_source_still_has_its_place_and_how_it_fails() -> None:
    assert render(make_result(make_finding(consequence="`cp` stops the build here")), QUIET) == (
        "error[modules-path]: the modules of `k` are in its `modules` output\n"
        " --> initrd.nix:6:9\n"
        "  = breaks: `cp` stops the build here\n"
        "\n"
    )


def test_how_it_fails_stands_beside_the_place() -> None:
    finding = find_in("${k}", SOURCE, consequence="`ln -s` makes a dead link: the initrd is empty")
    text = render(make_result(finding), QUIET, read=read)
    assert "^^^^ `ln -s` makes a dead link: the initrd is empty\n" in text


def test_a_long_list_of_rules_to_explain_is_not_written_out() -> None:
    findings = [make_finding("a.nix", rule=name, url=f"https://example.org/{name}") for name in "abcdefg"]
    assert "\nMore: splitlint explain RULE\n" in render(make_result(*findings))


def test_what_one_fix_changes_in_several_lines_stands_below() -> None:
    fix = Fix("take `lib`", Safety.UNSAFE, (Edit("initrd.nix", 2, 2, "lib, "), Edit("initrd.nix", K, K + 1, "lib.x k")))
    text = render(make_result(find_in("${k}", SOURCE, fixes=(fix, SAFE))), QUIET, read=read)
    assert text.endswith(
        "6 |   cp -r ${k}/lib/modules $out\n"
        "  |         ^^^^ fails at build time\n"
        "  = unsafe fix: take `lib`\n"
        "1 - { pkgs, config }:\n"
        "  + { lib, pkgs, config }:\n"
        "6 -   cp -r ${k}/lib/modules $out\n"
        "  +   cp -r ${lib.x k}/lib/modules $out\n"
        '  = or fix: write `lib.getOutput "modules" k`\n'
        "\n"
    )


def test_an_unsafe_fix_is_called_so() -> None:
    text = render(make_result(find_in("${k}", SOURCE, fixes=(UNSAFE,))), QUIET, read=read)
    assert "  +   cp -r ${k.dev}/lib/modules $out\n  = unsafe fix: write `k.dev`\n" in text


def test_a_change_in_another_file_names_it() -> None:
    fix = Fix("pass it", Safety.SAFE, (Edit("flake.nix", 40, 40, "x = 1; "),))
    text = render(make_result(find_in("${k}", SOURCE, fixes=(fix,))), QUIET, read=read)
    assert "  = fix: pass it\n  ::: flake.nix:2\n2 -   initrd" in text


def test_advice_is_given_where_no_fix_is() -> None:
    assert "  = help: look\n" in render(make_result(make_finding(help="look")), QUIET)
    by_hand = make_finding(fixes=(Fix("use `k.configfile`", Safety.MANUAL),), fingerprint="f")
    text = render(make_result(by_hand), QUIET, done=Done(left={"f": "by hand: use `k.configfile`"}))
    assert "  = help: use `k.configfile`\n" in text
    assert "not fixed" not in text


def test_equal_findings_are_shown_once_with_where_the_others_are() -> None:
    findings = [make_finding("a.nix", line=number) for number in range(1, 11)]
    text = render(make_result(*findings), QUIET)
    assert heads(text) == ["modules-path"]
    assert "  = and 9 more like it: --all (a.nix:2:9, a.nix:3:9, " in text
    assert len(heads(render(make_result(*findings), Manner(quiet=True, unfolded=True)))) == 10


def test_only_in_a_long_report_names_and_confidence_may_differ_between_equal_findings() -> None:
    few = [make_finding(f"{name}.nix", message=f"the modules of `{name}`") for name in "abc"]
    many = [make_finding(f"{name}.nix", message=f"the modules of `{name}`") for name in "abcdef"]
    many.append(make_finding("g.nix", confidence=Confidence.LOW))
    assert len(heads(render(make_result(*few), QUIET))) == 3
    assert len(heads(render(make_result(*many), QUIET))) == 1


@pytest.mark.parametrize(
    "other",
    [
        make_finding("b.nix", rule="another"),
        make_finding("b.nix", severity=Severity.WARNING),
        make_finding("b.nix", impact=("silent-empty",)),
        make_finding("b.nix", fingerprint="left"),
    ],
    ids=["rule", "severity", "silence", "reason why it was not fixed"],
)
def test_what_is_of_another_kind_is_shown_in_a_long_report_too(other: Finding) -> None:
    many = [make_finding("a.nix", line=number) for number in range(1, 9)]
    text = render(make_result(*many, other), QUIET, done=Done(left={"left": "it overlaps another fix"}))
    assert len(heads(text)) == 2
    assert "and 7 more like it" in text


def test_every_rule_is_named_once_for_those_who_want_to_know_more() -> None:
    findings = [
        make_finding("a.nix", url="https://example.org/a"),
        make_finding("b.nix", url="https://example.org/a", message="m"),
        make_finding("b.nix", rule="another", url="https://example.org/b"),
    ]
    assert "\nMore: splitlint explain another modules-path\n" in render(make_result(*findings))


def test_tabs_and_wide_characters_do_not_shift_the_underline() -> None:
    source = Source("a.nix", 'x\t= "日本 ${kernel}"'.encode())
    text = render(make_result(find_in("kernel", source, impact=())), QUIET)
    _, _, code, under, *_ = text.splitlines()
    assert code == '1 | x    = "日本 ${kernel}"'
    assert under == "  |                ^^^^^^"


def test_what_a_terminal_would_obey_is_made_harmless() -> None:
    source = Source("a\x1b[2J.nix", b"\x1b]0;x\x07 kernel")
    text = render(make_result(find_in("kernel", source, message="m\x1b[31m\n\u202e")), QUIET)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert text.splitlines()[0] == r"error[modules-path]: m\x1b[31m\n\u202e"


def test_names_of_files_that_are_no_text_can_be_written() -> None:
    render(make_result(make_finding("a\udce9.nix"))).encode()


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("piece", [b"kernel", "日本 \t".encode()], ids=["ascii", "wide characters and tabs"])
def test_nothing_is_wider_than_the_terminal(width: int, piece: bytes) -> None:
    source = Source("a.nix", b"# \n" + piece * 60 + b" here " + piece * 60 + b"\n")
    at = source.data.index(b"here")
    finding = find_in(
        "here",
        source,
        message="a message that has many words " * 6,
        help="what to write " * 20,
        consequence="how it fails there, at some length, and then some more of it, so that it is long",
        confidence=Confidence.MEDIUM,
        fixes=(Fix("title " * 20, Safety.UNSAFE, (Edit("a.nix", at, at + 4, "there"),)),),
    )
    text = render(make_result(finding), Manner(width=width), read=lambda path: source)
    from splitlint.report.terminal.paint import columns

    assert max(map(columns, text.splitlines())) <= width
    assert "here" in text
    assert "there" in text


def test_a_very_long_line_is_cut_around_its_place() -> None:
    source = Source("a.nix", b"a" * 1900 + b" kernel " + b"b" * 1900)
    text = render(make_result(find_in("kernel", source, impact=())), QUIET)
    code, under = text.splitlines()[2:4]
    assert code.startswith("1 | ...a")
    assert code.endswith("b...")
    assert code[under.index("^") : under.rindex("^") + 1] == "kernel"


def test_a_span_of_few_lines_shows_them() -> None:
    source = Source("a.nix", b"f {\n  a = 1;\n}\n")
    text = render(make_result(find_in("f {\n  a = 1;\n}", source, impact=())), QUIET)
    assert text.splitlines()[2:6] == ["1 | f {", "  | ^^^", "2 |   a = 1;", "3 | }"]


def test_an_empty_span_at_the_end_of_a_line_is_still_pointed_at() -> None:
    finding = make_finding(span=Span(1, 1, 1, 2, 1, 2), excerpt=Excerpt(1, ("x",)))
    assert "  |  ^" in render(make_result(finding))


def test_suppressed_findings_are_hidden_or_shown_with_their_reason() -> None:
    result = make_result(make_finding(suppressed="old tree"), make_finding(suppressed=""))
    assert render(result) == "Nothing found in 1 file.\nNot shown: 2 ignored by comments (--show-suppressed).\n"
    shown = render(result, Manner(show_suppressed=True))
    assert "ignored error[modules-path]" in shown
    assert "= ignored: old tree" in shown
    assert "= ignored: by a comment that gives no reason" in shown


def test_why_a_finding_was_not_fixed() -> None:
    finding = find_in("${k}", SOURCE, fixes=(UNSAFE,), fingerprint="f")
    text = render(make_result(finding), done=Done(left={"f": "its fix is unsafe"}), read=read)
    assert "  = unsafe fix: write `k.dev`\n  = not fixed: its fix is unsafe\n" in text


def test_what_was_fixed_is_said_even_if_nothing_else_is() -> None:
    done = Done({"b.nix": (make_finding("b.nix", fixes=(SAFE,)), make_finding("b.nix", fixes=(SAFE,)))})
    assert render(Result(), QUIET, done=done) == "fixed b.nix: 2\n"
    assert render(Result(), Manner(quiet=True, show_fixes=True), done=done) == (
        'fixed b.nix: 2\n  2 x modules-path: write `lib.getOutput "modules" k`\n'
    )


def test_problems_are_named_with_their_weight_and_notes_unless_quiet() -> None:
    problems = (
        Problem("a.nix", "cannot be read"),
        Problem("b.nix", "is binary", fatal=False),
        Problem("c.png", "is not checked", fatal=False, note=True),
    )
    assert render(Result(problems=problems), QUIET) == "error: a.nix: cannot be read\nwarning: b.nix: is binary\n"
    assert "note: c.png: is not checked\n" in render(Result(problems=problems))


def test_one_line_for_each_finding_in_the_order_of_places() -> None:
    findings = [
        make_finding("b.nix", line=3),
        make_finding("a.nix", line=12, column=5, severity=Severity.WARNING, rule="vmlinux", message="no `vmlinux`"),
    ]
    assert render(make_result(*findings), Manner(concise=True, quiet=True)) == (
        "a.nix:12:5: warning[vmlinux] no `vmlinux`\n"
        "b.nix:3:9: error[modules-path] the modules of `k` are in its `modules` output\n"
    )


def test_the_summary_accounts_for_everything_and_says_which_flag_shows_it() -> None:
    summary = Summary(
        files=2176,
        findings=3,
        fixable=3,
        fixed=1,
        suppressed=2,
        baselined=4,
        below_threshold=10,
        below_confidence=5,
        below_severity=2,
        skipped=9,
        excluded=6,
        absent=1,
        unreadable=7,
        syntax_errors=1,
        seconds=0.214,
    )
    findings = [
        make_finding("a.nix", fixes=(SAFE,)),
        make_finding("a.nix", fixes=(UNSAFE,)),
        make_finding("b.nix", fixes=(SAFE,), severity=Severity.WARNING, impact=("silent-empty",)),
    ]
    assert plain(summary_lines(summary, findings, seconds=True, width=200)) == (
        "Found 3 findings (2 errors, 1 warning) in 2 of 2,176 files; 1 may fail silently, 0.21 s.\n"
        "Fixed 1 finding.\n"
        "Fixable: 2 with --fix, 1 more with --fix --unsafe-fixes.\n"
        "Not shown: 5 with lower confidence (--min-confidence low), 2 with lower severity (--min-severity info), "
        "3 ignored by per-path-ignores, 2 ignored by comments (--show-suppressed), 4 known before.\n"
        "Not checked: 6 excluded, 1 links or deleted, 2 not source code, 7 could not be read.\n"
        "Not fully checked: 1 with a syntax error.\n"
    )


def test_nothing_found_is_not_said_of_nothing_nor_of_what_could_not_be_parsed() -> None:
    assert plain(summary_lines(Summary(files=0))) == "Nothing was checked.\n"
    assert "Nothing found" not in plain(summary_lines(Summary(files=1, syntax_errors=1)))


def test_statistics_count_each_rule_most_first() -> None:
    findings = [make_finding(rule="b"), make_finding(rule="a-longer-name", fixes=(SAFE,)), make_finding(rule="b")]
    text = render(make_result(*findings), Manner(statistics=True))
    assert "     2  error    b\n     1  error    a-longer-name  1 fixable\n" in text


def test_colours_and_links_only_add_to_the_plain_text() -> None:
    result = make_result(find_in("${k}", SOURCE, fixes=(SAFE,), url="https://example.org"))
    coloured = render(result, Manner(color=True, links=True), read=read)
    assert "\x1b[1;31m^^^^" in coloured
    assert "\x1b]8;;https://example.org\x1b\\" in coloured
    without_links = re.sub(r"\x1b\]8;;.*?\x1b\\", "", coloured)
    assert re.sub(r"\x1b\[[0-9;]*m", "", without_links) == render(result, read=read)
    assert "\x1b]8" not in render(result, Manner(color=True), read=read)


def test_lines_are_broken_between_words_and_long_words_stay_whole() -> None:
    text = plain(wrapped(line(("one ", "strong"), "two three/four/five six"), 9, "  "))
    assert text == "one two\n  three/four/five\n  six\n"
