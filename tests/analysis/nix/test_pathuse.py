"""The path that follows a kernel: through strings, sums, names and shell words."""

from __future__ import annotations

import pytest

from splitlint.analysis.model import path_globs
from splitlint.analysis.model.value import HOLE, Package, Text, Value
from splitlint.analysis.nix import pathuse
from tests.asking import evaluator, expression_at, unmarked


def paths(code: str) -> list[str]:
    """The paths below the marked expression; `…` for unknown text, `+` behind one that may go on elsewhere."""
    ev = evaluator(code)
    uses = pathuse.paths(ev, expression_at(ev, *unmarked(code)[1:]))
    return [use.path.replace(pathuse.HOLE_MARK, "…") + "+" * use.ends for use in uses]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('{ k }: "${«k»}/lib/modules"', ["/lib/modules+"], id="a string"),
        pytest.param('{ k }: "${«k»}/lib/modules rest"', ["/lib/modules"], id="a word in a string"),
        pytest.param('{ k }: "a ${«k»}/x:${k}/y b"', ["/x"], id="one of several"),
        pytest.param("{ k }: ''cp ${«k»}/lib/*.ko $out''", ["/lib/*.ko"], id="a shell glob"),
        pytest.param('{ k }: "${«k»}"', [], id="nothing"),
        pytest.param('{ k }: "${«k»} /lib"', [""], id="a word of its own"),
        pytest.param('{ k, v }: "${«k»}/lib/${v}/x"', ["/lib/…/x+"], id="an unknown part"),
        pytest.param('{ k }: "${«k»}/lib/${k.modDirVersion}/x"', ["/lib/…/x+"], id="an attribute as a part"),
        pytest.param('{ k }: let v = "6.1"; in "${«k»}/lib/${v}/x"', ["/lib/6.1/x+"], id="a known part"),
        pytest.param("{ k }: ''${«k»}/lib/$(uname -r)/x y''", ["/lib/…/x"], id="a command in a word"),
        pytest.param("{ k }: ''${«k»}/lib/''${v}/x y''", ["/lib/…/x"], id="a shell variable in a word"),
        pytest.param("{ k }: ''${«k»}/lib/$v/x y''", ["/lib/…/x"], id="one without braces"),
        pytest.param("{ k }: ''${«k»}/lib/@v@/x y''", ["/lib/…/x"], id="a placeholder in a word"),
        pytest.param("{ k }: ''${«k»}/lib/`uname -r`/x y''", ["/lib/…/x"], id="a command in backticks in a word"),
        pytest.param("{ k }: ''a=`ls ${«k»}/lib/x`''", ["/lib/x"], id="in backticks"),
        pytest.param("{ k }: ''a=`ls ${«k»}/lib/x`; b=`uname`''", ["/lib/x"], id="in backticks, others behind"),
        pytest.param("{ k }: ''a=`ls ${«k»}/lib/x`\nb=`uname`''", ["/lib/x"], id="others a line below"),
        pytest.param("{ k }: ''a=`uname`; b=${«k»}/lib/`uname`/x''", ["/lib/…/x+"], id="behind backticks"),
        pytest.param("{ k }: { d = k; s = ''a=`ls ${«k»}/lib/$d/x`; b=`uname`''; }", ["/lib/…/x"]),
        pytest.param("{ k }: { d = «k»; s = ''a=`ls $d/lib/x`; b=`uname`''; }", ["/lib/x"], id="a variable in them"),
        pytest.param("{ k }: ''\"${«k»}\"/lib/x y''", ["/lib/x"], id="a quote that ends inside the word"),
        pytest.param("{ k }: ''${«k»}/{a,b}/x y''", ["/a/x", "/b/x"], id="braces behind"),
        pytest.param("{ k }: ''{${«k»},/other}/lib y''", ["/lib"], id="braces around"),
        pytest.param("{ k }: ''{/other,${«k»}}/lib y''", ["/lib"], id="braces around, last"),
    ],
)
def test_in_a_string(code: str, expected: list[str]) -> None:
    assert paths(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('{ k }: «k» + "/lib"', ["/lib+"], id="a sum"),
        pytest.param('{ k }: «k» + "/lib" + "/modules"', ["/lib/modules+"], id="a longer sum"),
        pytest.param('{ k }: «k» + "/lib " + "/modules"', ["/lib"], id="a word in a sum"),
        pytest.param('{ k, v }: «k» + v + "/x"', ["…/x+"], id="an unknown part"),
        pytest.param('{ k }: "${«k»}/lib" + "/modules"', ["/lib/modules+"], id="a string and a sum"),
        pytest.param('{ k }: "a " + «k» + "/lib"', ["/lib+"], id="in the middle of a sum"),
        pytest.param('{ k }: toString «k» + "/lib"', ["/lib+"], id="toString"),
        pytest.param('{ k, lib }: lib.escapeShellArg (toString «k») + "/lib"', ["/lib+"], id="through functions"),
        pytest.param('{ k }: "${toString «k»}/lib"', ["/lib+"], id="a function in a string"),
        pytest.param('{ k }: (((«k»))) + "/lib"', ["/lib+"], id="in parentheses"),
        pytest.param('{ k }: "${"${«k»}/a"}/b"', ["/a/b+"], id="a string in a string"),
        pytest.param('{ k, f }: f «k» + "/lib"', [], id="any other function"),
        pytest.param('{ k }: [ «k» ] ++ "/lib"', [], id="another operator"),
        pytest.param('{ k }: ("${«k»}/a") == "/lib"', ["/a+"], id="a comparison ends it"),
    ],
)
def test_in_a_sum(code: str, expected: list[str]) -> None:
    assert paths(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('{ k }: let d = "${«k»}/lib"; in "${d}/modules x"', ["/lib/modules"], id="a let"),
        pytest.param('{ k }: let d = "${«k»}/lib"; e = "${d}/a"; in "${e}/b c"', ["/lib/a/b"], id="two lets"),
        pytest.param(
            '{ k }: let d = "${«k»}/lib"; in [ "${d}/a x" "${d}/b x" ]', ["/lib/a", "/lib/b"], id="read twice"
        ),
        pytest.param('{ k }: let d = "${«k»}/lib"; in d + "/modules"', ["/lib/modules+"], id="a let in a sum"),
        pytest.param('{ k }: let d = "${«k»}/lib"; in [ d ]', ["/lib+"], id="read as it is"),
        pytest.param('{ k }: rec { d = "${«k»}/lib"; e = "${d}/modules x"; }', ["/lib/modules"], id="a rec set"),
        pytest.param('{ k }: { d = "${«k»}/lib"; s = "cp $d/modules x"; }', ["/lib/modules"], id="a shell variable"),
        pytest.param("{ k }: { d = «k»; s = ''cp ''${d}/modules x''; }", ["/modules"], id="an attribute as it is"),
        pytest.param("{ k }: { env.D = «k»; s = ''cp $D/modules x''; }", ["/modules"], id="an attribute of env"),
        pytest.param("{ k }: { inherit «k» j; s = ''cp $k/modules x''; }", ["/modules"], id="an inherited attribute"),
        pytest.param("{ k, f }: f { inherit «k» j; } ''cp $k/modules x''", ["/modules"], id="a script behind the set"),
        pytest.param("{ k }: { d = «k»; s = ''cp $dir/modules x''; }", [], id="another variable"),
        pytest.param('{ k }: { a.d = "${«k»}/lib"; s = "$d/x y"; }', ["/lib/x"], id="a dotted attribute's last name"),
    ],
)
def test_where_a_name_carries_it_on(code: str, expected: list[str]) -> None:
    assert paths(code) == expected


