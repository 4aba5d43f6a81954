"""Flags: which go together, which may stand in the configuration, and what is said of those that are misspelt."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.cli.flags import _DEFAULTS
from splitlint.cli.main import main
from splitlint.config import FLAG_READERS

BROKEN = '{ pkgs, lib }: "${pkgs.linux}/lib/modules"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.nix").write_text(BROKEN)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["check", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ("--unsafe-fixes", "--unsafe-fixes and --verify need --fix or --diff"),
        ("--show-fixes", "--show-fixes needs --fix"),
        ("--diff --format json", "--diff writes a patch: leave out --format"),
        ("--fix-only --diff", "--fix-only does not report what is left: leave out --diff"),
        ("--isolated --config a.toml", "--isolated uses no configuration: leave out --config"),
        ("--stdin-filename a.nix bad.nix", "--stdin-filename checks standard input only: leave out the paths"),
        ("--write-baseline b --fix --since HEAD", "writes all current findings: leave out --fix and --since"),
        ("--all --format json", "--all is for --format text, not for json"),
        ("--statistics --format sarif", "--statistics is for --format text and concise, not for sarif"),
    ],
)
def test_flags_that_do_not_go_together_are_an_error(flags: str, said: str, run: Run) -> None:
    code, out, err = run(*flags.split())
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    ("argument", "meant"),
    [("--min-confidense=low", "--min-confidence"), ("--stagd", "--staged"), ("--format=jsno", "json")],
)
def test_a_misspelt_flag_is_answered_with_the_nearest(
    argument: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["check", argument])
    assert f"did you mean `{meant}`?" in capsys.readouterr().err


def test_a_misspelt_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["chek"])
    assert "did you mean `check`?" in capsys.readouterr().err


def configure(text: str) -> None:
    Path(".splitlint.toml").write_text(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('ignore = ["modules-pth"]', ".splitlint.toml: `ignore`: there is no rule `modules-pth`; did you mean"),
        ('no-fix = ["x"]', ".splitlint.toml: `no-fix`: there is no rule `x`"),
        ('[per-path-ignores]\n"tests/**" = ["x"]', '`per-path-ignores."tests/**"`: there is no rule `x`'),
        ("staged = 1", "`staged` must be true or false"),
        ('format = "jsn"', "`format` must be text or concise"),
        ("baseline = true", "`baseline` must be a string"),
        ("stagd = true", "unknown key `stagd`; did you mean `staged`?"),
        ("output = 'x'", "unknown key `output`"),
    ],
)
def test_what_is_wrong_in_a_configuration_names_the_file_and_the_key(text: str, said: str, run: Run) -> None:
    configure(text)
    code, _, err = run()
    assert code == 2
    assert said in err


def test_a_rule_that_the_command_line_names_is_not_looked_for_in_the_configuration(run: Run) -> None:
    configure('ignore = ["vmlinux"]')
    assert run("--ignore", "x")[2] == "splitlint: there is no rule `x`\n"


def test_every_key_for_a_flag_has_a_flag_and_a_default() -> None:
    assert {key.replace("-", "_") for key in FLAG_READERS} == set(_DEFAULTS)


def test_flags_may_stand_in_the_configuration_and_the_command_line_wins(run: Run) -> None:
    configure('format = "concise"\nquiet = true\nexit-zero = true\n')
    assert run()[:2] == (0, run("--format", "concise", "--quiet")[1])
    code, out, _ = run("--no-exit-zero", "--no-quiet", "--format", "text")
    assert code == 1
    assert "Found 1 finding" in out


def test_a_flag_of_the_configuration_yields_where_it_does_not_go_with_the_command_line(run: Run) -> None:
    configure("unsafe-fixes = true\nstaged = true\nshow-fixes = true\nstatistics = true\n")
    assert run("--format", "json", "--no-staged")[0] == 1
    code, out, err = run("--fix", "--isolated")
    assert (code, err) == (0, "")
    Path("bad.nix").write_text(BROKEN)
    code, out, err = run("--fix")
    assert (code, err) == (0, "")
    assert "1 x modules-path" in out


def test_a_baseline_of_the_configuration_is_looked_for_beside_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--write-baseline", "known.json", "--quiet")[0] == 0
    configure('baseline = "known.json"')
    assert run()[0] == 0
    assert run("--baseline", "")[0] == 1
    configure('baseline = "../known.json"')
    code, _, err = run()
    assert code == 2
    assert "which leads out of" in err


def test_fix_only_fixes_and_says_nothing_of_what_is_left(run: Run) -> None:
    Path("left.nix").write_text('{ pkgs }: [ (pkgs.linux.override { outputs = [ "out" ]; }) ]\n{ pkgs.linux }')
    code, out, err = run("--fix-only")
    assert (code, out, err) == (0, "fixed bad.nix: 1\n", "")
    assert "getOutput" in Path("bad.nix").read_text()
    assert run("--fix-only") == (0, "", "")
    assert run("--fix-only", "nothing.nix")[0] == 2
    document = json.loads(run("--fix-only", "--format", "json")[1])
    assert document["findings"] == []
