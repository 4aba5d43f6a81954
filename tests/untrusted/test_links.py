"""Which links lead out of the tree that they stand in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from splitlint.untrusted.links import RealFolders, is_inside, tree_of, way_out


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with a file, beside another folder with a file; `inside`: to link to, `outside`: not to."""
    for name in ("tree/sub/inside", "elsewhere/outside"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "tree"


def roots(tree: Path) -> tuple[str, ...]:
    return (str(tree),)


def test_a_way_without_links_leads_nowhere_else(tree: Path) -> None:
    assert way_out(str(tree / "sub/inside"), roots(tree)) is None
    assert way_out(str(tree / "none"), roots(tree)) is None


def test_a_link_may_lead_to_another_place_in_its_tree(tree: Path) -> None:
    (tree / "file").symlink_to("sub/inside")
    (tree / "folder").symlink_to("sub")
    (tree / "sub/up").symlink_to("..")
    for name in ("file", "folder/inside", "sub/up/file", "folder/../sub/inside"):
        assert way_out(str(tree / name), roots(tree)) is None


@pytest.mark.parametrize("target", ["../elsewhere/outside", "{}/elsewhere/outside", "sub/../../elsewhere/outside"])
def test_a_link_out_of_the_tree_is_told_with_where_it_leads(tree: Path, target: str) -> None:
    (tree / "file").symlink_to(target.format(tree.parent))
    told = f"{tree}/file leads to {tree.parent}/elsewhere/outside"
    assert way_out(str(tree / "file"), roots(tree)) == told


def test_a_folder_on_the_way_may_be_such_a_link_and_so_may_a_link_that_a_link_leads_to(tree: Path) -> None:
    (tree / "folder").symlink_to("../elsewhere")
    (tree / "first").symlink_to("second")
    (tree / "second").symlink_to("../elsewhere/outside")
    for name in ("folder/outside", "folder/none", "first", "folder/../elsewhere/outside"):
        assert way_out(str(tree / name), roots(tree)) is not None


def test_a_link_to_nothing_or_to_itself_does_no_harm(tree: Path) -> None:
    (tree / "dangling").symlink_to("none")
    (tree / "loop").symlink_to("loop")
    assert way_out(str(tree / "dangling"), roots(tree)) is None
    way_out(str(tree / "loop"), roots(tree))


def test_a_link_of_whoever_keeps_files_there_may_lead_anywhere_unless_told(tree: Path) -> None:
    (tree / "file").symlink_to("../elsewhere/outside")
    assert way_out(str(tree / "file")) is None
    assert way_out(str(tree / "file"), anywhere=True) is not None


def test_in_a_repository_the_tree_is_all_of_it(tree: Path) -> None:
    (tree.parent / ".git").mkdir()
    (tree / "file").symlink_to("../elsewhere/outside")
    (tree / "out").symlink_to("../../none")
    assert way_out(str(tree / "file")) is None
    assert way_out(str(tree / "out")) is not None


def test_relative_paths_are_those_of_the_current_folder(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "file").symlink_to("../elsewhere/outside")
    monkeypatch.chdir(tree / "sub")
    assert way_out("../file", ("..",)) is not None
    assert way_out("../file", (".",)) is None


def test_a_tree_is_the_repository_around_a_folder_or_the_root_that_it_is_in(tree: Path) -> None:
    assert tree_of(str(tree / "sub")) is None
    assert tree_of(str(tree / "sub"), (str(tree),)) == str(tree)
    (tree / ".git").write_text("gitdir: elsewhere")
    assert tree_of(str(tree / "sub")) == str(tree)


def test_a_folder_whose_name_starts_alike_is_another_one() -> None:
    assert is_inside("/a/b", "/a/b")
    assert is_inside("/a/b/c", "/a/b")
    assert is_inside("/a", "/")
    assert not is_inside("/a/bc", "/a/b")


def test_files_behind_a_folder_that_is_a_link_are_not_real(tree: Path) -> None:
    (tree / "link").symlink_to("sub")
    real = RealFolders(str(tree))
    assert real.hold("file")
    assert real.hold("sub/inside")
    assert real.hold("sub/none/at/all")
    for name in ("link/inside", "link/deeper/file", "link/inside"):
        assert not real.hold(name)


def test_folders_may_be_nested_deeper_than_calls(tree: Path) -> None:
    assert RealFolders(str(tree)).hold("a/" * 5000 + "file")
    os.makedirs(tree / ("d/" * 900))
    assert RealFolders(str(tree)).hold("d/" * 900 + "file")
