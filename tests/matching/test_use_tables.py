"""`[[use]]` tables: which uses of a kernel fit them, in Nix and in script files."""

from __future__ import annotations

from typing import Any

import pytest

from splitlint.analysis.model.values import UNKNOWN
from splitlint.analysis.nix.analyse import analyse
from splitlint.analysis.nix.script_callers import environment_of
from splitlint.analysis.shell.as_uses import uses_in as uses_in_script
from splitlint.analysis.shell.uses import ShellMeaning
from splitlint.files.source import Source
from splitlint.matching.query_match import Match
from splitlint.matching.use_match import matches_in_nix, matches_in_script
from splitlint.matching.use_tables import asked_by, use_tables
from splitlint.matching.views import NixView
from splitlint.rulebook.rule import Rule, RuleError
from splitlint.syntax.embedded import script_of_file
from tests.asking import RULE_SET, WORLD

PAGE = RULE_SET.rules[0]


def page(**table: Any) -> Rule:
    """A page with one `[[use]]` table."""
    return PAGE._replace(definition={"use": [table]}, path="page.md")


def in_nix(code: str, **table: Any) -> list[tuple[str, str]]:
    """What a table finds in a Nix file: the bytes underlined and the path below."""
    return [
        (one.view.source.text(*one.notes.span or (0, 0)), one.notes.path) for one in found(code, **table) if one.view
    ]


def found(code: str, **table: Any) -> list[Match]:
    rule = page(**table)
    source = Source("case.nix", code.encode())
    file = analyse(source, WORLD, asked=asked_by([rule]))
    return list(matches_in_nix(rule, NixView(file)))


def in_phase(script: str, attributes: str = "", **table: Any) -> list[tuple[str, str]]:
    """What a table finds in the phase of a derivation."""
    code = f"{{ pkgs, stdenv }}: stdenv.mkDerivation {{ {attributes} buildPhase = ''\n{script}\n''; }}"
    return in_nix(code, **table)


