"""What expressions denote, from a plain name to what nobody writes twice. See `tests.asking` for how answers read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitlint.analysis.model.values import Value
from splitlint.syntax.nix_tree.nodes import walk
from tests.asking import analysed, means, told, value_in


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «pkgs.linux»", "kernel", id="a kernel of nixpkgs"),
        pytest.param("{ pkgs }: «(pkgs.linux)»", "kernel", id="in parentheses"),
        pytest.param("{ pkgs }: «let k = pkgs.linux; in k»", "kernel", id="in a let"),
        pytest.param("{ pkgs }: «with pkgs; linux»", "kernel", id="in a with"),
        pytest.param("{ pkgs }: «assert pkgs ? linux; pkgs.linux»", "kernel", id="behind an assertion"),
        pytest.param("{ pkgs }: «let { k = pkgs.linux; body = k; }»", "kernel", id="in the old let"),
        pytest.param("«{ pkgs }: pkgs.linux»", "function", id="a function"),
        pytest.param("«nobody»", "?", id="a name that nobody binds"),
        pytest.param("«1»", "number 1", id="a number"),
        pytest.param("«1.5»", "number 1.5", id="a number with a point"),
        pytest.param("«true»", "boolean true", id="a boolean"),
        pytest.param("«null»", "null null", id="null"),
        pytest.param("«./x.sh»", "path x.sh", id="a path"),
        pytest.param("«<nixpkgs>»", "path <nixpkgs>", id="a path that is searched for"),
        pytest.param("«~/x»", "path ~/x", id="a path from home"),
        pytest.param("«https://example.org»", "uri https://example.org", id="a URI"),
        pytest.param("«-1»", "number -1", id="a negative number"),
        pytest.param("«a ? b»", "boolean", id="a question"),
        pytest.param("«a == b»", "boolean", id="a comparison"),
        pytest.param("«a -> b»", "boolean", id="an implication"),
    ],
)
def test_plain_expressions(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('«"text"»', '"text"', id="text"),
        pytest.param('«"a\\nb"»', '"a\nb"', id="an escape"),
        pytest.param("«''a''${b}''»", '"a${b}"', id="an escape of an indented string"),
        pytest.param('{ pkgs }: «"${pkgs.linux}/lib"»', '"${kernel}/lib"', id="a kernel and what follows"),
        pytest.param('{ pkgs }: «"${pkgs.linux.dev}"»', '"${kernel:dev}"', id="an output"),
        pytest.param('«"a${b}c"»', '"a…c"', id="text that is not known"),
        pytest.param('let v = "6.1"; in «"a${v}b"»', '"a6.1b"', id="text within text"),
        pytest.param('«"a${toString 1}"»', '"a1"', id="a number as text"),
        pytest.param('«"a${toString (1 + 2)}"»', '"a3"', id="a number that is added up"),
        pytest.param('{ pkgs }: «"${pkgs.linux}" + "/lib" + "/x"»', '"${kernel}/lib/x"', id="strings joined by +"),
        pytest.param('{ pkgs }: «pkgs.linux + "/lib"»', '"${kernel}/lib"', id="a package joined by +"),
        pytest.param('{ pkgs }: «pkgs.linux + x + "/lib"»', '"${kernel}…/lib"', id="an unknown part of a sum"),
        pytest.param('«./a + "/b"»', "path a/b", id="a path joined by +"),
        pytest.param("{ pkgs }: «toString pkgs.linux»", '"${kernel}"', id="toString"),
        pytest.param("{ pkgs }: «pkgs.linux.outPath»", '"${kernel}"', id="outPath"),
        pytest.param('{ pkgs }: «"${pkgs.linux}".outPath»', '"${kernel}"', id="outPath of text"),
    ],
)
def test_strings(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «[ pkgs.linux 1 ]»", "[kernel number 1]", id="a list"),
        pytest.param("{ pkgs }: «[ pkgs.linux ] ++ [ 1 ] ++ [ 2 ]»", "[kernel number 1 number 2]", id="lists joined"),
        pytest.param("{ pkgs }: «[ pkgs.linux ] ++ more»", "[kernel …]", id="joined with an unknown one"),
        pytest.param("{ pkgs }: «(if c then [ pkgs.linux ] else [ ]) ++ [ 1 ]»", "[kernel number 1 …]", id="either"),
        pytest.param(
            "{ pkgs }: «with pkgs.linuxPackages; [ kernel zfs ]»",
            "[kernel pkgs.linuxPackages.zfs]",
            id="a list under with",
        ),
        pytest.param("{ pkgs }: «{ a = 1; b = 2; }»", "{ a b }", id="a set"),
        pytest.param("{ pkgs }: «{ a.b = 1; a.c = 2; }.a»", "{ b c }", id="dotted names are one set"),
        pytest.param("{ pkgs }: «{ a = { b = 1; }; a.c = 2; }.a»", "{ b c }", id="a set and dotted names"),
        pytest.param("«{ ${n} = 1; a = 2; }»", "{ a … }", id="a computed name"),
        pytest.param("«{ a.${n} = 1; }.a»", "{ … }", id="a computed name further down"),
        pytest.param("{ pkgs }: «{ a = 1; } // { b = 1; }»", "{ a b }", id="sets merged"),
        pytest.param("{ pkgs }: «({ a = 1; } // { a = pkgs.linux; }).a»", "kernel", id="the right one wins"),
        pytest.param("{ pkgs }: «({ a = pkgs.linux; } // { b = 1; } // { c = 1; }).a»", "kernel", id="three merged"),
        pytest.param("{ pkgs }: «{ a = 1; } // more»", "{ a … }", id="merged with an unknown one"),
        pytest.param("{ pkgs }: «pkgs.linux // { a = 1; }»", "kernel", id="a kernel with an attribute added"),
        pytest.param("{ pkgs }: «pkgs.linuxPackages // { a = 1; }»", "set:kernel", id="a set of packages, one added"),
        pytest.param("{ pkgs }: «pkgs.hello // { a = 1; }»", "{ a … }", id="another package, an attribute added"),
    ],
)
def test_lists_and_sets(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: «if c then pkgs.linux else pkgs.linux.dev»", "kernel | kernel:dev", id="either"),
        pytest.param("{ pkgs }: «if c then pkgs.linux else x»", "kernel (medium)", id="an unknown branch costs"),
        pytest.param("{ pkgs }: «if c then pkgs.linux else null»", "kernel | null null", id="or nothing"),
        pytest.param(
            "{ pkgs }: «(if c then pkgs.linuxPackages else pkgs.linuxPackages_latest).kernel»",
            "kernel",
            id="an attribute of either, which are one value",
        ),
        pytest.param("k: «if k ? modules then k.modules else k»", "?", id="a guard over something unknown"),
        pytest.param(
            "{ kernel }: «if kernel ? modules then kernel.modules else kernel»",
            "kernel:modules (medium)",
            id="a guard that asks for the output",
        ),
        pytest.param(
            '{ pkgs }: «if builtins.hasAttr "modules" pkgs.linux then pkgs.linux.modules else pkgs.linux»',
            "kernel:modules",
            id="a guard by hasAttr",
        ),
        pytest.param(
            '{ pkgs }: «if builtins.elem "modules" pkgs.linux.outputs then pkgs.linux.modules else pkgs.linux»',
            "kernel:modules",
            id="a guard by elem",
        ),
    ],
)
def test_conditions(code: str, expected: str) -> None:
    assert means(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("{ pkgs }: let f = k: k.dev; in «f pkgs.linux»", "kernel:dev", id="a function"),
        pytest.param("{ pkgs }: let f = a: k: k.dev; in «f 1 pkgs.linux»", "kernel:dev", id="curried"),
        pytest.param("{ pkgs }: let f = { k }: k; in «f { k = pkgs.linux; }»", "kernel", id="a formal"),
        pytest.param("{ pkgs }: let f = { k, }: k; in «f { k = pkgs.linux; }»", "kernel", id="a comma behind it"),
        pytest.param("{ pkgs }: let f = { k ? pkgs.linux }: k; in «f { }»", "kernel", id="a default"),
        pytest.param("{ pkgs }: let f = { k ? 1 }: k; in «f { k = pkgs.linux; }»", "kernel", id="not the default"),
        pytest.param("{ pkgs }: let f = { k ? j, j }: k; in «f { j = pkgs.linux; }»", "kernel", id="of another formal"),
        pytest.param("{ pkgs }: let f = { ... }@a: a.k; in «f { k = pkgs.linux; }»", "kernel", id="an @-name"),
        pytest.param("{ pkgs }: let f = k: { inherit k; }; in «(f pkgs.linux).k»", "kernel", id="given back in a set"),
        pytest.param("{ pkgs }: let f = k: j: k; in «f pkgs.linux pkgs.linux.dev»", "kernel", id="the outer argument"),
        pytest.param("{ pkgs }: «(k: k) ((k: k) pkgs.linux)»", "kernel", id="applied twice"),
        pytest.param("{ pkgs }: «{ __functor = s: k: k; } pkgs.linux»", "kernel", id="a functor"),
        pytest.param("{ pkgs }: «pkgs.linux |> (k: k.dev)»", "kernel:dev", id="a pipe"),
        pytest.param("{ pkgs, lib }: «pkgs.linux |> lib.getDev |> toString»", '"${kernel:dev}"', id="two pipes"),
        pytest.param("{ pkgs, lib }: «lib.getDev <| pkgs.linux»", "kernel:dev", id="a pipe to the left"),
    ],
)
def test_functions_applied_to_known_arguments(code: str, expected: str) -> None:
    assert means(code) == expected


def test_one_function_gives_each_caller_its_own_answer() -> None:
    code = "{ pkgs }: let f = { k, o }: if o then k else k.dev; in «[ (f { k = pkgs.linux; }) (f { k = 1; }) ]»"
    assert means(code) == "[kernel | kernel:dev number 1]"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("let a = a; in «a»", id="a name that is itself"),
        pytest.param("let a = b; b = c; c = a; in «a»", id="three names in a circle"),
        pytest.param("rec { a = { b = a; }; c = «a.b.b.b.b.x»; }", id="a set that holds itself"),
        pytest.param("let f = x: f x; in «f 1»", id="a function that calls itself"),
        pytest.param("let f = x: f { inherit x; }; in «f 1»", id="a function that grows its argument"),
        pytest.param("let f = x: g x; g = x: f x; in «f 1»", id="two functions that call each other"),
        pytest.param("let fix = f: let x = f x; in x; in «(fix (self: { a = self.a; })).a»", id="a fixed point"),
        pytest.param("with a; let a = «a.b»; in a", id="a name under a with of its own"),
    ],
)
def test_what_refers_to_itself_is_unknown(code: str) -> None:
    assert means(code) == "?"


def test_a_function_applied_to_itself_ends() -> None:
    assert means("(x: «x x») (x: x x)") == "?"


def test_defaults_in_a_circle_say_nothing_so_that_the_name_does() -> None:
    assert means("{ linux ? kernel, kernel ? linux }: «linux»") == "kernel (medium)"


def test_text_that_holds_itself_ends() -> None:
    assert means('let a = "x${a}"; in «a»') == '"x…"'


@pytest.mark.parametrize("depth", [10, 3000])
def test_deep_nesting_is_survived(depth: int) -> None:
    assert means("{ pkgs }: «" + "(" * depth + "pkgs.linux" + ")" * depth + "»") in ("kernel", "?")


def test_a_long_chain_of_names_is_survived() -> None:
    names = "".join(f"a{n} = a{n + 1}; " for n in range(3000))
    assert means(f"let {names} a3000 = (import <nixpkgs> {{ }}).linux; in «a0»") in ("kernel", "?")


def test_a_long_sum_is_not_deep() -> None:
    assert means("{ pkgs }: «pkgs.linux" + ' + "/a"' * 2000 + "»") == '"${kernel}' + "/a" * 2000 + '"'


def test_what_costs_too_much_is_unknown() -> None:
    long = f'"{"y" * 100}"'
    doubling = "".join(f"f{n} = x: [ (f{n + 1} x) (f{n + 1} {{ inherit x; z = {long}; }}) ]; " for n in range(40))
    assert means(f"let {doubling} f40 = x: x; in «f0 1»").count("?") > 0


def test_a_function_that_callpackage_gives_to_itself_ends() -> None:
    assert isinstance(value_in("let b = (let a = a; in ((callPackage (a: b) a) b)); in «b»"), Value)


NAMES = st.sampled_from(["a", "b", "c", "d", "kernel", "pkgs"])


def expressions() -> st.SearchStrategy[str]:
    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({0} {1})".format, inner, inner),
            st.builds("({0}.{1} or {2})".format, inner, NAMES, inner),
            st.builds("({0}: {1})".format, NAMES, inner),
            st.builds("({{ {0} ? {1}, ... }}@all: {2})".format, NAMES, inner, inner),
            st.builds("{{ inherit {0}; {1} = {2}; }}".format, NAMES, NAMES, inner),
            st.builds("rec {{ {0} = {1}; {2} = {3}; }}".format, NAMES, inner, NAMES, inner),
            st.builds("(let {0} = {1}; {2} = {3}; in {4})".format, NAMES, inner, NAMES, inner, inner),
            st.builds("(with {0}; {1})".format, inner, inner),
            st.builds("[ {0} {1} ]".format, inner, inner),
            st.builds('"x${{{0}}}/y${{{1}}}"'.format, inner, inner),
            st.builds("({0} // {1})".format, inner, inner),
            st.builds("({0} ++ {1})".format, inner, inner),
            st.builds("({0} + {1})".format, inner, inner),
            st.builds("(if {0} then {1} else {2})".format, inner, inner, inner),
            st.builds("(callPackage {0} {1})".format, inner, inner),
            st.builds("(map {0} {1})".format, inner, inner),
            st.builds("(mapAttrs ({0}: {1}) {2})".format, NAMES, inner, inner),
            st.builds("(fix ({0}: {{ {1} = {2}; }}))".format, NAMES, NAMES, inner),
            st.builds("(fix ({0}: with {0}; {{ {1} = {2}; }}))".format, NAMES, NAMES, inner),
            st.builds("({0}.extend ({1}: {2}: {{ kernel = {3}; }}))".format, inner, NAMES, NAMES, inner),
            st.builds("((linuxPackagesFor {0}).extend {1})".format, inner, inner),
        )

    return st.recursive(NAMES, larger, max_leaves=25)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NAMES, expressions()), min_size=1, max_size=6), expressions())
def test_evaluation_always_ends_within_bounds(bindings: list[tuple[str, str]], body: str) -> None:
    code = "let " + " ".join(f"{name} = {expression};" for name, expression in bindings) + f" in «{body}»"
    file = analysed(code)
    for node in walk(file.unit.root):
        assert len(told(file.places.values(node.start, node.end))) >= 1
    assert len(file.uses) <= 10_000
