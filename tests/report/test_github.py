from __future__ import annotations

from splitlint.findings.finding import Problem, Result, Severity
from splitlint.report import github
from splitlint.startup.records import replace
from tests.report.making import finding

TEXT = "{ kernel }:\n${kernel}/lib/modules\n"


def test_a_finding_is_one_command() -> None:
    assert github.render(Result((finding(TEXT, "${kernel}"),))) == (
        "::error title=splitlint (modules-path),file=nix/initrd.nix,line=2,col=1,endLine=2,endColumn=10"
        "::nix/initrd.nix:2:1: the modules of `kernel` are in its `modules` output (build-failure)\n"
    )


def test_a_finding_over_lines_has_no_columns() -> None:
    line = github.render(Result((finding(TEXT, "{ kernel }:\n${kernel}"),)))
    assert "line=1,endLine=2::" in line


def test_what_would_end_a_command_is_escaped() -> None:
    one = finding(TEXT, "${kernel}", path="a,b:c.nix", message="100%\r\nsure::error::x")
    line = github.render(Result((replace(one, help="two\nlines"),)))
    assert line.count("\n") == 1
    assert "file=a%2Cb%3Ac.nix," in line
    assert "100%25%0D%0Asure::error::x (build-failure)%0Atwo%0Alines" in line


def test_the_heaviest_come_first_since_github_shows_ten() -> None:
    light = finding(TEXT, "${kernel}", path="a.nix", severity=Severity.INFO)
    loud = finding(TEXT, "${kernel}", path="b.nix")
    silent = finding(TEXT, "${kernel}", path="c.nix", impact=("boot-failure",))
    lines = github.render(Result((light, loud, silent))).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::notice"]
    assert "file=c.nix" in lines[0]


def test_a_suppressed_finding_is_not_shown() -> None:
    assert github.render(Result((finding(TEXT, "${kernel}", suppressed=""),))) == ""


def test_problems_are_shown_on_their_files() -> None:
    problems = (Problem("a.nix", "cannot be read"), Problem("b.nix", "odd bytes", fatal=False))
    assert github.render(Result(problems=problems)) == (
        "::error title=splitlint,file=a.nix::cannot be read\n::warning title=splitlint,file=b.nix::odd bytes\n"
    )