def in_file(script: str, **table: Any) -> list[tuple[str, str]]:
    source = Source("x.sh", script.encode(), "shell")
    meaning = ShellMeaning(script_of_file(source), lambda number: UNKNOWN, environment_of(source, WORLD, None))
    matches = matches_in_script(page(**table), meaning, list(uses_in_script(meaning)), WORLD)
    return [(source.text(*one.notes.span or (0, 0)), one.notes.path) for one in matches]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param({"value": ["kernel"]}, 2, id="any use"),
        pytest.param({"value": ["kernel:dev"]}, 0, id="another output"),
        pytest.param({"value": ["kernel"], "path": ["lib/**"]}, 1, id="a path"),
        pytest.param({"value": ["kernel"], "path": ["vmlinux"]}, 0, id="another path"),
        pytest.param({"value": ["kernel"], "path": ["{lib,bin}/modules"]}, 1, id="one of two paths"),
        pytest.param({"value": ["kernel"], "commands": ["cp"]}, 1, id="a command"),
        pytest.param({"value": ["kernel"], "not_commands": ["cp"]}, 1, id="any other command"),
        pytest.param({"value": ["kernel"], "after": ["-b"]}, 1, id="the word before"),
        pytest.param({"value": ["kernel"], "after": ["-x"]}, 0, id="another word before"),
        pytest.param({"value": ["kernel"], "says": "depmod"}, 1, id="what the command says"),
        pytest.param({"value": ["kernel"], "says_not": "depmod"}, 1, id="what it does not say"),
        pytest.param({"value": ["kernel"], "script_says_not": "depmod"}, 0, id="what no line of the script says"),
        pytest.param({"value": ["kernel"], "way": ["direct"]}, 2, id="written there"),
        pytest.param({"value": ["kernel"], "way": ["variable", "attribute"]}, 0, id="not through a name"),
        pytest.param({"value": ["kernel"], "files_only": True}, 0, id="only in files"),
        pytest.param({"value": ["kernel"], "source_says_not": "linux"}, 0, id="how the value is not written"),
    ],
)
def test_a_use_in_a_script_must_fit_all_that_a_table_says(table: dict[str, Any], expected: int) -> None:
    script = "  cp -r ${pkgs.linux}/lib/modules $out\n  depmod -b ${pkgs.linux} 6.1"
    assert len(in_phase(script, **table)) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param({"into": ["*.frob{kernel}"]}, 1, id="an attribute of an argument"),
        pytest.param({"into": ["*.frob{*}"]}, 2, id="any attribute of it"),
        pytest.param({"into": ["*.frob{kernel}[]"]}, 0, id="no list"),
        pytest.param({"into": ["*.frob{others}[]"]}, 1, id="a list"),
        pytest.param({"into": ["*.frob{**}", "*.frob{**}[]"]}, 3, id="one of two receivers"),
        pytest.param({"into": ["*.frob{*}", "!*.frob{kernel}"]}, 1, id="all but one"),
        pytest.param({"into": ["*.grind{kernel}"]}, 0, id="another function"),
        pytest.param({"into": ["*.frob{kernel}"], "beside": {"strict": "true"}}, 1, id="what stands beside it"),
        pytest.param({"into": ["*.frob{kernel}"], "beside": {"strict": "false"}}, 0, id="what does not"),
        pytest.param({"into": ["*.frob{kernel}"], "not_beside": {"strict": "true"}}, 0, id="what must not"),
        pytest.param({"into": ["*.frob{kernel}"], "within": ["frob"]}, 1, id="within a call"),
        pytest.param({"into": ["*.frob{kernel}"], "not_within": ["frob"]}, 0, id="not within one"),
        pytest.param({"into": ["*.frob{others}[]"], "alone": ["kernel:dev"]}, 0, id="not alone in its list"),
        pytest.param({"into": ["*.frob{others}[]"], "alone": ["kernel:modules"]}, 1, id="alone in its list"),
        pytest.param({"into": ["option:a.b"]}, 1, id="an option"),
        pytest.param({"into": ["attribute:b"]}, 1, id="an attribute by its last name"),
    ],
)
def test_who_receives_a_kernel(table: dict[str, Any], expected: int) -> None:
    code = """{ config, pkgs, ... }: {
      x = pkgs.frob { kernel = pkgs.linux; again = pkgs.linux; others = [ pkgs.linux pkgs.linux.dev ]; strict = true; };
      a.b = pkgs.linux;
    }"""
    assert len(in_nix(code, value=["kernel"], **table)) == expected


@pytest.mark.parametrize(
    ("script", "attributes", "way"),
    [
        pytest.param("  cp ${pkgs.linux}/lib/modules .", "", "direct", id="written there"),
        pytest.param("  K=${pkgs.linux}\n  cp $K/lib/modules .", "", "variable", id="a shell variable"),
        pytest.param("  cp $kernel/lib/modules .", "kernel = pkgs.linux;", "attribute", id="an attribute"),
        pytest.param("  cp $kernel/lib/modules .", "env.kernel = pkgs.linux;", "attribute", id="one of env"),
        pytest.param("  cp $linux/lib/modules .", "inherit (pkgs) linux;", "attribute", id="an inherited one"),
    ],
)
def test_how_a_kernel_comes_into_a_word(script: str, attributes: str, way: str) -> None:
    ways = [
        one
        for one in ("direct", "variable", "attribute")
        if in_phase(script, attributes, value=["kernel"], path=["lib/modules"], way=[one])
    ]
    assert ways == [way]


def test_what_never_runs_in_the_newest_nixpkgs_is_no_use() -> None:
    script = "  cp ${if pkgs.linux ? modules then pkgs.linux.modules else pkgs.linux}/lib/modules ."
    assert in_phase(script, value=["kernel"]) == []


def test_strings_that_are_no_scripts_of_a_derivation_see_no_attributes() -> None:
    code = "{ pkgs }: { kernel = pkgs.linux; text = ''\n  cp $kernel/lib/modules .\n''; }"
    assert in_nix(code, value=["kernel"], path=["lib/modules"]) == []


