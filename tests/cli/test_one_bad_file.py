"""One bad file costs one file: it is named, the rest is reported, the status is 2, and nobody sees a traceback."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.checking import check
from splitlint.cli.main import main

KERNEL = "${config.boot.kernelPackages.kernel}"
GOOD = f'{{ config }}: "{KERNEL}/lib/modules"\n'
FOUND = ("good.nix", "modules-path")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    (tmp_path / "tree").mkdir()
    monkeypatch.chdir(tmp_path / "tree")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("good.nix").write_text(GOOD)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def found_and_named(report: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The paths and rules of findings, and the messages by path of what could not be checked."""
    document = json.loads(report)
    found = [(one["path"], one["rule"]) for one in document["findings"]]
    return found, {one["path"]: one["message"] for one in document["errors"]}


CYCLE = (
    "{ pkgs, kernel ? (import ./k%d.nix { inherit pkgs; }).kernel }:"
    ' { inherit kernel; tree = "${kernel}/lib/modules"; }\n'
)
BAD = {
    "files that import each other through defaults": {f"k{n}.nix": CYCLE % ((n + 1) % 12) for n in range(12)},
    "a sum of thousands": {"a.nix": f'{{ config }}: "{KERNEL}/lib/modules"' + ' + "x"' * 3000},
    "interpolations in each other": {
        "a.nix": "{ config }: " + '"${' * 3000 + "config.boot.kernelPackages.kernel" + '}"' * 3000 + ' + "/lib/modules"'
    },
    "bytes beside text": {"a.py": 'import os\np = os.path.join("/kernel-modules/" "a"b"\\xff", "bzImage")\n'},
    "brackets in each other": {"a.py": 'p = "/kernel-modules/bzImage"\nq = ' + "[" * 5000 + "]" * 5000 + "\n"},
}


@pytest.mark.parametrize("files", BAD.values(), ids=BAD)
@pytest.mark.parametrize("command", ["check", "scan"])
def test_a_file_on_which_checking_fails_is_named_and_the_rest_reported(
    run: Run, command: str, files: dict[str, str]
) -> None:
    for name, text in files.items():
        Path(name).write_text(text)
    code, out, err = run(command, "--format", "json")
    found, named = found_and_named(out)
    # What an engine makes of them is its business, as long as it does not pass them over in silence.
    checked = {path for path, _ in found}
    assert FOUND in found
    assert {os.path.basename(path) for path in named} | checked >= set(files)
    assert code == _status(command, named)
    assert "Traceback" not in err


