from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from splitlint.files.discover import File
from splitlint.prefilter.needles import CHUNK, Sieve, anchors, search, sieve

NEEDLES = [(b"lib/modules",), (b"makeModulesClosure",), (b"kernel", b"makeFlags")]
SIEVE = sieve({"nix": NEEDLES, "shell": [(b"lib/modules",)]}, always=(b"splitlint:",))


def files(folder: Path) -> list[File]:
    return [File(path.name, str(path)) for path in sorted(folder.iterdir())]


def test_needles_with_a_common_piece_share_an_anchor() -> None:
    found = anchors([(b"lib/modules",), (b"makeModulesClosure",), (b"aggregateModules",)])
    assert found == (b"odules",)


def test_an_option_of_two_needles_is_covered_by_one_of_them() -> None:
    assert len(anchors([(b"kernel", b"makeFlags"), (b"kernel", b"outputs")])) == 1


def test_a_rule_without_needles_asks_for_every_file() -> None:
    assert anchors([(b"lib/modules",), ()]) == (b"",)


def test_no_needles_at_all_give_no_anchors() -> None:
    assert anchors([]) == ()


def test_a_needle_of_one_byte_is_its_own_anchor() -> None:
    assert anchors([(b"$",)]) == (b"$",)


@given(
    st.lists(st.lists(st.binary(min_size=1, max_size=12), min_size=1, max_size=3).map(tuple), max_size=6),
    st.binary(max_size=40),
    st.data(),
)
def test_whatever_satisfies_a_rule_holds_an_anchor(
    options: list[tuple[bytes, ...]], noise: bytes, data: st.DataObject
) -> None:
    if not options:
        return
    option = data.draw(st.sampled_from(options))
    text = noise + noise.join(option)
    assert any(anchor in text for anchor in anchors(options))


def test_files_with_an_anchor_come_back_with_their_bytes_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.nix").write_bytes(b"{ x = ''lib/modules''; }")
    (tmp_path / "b.nix").write_bytes(b"{ }")
    (tmp_path / "c.sh").write_bytes(b"ls lib/modules")
    (tmp_path / "d.nix").write_bytes(b"# splitlint: ignore[x]")
    left = search(files(tmp_path), SIEVE)
    assert [(file.path, data) for file, data in left.candidates] == [
        ("a.nix", b"{ x = ''lib/modules''; }"),
        ("c.sh", b"ls lib/modules"),
        ("d.nix", b"# splitlint: ignore[x]"),
    ]
    assert (left.read, left.odd, left.skipped) == (1, (), 0)


def test_anchors_of_another_language_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_bytes(b"echo kernel")
    left = search(files(tmp_path), SIEVE)
    assert (left.candidates, left.read) == ((), 1)


def test_a_shebang_names_the_language_of_a_file_without_suffix(tmp_path: Path) -> None:
    (tmp_path / "install").write_bytes(b"#!/bin/sh\nls lib/modules\n")
    (tmp_path / "notes").write_bytes(b"lib/modules\n")
    left = search(files(tmp_path), SIEVE)
    assert [file.path for file, _ in left.candidates] == ["install"]
    assert left.read == 0


def test_a_named_file_in_another_language_is_counted_as_skipped(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"lib/modules\n")
    assert search([File("notes.txt", str(path), named=True)], SIEVE).skipped == 1


def test_what_is_no_small_regular_file_is_handed_back(tmp_path: Path) -> None:
    (tmp_path / "a-empty.nix").write_bytes(b"")
    (tmp_path / "b-large.nix").write_bytes(b"#" * CHUNK)
    (tmp_path / "c-link.nix").symlink_to("nowhere")
    (tmp_path / "d-folder.nix").mkdir()
    os.mkfifo(tmp_path / "e-fifo.nix")
    (tmp_path / "f-fine.nix").write_bytes(b"{ }")
    left = search(files(tmp_path), SIEVE)
    assert [file.path[0] for file in left.odd] == ["a", "b", "c", "d", "e"]
    assert left.read == 1


def test_a_file_that_vanished_is_handed_back(tmp_path: Path) -> None:
    gone = File("gone.nix", str(tmp_path / "gone.nix"))
    assert search([gone], SIEVE).odd == (gone,)


ANCHORS = st.lists(
    st.sampled_from([(b"ab", b""), (b"bc", b""), (b"cd", b"xcdy"), (b"de", b"cde"), (b"d", b"dz"), (b"yz", b"xyz")]),
    unique=True,
    min_size=1,
)


@given(ANCHORS.map(tuple), st.text("abcdexyz", max_size=12).map(str.encode))
def test_one_pass_counts_what_searches_for_each_anchor_count(
    anchors: tuple[tuple[bytes, bytes], ...], data: bytes
) -> None:
    counts = [anchor in data and data.count(anchor) != data.count(passing or b"-") for anchor, passing in anchors]
    assert Sieve({"nix": anchors}).may_matter(data, "nix") is any(counts)