def test_a_script_that_is_given_the_new_output_too_is_left_alone() -> None:
    table: dict[str, Any] = {"value": ["kernel"], "commands": ["cp"], "alone": ["kernel:modules"]}
    one = "  cp -r ${pkgs.linux}/* $out"
    assert len(in_phase(one, **table)) == 1
    assert in_phase(one + "\n  cp -r ${pkgs.linux.modules}/* $out", **table) == []


def test_a_value_in_a_syntax_error_is_not_judged() -> None:
    assert in_nix('{ pkgs }: "${(pkgs.linux =)}/lib"', value=["kernel"], path=["lib"]) == []


def test_a_script_file_knows_its_variables_by_their_names() -> None:
    table: dict[str, Any] = {"value": ["kernel"], "path": ["lib/modules"]}
    assert in_file("cp -r $kernel/lib/modules .\n", **table) == [("$kernel", "/lib/modules")]
    assert in_file("cp -r $other/lib/modules .\n", **table) == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("cp result/lib/modules .\n", ["result/lib/modules"]),
        ("d=result\ncp $d/lib/modules .\n", ["$d/lib/modules"]),
        ("d=result/lib/modules\ncp $d .\n", []),
        ("ls result/lib/modules\n", []),
        ("cp result/lib/firmware .\n", []),
    ],
)
def test_words_of_script_files_whatever_is_used_in_them(script: str, expected: list[str]) -> None:
    assert [word for word, _ in in_file(script, words=["result/lib/modules"], commands=["cp"])] == expected


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"a": 1}, "`[[use]]` is a list of tables"),
        ([1], "`[[use]]` is a list of tables"),
        ([{"values": ["kernel"]}], "[[use]] has no key `values`; did you mean `value`?"),
        ([{"frobnicated": ["kernel"]}], "[[use]] has no key `frobnicated`; there are "),
        ([{"way": ["magic"]}], "[[use]] way has no `magic`; there are attribute, direct, "),
        ([{"value": "kernel"}], "[[use]] value is a list of strings"),
        ([{"commands": ["cp", 1]}], "[[use]] commands is a list of strings"),
        ([{"says": ["cp"]}], "[[use]] says is a string"),
        ([{"says": "("}], "[[use]] says is no regular expression: "),
        ([{"beside": {"a": "("}}], "[[use]] beside is no regular expression: "),
        ([{"beside": "a"}], "[[use]] beside is a table"),
        ([{"files_only": "yes"}], "[[use]] files_only is true or false"),
        ([{"into": ["{kernel}"]}], "[[use]] into: `{kernel}` is no receiver"),
    ],
)
def test_a_table_that_says_what_it_cannot_mean(tables: object, message: str) -> None:
    with pytest.raises(RuleError) as error:
        use_tables(PAGE._replace(definition={"use": tables}, path="page.md"))
    assert str(error.value).startswith(f"page.md: {message}")


def test_a_page_without_tables_wants_nothing() -> None:
    assert use_tables(PAGE._replace(definition={})) == ()


def test_a_table_can_speak_for_itself() -> None:
    (one,) = found(
        "{ pkgs }: pkgs.frob pkgs.linux", value=["kernel"], into=["*.frob"], message="m", impact=["eval-error"]
    )
    assert (one.rule.message, one.rule.impact) == ("m", ("eval-error",))


def test_what_an_attribute_brings_is_called_as_the_script_calls_it() -> None:
    matches = found(
        "{ pkgs, stdenv }: stdenv.mkDerivation { k = pkgs.linux; buildPhase = ''cp $k/bzImage \"''${k}/lib\" .''; }",
        value=["kernel"],
    )
    assert [one.notes.extra["package"] for one in matches] == ["$k", "''${k}"]


def test_it_may_be_told_where_it_is_given_instead() -> None:
    matches = in_phase("  cp $k/lib .", "k = pkgs.linux;", value=["kernel"], path=["lib"], at_value=True)
    assert matches == [("pkgs.linux", "/lib")]