def test_a_name_that_is_part_of_itself_ends() -> None:
    assert paths('{ k }: let d = "${«k»}/a${d}"; in d') != []


def test_the_places_at_which_a_name_carries_it_on() -> None:
    code = '{ k }: let d = "${«k»}/lib"; in "${d}/modules x"'
    ev = evaluator(code)
    (use,) = pathuse.paths(ev, expression_at(ev, *unmarked(code)[1:]))
    assert [node.text for node in use.places] == [b"d"]


@pytest.mark.parametrize("depth", [2000])
def test_deep_parentheses_are_followed(depth: int) -> None:
    code = "{ k }: " + "(" * depth + "«k»" + ")" * depth + ' + "/lib"'
    assert paths(code) == ["/lib+"]


@pytest.mark.parametrize(
    ("path", "globs", "fits"),
    [
        ("/lib/modules", ["lib/modules"], True),
        ("/lib/modules/", ["lib/modules"], True),
        ("//lib//modules", ["lib/modules"], True),
        ("/./lib/./modules", ["lib/modules"], True),
        ("/lib/modules/6.1/x.ko", ["lib/modules/**"], True),
        ("/lib/modules", ["lib/modules/**"], True),
        ("/lib/modulesX", ["lib/modules/**"], False),
        ("/lib/firmware", ["lib/*"], True),
        ("/lib/a/b", ["lib/*"], False),
        ("/lib/a/b", ["**/b"], True),
        ("/lib/modules/6.1/build/x", ["lib/modules/**", "!lib/modules/*/build/**"], False),
        ("/lib/modules/6.1/kernel", ["lib/modules/**", "!lib/modules/*/build/**"], True),
        ("/lib/*", ["lib/\\*"], True),
        ("/lib/x", ["lib/\\*"], False),
        ("", [""], True),
        ("/", [""], True),
        ("/x", [""], False),
        ("-modules/lib", ["lib"], False),
        ("/lib", [], False),
        ("/a.b", ["a.b"], True),
        ("/aXb", ["a.b"], False),
    ],
)
def test_globs_for_paths(path: str, globs: list[str], fits: bool) -> None:
    assert pathuse.matches(path, globs) is fits


