from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.findings.finding import Result, Severity
from splitlint.report import markdown
from tests.report.making import finding
from tests.report.sample import RULES, sample, sample_owners

TEXT = "{ kernel }:\n${kernel}/lib/modules\n"
LINK = "https://github.com/NixOS/nixpkgs/blob/abc123"


def test_one_box_for_a_file_with_its_lines_linked() -> None:
    pair = Result((finding(TEXT, "${kernel}"), finding(TEXT, "{ kernel }:\n$")))
    assert markdown.render(pair, rules=RULES, permalinks=[("", LINK)]).splitlines() == [
        "2 findings in 1 file.",
        "",
        "## A path under `lib/modules` is read from the kernel's `out`",
        "",
        "[`modules-path`](https://splitlint.example/rules/modules-path) (build-failure, silent-empty)",
        "",
        f"- [ ] [`nix/initrd.nix`]({LINK}/nix/initrd.nix) [L1-L2]({LINK}/nix/initrd.nix#L1-L2), "
        f"[L2]({LINK}/nix/initrd.nix#L2)",
    ]


def test_without_a_permalink_nothing_is_linked() -> None:
    assert "- [ ] `nix/initrd.nix` L2\n" in markdown.render(Result((finding(TEXT, "${kernel}"),)))


def test_the_rule_with_the_heaviest_finding_comes_first() -> None:
    light = finding(TEXT, "${kernel}", rule="light", severity=Severity.INFO)
    text = markdown.render(Result((light, finding(TEXT, "${kernel}", impact=("boot-failure",)))))
    assert text.index("`modules-path`") < text.index("`light`")
    assert text.startswith("2 findings in 1 file, 1 of which can fail silently.")


def test_boxes_by_owner_say_what_to_do() -> None:
    other = finding(TEXT, "${kernel}", path="b.nix")
    text = markdown.render(
        Result((finding(TEXT, "${kernel}"), other)), owners={"b.nix": ["@NixOS/kernel", "@ada"]}, group="owner"
    )
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## `@NixOS/kernel`",
        "## `@ada`",
        "## No owner",
    ]
    assert text.count("- [ ] `b.nix` L2: the modules of `kernel` are in its `modules` output") == 2


def test_several_findings_of_a_file_share_its_box() -> None:
    pair = Result((finding(TEXT, "${kernel}"), finding(TEXT, "{ kernel }", message="take `modules`")))
    assert markdown.render(pair, group="owner").splitlines()[-3:] == [
        "- [ ] `nix/initrd.nix`",
        "  - L1: take `modules`",
        "  - L2: the modules of `kernel` are in its `modules` output",
    ]


def test_owners_are_woken_only_when_asked() -> None:
    result = Result((finding(TEXT, "${kernel}"),))
    owners = {"nix/initrd.nix": ["@ada"]}
    assert "(`@ada`)" in markdown.render(result, owners=owners)
    assert "(@ada)" in markdown.render(result, owners=owners, ping=True)


def test_nothing_found_is_said() -> None:
    assert markdown.render(Result((finding(TEXT, "${kernel}", suppressed=""),))) == "Nothing found.\n"


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="rule or owner"):
        markdown.render(Result(), group="colour")


def test_markup_and_mentions_in_messages_mean_themselves() -> None:
    text = markdown.prose("<b> *x* [y](z) @ada #12 `${a}_b`\n# head")
    assert text == "\\<b\\> \\*x\\* \\[y\\](z) @\u200cada \\#12 `${a}_b` \\# head"


def test_a_path_with_backticks_stays_in_its_code_span() -> None:
    assert markdown.code("a`b") == "``a`b``"
    assert markdown.code("`a") == "`` `a ``"
    one = finding(TEXT, "${kernel}", path="a b/`c`.nix")
    assert f"[``a b/`c`.nix``]({LINK}/a%20b/%60c%60.nix)" in markdown.render(Result((one,)), permalinks=[("", LINK)])


def test_a_survey_fits_an_issue_and_counts_what_does_not() -> None:
    result = sample()
    text = markdown.render(result, rules=RULES, owners=sample_owners(result), permalinks=[("", LINK)])
    assert 60_000 < len(text) <= 65_000
    assert re.search(r"\n[\d,]+ more files did not fit here\.\n$", text)


def test_without_a_limit_every_finding_has_a_line() -> None:
    result = sample(200)
    text = markdown.render(result, rules=RULES, permalinks=[("", LINK)], limit=10**9)
    assert len(re.findall(r"\[L\d+(?:-L\d+)?\]\(", text)) == 199


@given(st.text())
def test_any_text_stays_one_line(text: str) -> None:
    assert "\n" not in markdown.prose(text)
    assert "\n" not in markdown.code(text)
