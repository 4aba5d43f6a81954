"""What people read: where, what, how it breaks, why splitlint thinks so, what to write instead."""

from __future__ import annotations

from splitlint.files.positions import Excerpt, Span
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Edit, Fix, Problem, Related, Result, Safety, Severity, Summary
from splitlint.report.paint import plain
from splitlint.report.text import render, summary_lines
from tests.making import CODE, find_in, make_finding, make_result

SOURCE = Source("initrd.nix", CODE)
SAFE = Fix('write `lib.getOutput "modules" k`', Safety.SAFE, (Edit("initrd.nix", 1, 2, "x"),))
UNSAFE = Fix("write `k.dev`", Safety.UNSAFE, (Edit("initrd.nix", 1, 2, "x"),))


def read_line(path: str, number: int) -> str | None:
    return SOURCE.line_bytes(number).decode() if path == SOURCE.path else None


def test_a_finding_as_it_stands_on_the_page() -> None:
    bound = Source("initrd.nix", CODE).span(CODE.index(b"k ="), CODE.index(b";"))
    finding = find_in(
        "${k}",
        SOURCE,
        impact=("build-failure", "silent-empty"),
        reasons=("`k` is a kernel (line 3)", "a reason of its own"),
        related=(
            Related("initrd.nix", bound, "`k` is a kernel"),
            Related("flake.nix", Span(0, 1, 2, 3, 2, 4), "called here"),
        ),
        help="take the output that has them",
        fixes=(SAFE,),
        url="https://example.org",
    )
    assert render(make_result(finding, files=3), read_line=read_line) == (
        "error[modules-path]: the modules of `k` are in its `modules` output\n"
        " --> initrd.nix:6:9\n"
        "  |\n"
        "3 |   k = config.boot.kernelPackages.kernel;\n"
        "  |   ------------------------------------- `k` is a kernel\n"
        "...\n"
        "6 |   cp -r ${k}/lib/modules $out\n"
        "  |         ^^^^\n"
        "  |\n"
        "  = breaks: the build succeeds, but the files are missing from the result; or the build fails\n"
        "  = because: a reason of its own\n"
        "  = see: flake.nix:2:3: called here\n"
        "  = help: take the output that has them\n"
        '  = fix: write `lib.getOutput "modules" k` (safe: --fix does it)\n'
        "  = more: splitlint explain modules-path\n"
        "\n"
        "Found 1 finding: 1 error in 1 of 3 files; 1 may fail silently.\n"
        "Can be mended: 1 safely with --fix.\n"
    )


def test_the_worst_comes_first_silent_before_loud() -> None:
    findings = [
        make_finding("a.nix", rule="hint", severity=Severity.INFO),
        make_finding("b.nix", rule="loud"),
        make_finding("c.nix", rule="silent", impact=("boot-failure",)),
        make_finding("d.nix", rule="unsure", confidence=Confidence.MEDIUM),
    ]
    text = render(make_result(*findings), quiet=True)
    assert [line for line in text.splitlines() if "[" in line] == [
        "error[silent]: the modules of `k` are in its `modules` output",
        "error[loud]: the modules of `k` are in its `modules` output",
        "error[unsure]: the modules of `k` are in its `modules` output",
        "info[hint]: the modules of `k` are in its `modules` output",
    ]


def test_confidence_is_told_where_it_is_not_high() -> None:
    assert "confidence" not in render(make_result(make_finding()))
    assert "= confidence: low" in render(make_result(make_finding(confidence=Confidence.LOW)))


def test_a_finding_without_its_source_still_has_its_place() -> None:
    assert render(make_result(make_finding()), quiet=True) == (
        "error[modules-path]: the modules of `k` are in its `modules` output\n"
        " --> initrd.nix:6:9\n"
        "  = breaks: the build fails\n"
        "\n"
    )


def test_tabs_and_wide_characters_do_not_shift_the_underline() -> None:
    source = Source("a.nix", 'x\t= "日本 ${kernel}"'.encode())
    text = render(make_result(find_in("kernel", source)), quiet=True)
    _, _, _, code, under, *_ = text.splitlines()
    assert code == '1 | x    = "日本 ${kernel}"'
    assert under == "  |                ^^^^^^"


def test_what_a_terminal_would_obey_is_made_harmless() -> None:
    source = Source("a\x1b[2J.nix", b"\x1b]0;x\x07 kernel")
    text = render(make_result(find_in("kernel", source, message="m\x1b[31m\n\u202e")), quiet=True)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert text.splitlines()[0] == "error[modules-path]: m?[31m??"


