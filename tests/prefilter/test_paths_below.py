"""Needles that are paths below a value: `…/lib/modules`, `…/lib$`."""

from __future__ import annotations

import pytest

from splitlint.prefilter.paths_below import has, plain

MODULES = "…/lib/modules".encode()
LIB = "…/lib$".encode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("${kernel}/lib/modules/x", id="an interpolation"),
        pytest.param('"${kernel}"/lib/modules', id="an interpolation in quotes"),
        pytest.param("$kernel/lib/modules", id="a shell variable"),
        pytest.param('"$kernel"/lib/modules', id="a shell variable in quotes"),
        pytest.param("${kernel}//lib/modules", id="two slashes"),
        pytest.param("{${kernel},$out}/lib/modules", id="a brace expansion"),
        pytest.param("@kernel@/lib/modules", id="a mark of substituteAll"),
        pytest.param("$(realpath result)/lib/modules", id="what a command prints"),
        pytest.param('kernel + "/lib/modules"', id="a sum"),
        pytest.param('kernel.outPath +\n    "/lib/modules"', id="a sum over two lines"),
        pytest.param('path = "/lib/modules"; x = "${kernel}${path}";', id="a string that a name is given"),
        pytest.param("MODS=/lib/modules; ls $kernel$MODS", id="a path that a variable is given"),
        pytest.param("${kernel.out}/lib/modules", id="the output itself"),
        pytest.param("/lib/modules of $k/lib/modules", id="the second of two"),
    ],
)
def test_a_path_below_what_may_be_a_package(text: str) -> None:
    assert has(text.encode(), MODULES)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ls /lib/modules", id="an absolute path"),
        pytest.param('ls "/lib/modules"', id="an absolute path in quotes"),
        pytest.param("$out/lib/modules", id="an output of one's own"),
        pytest.param('"$out/lib/modules/${kernel.modDirVersion}"', id="an output of one's own in a string"),
        pytest.param('${placeholder "out"}/lib/modules', id="a placeholder"),
        pytest.param("${kernel.dev}/lib/modules/x/build", id="another output"),
        pytest.param("usr/lib/modules", id="a relative path"),
        pytest.param("PATH:/lib/modules", id="an entry of a search path"),
        pytest.param("${kernel}/lib/modules-load.d", id="another name"),
        pytest.param("${kernel}/bzImage", id="another path"),
    ],
)
def test_a_path_below_nothing(text: str) -> None:
    assert not has(text.encode(), MODULES)


@pytest.mark.parametrize(
    "text", ["${k}/lib", "${k}/lib /lib", '"${k}/lib"', "$k/lib/*", "${k}/lib/", "ln -s ${k}/lib\n", 'k + "/lib"']
)
def test_the_whole_of_a_folder(text: str) -> None:
    assert has(text.encode(), LIB)


@pytest.mark.parametrize("text", ["${k}/lib/modules", "${k}/lib64", "${k}/library", "/lib", "$out/lib"])
def test_what_is_in_a_folder_is_not_the_whole_of_it(text: str) -> None:
    assert not has(text.encode(), LIB)


def test_other_needles_are_plain_bytes() -> None:
    assert has(b"say lib/modules", b"lib/modules")
    assert plain(MODULES) == b"/lib/modules"
    assert plain(LIB) == b"/lib"
    assert plain(b"US$") == b"US$"
