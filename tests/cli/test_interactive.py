"""`--fix --interactive` and `--add-ignore`: what is written is what somebody chose."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.cli.main import main

HEAD = "{ pkgs, lib }:\n{\n"
PLACE = '  %s = "${pkgs.linux}/lib/modules";\n'
FIXED = '  %s = "${lib.getOutput "modules" pkgs.linux}/lib/modules";\n'
TEXT = HEAD + PLACE % "a" + PLACE % "b" + PLACE % "c" + "}\n"
OTHER = '{ pkgs, lib }: [ "${pkgs.linux}/vmlinux" ]\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.nix").write_text(TEXT)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs with answers, one a line: the exit code and what was shown."""

    def answer(*lines: str, flags: tuple[str, ...] = ()) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return main(["check", "--fix", "-i", *flags]), capsys.readouterr().out

    return answer


Answer = Callable[..., tuple[int, str]]


def test_what_is_answered_with_yes_is_fixed_and_the_rest_is_left(answer: Answer) -> None:
    code, out = answer("y", "n", "y")
    assert code == 1
    assert Path("a.nix").read_text() == HEAD + FIXED % "a" + PLACE % "b" + FIXED % "c" + "}\n"
    assert "fixed a.nix: 2\n" in out
    assert out.count("error[modules-path]") == 3
    assert "Apply this fix (2 more) [y, n, a, s, i, q, ?]? " in out


def test_all_of_this_rule_means_the_later_ones(answer: Answer) -> None:
    answer("n", "a")
    assert Path("a.nix").read_text() == HEAD + PLACE % "a" + FIXED % "b" + FIXED % "c" + "}\n"


def test_skip_leaves_the_rest_of_the_file(answer: Answer) -> None:
    Path("b.nix").write_text(TEXT)
    answer("y", "s", "a")
    assert Path("a.nix").read_text() == HEAD + FIXED % "a" + PLACE % "b" + PLACE % "c" + "}\n"
    assert Path("b.nix").read_text() == HEAD + FIXED % "a" + FIXED % "b" + FIXED % "c" + "}\n"


@pytest.mark.parametrize("rest", [("q",), ()], ids=["quit", "end of the input"])
def test_what_was_chosen_before_the_end_is_done(answer: Answer, rest: tuple[str, ...]) -> None:
    answer("y", *rest)
    assert Path("a.nix").read_text() == HEAD + FIXED % "a" + PLACE % "b" + PLACE % "c" + "}\n"


def test_a_finding_is_ignored_with_a_reason_beside_one_that_is_fixed(answer: Answer) -> None:
    _, out = answer("y", "i", "pinned to 24.11", "i", "")
    assert Path("a.nix").read_text() == (
        HEAD
        + FIXED % "a"
        + PLACE.replace("\n", "  # splitlint: ignore[modules-path] pinned to 24.11\n") % "b"
        + PLACE.replace("\n", "  # splitlint: ignore[modules-path]\n") % "c"
        + "}\n"
    )
    assert "fixed a.nix: 1\nignored a.nix: 2\n" in out
    assert main(["check", "--quiet"]) == 0


def test_what_is_no_answer_is_answered_with_what_the_keys_mean(answer: Answer) -> None:
    _, out = answer("?", "", "perhaps", "q")
    assert out.count("a  apply this and all later fixes of this rule") == 3
    assert Path("a.nix").read_text() == TEXT


def test_unsafe_fixes_are_offered_too_and_called_so(answer: Answer) -> None:
    Path("a.nix").write_text("{ runCommand, kernel }: runCommand \"x\" { } ''\n  cp -r ${kernel}/vmlinux $out\n''\n")
    _, out = answer("n")
    assert "unsafe fix: " in out


def test_nothing_is_asked_where_nothing_can_be_fixed(answer: Answer) -> None:
    Path("a.nix").write_text("{ }\n")
    assert answer() == (0, "Nothing found in 1 file.\n")


def test_it_needs_a_fix_and_a_text_report(answer: Answer) -> None:
    assert main(["check", "-i"]) == 2
    assert answer(flags=("--format", "json"))[0] == 2
    assert answer(flags=("--diff",))[0] == 2


def add(*arguments: str) -> int:
    return main(["check", "--add-ignore", *arguments])


def test_a_comment_is_written_for_each_finding_of_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("modules-path", "--reason", "adopted", "--quiet") == 0
    assert capsys.readouterr().out == "ignored a.nix: 3\n"
    assert Path("a.nix").read_text().count("# splitlint: ignore[modules-path] adopted\n") == 3
    assert main(["check", "--quiet"]) == 0


