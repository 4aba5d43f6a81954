"""The path that follows a kernel: through strings, sums, names and shell words. See `tests.asking`."""

from __future__ import annotations

import pytest

from tests.asking import paths_of, unmarked, uses_of

HEAD = "{ k ? (import <nixpkgs> { }).linux, v, f, lib, mkDerivation, runCommand }: "


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('"${«k»}/lib/modules"', ["/lib/modules"], id="a string"),
        pytest.param('"${«k»}/lib/modules rest"', ["/lib/modules"], id="a word in a string"),
        pytest.param('"a ${«k»}/x:${k}/y b"', ["/x"], id="one of several"),
        pytest.param("''cp ${«k»}/lib/*.ko $out''", ["/lib/*.ko"], id="a shell glob"),
        pytest.param('"${«k»}"', [""], id="nothing"),
        pytest.param('"${«k»} /lib"', [""], id="a word of its own"),
        pytest.param('"${«k»}/lib/${v}/x"', ["/lib/…/x"], id="an unknown part"),
        pytest.param('"${«k»}/lib/${k.modDirVersion}/x"', ["/lib/…/x"], id="an attribute as a part"),
        pytest.param('let v = "6.1"; in "${«k»}/lib/${v}/x"', ["/lib/6.1/x"], id="a known part"),
        pytest.param("''${«k»}/lib/$(uname -r)/x y''", ["/lib/…/x"], id="a command in a word"),
        pytest.param("''${«k»}/lib/''${v}/x y''", ["/lib/…/x"], id="a shell variable in a word"),
        pytest.param("''${«k»}/lib/$v/x y''", ["/lib/…/x"], id="one without braces"),
        pytest.param("''${«k»}/lib/@v@/x y''", ["/lib/…/x"], id="a placeholder in a word"),
        pytest.param("''${«k»}/lib/`uname -r`/x y''", ["/lib/…/x"], id="a command in backticks in a word"),
        pytest.param("''a=`ls ${«k»}/lib/x`''", ["/lib/x"], id="in backticks"),
        pytest.param("''a=`ls ${«k»}/lib/x`; b=`uname`''", ["/lib/x"], id="in backticks, others behind"),
        pytest.param("''a=`ls ${«k»}/lib/x`\nb=`uname`''", ["/lib/x"], id="others a line below"),
        pytest.param("''a=`uname`; b=${«k»}/lib/`uname`/x''", ["/lib/…/x"], id="behind backticks"),
        pytest.param("mkDerivation { d = k; buildPhase = ''a=`ls ${«k»}/lib/$d/x`; b=`uname`''; }", ["/lib/…/x"]),
        pytest.param(
            "mkDerivation { d = «k»; buildPhase = ''a=`ls $d/lib/x`; b=`uname`''; }",
            ["/lib/x"],
            id="a variable in them",
        ),
        pytest.param("''\"${«k»}\"/lib/x y''", ["/lib/x"], id="a quote that ends inside the word"),
        pytest.param("''${«k»}/{a,b}/x y''", ["/a/x", "/b/x"], id="braces behind"),
        pytest.param("''{${«k»},/other}/lib y''", ["/lib"], id="braces around"),
        pytest.param("''{/other,${«k»}}/lib y''", ["/lib"], id="braces around, last"),
    ],
)
def test_in_a_string(code: str, expected: list[str]) -> None:
    assert paths_of(HEAD + code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('«k» + "/lib"', ["/lib"], id="a sum"),
        pytest.param('«k» + "/lib" + "/modules"', ["/lib/modules"], id="a longer sum"),
        pytest.param('«k» + "/lib " + "/modules"', ["/lib"], id="a word in a sum"),
        pytest.param('«k» + v + "/x"', ["…/x"], id="an unknown part"),
        pytest.param('"${«k»}/lib" + "/modules"', ["/lib/modules"], id="a string and a sum"),
        pytest.param('"a " + «k» + "/lib"', ["/lib"], id="in the middle of a sum"),
        pytest.param('toString «k» + "/lib"', ["/lib"], id="toString"),
        pytest.param('lib.escapeShellArg (toString «k») + "/lib"', ["/lib"], id="through functions"),
        pytest.param('"${toString «k»}/lib"', ["/lib"], id="a function in a string"),
        pytest.param('(((«k»))) + "/lib"', ["/lib"], id="in parentheses"),
        pytest.param('"${"${«k»}/a"}/b"', ["/a/b"], id="a string in a string"),
        pytest.param('f «k» + "/lib"', [], id="any other function"),
        pytest.param('[ «k» ] ++ "/lib"', [], id="another operator"),
        pytest.param('("${«k»}/a") == "/lib"', ["/a"], id="a comparison ends it"),
    ],
)
def test_in_a_sum(code: str, expected: list[str]) -> None:
    assert paths_of(HEAD + code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('let d = "${«k»}/lib"; in "${d}/modules x"', ["/lib/modules"], id="a let"),
        pytest.param('let d = "${«k»}/lib"; e = "${d}/a"; in "${e}/b c"', ["/lib/a/b"], id="two lets"),
        pytest.param('let d = "${«k»}/lib"; in [ "${d}/a x" "${d}/b x" ]', ["/lib/a", "/lib/b"], id="read twice"),
        pytest.param('let d = "${«k»}/lib"; in d + "/modules"', ["/lib/modules"], id="a let in a sum"),
        pytest.param('let d = "${«k»}/lib"; in [ d ]', ["/lib"], id="read as it is"),
        pytest.param('rec { d = "${«k»}/lib"; e = "${d}/modules x"; }', ["/lib/modules"], id="a rec set"),
        pytest.param(
            'mkDerivation { d = "${«k»}/lib"; buildPhase = "cp $d/modules x"; }',
            ["/lib", "/lib/modules"],
            id="a shell variable",
        ),
        pytest.param(
            "mkDerivation { d = «k»; buildPhase = ''cp ''${d}/modules x''; }", ["/modules"], id="an attribute as it is"
        ),
        pytest.param(
            "mkDerivation { env.D = «k»; buildPhase = ''cp $D/modules x''; }", ["/modules"], id="an attribute of env"
        ),
        pytest.param(
            "mkDerivation { inherit «k»; buildPhase = ''cp $k/modules x''; }", ["/modules"], id="an inherited attribute"
        ),
        pytest.param("runCommand n { inherit «k»; } ''cp $k/modules x''", ["/modules"], id="a script behind the set"),
        pytest.param("mkDerivation { d = «k»; buildPhase = ''cp $dir/modules x''; }", [], id="another variable"),
        pytest.param(
            'mkDerivation { a.d = "${«k»}/lib"; buildPhase = "$d/x y"; }', ["/lib"], id="an attribute further down"
        ),
    ],
)
def test_where_a_name_carries_it_on(code: str, expected: list[str]) -> None:
    assert paths_of(HEAD + code) == expected


def test_a_name_that_is_part_of_itself_ends() -> None:
    assert paths_of('let k = (import <nixpkgs> { }).linux; d = "${«k»}/a${d}"; in d') == ["/a…"]


def test_where_the_text_is_that_a_path_goes_on_in() -> None:
    code = '{ pkgs }: let d = "${«pkgs.linux»}/lib"; in "${d}/modules x"'
    places = [use.span for use in uses_of(code) if use.path == "/lib/modules"]
    data = unmarked(code)[0].encode()
    assert [data[place.start : place.end] for place in places if place is not None] == [b'"${d}/modules x"']


@pytest.mark.parametrize("depth", [2000])
def test_deep_parentheses_are_followed(depth: int) -> None:
    code = HEAD + "(" * depth + "«k»" + ")" * depth + ' + "/lib"'
    assert paths_of(code) == ["/lib"]
