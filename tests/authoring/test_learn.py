"""What has moved, from two listings of the outputs of a package."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from splitlint.analysis.model.paths import matches
from splitlint.authoring.learn import Learned, as_toml, learned
from splitlint.authoring.listings import ListingError, listing
from splitlint.rulebook.pages import default_folder

Outputs = Mapping[str, Iterable[str]]

_MODULES = "lib/modules/6.12.1"
_DRIVERS = ("kernel/drivers/net/e1000.ko.xz", "kernel/drivers/block/virtio_blk.ko.xz", "kernel/fs/ext4/ext4.ko.xz")
_TREE = [f"{_MODULES}/{name}" for name in (*_DRIVERS, "modules.dep", "modules.order", "modules.builtin")]
_IMAGE = ["bzImage", "System.map", "config"]
_DEV = [f"{_MODULES}/build/Makefile", f"{_MODULES}/build/include/linux/module.h", f"{_MODULES}/source/Makefile"]


def listed(outputs: Outputs) -> str:
    return "".join(f"{output}\t{path}\n" for output, paths in outputs.items() for path in paths)


def facts(old: Outputs, new: Outputs, *, everything: bool = False) -> Learned:
    return learned(listing("old", listed(old)), listing("new", listed(new)), everything=everything)


def moved(old: Outputs, new: Outputs) -> dict[str, str]:
    return dict(facts(old, new).moved)


LINKS = [f"{_MODULES}/build", f"{_MODULES}/source"]
KERNEL_BEFORE = {"out": [*_IMAGE, *_TREE, *LINKS], "dev": [*_DEV, "vmlinux"]}
KERNEL_AFTER = {"out": _IMAGE, "dev": [*_DEV, "vmlinux"], "modules": _TREE}


class TestKernel:
    def test_a_kernel_gives_what_is_in_its_pack(self) -> None:
        family = tomllib.loads((Path(default_folder()) / "kernel-modules/pack.toml").read_text())["families"]["kernel"]
        found = facts(KERNEL_BEFORE, KERNEL_AFTER, everything=True)
        assert list(found.outputs) == family["outputs"]
        assert list(found.new_outputs) == family["new_outputs"]
        assert list(found.moved) == list(family["moved"].items()), "in this order, too: the last that matches counts"

    def test_what_has_always_been_elsewhere_has_not_moved(self) -> None:
        assert "vmlinux" not in moved(KERNEL_BEFORE, KERNEL_AFTER)
        before = {"out": [*KERNEL_BEFORE["out"], "vmlinux"], "dev": _DEV}
        assert facts(before, KERNEL_AFTER).moved == facts(KERNEL_BEFORE, KERNEL_AFTER, everything=True).moved

    def test_a_new_version_makes_no_difference(self) -> None:
        after = {name: [path.replace("6.12.1", "6.17.0-rc3") for path in paths] for name, paths in KERNEL_AFTER.items()}
        assert facts(KERNEL_BEFORE, after) == facts(KERNEL_BEFORE, KERNEL_AFTER)


@pytest.mark.parametrize(
    ("old", "new", "table"),
    [
        pytest.param({"out": ["a", "b"]}, {"out": ["a"], "x": ["b"]}, {"b": "x"}, id="one file"),
        pytest.param({"out": ["a"]}, {"out": ["a", "b"], "x": ["c"]}, {}, id="only new files"),
        pytest.param({"out": ["a", "b"]}, {"out": ["a"]}, {}, id="a file that is gone"),
        pytest.param({"out": ["a"]}, {"out": ["a"], "x": ["a"]}, {}, id="a file that is still there"),
        pytest.param({"bin": ["bin/x"]}, {"out": ["bin/x"]}, {"bin": "out", "bin/x": "out"}, id="into out"),
        pytest.param(
            {"out": ["bin/x", "bin/y", "bin/z"]}, {"out": ["bin/z"], "t": ["bin/x", "bin/y"]},
            {"bin/x": "t", "bin/y": "t"}, id="some of a folder",
        ),
        pytest.param(
            {"out": ["include/a.h", "include/b.h", "lib/x"]}, {"out": ["lib/x"], "dev": ["include/a.h", "include/b.h"]},
            {"include/**": "dev"}, id="a folder at the top with several things in it",
        ),
        pytest.param(
            {"out": ["include/a/b.h", "include/a/c.h"]}, {"dev": ["include/a/b.h", "include/a/c.h"]},
            {"include": "dev", "include/a/**": "dev"}, id="a folder at the top with one thing in it",
        ),
        pytest.param(
            {"out": ["share/man/a", "share/man/b", "share/x"]},
            {"out": ["share/x"], "man": ["share/man/a", "share/man/b"]},
            {"share/man/**": "man"}, id="a folder below one that stays",
        ),
        pytest.param(
            {"out": ["s/a", "s/b", "s/c", "s/d"]}, {"out": ["s/d"], "x": ["s/a", "s/b", "s/c"]},
            {"s/**": "x", "s/d": "out"}, id="a folder but for one file",
        ),
        pytest.param(
            {"out": ["lib/libx.so", "lib/libx.so.1", "lib/libx.so.1.2", "lib/y"]},
            {"out": ["lib/y"], "l": ["lib/libx.so", "lib/libx.so.1", "lib/libx.so.1.3"]},
            {"lib/libx.so*": "l"}, id="libraries by their versions",
        ),
        pytest.param(
            {"out": ["share/x-1.2/a", "share/y"]}, {"out": ["share/y"], "d": ["share/x-1.3/a"]},
            {"share/x-*/**": "d"}, id="a folder with a version in its name",
        ),
        pytest.param({"out": ["a", "b*c"]}, {"out": ["a"], "x": ["b*c"]}, {"b\\*c": "x"}, id="a star in a name"),
        pytest.param({"out": ["a", "b{c}"]}, {"out": ["a"], "x": ["b{c}"]}, {"b*c*": "x"}, id="braces in a name"),
        pytest.param({"out": ["./a", "/b/"]}, {"out": ["a"], "x": ["b"]}, {"b": "x"}, id="ways to write a path"),
    ],
)  # fmt: skip
def test_the_shortest_table(old: Outputs, new: Outputs, table: dict[str, str]) -> None:
    assert moved(old, new) == table


def test_a_table_is_right_about_every_path() -> None:
    outputs = ("out", "dev", "data")
    paths = [f"{a}/{b}/{c}" for a in "ab" for b in "cd" for c in "ef"]
    for number in range(200):
        before = {path: outputs[(number * 7 + at * 3) % 5 % 3] for at, path in enumerate(paths)}
        after = {path: outputs[(number * 3 + at * at) % 7 % 3] for at, path in enumerate(paths)}
        old, new = ({to: [one for one in paths if held[one] == to] for to in outputs} for held in (before, after))
        table = facts(old, new).moved
        for path in paths:
            told = next((to for glob, to in reversed(table) if matches(f"/{path}", (glob,))), None)
            assert told == after[path] or (told is None and before[path] == after[path]), (path, table)


def test_a_large_package_takes_no_time() -> None:
    files = [f"lib/modules/6.12.1/kernel/d{number % 100}/m{number}.ko" for number in range(20_000)]
    docs = [f"share/doc/d{number % 50}/f{number}" for number in range(5_000)]
    found = facts({"out": [*files, *docs, *_IMAGE]}, {"out": [*_IMAGE, *docs], "modules": files})
    assert found.moved == (("lib", "modules"), ("lib/modules/**", "modules"))


def test_outputs_that_come_and_go() -> None:
    found = facts({"out": ["a"], "drivers": ["d"]}, {"out": ["a", "d"], "x": ["n"]})
    assert found == Learned(("out", "x"), ("x",), ("drivers",), (("d", "out"),))


def test_the_facts_as_toml() -> None:
    found = facts({"out": ["a", 'b"é\\c'], "gone": ["x"]}, {"out": ["a", "x"], "data": ['b"é\\c']})
    table = tomllib.loads(as_toml(found, "frob"))["families"]["frob"]
    assert table == {
        "outputs": ["out", "data"],
        "new_outputs": ["data"],
        "gone": ["gone"],
        "moved": {'b"é*c': "data", "x": "out"},
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("out lib/x", "there is no tab"),
        ("o ut\tlib/x", "`o ut` is no name of an output"),
        ("\tlib/x", "`` is no name of an output"),
        ("out\t/nix/store/abc-x/lib", "the path is one of the store"),
        ("out\t../x", "the path has `..` in it"),
        ("out\t" + "a/" * 5000, "the path has more than 60 names in it"),
    ],
)
def test_a_line_that_says_nothing_is_told(line: str, said: str) -> None:
    with pytest.raises(ListingError, match=r"old\.txt:") as caught:
        listing("old.txt", f"out\ta\r\n\n{line}\nout\tb\n")
    (message,) = caught.value.messages
    assert message.startswith(f"old.txt:3: {said}")


def test_of_many_lines_that_say_nothing_ten_are_told() -> None:
    with pytest.raises(ListingError, match=r"old\.txt:") as caught:
        listing("old.txt", "x\n" * 30)
    assert caught.value.messages[9:] == [
        "old.txt:10: there is no tab: a line is OUTPUT, a tab and PATH",
        "old.txt: and 20 more lines",
    ]


def test_a_listing_without_lines() -> None:
    with pytest.raises(ListingError, match=r"^old.txt: no line says anything"):
        listing("old.txt", "\n")
