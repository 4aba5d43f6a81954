"""Replacing files: whole or not at all, with all that they have, and without leaving anything behind."""

from __future__ import annotations

import errno
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from splitlint.files import drafts
from splitlint.files.drafts import folder_lock, replace_file

LEFT = re.compile(r"\.splitlint-draft-[0-9a-f]{16}\.tmp")


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def killed_while_writing(folder: Path, name: str, by: int) -> None:
    """Another process that is killed when its draft is complete and not yet in place."""
    program = f"""
import os
from splitlint.files.drafts import replace_file
os.fsync = lambda descriptor: os.kill(os.getpid(), {by})
replace_file({str(folder / name)!r}, b"new")
"""
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -by


def test_a_new_file_has_the_rights_that_files_get(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(str(tmp_path / "file"), b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640
    assert names(tmp_path) == ["file"]


def test_mode_and_extended_attributes_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    file.chmod(0o754)
    try:
        os.setxattr(file, "user.comment", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    replace_file(str(file), b"new", file.stat())
    assert file.read_bytes() == b"new"
    assert os.getxattr(file, "user.comment") == b"mine"
    assert stat.S_IMODE(file.stat().st_mode) == 0o754


def test_attributes_that_may_not_be_set_do_not_stop_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*about: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    file = tmp_path / "file"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "listxattr", lambda path: ["security.selinux"])
    monkeypatch.setattr(os, "getxattr", lambda path, name: b"x")
    monkeypatch.setattr(os, "setxattr", refuse)
    monkeypatch.setattr(os, "fchown", refuse)
    replace_file(str(file), b"new", file.stat())
    assert file.read_bytes() == b"new"


def test_what_a_killed_run_left_is_taken_away_by_the_next_that_writes_there(tmp_path: Path) -> None:
    killed_while_writing(tmp_path, "file", signal.SIGKILL)
    (left,) = names(tmp_path)
    assert LEFT.fullmatch(left)
    (tmp_path / ".splitlint-draft-mine.tmp").touch()
    (tmp_path / ".splitlint-baseline").touch()
    replace_file(str(tmp_path / "other"), b"new")
    assert names(tmp_path) == [".splitlint-baseline", ".splitlint-draft-mine.tmp", "other"]


def test_the_draft_of_somebody_who_still_writes_is_left_alone(tmp_path: Path) -> None:
    with folder_lock(str(tmp_path)):
        draft = tmp_path / f".splitlint-draft-{'0' * 16}.tmp"
        draft.write_bytes(b"in the making")
        other = threading.Thread(target=replace_file, args=(str(tmp_path / "file"), b"new"))
        drafts._tidied.clear()
        other.start()
        other.join(0.3)
        assert other.is_alive()
        assert draft.exists()
        draft.rename(tmp_path / "made")
    other.join()
    assert names(tmp_path) == ["file", "made"]


def test_a_link_in_the_place_of_a_draft_is_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / f".splitlint-draft-{'0' * 16}.tmp").symlink_to("../secret")
    replace_file(str(tmp_path / "folder" / "file"), b"new")
    assert names(tmp_path / "folder") == ["file"]
    assert (tmp_path / "secret").read_text() == "secret"
