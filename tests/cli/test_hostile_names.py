"""Names and lines of files that would write to a terminal, or that are no text: checked, reported, kept, fixed."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from splitlint.cli.main import main
from tests.canaries import BROKEN
from tests.scan_trees import run_git

NAMES = (
    b"n\xff.nix",
    b"esc\x1b[31mred.nix",
    b"new\nline.nix",
    b"\n::error::x.nix",
    b"return\rx.nix",
    "bidi\u202e.nix".encode(),
    "c1\u009b31m.nix".encode(),
    "line\u2028.nix".encode(),
    b"tab\there.nix",
    b"-n.nix",
    b"a b.nix",
    b" .nix",
    b'quote".nix',
    b"back\\slash.nix",
    b"[red]markup[/red].nix",
    b"<script>x.nix",
    b"`code` | *x*.nix",
    "ünïcode.nix".encode(),
    b"%0A::error::x.nix",
    b"sub\x1b/\xfe\n.nix",
)
#: What must not be in a report, byte by byte.
RAW = (b"\x1b", b"\r", b"\x07", b"\xff", b"\xfe", "\u202e".encode(), "\u009b".encode(), "\u2028".encode())
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
LINE = (
    "{ config }: # \x1b[31m\x07 \u202e \u009b \u2028 \x7f\n"
    '"${config.boot.kernelPackages.kernel}/lib/modules" # \x1b]0;x\x07\n'
)
SCAN = ("scan", "--executor", "here")
Run = Callable[..., tuple[int, bytes, bytes]]


@pytest.fixture(params=["a folder", "a repository"])
def tree(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files with these names, in each a finding."""
    tree = tmp_path / "tree"
    for name in NAMES:
        path = os.path.join(os.fsencode(tree), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as stream:
            stream.write(BROKEN)
    if request.param == "a repository":
        run_git(tree, "init", "-q")
        run_git(tree, "add", "-A")
        run_git(tree, "commit", "-qm", "x")
    monkeypatch.chdir(tree)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tree


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: str) -> tuple[int, bytes, bytes]:
        for number, name in ((1, "stdout"), (2, "stderr")):
            stream = io.TextIOWrapper(io.FileIO(number, "w", closefd=False), encoding="utf-8")
            monkeypatch.setattr(sys, name, stream)
        code = main(arguments)
        captured = capfdbinary.readouterr()
        return code, captured.out, captured.err

    return run


def lines_start_as_ours(out: bytes) -> bool:
    return not any(line.startswith(b"::error::") for line in out.splitlines())


@pytest.mark.parametrize("form", FORMATS)
def test_every_report_names_all_and_carries_no_raw_byte(tree: Path, run: Run, form: str) -> None:
    for command in (("check",), (*SCAN, "."), (*SCAN, ".", "--no-cache"), ("check", "--group-by", "owner")):
        code, out, err = run(*command, "--format", form)
        assert (code, err) == (int(command[0] == "check"), b"")
        assert not [raw for raw in RAW if raw in out]
        out.decode()
        assert lines_start_as_ours(out)
        if form in ("json", "sarif", "gitlab"):
            json.loads(out)
        if form == "junit":
            assert len(ElementTree.fromstring(out).findall("testsuite")) == len(NAMES)
        if form == "github":
            assert out.count(b"\n") == len(NAMES)
        if form == "json":
            paths = {os.fsencode(one["path"]) for one in json.loads(out)["findings"]}
            assert paths == set(NAMES)


@pytest.mark.parametrize("form", FORMATS)
def test_lines_of_source_carry_no_raw_byte_either(tmp_path: Path, run: Run, form: str) -> None:
    (tmp_path / "x.nix").write_text(LINE)
    for folder in (tmp_path, tmp_path / "x.nix"):
        code, out, _ = run("check", str(folder), "--isolated", "--format", form)
        assert code == 1
        assert not [raw for raw in RAW if raw in out]


def test_colours_are_the_only_escapes_on_a_terminal(tree: Path, run: Run) -> None:
    code, out, _ = run("check", "--color", "always", "--all")
    assert code == 1
    assert b"esc\\x1b[31mred.nix" in out
    assert not [raw for raw in RAW[1:] if raw in out]
    assert b"esc\x1b" not in out


def test_the_overview_of_a_scan_the_history_and_the_cache_take_all_names(tree: Path, run: Run) -> None:
    target = os.fsdecode(b"../\xff\x1b[31mtree")
    shutil.copytree(tree, target)
    for command in ((target,), (target, "--compare"), (target, "--resume"), ("--compare",), ("--history",)):
        code, out, err = run(*SCAN, *command)
        assert code == 0
        assert not [raw for raw in RAW if raw in out + err]
    assert b"0 new, 0 gone" in run(*SCAN, target, "--compare")[1]
    assert b"\\xff\\x1b[31mtree" in run(*SCAN, "--history")[1]


