"""Relative paths, by the folder that a script has gone into."""

from __future__ import annotations

import pytest

from splitlint.analysis.shell.uses import ShellMeaning
from tests.shell_scripts import KERNEL, meaning, shown


def reached(script: str) -> list[tuple[str, str]]:
    """The paths in the kernel that words name which do not say so, each with the command that gets it."""
    return reached_in(meaning(script))


def reached_in(known: ShellMeaning) -> list[tuple[str, str]]:
    found = (use for use in known.uses() if use.reached and use.value.shape == KERNEL.shape)
    return [(use.command.name if use.command is not None else "", shown(use.path)) for use in found]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("cd ${kernel}\nls lib", id="then"),
        pytest.param("cd ${kernel} && ls lib", id="and"),
        pytest.param("cd ${kernel}; ls ./lib", id="with a dot"),
        pytest.param("cd ${kernel} || exit 1; ls lib", id="or leave"),
        pytest.param("if ! cd ${kernel}; then exit 1; fi; ls lib", id="unless it fails"),
        pytest.param("if cd ${kernel}; then ls lib; fi", id="if it can"),
        pytest.param("(cd ${kernel}; ls lib)", id="in a subshell"),
        pytest.param("x=$(cd ${kernel} && ls lib)", id="in a substitution"),
        pytest.param("cd ${kernel}; x=$(ls lib)", id="in a substitution behind it"),
        pytest.param("cd ${kernel}; ls lib | cat", id="in a pipe"),
        pytest.param("{ cd ${kernel}; }; ls lib", id="in braces"),
        pytest.param("pushd ${kernel} > /dev/null; ls lib", id="pushd"),
        pytest.param("cd /; pushd ${kernel}; cd /tmp; popd; cd ${kernel}; ls lib", id="popd, and there again"),
        pytest.param("cd ${kernel}/lib; cd ..; ls lib", id="up again"),
        pytest.param("cd ${kernel}; cd lib; cd -; ls lib; :", id="back again"),
        pytest.param("cd ${kernel}/; cd x; cd ..; ls lib", id="down and up"),
        pytest.param('k=${kernel}; cd "$k"; ls lib', id="a variable"),
        pytest.param("f() { cd ${kernel}; }; f; ls lib", id="a function that goes there"),
        pytest.param("f() { ls lib; }; cd ${kernel}; f", id="a function that is called there"),
        pytest.param("f() { cd $1; ls lib; }; f ${kernel}", id="a function that is told where"),
        pytest.param("while read x; do cd ${kernel}; ls lib; done", id="each time round a loop"),
        pytest.param("if x; then cd ${kernel}; else cd ${kernel} && ls lib; fi", id="in a branch"),
        pytest.param("case $x in a) cd ${kernel}; ls lib;; esac", id="in a case"),
        pytest.param("command cd ${kernel}; ls lib", id="command cd"),
        pytest.param("env -C ${kernel} ls lib", id="env -C"),
        pytest.param("env A=b --chdir=${kernel} ls lib", id="env --chdir"),
        pytest.param("sudo -u x -D ${kernel} ls lib", id="sudo -D"),
    ],
)
def test_a_relative_path_is_one_in_the_folder_that_the_script_went_into(script: str) -> None:
    assert ("ls", "/lib") in reached(script)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("ls lib; cd ${kernel}", id="before"),
        pytest.param("(cd ${kernel}); ls lib", id="behind a subshell"),
        pytest.param("cd ${kernel} | x; ls lib", id="behind a pipe"),
        pytest.param("x=$(cd ${kernel}); ls lib", id="behind a substitution"),
        pytest.param("cd ${kernel} & ls lib", id="in the background"),
        pytest.param("cd ${kernel}; cd /tmp; ls lib", id="gone on"),
        pytest.param("cd ${kernel}; cd -; ls lib", id="gone back"),
        pytest.param("pushd ${kernel}; popd; ls lib", id="popd"),
        pytest.param("cd ${kernel}; cd; ls lib", id="gone home"),
        pytest.param("if x; then cd ${kernel}; fi; ls lib", id="perhaps"),
        pytest.param("case $x in a) cd ${kernel};; esac; ls lib", id="in one branch"),
        pytest.param("for x in a b; do ls lib; cd ${kernel}; done", id="the second time round"),
        pytest.param("f() { cd ${kernel}; }; ls lib", id="a function that nobody calls"),
        pytest.param("f() { ls lib; }; cd ${kernel}; f; cd /; f", id="a function that is called here and there"),
        pytest.param("cd ${kernel}; ls /lib $x/lib", id="absolute paths"),
        pytest.param("cd ${kernel}; echo lib; grep lib x; printf lib; xargs lib", id="words that are no paths"),
        pytest.param("cd ${kernel.dev}; ls lib", id="another output"),
        pytest.param("env -C ${kernel} true; ls lib", id="behind env -C"),
    ],
)
def test_a_path_is_not_below_a_folder_that_the_script_is_not_surely_in(script: str) -> None:
    assert "/lib" not in [path for command, path in reached(script) if command == "ls"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("tar -C ${kernel} -cf x lib bzImage", [("tar", "/lib"), ("tar", "/bzImage")]),
        ("tar cf x -C ${kernel} lib", [("tar", "/lib")]),
        ("tar cfC x ${kernel} .", [("tar", "/.")]),
        ("bsdtar -czf x --directory=${kernel} lib", [("bsdtar", "/lib")]),
        ("tar --create --file x --directory ${kernel} lib", [("tar", "/lib")]),
        ("tar -C${kernel} -c lib", [("tar", "/lib")]),
        ("tar xf x -C ${kernel} lib", []),
        ("tar cf x y -C ${kernel}", []),
        ("make -C ${kernel} -f lib/Makefile", [("make", "/lib/Makefile")]),
        ("cd ${kernel}; find lib x -name lib", [("find", "/lib"), ("find", "/x")]),
        ("cd ${kernel}; find -name lib", [("find", "/.")]),
        ("cd ${kernel}; cat < lib/x", [("cat", "/lib/x")]),
        ("cd ${kernel}; [ -d lib ]", [("[", "/lib")]),
        ("cd ${kernel}; for x in lib/*; do :; done", [("for", "/lib/*")]),
        ("cd ${kernel}; for x in lib/a lib/b; do cp $x y; done", [("cp", "/lib/a"), ("cp", "/lib/b")]),
        ("cd ${kernel}/lib; ls modules ../bzImage", [("ls", "/lib/modules"), ("ls", "/bzImage")]),
        ("cd ${folder}; ls", []),
    ],
)
def test_the_words_of_commands_that_are_paths(script: str, expected: list[tuple[str, str]]) -> None:
    found = reached(script)
    assert [one for one in expected if one not in found] == []
    assert {path for _, path in found} - {"/y"} == {path for _, path in expected}