def _status(command: str, named: dict[str, str]) -> int:
    """2 where a file could not be checked; a survey does not fail because it finds something."""
    if any(not message.startswith("not fully checked") for message in named.values()):
        return 2
    return 1 if command == "check" else 0


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking fails on files with `boom` in them, and takes for ever where `slow` is."""
    really_check = check.check_source

    def check_source(source, *others):  # type: ignore[no-untyped-def]
        if b"boom" in source.data:
            raise ZeroDivisionError("division by zero")
        while b"slow" in source.data:
            pass
        return really_check(source, *others)

    monkeypatch.setattr(check, "check_source", check_source)


@pytest.mark.usefixtures("fails")
@pytest.mark.parametrize("command", ["check", "scan"])
def test_an_error_in_splitlint_costs_the_file_it_happens_in(run: Run, command: str) -> None:
    Path("bad.nix").write_text("# boom\n" + GOOD)
    for _ in range(2):
        # Not even a cache makes it a success the second time.
        code, out, err = run(command, "--format", "json")
        found, named = found_and_named(out)
        assert (code, found) == (2, [FOUND])
        assert named == {"bad.nix": "could not be checked: internal error: ZeroDivisionError: division by zero"}
        assert "Traceback" not in err
    summary = json.loads(out)["summary"]
    assert (summary["files"], summary["parsed"], summary["unreadable"], summary["findings"]) == (1, 1, 1, 1)


@pytest.mark.usefixtures("fails")
@pytest.mark.parametrize("command", ["check", "scan"])
def test_a_file_that_takes_too_long_is_named_and_left_out(run: Run, command: str) -> None:
    Path("bad.nix").write_text("# slow\n" + GOOD)
    code, out, _ = run(command, "--format", "json", "--file-timeout", "0.2")
    found, named = found_and_named(out)
    assert (code, found) == (2, [FOUND])
    assert named == {"bad.nix": "could not be checked: it takes more than 0.2 s (see --file-timeout)"}


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "soon", ""])
def test_a_time_limit_that_is_none_is_wrong_use(run: Run, seconds: str) -> None:
    code, out, err = run("check", f"--file-timeout={seconds}")
    assert (code, out) == (2, "")
    assert "--file-timeout must be a number of seconds" in err


def test_a_repository_cannot_set_the_time_limit(run: Run) -> None:
    Path(".splitlint.toml").write_text("file-timeout = 1e9\n")
    code, _, err = run("check")
    assert code == 2
    assert "unknown key `file-timeout`" in err


@pytest.mark.usefixtures("fails")
def test_exit_zero_does_not_hide_a_file_that_was_not_checked(run: Run) -> None:
    Path("bad.nix").write_text("# boom\n" + GOOD)
    assert run("check", "--exit-zero")[0] == 2


@pytest.mark.usefixtures("fails")
def test_a_file_that_fails_is_not_gone_from_the_baseline(run: Run) -> None:
    Path("bad.nix").write_text(GOOD)
    run("check", "--write-baseline", "known.json")
    Path("bad.nix").write_text("# boom\n" + GOOD)
    code, out, _ = run("check", "--baseline", "known.json", "--format", "json")
    assert (code, found_and_named(out)[0]) == (2, [])
    assert list(found_and_named(out)[1]) == ["bad.nix"]


@pytest.mark.usefixtures("fails")
def test_a_mended_text_that_cannot_be_checked_is_not_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with_lib = "{ lib, config }: " + f'"{KERNEL}/lib/modules"\n'
    for name in ("bad.nix", "good.nix"):
        Path(name).write_text(with_lib)
    really_check = check.check_source

    def check_source(source, *others):  # type: ignore[no-untyped-def]
        assert source.path == "good.nix" or b"getOutput" not in source.data
        return really_check(source, *others)

    monkeypatch.setattr(check, "check_source", check_source)
    run("check", "--fix")
    assert Path("bad.nix").read_text() == with_lib
    assert "getOutput" in Path("good.nix").read_text()


CONFIGURATIONS = {
    "brackets": "a = " + "[" * 5000,
    "inline tables": "a = " + "{a=" * 5000,
    "a line that is no TOML": "select = [",
    "bytes that are no text": "a = '\udcff'",
}


@pytest.mark.parametrize("text", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
@pytest.mark.parametrize("name", [".splitlint.toml", "pyproject.toml"])
@pytest.mark.parametrize("command", ["check", "scan"])
def test_a_file_that_is_no_configuration_is_named_and_the_rest_reported(
    run: Run, command: str, name: str, text: str
) -> None:
    Path(name).write_bytes(("# splitlint\n" + text).encode("utf-8", "surrogateescape"))
    code, out, err = run(command, "--format", "json")
    found, named = found_and_named(out)
    assert (code, found, list(named)) == (2, [FOUND], [name])
    assert "Traceback" not in err


@pytest.mark.parametrize("writing", [["--fix"], ["--diff"], ["--write-baseline", "known.json"]])
def test_nothing_is_written_under_a_configuration_that_cannot_be_read(run: Run, writing: list[str]) -> None:
    Path(".splitlint.toml").write_text("exclude = [")
    code, out, err = run("check", *writing)
    assert (code, out) == (2, "")
    assert "is not TOML" in err
    assert Path("good.nix").read_text() == GOOD
    assert not Path("known.json").exists()


@pytest.mark.parametrize("text", ["[" * 5000, '{"a":' * 5000, '{"schema": 1, "findings": 3.5}', "[]", "\udcff", ""])
def test_a_file_that_is_no_baseline_is_named_and_the_rest_reported(run: Run, text: str) -> None:
    Path("known.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    code, out, err = run("check", "--baseline", "known.json", "--format", "json")
    found, named = found_and_named(out)
    assert (code, found) == (2, [FOUND])
    assert named == {"known.json": "is not a baseline; write it again with --write-baseline"}
    assert "Traceback" not in err
    assert run("check", "--baseline", "known.json", "--fix")[0] == 2
    assert Path("good.nix").read_text() == GOOD


def test_the_last_net_says_what_to_do_and_is_no_finding(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise LookupError("nobody thought of this")

    monkeypatch.setattr("splitlint.cli.commands.check.load_rule_set", fail)
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert "splitlint: internal error: LookupError: nobody thought of this\n" in err
    assert "please report it at https://github.com/splitlint/splitlint/issues" in err
    assert "Traceback" not in err
    monkeypatch.setenv("SPLITLINT_DEBUG", "1")
    assert "Traceback" in run("check")[2]


CALLS = "".join(
    [
        '{ pkgs }: let a0 = k: "${k}/lib/modules";\n',
        *(f"a{n + 1} = x: a{n} (a{n} x);\n" for n in range(40)),
        "in a40 pkgs.linux\n",
    ]
)


@pytest.mark.parametrize("command", ["check", "scan"])
def test_a_file_in_which_a_limit_is_reached_is_a_warning_and_leaves_the_status(run: Run, command: str) -> None:
    Path("good.nix").write_text("{ }\n")
    Path("calls.nix").write_text(CALLS)
    code, out, _ = run(command, "--format", "json")
    document = json.loads(out)
    (error,) = document["errors"]
    assert (error["path"].rpartition("/")[2], error["fatal"]) == ("calls.nix", False)
    assert error["message"].startswith("not fully checked: ")
    assert (document["summary"]["incomplete"], document["summary"]["unreadable"], code) == (1, 0, 0)


def test_a_limit_is_told_in_the_summary_and_nothing_is_said_not_to_be_found(run: Run) -> None:
    Path("good.nix").write_text("{ }\n")
    Path("calls.nix").write_text(CALLS)
    code, out, _ = run("check")
    assert code == 0
    assert "warning: calls.nix: not fully checked: " in out
    assert "Not fully checked: 1 in which a limit was reached." in out
    assert "Nothing found" not in out


def test_names_that_are_each_one_of_two_others_are_followed_once(run: Run) -> None:
    names = [
        f"tool{kind}{n} = if final.c then final.toola{n + 1} else final.toolb{n + 1};"
        for n in range(40)
        for kind in "ab"
    ]
    Path("overlay.nix").write_text("final: prev: { " + " ".join(names) + " }\n")
    Path("good.nix").write_text(
        "{ pkgs ? import <nixpkgs> { overlays = [ (import ./overlay.nix) ]; } }:\n"
        '[ "${pkgs.toola0}/lib/modules" (pkgs.toola0.override { }) "${pkgs.linux}/lib/modules" ]\n'
    )
    document = json.loads(run("check", "--format", "json")[1])
    assert document["errors"] == []
    assert [(one["path"], one["line"]) for one in document["findings"]] == [("good.nix", 2)]


def test_settings_that_a_small_function_writes_reach_no_limit(run: Run) -> None:
    settings = " ".join(f'S{number} = "{number}";' for number in range(90))
    lines = 'lib.concatStrings (lib.mapAttrsToList (n: v: "${n}=${v}") settings)'
    Path("good.nix").write_text(
        f"{{ lib, pkgs }}: let settings = {{ {settings} }}; in ''\n  ${{{lines}}}\n  ${{pkgs.linux}}/lib/modules\n''"
    )
    code, out, _ = run("check", "--format", "json")
    document = json.loads(out)
    assert (code, document["errors"], len(document["findings"])) == (1, [], 1)


def test_a_limit_does_not_hide_what_is_found(run: Run) -> None:
    Path("calls.nix").write_text(CALLS)
    assert run("check")[0] == 1


def test_a_file_that_could_not_be_checked_at_all_is_an_error(run: Run) -> None:
    Path("a.py").write_text(BAD["bytes beside text"]["a.py"])
    code, out, _ = run("check", "--format", "json")
    document = json.loads(out)
    assert [one["fatal"] for one in document["errors"]] == [True]
    assert code == 2


def _chain(first: str, step: str, last: str) -> str:
    lines = "".join(f"a{n} = {step.replace('A', f'a{n - 1}')};\n" for n in range(1, 41))
    return f"{{ pkgs }}: let a0 = {first};\n{lines}in {last}\n"


BOMBS = {
    "texts that double": _chain('"${pkgs.linux}/lib/modules"', '"${A}${A}"', "a40"),
    "lists that double": _chain("[ pkgs.linux ]", "A ++ A", "pkgs.aggregateModules a40"),
    "calls that double": _chain('k: "${k}/lib/modules"', "x: A (A x)", "a40 pkgs.linux"),
    "sets that double": _chain("{ k = pkgs.linux; }", "A // { l = A; r = A; }", '"${a40.l.r.k}/lib/modules"'),
    "a function that calls itself twice": """{ pkgs }: let
g = n: k: if n == 0 then "${k}/lib/modules" else g (n - 1) k + g (n - 2) k;
in g 500 pkgs.linux
""",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_what_doubles_at_each_line_ends_soon_with_a_finding_or_a_word(run: Run, text: str) -> None:
    Path("good.nix").unlink()
    Path("bomb.nix").write_text(text)
    before = time.process_time()
    code, out, _ = run("check", "--format", "json")
    assert time.process_time() - before < 5
    document = json.loads(out)
    assert code == bool(document["findings"])
    assert document["findings"] or document["summary"]["incomplete"]


def test_several_files_in_which_a_limit_is_reached_are_told_in_one_line(run: Run) -> None:
    for name in ("a.nix", "b.nix", "c.nix", "d.nix"):
        Path(name).write_text(CALLS)
    _, out, _ = run("check")
    assert "warning: a limit was reached in a.nix, b.nix, c.nix and 1 more (--all)\n" in out
    _, out, _ = run("check", "--all")
    assert "warning: d.nix: not fully checked: " in out
