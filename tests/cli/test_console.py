"""Writing to terminals, pipes and files that do not want it."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from splitlint.cli import console
from splitlint.cli.console import UsageError, complain, is_terminal, save, wants_color, width, write


class Stream(io.StringIO):
    """A stream that is, or is not, a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Stream(True))
    monkeypatch.setenv("TERM", "xterm")


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_terminal(monkeypatch)
    assert wants_color("auto")
    assert not wants_color("never")


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("CI", "true")])
def test_colours_are_not_for_every_terminal(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    on_a_terminal(monkeypatch)
    monkeypatch.setenv(name, value)
    assert not wants_color("auto")
    assert wants_color("always")


def test_a_pipe_gets_no_colours_unless_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Stream(False))
    assert not wants_color("auto")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert wants_color("auto")


def test_without_standard_output_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert not is_terminal()
    write("nobody reads this")


def test_the_width_is_that_of_the_terminal_and_100_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda descriptor: os.terminal_size((120, 40)))
    assert width() == 120
    monkeypatch.setattr(os, "get_terminal_size", lambda descriptor: os.terminal_size((0, 0)))
    assert width() == 40

    def refuse(descriptor: int) -> os.terminal_size:
        raise OSError(25, "not a terminal")

    monkeypatch.setattr(os, "get_terminal_size", refuse)
    assert width() == 100


def test_characters_that_the_encoding_lacks_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    write("bäd\n")
    assert raw.getvalue() == b"b\\xe4d\n"


@pytest.mark.parametrize(
    ("error", "raised"), [(BrokenPipeError(32, "Broken pipe"), False), (OSError(28, "full"), True)]
)
def test_a_reader_gone_is_no_error_and_a_full_disk_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: OSError, raised: bool
) -> None:
    class Failing(io.StringIO):
        def write(self, text: str) -> int:
            raise error

        def fileno(self) -> int:
            return descriptor

    with open(tmp_path / "x", "w") as file:
        descriptor = file.fileno()
        monkeypatch.setattr(sys, "stdout", Failing())
        if raised:
            with pytest.raises(UsageError, match="standard output cannot be written: full"):
                write("text")
        else:
            write("text")


def test_a_complaint_that_nobody_can_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(stream: object, text: str) -> None:
        raise OSError(5, "I/O error")

    monkeypatch.setattr(console, "_write", refuse)
    complain("text")


def test_a_report_replaces_the_target_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    save(str(tmp_path / "link"), "new")
    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "link").is_symlink()


def test_a_device_is_written_to_and_not_replaced() -> None:
    save("/dev/null", "text")
    assert not Path("/dev/null").is_file()