def test_names_of_files_that_are_no_text_can_be_written() -> None:
    render(make_result(make_finding("a\udce9.nix"))).encode()


def test_a_very_long_line_is_cut_around_its_place() -> None:
    source = Source("a.nix", b"a" * 5000 + b" kernel " + b"b" * 5000)
    text = render(make_result(find_in("kernel", source)), quiet=True)
    assert max(map(len, text.splitlines())) < 200
    code, under = text.splitlines()[3:5]
    assert code.startswith("1 | ...a")
    assert code.endswith("b...")
    assert code[under.index("^") : under.rindex("^") + 1] == "kernel"


def test_a_span_of_several_lines_shows_them() -> None:
    source = Source("a.nix", b"f {\n  a = 1;\n}\n")
    text = render(make_result(find_in("f {\n  a = 1;\n}", source)), quiet=True)
    assert text.splitlines()[3:7] == ["1 | f {", "  | ^^^", "2 |   a = 1;", "3 | }"]


def test_an_empty_span_at_the_end_of_a_line_is_still_pointed_at() -> None:
    finding = make_finding(span=Span(1, 1, 1, 2, 1, 2), excerpt=Excerpt(1, ("x",)))
    assert "  |  ^" in render(make_result(finding))


def test_suppressed_findings_are_hidden_or_shown_with_their_reason() -> None:
    result = make_result(make_finding(suppressed="old tree"), make_finding(suppressed=""))
    assert render(result) == "Nothing found in 1 file.\nNot shown: 2 ignored by a comment.\n"
    shown = render(result, show_suppressed=True)
    assert "ignored error[modules-path]" in shown
    assert "= ignored: old tree" in shown
    assert "= ignored: by a comment that gives no reason" in shown


def test_why_a_finding_was_not_mended() -> None:
    finding = make_finding(fixes=(UNSAFE,), fingerprint="f")
    text = render(make_result(finding), left={"f": "its fix is unsafe"})
    assert "= fix: write `k.dev` (look at it: --fix --unsafe-fixes does it)" in text
    assert "= not mended: its fix is unsafe" in text


def test_a_fix_in_words_only_is_by_hand() -> None:
    finding = make_finding(fixes=(Fix("use `k.configfile`", Safety.MANUAL),), fingerprint="f")
    text = render(make_result(finding), left={"f": "by hand: use `k.configfile`"})
    assert "= fix: use `k.configfile` (by hand)" in text
    assert "not mended" not in text


def test_problems_are_named_with_their_weight() -> None:
    result = Result(problems=(Problem("a.nix", "cannot be read"), Problem("b.nix", "is binary", fatal=False)))
    assert render(result, quiet=True) == "error: a.nix: cannot be read\nwarning: b.nix: is binary\n"


def test_the_summary_accounts_for_everything() -> None:
    summary = Summary(
        files=2176,
        findings=3,
        fixable=3,
        fixed=1,
        suppressed=2,
        baselined=4,
        below_threshold=5,
        skipped=6,
        unreadable=7,
        seconds=0.214,
    )
    findings = [
        make_finding("a.nix", fixes=(SAFE,)),
        make_finding("a.nix", fixes=(UNSAFE,)),
        make_finding("b.nix", fixes=(SAFE,), severity=Severity.WARNING, impact=("silent-empty",)),
    ]
    assert plain(summary_lines(summary, findings, seconds=True)) == (
        "Found 3 findings: 2 errors, 1 warning in 2 of 2,176 files; 1 may fail silently, 0.21 s.\n"
        "Mended 1 finding.\n"
        "Can be mended: 2 safely with --fix, 1 with --fix --unsafe-fixes.\n"
        "Not shown: 2 ignored by a comment, 4 known before, 5 below the threshold.\n"
        "Not checked: 6 left out, 7 could not be read.\n"
    )


def test_statistics_count_each_rule_most_first() -> None:
    findings = [make_finding(rule="b"), make_finding(rule="a-longer-name", fixes=(SAFE,)), make_finding(rule="b")]
    text = render(make_result(*findings), statistics=True)
    assert "     2  error    b\n     1  error    a-longer-name  1 fixable\n" in text


def test_colours_only_add_to_the_plain_text() -> None:
    import re

    result = make_result(find_in("${k}", SOURCE, fixes=(SAFE,)))
    colored = render(result, color=True, width=40)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(result)
    assert "\x1b[1;31m^^^^" in colored
