"""The command line as users meet it: arguments, exit codes, what is written where."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint import __version__
from splitlint.cli.main import COMMANDS, main
from splitlint.report.json import SCHEMA
from tests.tools import need

BROKEN = """\
{ config, lib, pkgs, ... }:
let
  k = config.boot.kernelPackages.kernel;
in
pkgs.runCommand "x" { } ''
  cp -r ${k}/lib/modules $out
''
"""
MENDED = BROKEN.replace("${k}", '${lib.getOutput "modules" k}')
FINE = "{ }\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.nix").write_text(BROKEN)
    (tmp_path / "good.nix").write_text(FINE)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command: its exit code, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


Run = Callable[..., tuple[int, str, str]]


def test_something_found_is_1_and_nothing_found_is_0(run: Run) -> None:
    assert run("check", "bad.nix")[0] == 1
    assert run("check", "good.nix") == (0, "Nothing found in 1 file.\n", "")
    assert run("check", "bad.nix", "--exit-zero")[0] == 0


def test_without_paths_the_current_folder_is_checked(run: Run) -> None:
    code, out, _ = run("check")
    assert code == 1
    assert "--> bad.nix:6:11" in out
    assert out.endswith("in 1 of 2 files.\nFixable: 1 with --fix.\n")


def test_the_report_is_the_same_twice_and_has_no_colours(run: Run) -> None:
    first = run("check", "bad.nix")
    assert first == run("check", "bad.nix")
    assert "\x1b" not in first[1]


def test_colours_can_be_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("check", "bad.nix")[1]
    assert "\x1b[1;31merror[modules-path]" in run("check", "bad.nix", "--color", "always")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in run("check", "bad.nix")[1]
    assert run("check", "bad.nix", "--color", "never")[1] == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("check", "bad.nix")[1] == plain


def test_quiet_says_nothing_but_findings(run: Run) -> None:
    assert run("check", "-q", "good.nix") == (0, "", "")
    out = run("check", "-q", "bad.nix")[1]
    assert "error[modules-path]" in out
    assert "Found" not in out


def test_statistics_count_by_rule(run: Run) -> None:
    assert "     1  error    modules-path  1 fixable\n" in run("check", "--statistics")[1]


def test_json_has_the_fields_of_the_contract_in_their_order(run: Run) -> None:
    code, out, err = run("check", "--format", "json")
    document = json.loads(out)
    assert (code, err) == (1, "")
    assert list(document) == ["schema", "tool", "findings", "errors", "summary"]
    assert (document["schema"], document["tool"]) == (SCHEMA, {"name": "splitlint", "version": __version__})
    (finding,) = document["findings"]
    assert (finding["path"], finding["line"], finding["column"], finding["rule"]) == ("bad.nix", 6, 11, "modules-path")
    assert finding["suppressed"] is None
    assert (document["summary"]["files"], document["summary"]["parsed"], document["errors"]) == (2, 1, [])


@pytest.mark.parametrize("form", ["json", "sarif", "github", "gitlab", "junit", "markdown", "html"])
def test_every_format_names_the_place(run: Run, form: str) -> None:
    code, out, _ = run("check", "--format", form)
    assert code == 1
    assert "bad.nix" in out
    assert "modules-path" in out


def test_output_goes_to_a_file_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    assert run("check", "--output", "report.txt") == (1, "", "")
    report = (tmp_path / "report.txt").read_text()
    assert "error[modules-path]" in report
    assert sorted(os.listdir()) == ["bad.nix", "good.nix", "report.txt"]
    code, out, err = run("check", "--output", "/dev/full")
    assert (code, out) == (2, "")
    assert "/dev/full: cannot be written: No space left on device" in err
    assert "none/r.txt: cannot be written" in run("check", "--output", "none/r.txt")[2]


def test_an_old_report_stays_if_the_new_one_cannot_be_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.txt").write_text("old")

    def refuse(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    assert run("check", "--output", "report.txt")[0] == 2
    assert (tmp_path / "report.txt").read_text() == "old"
    assert sorted(os.listdir()) == ["bad.nix", "good.nix", "report.txt"]


def test_rules_can_be_selected_and_ignored(run: Run) -> None:
    assert run("check", "--select", "vmlinux,build-tree")[0] == 0
    assert run("check", "--select", "vmlinux", "--select", "modules-path")[0] == 1
    assert run("check", "--ignore", "modules-path")[0] == 0


def test_a_rule_that_does_not_exist_is_wrong_use(run: Run) -> None:
    code, out, err = run("check", "--select", "module-path")
    assert (code, out, err) == (2, "", "splitlint: there is no rule `module-path`; did you mean `modules-path`?\n")


def test_thresholds_hide_and_count(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.nix").write_text('{ kernel }: "${kernel}/lib/modules"\n')
    (tmp_path / "low.nix").write_text('kernel: "${kernel}/lib/modules"\n')
    code, out, _ = run("check", "--min-confidence", "high")
    assert code == 0
    assert "2 with lower confidence (--min-confidence low)" in out
    assert run("check", "--min-confidence", "low")[0] == 1
    assert run("check", "--min-severity", "error", "--min-confidence", "low")[0] == 1


def test_a_release_of_nixpkgs_that_cannot_be_is_wrong_use(run: Run) -> None:
    assert run("check", "--nixpkgs", "25.11")[0] == 1
    code, _, err = run("check", "--nixpkgs", "25.10")
    assert code == 2
    assert "--nixpkgs must be" in err


def test_configuration_is_found_beside_the_paths(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/bad.nix").write_text(BROKEN)
    (tmp_path / "sub/.splitlint.toml").write_text('ignore = ["modules-path"]\n')
    assert run("check", "sub")[0] == 0
    assert run("check", "sub/bad.nix")[0] == 0
    assert run("check", "sub", "--isolated")[0] == 1
    assert run("check", "sub", "bad.nix")[0] == 1
    assert run("check", "bad.nix", "--config", "sub/.splitlint.toml")[0] == 0


def test_per_path_ignores_hold(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".splitlint.toml").write_text('[per-path-ignores]\n"bad.nix" = ["modules-path"]\n')
    assert run("check")[0] == 0


def test_a_broken_configuration_is_2_and_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".splitlint.toml").write_text("selekt = []\n")
    code, out, err = run("check", "good.nix")
    assert (code, out) == (2, "")
    assert f"{tmp_path / '.splitlint.toml'}: unknown key `selekt`; did you mean `select`?" in err


def test_a_configuration_that_names_an_unknown_rule_is_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".splitlint.toml").write_text('[per-path-ignores]\n"x" = ["modules-pat"]\n')
    assert run("check", "good.nix")[0] == 2


def test_exclude_on_the_command_line_is_relative_to_the_current_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".splitlint.toml").write_text("")
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/bad.nix").write_text(BROKEN)
    monkeypatch.chdir(tmp_path / "a")
    assert run("check")[0] == 1
    assert run("check", "--exclude", "b/bad.nix")[0] == 0
    assert run("check", "--exclude", "/b/")[0] == 0
    assert run("check", "--exclude", "bad.nix")[0] == 0
    assert run("check", "--exclude", "a/b")[0] == 1


def test_a_named_file_is_checked_though_excluded_unless_forced(run: Run) -> None:
    assert run("check", "bad.nix", "--exclude", "bad.nix")[0] == 1
    code, out, _ = run("check", "bad.nix", "--exclude", "bad.nix", "--force-exclude")
    assert (code, out) == (
        0,
        "note: bad.nix: is not checked: it is excluded\nNothing was checked.\nNot checked: 1 excluded.\n",
    )


def feed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_standard_input_is_checked_under_the_name_given(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, BROKEN)
    code, out, _ = run("check", "--stdin-filename", "editor/buffer.nix")
    assert code == 1
    assert "--> editor/buffer.nix:6:11" in out
    feed(monkeypatch, BROKEN)
    assert run("check", "--stdin-filename", "x.nix", "--exclude", "x.nix", "--force-exclude")[0] == 0


def test_suppressed_findings_are_counted_and_shown_on_demand(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.nix").write_text(BROKEN.replace("$out", "$out # splitlint: ignore[modules-path] old tree"))
    code, out, _ = run("check")
    assert (code, out) == (0, "Nothing found in 2 files.\nNot shown: 1 ignored by comments (--show-suppressed).\n")
    out = run("check", "--show-suppressed")[1]
    assert "ignored error[modules-path]" in out
    assert "= ignored: old tree" in out


def test_an_unused_suppression_is_found_even_where_no_needle_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.nix").write_text("{ } # splitlint: ignore[modules-path]\n")
    code, out, _ = run("check", "good.nix")
    assert code == 1
    assert "info[unused-suppression]" in out
    assert run("check", "good.nix", "--ignore", "unused-suppression")[0] == 0
    assert run("check", "good.nix", "--min-severity", "warning")[0] == 0


def test_a_page_in_a_folder_of_ones_own_works_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/no-rec.md").write_text(
        "# A recursive set\n\n## Definition\n\n```toml\n"
        'language = "nix"\nseverity = "warning"\nimpact = ["eval-error"]\nneedles = [["rec {"]]\nmessage = "rec"\n'
        "```\n\n```query nix\n(rec_attrset_expression) @at\n```\n"
    )
    (tmp_path / "good.nix").write_text("rec { a = 1; }\n")
    code, out, _ = run("check", "good.nix", "--rules", "mine")
    assert code == 1
    assert "warning[no-rec]: rec" in out
    (tmp_path / ".splitlint.toml").write_text('rules = ["mine"]\n')
    assert run("check", "good.nix")[0] == 1


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_folder_without_rules_is_2(run: Run, tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    code, _, err = run("check", "--rules", folder)
    assert code == 2
    assert folder in err


def test_a_broken_page_is_2_and_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/x.md").write_text("# A\n## Definition\n```toml\nlanguage = 3\n```\n")
    code, _, err = run("check", "--rules", "mine")
    assert code == 2
    assert "mine/x.md" in err


def test_fix_mends_the_file_and_says_so(run: Run, tmp_path: Path) -> None:
    code, out, err = run("check", "--fix")
    assert (code, err) == (0, "")
    assert (tmp_path / "bad.nix").read_text() == MENDED
    assert out == "fixed bad.nix: 1\n\nNothing found in 2 files.\nFixed 1 finding.\n"
    assert run("check", "--fix")[1] == "Nothing found in 2 files.\n"


def test_diff_shows_the_change_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    code, out, err = run("check", "--diff")
    assert code == 1
    assert '+  cp -r ${lib.getOutput "modules" k}/lib/modules $out\n' in out
    assert out.startswith("--- a/bad.nix\n+++ b/bad.nix\n")
    assert err == "splitlint: would fix 1 finding in 1 file\n"
    assert (tmp_path / "bad.nix").read_text() == BROKEN


def test_standard_input_is_mended_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    feed(monkeypatch, BROKEN)
    assert main(["check", "--fix", "--stdin-filename", "x.nix"]) == 0
    captured = capfdbinary.readouterr()
    assert captured.out == MENDED.encode()
    assert b"Fixed 1 finding." in captured.err
    feed(monkeypatch, FINE)
    assert main(["check", "--fix", "--stdin-filename", "x.nix"]) == 0
    assert capfdbinary.readouterr().out == FINE.encode()


def test_a_rule_that_is_not_to_be_mended_is_left(run: Run, tmp_path: Path) -> None:
    for setting in ('no-fix = ["modules-path"]', 'fix = ["vmlinux"]'):
        (tmp_path / ".splitlint.toml").write_text(setting)
        assert run("check", "--fix")[0] == 1
        assert (tmp_path / "bad.nix").read_text() == BROKEN


def test_a_file_that_cannot_be_written_is_named_and_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.nix").unlink()
    (tmp_path / "tree").mkdir()
    (tmp_path / "outside.nix").write_text(BROKEN)
    (tmp_path / "tree/bad.nix").symlink_to("../outside.nix")
    os.chdir("tree")
    code, out, _ = run("check", "--fix", "bad.nix")
    assert code == 2
    assert "error: bad.nix: cannot be written: it is a link to" in out
    assert (tmp_path / "outside.nix").read_text() == BROKEN


def test_unsafe_fixes_alone_are_wrong_use(run: Run) -> None:
    assert run("check", "--unsafe-fixes") == (2, "", "splitlint: --unsafe-fixes and --verify need --fix or --diff\n")


def test_verify_without_nix_is_2(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    code, _, err = run("check", "--fix", "--verify", "bad.nix")
    assert code == 2
    assert "nix-instantiate" in err
    assert (tmp_path / "bad.nix").read_text() == BROKEN


def test_verify_lets_nix_read_each_mended_file(run: Run, tmp_path: Path) -> None:
    need("nix-instantiate", "nix-bin")
    assert run("check", "--fix", "--verify")[0] == 0
    assert (tmp_path / "bad.nix").read_text() == MENDED


def test_diff_says_what_only_unsafe_fixes_would_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.nix").write_text('{ config }: "cp ${config.boot.kernelPackages.kernel}/vmlinux ."\n')
    assert run("check", "--diff")[1:] == ("", "splitlint: nothing can be fixed safely: see --unsafe-fixes\n")
    assert run("check", "--diff", "good.nix")[1:] == ("", "splitlint: nothing can be fixed\n")
    assert "/vmlinux" in run("check", "--diff", "--unsafe-fixes")[1]


def test_a_baseline_hides_what_it_knows_and_names_what_is_gone(run: Run, tmp_path: Path) -> None:
    assert run("check", "--write-baseline", "known.baseline") == (0, "Wrote 1 finding to known.baseline.\n", "")
    code, out, _ = run("check", "--baseline", "known.baseline")
    assert (code, out) == (0, "Nothing new in 2 files.\nNot shown: 1 known before.\n")
    (tmp_path / "bad.nix").write_text("# a line more\n" + BROKEN)
    assert run("check", "--baseline", "known.baseline")[0] == 0
    (tmp_path / "new.nix").write_text(BROKEN)
    assert run("check", "--baseline", "known.baseline")[0] == 1
    (tmp_path / "bad.nix").write_text(FINE)
    (tmp_path / "new.nix").unlink()
    code, out, _ = run("check", "--baseline", "known.baseline")
    assert code == 0
    assert "warning: known.baseline: 1 finding in it is gone" in out


def test_a_baseline_says_nothing_of_files_that_were_not_checked(run: Run) -> None:
    run("check", "--write-baseline", "known.baseline")
    assert run("check", "--baseline", "known.baseline", "good.nix")[1] == "Nothing found in 1 file.\n"


def test_what_a_baseline_knows_is_not_mended(run: Run, tmp_path: Path) -> None:
    run("check", "--write-baseline", "known.baseline")
    assert run("check", "--baseline", "known.baseline", "--fix")[0] == 0
    assert (tmp_path / "bad.nix").read_text() == BROKEN


def test_a_baseline_that_is_none_is_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "known.baseline").write_text("{}")
    assert run("check", "--baseline", "known.baseline")[0] == 2
    assert run("check", "--baseline", "missing.json")[0] == 2


def test_since_shows_only_what_a_change_brought(run: Run, tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "old")
    assert run("check", "--since", "main")[:2] == (0, "Nothing new in 2 files.\nNot shown: 1 known before.\n")
    git("checkout", "-qb", "work")
    git("mv", "bad.nix", "moved.nix")
    assert run("check", "--since", "main")[0] == 0
    (tmp_path / "good.nix").write_text(BROKEN)
    code, out, _ = run("check", "--since", "main")
    assert code == 1
    assert "--> good.nix:6:11" in out
    assert "moved.nix" not in out
    git("add", ".")
    git("commit", "-qm", "new")
    (tmp_path / "untracked.nix").write_text(BROKEN)
    out = run("check", "--since", "main")[1]
    assert "--> good.nix:6:11" in out
    assert "untracked.nix:6:11" in out


def test_since_shows_what_a_change_caused_in_a_file_that_did_not_change(run: Run, tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], check=True, capture_output=True)

    (tmp_path / "bad.nix").unlink()
    (tmp_path / "tree.nix").write_text('{ kernel }: "cp -r ${kernel}/lib/modules ."\n')
    (tmp_path / "default.nix").write_text("{ pkgs }: import ./tree.nix { kernel = pkgs.hello; }\n")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "old")
    assert run("check")[0] == 0
    (tmp_path / "default.nix").write_text("{ pkgs }: import ./tree.nix { kernel = pkgs.linux; }\n")
    code, out, _ = run("check", "--since", "main")
    assert code == 1
    assert "--> tree.nix:1:" in out
    git("commit", "-qam", "new")
    assert run("check", "--since", "HEAD")[0] == 0


def test_since_an_unknown_revision_or_without_git_is_2(run: Run, tmp_path: Path) -> None:
    assert "--since needs a git work tree" in run("check", "--since", "main")[2]
    subprocess.run(["git", "init", "-q"], check=True)
    assert "git knows no revision `nope`" in run("check", "--since", "nope")[2]


def test_explain_gives_the_page_without_what_the_machine_reads(run: Run) -> None:
    code, out, _ = run("explain", "modules-path")
    assert code == 0
    assert out.startswith("# A path under lib/modules is read from the kernel itself\n")
    assert "the build fails" in out
    assert "#denotes?" not in out
    assert "\x1b" in run("explain", "modules-path", "--color", "always")[1]


def test_explain_of_nothing_known_is_2(run: Run) -> None:
    assert (
        run("explain", "modules-pth")[2] == "splitlint: there is no rule `modules-pth`; did you mean `modules-path`?\n"
    )


def test_rules_are_listed_in_three_forms(run: Run) -> None:
    names = [rule["name"] for rule in json.loads(run("rules", "--format", "json")[1])]
    assert "modules-path" in names
    assert [line.split()[0] for line in run("rules")[1].splitlines()] == names
    assert "\x1b" in run("rules", "--color", "always")[1]
    table = run("rules", "--format", "markdown")[1].splitlines()
    assert [row.split("`")[1] for row in table[2:]] == names
    assert {row.replace(r"\|", "").count("|") for row in table} == {6}


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"splitlint {__version__}\n"


@pytest.mark.parametrize("arguments", [["bogus"], ["check", "--bogus"], ["check", "--format", "xml"]])
def test_wrong_arguments_are_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)


def test_no_command_shows_them_all_and_is_2(run: Run) -> None:
    code, out, _ = run()
    assert code == 2
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    assert f"usage: splitlint {name}" in capsys.readouterr().out


def test_interruption_is_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("splitlint.cli.commands.check.from_paths", interrupt)
    assert run("check") == (130, "", "splitlint: interrupted\n")


def test_a_reader_who_goes_away_is_no_error(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"bad{number}.nix").write_text(BROKEN)
    command = f"{sys.executable} -m splitlint check . | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env=_environment())
    assert done.stderr == ""
    assert done.stdout.splitlines()[1] == "1"


def test_a_full_disk_is_2() -> None:
    command = f"{sys.executable} -m splitlint check . > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=_environment())
    assert (done.returncode, done.stderr) == (
        2,
        "splitlint: standard output cannot be written: No space left on device\n",
    )


def test_names_that_the_terminal_cannot_show_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "bad.nix").rename(tmp_path / "bäd.nix")
    command = [sys.executable, "-m", "splitlint", "check", "."]
    environment = {**_environment(), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert r"--> b\xe4d.nix:6:11" in done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


@pytest.mark.parametrize(
    "use",
    [
        pytest.param('"cp ${board}/lib/modules/a $out"', id="put into a string"),
        pytest.param('pkgs.runCommand "x" { inherit board; } "cp -r $board/lib/modules $out"', id="an attribute"),
        pytest.param('board + "/lib/modules"', id="added to"),
    ],
)
def test_a_file_that_says_nothing_of_a_kernel_may_get_one_from_another(run: Run, use: str) -> None:
    Path("mk-board.nix").write_text("{ buildLinux, ... }@args: buildLinux args\n")
    Path("use.nix").write_text(f"{{ pkgs }}: let board = pkgs.callPackage ./mk-board.nix {{ }}; in {use}\n")
    Path("bad.nix").unlink()
    code, out, _ = run("check", ".")
    assert code == 1
    assert "since nixpkgs 25.11" in out


def test_what_nix_objects_to_is_put_back_and_does_not_count_as_fixable(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from splitlint.fixes.apply import verify

    monkeypatch.setattr(verify, "find_nix", lambda: "nix-instantiate")
    monkeypatch.setattr(verify, "parse_error", lambda nix, path, data: "nix-instantiate --parse says: error")
    code, out, _ = run("check", "bad.nix", "--fix", "--verify")
    assert (code, (tmp_path / "bad.nix").read_text()) == (1, BROKEN)
    assert "= not fixed: nix-instantiate --parse says: error" in out
    assert "Fixable" not in out
    document = json.loads(run("check", "bad.nix", "--fix", "--verify", "--format", "json")[1])
    assert document["summary"]["fixable"] == 0
    assert run("check", "bad.nix", "--diff", "--verify")[1:] == ("", "splitlint: nothing can be fixed\n")