def test_other_rules_stay(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.nix").write_text(OTHER)
    assert add("modules-path", "--quiet") == 1
    assert Path("a.nix").read_text() == OTHER
    assert add("modules-path,vmlinux", "--quiet") == 0


def test_where_comments_would_go_can_be_seen_first(capsys: pytest.CaptureFixture[str]) -> None:
    add("modules-path", "--diff")
    captured = capsys.readouterr()
    assert captured.out.count("+  a = ") == 1
    assert captured.err == "splitlint: would ignore 3 findings in 1 file\n"
    assert Path("a.nix").read_text() == TEXT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("modules-pth",), "--add-ignore: there is no rule `modules-pth`; did you mean `modules-path`?"),
        (("unused-suppression",), "is about comments"),
        (("modules-path", "--fix"), "--add-ignore does not fix anything: leave out --fix"),
    ],
)
def test_what_cannot_be_ignored(arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(*arguments) == 2
    assert said in capsys.readouterr().err


def test_a_reason_needs_something_to_ignore(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--reason", "x"]) == 2


def test_a_place_where_no_comment_can_stand_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.nix").unlink()
    Path("boot.json").write_text('{ "kernel": "/run/booted-system/kernel-modules/bzImage" }\n')
    assert add("image-in-module-tree", "--quiet") == 1
    assert "line 1: a comment is not possible there" in capsys.readouterr().out


def test_comments_that_excuse_nothing_are_removed_by_fix(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.nix").write_text(
        "{ pkgs, lib, ... }:\n{\n"
        "  # splitlint: ignore[modules-path] no longer needed\n"
        "  a = pkgs.hello; # splitlint: ignore[vmlinux, modules-path] nor this\n"
        '  b = "${pkgs.linux}/lib/modules"; # splitlint: ignore[vmlinux, modules-path, build-env] one of three\n'
        "  c = 1; # A note. # splitlint: ignore[vmlinux]\n"
        "  d = 1; /* splitlint: ignore[vmlinux] x */ e = 2;\n"
        '  f = "${pkgs.linux}/lib/modules"; # splitlint: ignore[modules-path] needed\n'
        "}\n"
    )
    assert main(["check", "--fix", "--quiet"]) == 0
    assert Path("a.nix").read_text() == (
        "{ pkgs, lib, ... }:\n{\n"
        "  a = pkgs.hello;\n"
        '  b = "${pkgs.linux}/lib/modules"; # splitlint: ignore[modules-path] one of three\n'
        "  c = 1; # A note.\n"
        "  d = 1;  e = 2;\n"
        '  f = "${pkgs.linux}/lib/modules"; # splitlint: ignore[modules-path] needed\n'
        "}\n"
    )


def test_comments_in_other_files_are_removed_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.nix").unlink()
    for name, sign in (("a.sh", "#"), ("a.py", "#"), ("a.rs", "//"), ("Makefile", "#")):
        Path(name).write_text(
            f"x {sign} splitlint: ignore[vmlinux] old\n" if name != "a.py" else "x = 1  # splitlint: ignore[vmlinux]\n"
        )
    assert main(["check", "--fix", "--quiet"]) == 0
    assert [Path(name).read_text() for name in ("a.sh", "a.py", "a.rs", "Makefile")] == ["x\n", "x = 1\n", "x\n", "x\n"]


def test_what_may_be_text_in_a_nix_string_is_not_removed_without_a_look(capsys: pytest.CaptureFixture[str]) -> None:
    text = "{ writeText }: writeText \"x\" ''\n  # splitlint: ignore[modules-path] an example\n''\n"
    Path("a.nix").write_text(text)
    assert main(["check", "--fix", "--quiet"]) == 1
    assert Path("a.nix").read_text() == text
    assert main(["check", "--fix", "--unsafe-fixes", "--quiet"]) == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.nix", '{ pkgs }: [ "${pkgs.linux}/lib/modules" # splitlint: ignore[modules-path, vmlinux]\n'),
        ("a.py", 'open("kernel-modules/bzImage" # splitlint: ignore[image-in-module-tree]\n'),
    ],
    ids=["a syntax error", "Python that cannot be read"],
)
def test_a_comment_in_a_file_that_is_not_fully_checked_is_not_called_unused(
    name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.nix").unlink()
    Path(name).write_text(text)
    main(["check", "--fix", "--unsafe-fixes", "--format", "json"])
    assert "unused-suppression" not in capsys.readouterr().out
    assert Path(name).read_text() == text


def test_a_comment_for_a_rule_that_does_not_apply_to_this_nixpkgs_is_not_called_unused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("a.nix").write_text("{ }  # splitlint: ignore[redundant-workaround] soon\n")
    main(["check", "--format", "json"])
    assert "unused-suppression" not in capsys.readouterr().out