def test_revisions_of_such_repositories_are_scanned(tree: Path, run: Run) -> None:
    if not (tree / ".git").exists():
        pytest.skip("there is no revision")
    for _ in range(2):
        code, out, err = run(*SCAN, ".@HEAD", "--format", "json")
        assert (code, err) == (0, b"")
        found = {os.fsencode(one["path"]) for one in json.loads(out)["findings"]}
        assert found == {b".@HEAD:" + name for name in NAMES}


def test_messages_about_such_files_are_one_line(tree: Path, run: Run) -> None:
    for arguments in (
        ("check", "--config", "no\x1b[31m\nfile"),
        ("check", "--baseline", os.fsdecode(b"n\xff\n.nix")),
        ("check", "--output", "no/such\x1b\n/file"),
        ("explain", "no\x1b\nrule"),
        ("check", "no\x1b\nfile.nix"),
        (*SCAN, "no\x1b\ntarget"),
        (*SCAN, "--targets-from", "no\x1b\nlist"),
    ):
        code, out, err = run(*arguments)
        assert code == 2
        assert not [raw for raw in RAW if raw in out + err]
        assert len(err.splitlines()) <= 1


def test_wrong_arguments_are_told_without_what_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--format", "x\x1b[31m\n"])
    with pytest.raises(SystemExit):
        main(["check", "--\x1b[31m"])
    assert "\x1b" not in capsys.readouterr().err


def test_pages_of_a_repository_write_nothing_to_a_terminal(tree: Path, run: Run) -> None:
    definition = "language = 'nix'\nseverity = 'info'\nimpact = ['eval-error']\nneedles = [['lib']]"
    definition += "\n[[use]]\nvalue = ['any']"
    page = f"# T\x1b[31m\n\n\x07\u202e\n\n## Definition\n```toml\n{definition}\n```\n"
    Path("mine").mkdir()
    Path("mine/own\x1b[31m.md").write_text(page)
    Path(".splitlint.toml").write_text('rules = ["mine"]\n')
    for arguments in (
        ("rules",),
        ("rules", "--format", "markdown"),
        ("rules", "--format", "json"),
        ("explain", "own\x1b[31m"),
        ("check", "--format", "html"),
    ):
        code, out, _ = run(*arguments)
        assert code in (0, 1)
        assert not [raw for raw in RAW if raw in out]
    out = run("explain", "own\x1b[31m", "--color", "always")[1]
    assert b"\x07" not in out
    assert b"T\x1b[31m" not in out


def test_git_applies_the_diff_to_all_of_them_and_it_is_what_fixing_does(tree: Path, run: Run, tmp_path: Path) -> None:
    code, diff, _ = run("check", "--diff", "--quiet")
    assert code == 1
    for options in ((), ("--output", "../patch")):
        assert run("check", "--diff", "--quiet", *options)[0] == 1
    assert (tmp_path / "patch").read_bytes() == diff
    shutil.copytree(tree, tmp_path / "patched")
    subprocess.run(["git", "apply", "-"], input=diff, cwd=tmp_path / "patched", check=True)
    assert run("check", "--fix", "--quiet")[0] == 0
    for name in NAMES:
        fixed = Path(os.path.join(os.fsdecode(tree), os.fsdecode(name))).read_text()
        assert fixed != BROKEN
        assert Path(tmp_path / "patched" / os.fsdecode(name)).read_text() == fixed


def test_git_applies_a_diff_of_lines_with_any_bytes(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = b"# \xff\xfe \x1b[31m \r \x0c\n" + LINE.encode() + b"# \xe9\n"
    (tmp_path / "x.nix").write_bytes(data)
    diff = run("check", "--diff", "--quiet")[1]
    subprocess.run(["git", "apply", "-"], input=diff, check=True)
    patched = (tmp_path / "x.nix").read_bytes()
    (tmp_path / "x.nix").write_bytes(data)
    run("check", "--fix")
    assert (tmp_path / "x.nix").read_bytes() == patched != data


def test_on_a_terminal_the_diff_is_shown_with_escapes(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    Path("x.nix").write_text(LINE)
    shown = Terminal()
    monkeypatch.setattr(sys, "stdout", shown)
    main(["check", "--diff", "--quiet"])
    text = shown.getvalue()
    assert r'"a/esc\033[31mred.nix"' in text
    assert r"# \x1b[31m\x07 \u202e" in text
    assert all(one.isprintable() or one in "\n\t" for one in text)


def test_a_name_that_starts_as_a_flag_does_is_a_file_if_it_is_one(tree: Path, run: Run) -> None:
    code, out, _ = run("check", "-n.nix", "--format", "json")
    assert code == 1
    assert [one["path"] for one in json.loads(out)["findings"]] == ["-n.nix"]
