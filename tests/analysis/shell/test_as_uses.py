"""What scripts do, as uses: by which way a value comes, for which command, what else is tried in its place."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.uses import Command, Use
from splitlint.analysis.model.values import Package
from splitlint.analysis.shell.as_uses import uses_in
from tests.shell_scripts import DEV, KERNEL, meaning

MODULES = "modules"


def uses(script: str, path: str | None = None) -> list[Use]:
    """The uses of the whole kernel in a script, those with a path if one is given."""
    found = uses_in(meaning(script))
    return [use for use in found if use.value.shape == KERNEL.shape and path in (None, use.path)]


def company(script: str, path: str = "/lib") -> set[str | None]:
    """The outputs of the kernel that make up for what it lacks."""
    found = uses(script, path)
    assert found
    given = [item() for use in found for item in use.company]
    given += [value for use in found if isinstance(use.sink, Command) for value in use.sink.company]
    return {value.shape.output for value in given if isinstance(value.shape, Package)} - {None}


@pytest.mark.parametrize(
    ("script", "way"),
    [
        ("ls ${kernel}/lib", "direct"),
        ("k=${kernel}; ls $k/lib", "variable"),
        ("f() { ls $1/lib; }; f ${kernel}", "variable"),
        ("ls $kernel/lib", "attribute"),
        ("cd ${kernel}; ls lib", "folder"),
        ("cd $kernel; ls lib", "folder"),
        ("ln -s ${kernel} k; ls k/lib", "folder"),
    ],
)
def test_the_way_by_which_a_value_comes(script: str, way: str) -> None:
    assert [use.way for use in uses(script, "/lib")] == [way]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('for c in ${modules} ${kernel}; do if [ -d "$c/lib" ]; then ls $c/lib; fi; done', id="if"),
        pytest.param("for c in ${modules} ${kernel}; do [ -d $c/lib ] && ls $c/lib; done", id="and"),
        pytest.param("for c in ${kernel} ${modules}; do [ -d $c/lib ] || continue; ls $c/lib; done", id="or go on"),
        pytest.param(
            "for c in ${kernel} ${modules}; do if test ! -d $c; then continue; fi; ls $c/lib; done", id="or not"
        ),
        pytest.param(
            "for c in ${kernel} ${modules}; do ls $c/lib 2>/dev/null && break; done", id="the first that works"
        ),
        pytest.param("for c in ${kernel} ${modules}; do cp -r $c/lib x || true; done", id="whether it works or not"),
        pytest.param("m=${modules}; [ -d $m/lib ] || m=${kernel}; ls $m/lib", id="else the other"),
        pytest.param("if [ -d ${modules}/lib ]; then m=${modules}; else m=${kernel}; fi; ls $m/lib", id="either"),
    ],
)
def test_what_is_asked_first_may_be_in_another_output(script: str) -> None:
    assert company(script) == {MODULES}


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("for c in ${modules} ${kernel}; do ls $c/lib; done", id="each of them"),
        pytest.param(
            'if [ "$x" = y ]; then m=${modules}; else m=${kernel}; fi; ls $m/lib', id="asked for something else"
        ),
        pytest.param("m=${modules}; ls ${kernel}/lib", id="another variable"),
        pytest.param("for c in ${modules} ${kernel}; do ln -s $c/lib x; done", id="links"),
    ],
)
def test_what_is_not_asked_first_has_to_be_there(script: str) -> None:
    assert company(script) == set()


@pytest.mark.parametrize(
    ("script", "checked"),
    [
        pytest.param("[ -e ${kernel}/x ]", [True], id="the question"),
        pytest.param("if test -f ${kernel}/x; then cp ${kernel}/x .; fi", [True, True], id="in an if"),
        pytest.param('if [ -f "${kernel}/x" ]; then :; else cp ${kernel}/x .; fi', [True, True], id="in its else"),
        pytest.param("[[ -r ${kernel}/x ]] && cp ${kernel}/x .", [True, True], id="in a list"),
        pytest.param("ls ${kernel}/x 2>/dev/null && cp ${kernel}/x .", [True, True], id="by another command"),
        pytest.param("[ -e ${kernel}/x ] || exit 0; cp ${kernel}/x .", [True, True], id="left before"),
        pytest.param("i=${kernel}/x; [ -e $i ] || i=y; cp $i .", [True, True, True], id="through a variable"),
        pytest.param("for i in y x; do [ -e ${kernel}/$i ] && cp ${kernel}/$i .; done", [True, True], id="one of some"),
        pytest.param("i=${kernel}/x; [ -e $i ] && echo yes; cp $i .", [False, True, False], id="no other way"),
        pytest.param("[ -e ${kernel}/x ] || exit 1; cp ${kernel}/x .", [True, False], id="or it fails"),
        pytest.param("[ -e ${kernel}/y ] && cp ${kernel}/x .", [False], id="for another file"),
        pytest.param("[ -e ${modules}/x ] && cp ${kernel}/x .", [False], id="in another output"),
        pytest.param("[ -e ${kernel}/x ]; cp ${kernel}/x .", [True, False], id="and takes no notice"),
        pytest.param("addr2line -e ${kernel}/x; nm -s ${kernel}/x", [False, False], id="flags of other programs"),
        pytest.param("[ x = ${kernel}/x ]", [False], id="compared as text"),
        pytest.param("ls ${kernel}/x", [False], id="looked at, whatever comes of it"),
    ],
)
def test_what_a_script_checks_for(script: str, checked: list[bool]) -> None:
    assert [use.is_checked for use in uses(script, "/x")] == checked


@pytest.mark.parametrize(
    ("script", "path", "expected"),
    [
        pytest.param("cp -r ${kernel}/* x; cp -r ${modules}/* x", "/*", {MODULES}, id="one copy after the other"),
        pytest.param("cp -r ${kernel}/. ${modules}/. x", "/.", {MODULES}, id="both at once"),
        pytest.param("cp -r ${kernel}/* x; rsync -a ${modules}/ x", "/*", {MODULES}, id="by another command"),
        pytest.param("find ${kernel} ${modules} -name x", "", {MODULES}, id="searched together"),
        pytest.param("find ${kernel} -name x; find ${modules} -name y", "", set(), id="searched by itself"),
        pytest.param("for c in ${kernel} ${modules}; do find $c; done", "", {MODULES}, id="searched in turn"),
    ],
)
def test_what_makes_up_for_a_copy_or_search_of_all(script: str, path: str, expected: set[str]) -> None:
    assert company(script, path) == expected


@pytest.mark.parametrize(
    ("script", "name", "before", "prefix"),
    [
        ("depmod -a -b ${kernel} x", "depmod", "-b", ""),
        ("depmod --basedir=${kernel} x", "depmod", "", "--basedir="),
        ("tar -C ${kernel} -c lib", "cd", "-C", ""),
        ("tar -c ${kernel}", "tar", "-c", ""),
        ("cd x; depmod -b ${kernel}", "depmod", "-b", ""),
    ],
)
def test_the_command_and_the_word_before(script: str, name: str, before: str, prefix: str) -> None:
    (sink,) = (use.sink for use in uses(script, ""))
    assert isinstance(sink, Command)
    assert (sink.name, sink.before, sink.prefix) == (name, before, prefix)


def test_text_in_the_words_of_a_list_is_cut_at_spaces() -> None:
    found = uses_in(meaning("for t in ${both}; do ls $t/lib; done; for t in $trees; do ls $t/lib; done"))
    assert [use.value.shape for use in found if use.path == "/lib"] == [KERNEL.shape, DEV.shape] * 2


def test_text_in_quotes_is_one_word() -> None:
    assert uses('for t in "$trees"; do ls $t/lib; done', "/lib") == []
