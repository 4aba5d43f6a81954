"""Reading files once: what is kept, what is left out, what is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.files.discover import File
from splitlint.files.reading import LARGEST, AbsentError, UnreadableError, read_file
from splitlint.rulebook.prefilter import prefilter
from splitlint.rulebook.rule import Pack, Rule, RuleSet

RULE = Rule(
    name="modules-path",
    title="",
    languages=("nix", "text"),
    severity="error",
    impact=(),
    needles=((b"lib/modules",), (b"kernel", b"makeFlags")),
    patterns=(),
    message="",
    help="",
    fix={},
    definition={},
    body="",
    path="",
    pack="kernel",
    url="",
)
PACK = Pack("kernel", "", "", "", {}, "", (b"kernel", b"lib/"))
RULE_SET = RuleSet((RULE,), (PACK,))
LANGUAGES = frozenset({"nix", "text"})


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., File]:
    def write(name: str, data: bytes, named: bool = False) -> File:
        path = tmp_path / name
        path.write_bytes(data)
        return File(name, str(path), named)

    return write


Write = Callable[..., File]


def test_only_files_with_a_needle_are_kept(write: Write) -> None:
    files = [write("a.nix", b"lib/modules"), write("b.nix", b"kernel"), write("c.nix", b"kernel.makeFlags")]
    prefiltered = prefilter(files, RULE_SET, languages=LANGUAGES)
    assert [hit.file.path for hit in prefiltered.hits] == ["a.nix", "c.nix"]
    assert prefiltered.hits[0][1:] == (b"lib/modules", "nix", (RULE,))
    assert (prefiltered.files, prefiltered.skipped, prefiltered.unreadable, prefiltered.problems) == (3, 0, 0, ())


def test_nix_files_that_may_name_a_package_are_kin_whether_parsed_or_not(write: Write) -> None:
    files = [
        write("a.nix", b"lib/modules"),
        write("b.nix", b"kernel"),
        write("c.nix", b"{ }"),
        write("d.rs", b"kernel"),
    ]
    assert prefilter(files, RULE_SET, languages=LANGUAGES).related_files == ("a.nix", "b.nix")


def test_a_suppression_comment_may_be_unused_so_its_file_is_kept(write: Write) -> None:
    prefiltered = prefilter([write("a.nix", b"# splitlint: ignore[x]")], RULE_SET, languages=LANGUAGES)
    assert [hit.rules for hit in prefiltered.hits] == [()]


def test_an_empty_file_holds_nothing(write: Write) -> None:
    assert prefilter([write("a.nix", b"")], RULE_SET, languages=LANGUAGES)[:2] == ((), 1)


def test_scripts_are_known_by_their_first_line(write: Write) -> None:
    shell = RULE._replace(languages=("shell",))
    files = [write("run", b"#!/bin/sh\ncp lib/modules x"), write("LICENSE", b"lib/modules")]
    prefiltered = prefilter(files, RuleSet((shell,), (PACK,)), languages=frozenset({"shell"}))
    assert [(hit.file.path, hit.language) for hit in prefiltered.hits] == [("run", "shell")]
    assert (prefiltered.files, prefiltered.skipped) == (1, 0)


def test_plain_text_is_what_has_a_name_for_it_or_a_shebang(write: Write) -> None:
    files = [
        write("a.rs", b"lib/modules"),
        write("b", b"#!/usr/bin/perl\nlib/modules"),
        write("LICENSE", b"lib/modules"),
    ]
    prefiltered = prefilter(files, RULE_SET, languages=LANGUAGES)
    assert [(hit.file.path, hit.language) for hit in prefiltered.hits] == [("a.rs", "text"), ("b", "text")]


def test_a_named_file_in_no_language_of_ours_is_counted_as_left_out(write: Write) -> None:
    prefiltered = prefilter([write("a.bin", b"lib/modules", True)], RULE_SET, languages=LANGUAGES)
    assert (prefiltered.hits, prefiltered.files, prefiltered.skipped) == ((), 0, 1)


def test_a_binary_file_is_named_only_where_it_would_have_mattered(write: Write) -> None:
    prefiltered = prefilter([write("a.nix", b"lib/modules\0"), write("b.nix", b"\0")], RULE_SET, languages=LANGUAGES)
    assert prefiltered.problems == (("a.nix", "is binary: not checked", False),)
    assert (prefiltered.hits, prefiltered.files, prefiltered.skipped) == ((), 1, 1)


def test_a_file_that_is_not_utf8_is_checked(write: Write) -> None:
    prefiltered = prefilter([write("a.nix", b"# \xe9\nlib/modules")], RULE_SET, languages=LANGUAGES)
    assert [hit.file.path for hit in prefiltered.hits] == ["a.nix"]


def test_a_file_that_vanished_is_left_out_and_the_rest_goes_on(write: Write) -> None:
    gone = File("gone.nix", "/nonexistent/gone.nix")
    prefiltered = prefilter([gone, write("a.nix", b"lib/modules")], RULE_SET, languages=LANGUAGES)
    assert (len(prefiltered.hits), prefiltered.files, prefiltered.skipped, prefiltered.problems) == (1, 1, 1, ())


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(write: Write) -> None:
    def read(file: File) -> bytes:
        if file.path == "a.nix":
            raise UnreadableError("cannot be read: Permission denied")
        return read_file(file)

    prefiltered = prefilter(
        [write("a.nix", b""), write("b.nix", b"lib/modules")], RULE_SET, languages=LANGUAGES, read=read
    )
    assert prefiltered.problems == (("a.nix", "cannot be read: Permission denied", True),)
    assert (len(prefiltered.hits), prefiltered.files, prefiltered.unreadable) == (1, 1, 1)


def test_a_huge_file_is_named_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.nix"
    path.touch()
    os.truncate(path, LARGEST + 1)
    prefiltered = prefilter([File("huge.nix", str(path))], RULE_SET, languages=LANGUAGES)
    assert prefiltered.problems == (("huge.nix", "is larger than 32 MB: not checked", False),)
    assert (prefiltered.skipped, prefiltered.unreadable) == (1, 0)


def test_a_fifo_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.nix")
    full = str(tmp_path / "f.nix")
    with pytest.raises(AbsentError):
        read_file(File("f.nix", full))
    with pytest.raises(UnreadableError, match="is not a regular file"):
        read_file(File("f.nix", full, named=True))


def test_a_link_is_followed_only_if_it_is_named(write: Write, tmp_path: Path) -> None:
    write("a.nix", b"x")
    (tmp_path / "l.nix").symlink_to("a.nix")
    full = str(tmp_path / "l.nix")
    with pytest.raises(AbsentError):
        read_file(File("l.nix", full))
    assert read_file(File("l.nix", full, named=True)) == b"x"


def test_a_named_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        read_file(File("x.nix", str(tmp_path / "x.nix"), named=True))


def test_a_folder_in_the_place_of_a_file_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(AbsentError):
        read_file(File("x", str(tmp_path)))


def test_a_file_whose_size_is_not_told_is_read_to_its_end() -> None:
    assert read_file(File("cpuinfo", "/proc/self/status", named=True)).count(b"\n") > 10
