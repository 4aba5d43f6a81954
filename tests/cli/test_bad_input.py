"""Whatever is in the tree: a clear message that names the file, the rest goes on, never a traceback."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitlint.checking.check import check_source
from splitlint.cli.main import main
from splitlint.config import Config
from splitlint.files.languages import LANGUAGES
from splitlint.files.source import Source
from splitlint.rulebook.pages import default_folder, load_rules

GOOD = '{ config }: "${config.boot.kernelPackages.kernel}/lib/modules"\n'
FOUND = "error[modules-path]"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("good.nix").write_text(GOOD)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["check", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_binary_file_is_named_and_the_rest_goes_on(run: Run) -> None:
    Path("binary.nix").write_bytes(b"\x7fELF\0" + GOOD.encode())
    code, out, _ = run()
    assert code == 1
    assert "warning: binary.nix: is binary: not checked" in out
    assert FOUND in out


def test_a_file_that_is_not_utf8_is_checked_all_the_same(run: Run) -> None:
    Path("good.nix").write_bytes(b"# caf\xe9\n" + GOOD.encode())
    code, out, _ = run("--format", "json")
    assert code == 1
    assert '"line": 2' in out


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(run: Run) -> None:
    Path("good.nix").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert run()[0] == 1


def test_a_name_that_is_no_text_can_be_reported_in_every_format(run: Run) -> None:
    os.rename(b"good.nix", b"g\xe9.nix")
    for form in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"):
        code, out, err = run("--format", form)
        assert (code, err) == (1, "")
        out.encode()


def test_a_name_with_a_line_end_is_one_line_in_the_report(run: Run) -> None:
    os.rename("good.nix", "g\n.nix")
    assert r"--> g\n.nix:1:16" in run()[1]


def test_a_missing_path_is_named_and_the_rest_goes_on(run: Run) -> None:
    code, out, _ = run("none.nix", "good.nix")
    assert code == 2
    assert "error: none.nix: there is no such file or folder" in out
    assert FOUND in out


def test_missing_paths_are_no_success_even_with_exit_zero(run: Run) -> None:
    assert run("none.nix", "--exit-zero")[0] == 2


def test_dangling_links_and_loops_are_passed_over_unless_named(run: Run) -> None:
    Path("dangling.nix").symlink_to("nowhere.nix")
    Path("loop").symlink_to(".", target_is_directory=True)
    Path("self.nix").symlink_to("self.nix")
    code, out, _ = run()
    assert (code, out.count(FOUND)) == (1, 1)
    code, out, _ = run("dangling.nix", "self.nix", "good.nix")
    assert code == 2
    assert "error: dangling.nix: is a dangling link: nowhere.nix does not exist" in out
    assert "error: self.nix: cannot be read: Too many levels of symbolic links" in out
    assert FOUND in out


def test_a_fifo_is_never_waited_for(run: Run) -> None:
    os.mkfifo("pipe.nix")
    assert run()[1].count(FOUND) == 1
    code, out, _ = run("pipe.nix", "good.nix")
    assert code == 2
    assert "error: pipe.nix: is not a regular file" in out


def test_a_file_of_a_gigabyte_is_named_and_not_read(run: Run) -> None:
    Path("huge.nix").touch()
    os.truncate("huge.nix", 1 << 30)
    code, out, _ = run()
    assert code == 1
    assert "warning: huge.nix: is larger than 32 MB: not checked" in out


def test_a_file_that_may_not_be_read_is_named_and_the_rest_goes_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    really_open = os.open

    def refuse(path: str, flags: int) -> int:
        if path == "closed.nix":
            raise PermissionError(13, "Permission denied")
        return really_open(path, flags)

    Path("closed.nix").write_text(GOOD)
    monkeypatch.setattr(os, "open", refuse)
    code, out, _ = run()
    assert code == 2
    assert "error: closed.nix: cannot be read: Permission denied" in out
    assert FOUND in out


def test_a_file_that_vanishes_after_it_was_listed_is_passed_over(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from splitlint.cli import gather
    from splitlint.files import discover

    def vanish(*arguments: object, **more: object) -> discover.Discovered:
        found = discover.discover(["."], Config(), **more)  # type: ignore[arg-type]
        Path("gone.nix").unlink()
        return found

    Path("gone.nix").write_text(GOOD)
    monkeypatch.setattr(gather, "discover", vanish)
    code, out, _ = run()
    assert (code, out.count(FOUND)) == (1, 1)
    assert "Not checked: 1 links or deleted." in out


@pytest.mark.parametrize(
    "nest", ["(", "[", "{ a = ", "a: ", '"${', "''${", "if a then b else ", "let a = b; in ", "- "]
)
def test_ten_thousand_levels_of_nesting_do_no_harm(run: Run, nest: str) -> None:
    Path("deep.nix").write_text(nest * 10_000 + GOOD)
    code, out, err = run()
    assert code in (1, 2)
    assert FOUND in out
    assert err == ""


def test_a_page_that_cannot_be_understood_is_named(run: Run) -> None:
    Path("mine").mkdir()
    Path("mine/bad.md").write_text("no definition")
    code, _, err = run("--rules", "mine")
    assert code == 2
    assert "mine/bad.md" in err


RULE_SET = load_rules([default_folder()])
WORDS = [
    b"kernel",
    b"/lib/modules",
    b"${",
    b"}",
    b"''",
    b'"',
    b"{",
    b"}",
    b"(",
    b")",
    b"[",
    b"]",
    b";",
    b"\n",
    b" ",
    b"=",
]
WORDS += [
    b"makeModulesClosure",
    b"pkgs.linux",
    b"with ",
    b"let ",
    b" in ",
    b"inherit ",
    b"rec ",
    b": ",
    b".",
    b"cp ",
    b"#",
]
WORDS += [
    b"# splitlint: ignore[modules-path] x",
    b"$kernel",
    b"f'",
    b"\0",
    b"\xff",
    b"\\",
    b"++",
    b"//",
    b"import ",
    b"kernel-modules",
]


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join)),
    st.sampled_from(LANGUAGES),
)
def test_no_bytes_make_the_engine_raise_and_every_place_lies_in_the_file(data: bytes, language: str) -> None:
    source = Source("any", data, language)
    for finding in check_source(source, RULE_SET, Config(min_confidence="low"), RULE_SET.rules).findings:
        span = finding.span
        assert 0 <= span.start <= span.end <= len(data)
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_line <= data.count(b"\n") + 1


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_command_line_raise(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.nix")
        path.write_bytes(b"lib/modules " + data)
        assert main(["check", "-q", "--isolated", str(path)]) in (0, 1)
