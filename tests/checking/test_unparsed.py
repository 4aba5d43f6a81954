"""Files that Nix cannot parse: said, counted, left alone by fixes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from splitlint.cli.main import main

CONFLICT = """\
{ pkgs, lib, ... }:
let
<<<<<<< HEAD
  kernel = pkgs.linux_6_12;
=======
  kernel = pkgs.linux_6_6;
>>>>>>> theirs
in
{
  a = pkgs.runCommand "x" { } ''
    cp -r ${kernel}/lib/modules $out
  '';
}
"""
OPEN_STRING = """\
{ pkgs, lib, ... }:
{
  title = "no end;
  a = pkgs.runCommand "x" { } ''
    cp -r ${pkgs.linux}/lib/modules $out
  '';
}
"""
NO_SEMICOLON = """\
{ pkgs, lib, ... }:
{
  a = "${pkgs.linux}/lib/modules"
  b = 1;
}
"""
FINE = '{ pkgs, lib, }: lib.getOutput "modules" pkgs.linux + "/lib/modules"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object], list[tuple[str, int]]]:
    """The exit code, the summary, and the syntax errors by message and line of `splitlint check`."""
    code = main(["check", "--format", "json", *arguments])
    report = json.loads(capsys.readouterr().out)
    errors = [one for one in report["findings"] if one["rule"] == "syntax-error"]
    assert all((one["severity"], one["confidence"]) == ("warning", "high") for one in errors)
    return code, report["summary"], [(one["message"].partition(": ")[2], one["line"]) for one in errors]


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        (CONFLICT, "this is a merge conflict marker", 3),
        (OPEN_STRING, "a string is not closed, perhaps this one, which spans several lines", 3),
        (NO_SEMICOLON, "unexpected `=`, expected `;`", 4),
        ("{ pkgs }: [ pkgs.linux\n", "this bracket is not closed", 1),
        ("{ pkgs }: { a = pkgs.linux; a = 1; }\n", "`a` is bound twice in this set", 1),
    ],
    ids=["merge conflict", "open string", "no semicolon", "open bracket", "bound twice"],
)
def test_a_file_that_nix_cannot_parse_is_a_warning_with_its_line(
    text: str, what: str, line: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.nix").write_text(text if "lib/modules" in text else text + "# see ''${kernel}/lib/modules\n")
    Path("fine.nix").write_text(FINE)
    code, summary, errors = found(capsys, ".")
    assert (code, errors) == (1, [(what, line)])
    assert summary["syntax_errors"] == 1


def test_it_is_said_whatever_rules_are_selected_unless_it_is_ignored(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.nix").write_text(CONFLICT)
    assert found(capsys, "--select", "modules-path")[2] == [("this is a merge conflict marker", 3)]
    assert found(capsys, "--ignore", "syntax-error")[2] == []
    Path("bad.nix").write_text("# splitlint: ignore-file[syntax-error] made so on purpose\n" + CONFLICT)
    assert found(capsys)[0] == 0


def test_a_run_that_does_not_show_it_counts_it_and_does_not_say_that_nothing_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("bad.nix").write_text(CONFLICT)
    assert found(capsys, "--min-severity", "error")[1]["syntax_errors"] == 1
    assert main(["check", "--min-severity", "error"]) == 0
    assert "Nothing found" not in capsys.readouterr().out


def test_fixes_leave_such_a_file_alone_and_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.nix").write_text(NO_SEMICOLON)
    Path("good.nix").write_text('{ pkgs, lib }: "${pkgs.linux}/lib/modules"\n')
    assert main(["check", "--fix", "--unsafe-fixes"]) == 1
    out = capsys.readouterr().out
    assert "Nix cannot parse the file (line 4)" in out
    assert Path("bad.nix").read_text() == NO_SEMICOLON
    assert "getOutput" in Path("good.nix").read_text()
    assert found(capsys)[1]["fixable"] == 0


def test_a_fix_in_another_file_does_not_write_to_such_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("call.nix").write_text("{ pkgs }: { a = pkgs.callPackage ./image.nix { k = pkgs.linux }; }\n")
    Path("image.nix").write_text('{ k, lib, runCommand }: runCommand "x" { } "cp -r ${k}/lib/modules $out"\n')
    main(["check", "--fix", "--unsafe-fixes"])
    assert "k = pkgs.linux }" in Path("call.nix").read_text()
    assert "getOutput" in Path("image.nix").read_text() or "syntax-error" in capsys.readouterr().out


def test_a_comma_before_the_end_of_arguments_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fine.nix").write_text(FINE)
    code, summary, errors = found(capsys)
    assert (code, summary["parsed"], errors) == (0, 1, [])


FLAKE = """\
{ outputs = { nixpkgs, ... }: let pkgs = nixpkgs.legacyPackages.x; in {
<<<<<<< HEAD
  image = pkgs.callPackage ./image.nix { k = pkgs.linux_6_12; };
=======
  image = pkgs.callPackage ./image.nix { k = pkgs.linux_6_6; };
>>>>>>> theirs
}; }
"""
IMAGE = "{ k, runCommand }: runCommand \"x\" { } ''\n  cp -r ${k}/lib/modules $out\n''\n"


def test_a_file_that_others_get_their_values_from_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("flake.nix").write_text(FLAKE)
    Path("image.nix").write_text(IMAGE)
    Path("alone.nix").write_text("{ a = 1 }\n")
    code, summary, errors = found(capsys)
    assert (code, errors) == (1, [("this is a merge conflict marker", 2)])
    assert summary["syntax_errors"] == 1
    assert found(capsys, "image.nix")[2] == []
    Path("flake.nix").write_text("# splitlint: ignore-file[syntax-error] soon\n" + FLAKE)
    assert found(capsys)[1]["findings"] == found(capsys, "image.nix")[1]["findings"]


def test_a_named_file_is_parsed_though_no_rule_looks_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.nix").write_text("{ a = 1\n}\n")
    assert main(["check", "a.nix"]) == 1
    assert "warning[syntax-error]" in capsys.readouterr().out
    assert main(["check", "."]) == 0
    assert main(["check", "--force-exclude", "a.nix"]) == 0


def test_a_merge_conflict_is_found_in_any_nix_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.nix").write_text("{\n<<<<<<< HEAD\n  a = 1;\n=======\n  a = 2;\n>>>>>>> b\n}\n")
    Path("b.nix").write_text("{ a = ''\n  <<<<<<< HEAD\n''; }\n")
    assert main(["check", "."]) == 1
    out = capsys.readouterr().out
    assert "merge conflict marker" in out
    assert "in 1 of 2 files" in out