def test_text_spelled_out() -> None:
    inner = Value(Text(("b", HOLE)))
    assert pathuse.flat(Text(("a", inner, Value(Package("kernel"))))) == f"ab{pathuse.HOLE_MARK}{pathuse.HOLE_MARK}"


@pytest.mark.parametrize(
    ("globs", "behind", "may"),
    [
        pytest.param(["lib/modules/**"], b"/lib/modules/x", True, id="the first name is right"),
        pytest.param(["lib/modules/**"], b"/bin/sh", False, id="another name"),
        pytest.param(["lib/modules/**"], b"/li${x}", True, id="a name that goes on with a value"),
        pytest.param(["lib/modules/**"], b"/${x}/modules", True, id="a value for a name"),
        pytest.param(["lib/modules/**"], b"${x}", True, id="a value right behind"),
        pytest.param(["lib/modules/**"], b'"/lib', True, id="a quote"),
        pytest.param(["lib/modules/**"], b" /lib", False, id="the end of a word"),
        pytest.param(["lib/modules/**"], b"\n", False, id="the end of a line"),
        pytest.param(["", "lib"], b" x", True, id="the end of a word where the whole is meant"),
        pytest.param(["**"], b" x", True, id="any path"),
        pytest.param(["config-*"], b"/config-6.1", True, id="a wildcard in a name"),
        pytest.param(["\\*"], b"/bin/sh", False, id="a name where a star is meant"),
        pytest.param(["\\*"], b"/*", True, id="a star"),
        pytest.param(["lib", "!lib/x"], b"/libexec/x", False, id="a longer name"),
        pytest.param(["lib"], b"", True, id="the end of the file"),
    ],
)
def test_what_stands_behind_a_value_says_whether_its_path_may_fit(globs: list[str], behind: bytes, may: bool) -> None:
    assert path_globs.may_begin(globs, behind) is may