def test_the_place_to_change_is_the_word_that_says_where_to_go() -> None:
    script = meaning("cd ${kernel}/lib\nfind modules -name x")
    (use,) = (use for use in script.uses() if use.reached)
    text = script.script.source.text
    assert (text(*use.origin), text(*use.span)) == ("${kernel}", "modules")
    assert (shown(use.carried), shown(use.path)) == ("/lib", "/lib/modules")


@pytest.mark.parametrize("variable", ["$PWD", "$(pwd)", "''${PWD}"])
def test_the_folder_has_a_name_of_its_own(variable: str) -> None:
    found = meaning(f"cd ${{kernel}}; cp {variable}/lib x; cd /; cp {variable}/y x").uses()
    paths = [shown(use.path) for use in found if use.command is not None and use.command.name == "cp"]
    assert "/lib" in paths
    assert "/y" not in paths


def test_functions_that_call_each_other_and_deep_nesting_end() -> None:
    assert reached("f() { cd x; g; }; g() { cd y; f; }; f; ls lib") == []
    assert reached("(" * 400 + "cd ${kernel}; ls lib" + ")" * 400) == []
    assert reached("".join(f"cd d{number}; " for number in range(300)) + "ls lib") == []
    assert ("ls", "/lib") in reached("true " + "&& true " * 400 + "&& cd ${kernel} && ls lib")
