"""Files that tell splitlint how to work: what is read, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from splitlint.untrusted.small_files import LARGEST, ReadError, read_bytes, read_text


def test_a_file_is_read_and_one_that_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    assert read_text(str(tmp_path / "file")) == "text"
    assert read_text(str(tmp_path / "none")) is None
    assert read_text(str(tmp_path / "file/below")) is None
    assert read_text(str(tmp_path)) is None


def test_a_file_is_read_to_its_end_whatever_its_length(tmp_path: Path) -> None:
    for length in (0, 1, 65535, 65536, 65537, LARGEST):
        (tmp_path / "file").write_bytes(b"x" * length)
        assert len(read_bytes(str(tmp_path / "file")) or b"") == length
    (tmp_path / "file").write_bytes(b"x" * (LARGEST + 1))
    with pytest.raises(ReadError, match="has more than 4 MB"):
        read_bytes(str(tmp_path / "file"))


def test_what_is_no_file_is_not_even_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero"):
        with pytest.raises(ReadError, match="is not a regular file"):
            read_bytes(path)


def test_a_link_to_a_device_is_refused_as_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").symlink_to("/dev/zero")
    with pytest.raises(ReadError, match="leads to /dev/zero, outside of its tree"):
        read_bytes(str(tmp_path / "file"), (str(tmp_path),))
    with pytest.raises(ReadError, match="is not a regular file"):
        read_bytes(str(tmp_path / "file"), None)


def test_what_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a\nb\nc\xe9\n")
    with pytest.raises(ReadError, match="is not UTF-8: byte 0xe9 in line 3"):
        read_text(str(tmp_path / "file"))


def test_a_path_that_the_system_cannot_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be read"):
        read_bytes(str(tmp_path / ("x" * 300)))
    with pytest.raises(ReadError, match="cannot be read"):
        read_bytes(f"{tmp_path}/a\0b")
