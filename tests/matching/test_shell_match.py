"""`[[shell]]` tables: which uses of a kernel in scripts fit them."""

from __future__ import annotations

from typing import Any

import pytest

from splitlint.analysis.model.value import UNKNOWN
from splitlint.analysis.shell.in_nix import Scripts
from splitlint.analysis.shell.script_callers import environment_of
from splitlint.analysis.shell.uses import ShellMeaning
from splitlint.files.source import Source
from splitlint.matching.shell_match import matches_in_file, matches_in_nix, wanted_by
from splitlint.matching.views import NixView
from splitlint.rulebook.rule import Rule, RuleError
from splitlint.syntax.embedded import script_of_file
from tests.asking import RULE_SET, WORLD, evaluator

PAGE = RULE_SET.rules[0]


def page(**table: Any) -> Rule:
    """A page with one `[[shell]]` table."""
    return PAGE._replace(front={"shell": [table]}, path="page.md")


def in_nix(script: str, attributes: str = "", **table: Any) -> list[tuple[str, str]]:
    """What a table finds in the phase of a derivation: the bytes underlined and the path below."""
    code = f"{{ pkgs, stdenv }}: stdenv.mkDerivation {{ {attributes} buildPhase = ''\n{script}\n''; }}"
    ev = evaluator(code)
    found = matches_in_nix(page(**table), NixView(ev), list(Scripts(ev).uses()))
    return [(ev.source.text(*one.notes.span or (0, 0)), one.notes.path) for one in found]


def in_file(script: str, **table: Any) -> list[tuple[str, str]]:
    source = Source("x.sh", script.encode(), "shell")
    meaning = ShellMeaning(script_of_file(source), lambda node: UNKNOWN, environment_of(source, WORLD, None))
    found = matches_in_file(page(**table), meaning)
    return [(source.text(*one.notes.span or (0, 0)), one.notes.path) for one in found]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param({"denotes": ["kernel"]}, 2, id="any use"),
        pytest.param({"denotes": ["kernel:dev"]}, 0, id="another output"),
        pytest.param({"denotes": ["kernel"], "paths": ["lib/**"]}, 1, id="a path"),
        pytest.param({"denotes": ["kernel"], "paths": ["vmlinux"]}, 0, id="another path"),
        pytest.param({"denotes": ["kernel"], "commands": ["cp"]}, 1, id="a command"),
        pytest.param({"denotes": ["kernel"], "not_commands": ["cp"]}, 1, id="any other command"),
        pytest.param({"denotes": ["kernel"], "after": ["-b"]}, 1, id="the word before"),
        pytest.param({"denotes": ["kernel"], "after": ["-x"]}, 0, id="another word before"),
        pytest.param({"denotes": ["kernel"], "says": "depmod"}, 1, id="what the command says"),
        pytest.param({"denotes": ["kernel"], "says_not": "depmod"}, 1, id="what it does not say"),
        pytest.param({"denotes": ["kernel"], "script_says_not": "depmod"}, 0, id="what no line of the script says"),
        pytest.param({"denotes": ["kernel"], "through": ["direct"]}, 2, id="written there"),
        pytest.param({"denotes": ["kernel"], "through": ["variable", "attribute"]}, 0, id="not through a name"),
        pytest.param({"denotes": ["kernel"], "files_only": True}, 0, id="only in files"),
    ],
)
def test_a_use_must_fit_all_that_a_table_says(table: dict[str, Any], expected: int) -> None:
    script = "  cp -r ${pkgs.linux}/lib/modules $out\n  depmod -b ${pkgs.linux} 6.1"
    assert len(in_nix(script, **table)) == expected


@pytest.mark.parametrize(
    ("script", "attributes", "through"),
    [
        pytest.param("  cp ${pkgs.linux}/lib/modules .", "", "direct", id="written there"),
        pytest.param("  K=${pkgs.linux}\n  cp $K/lib/modules .", "", "variable", id="a shell variable"),
        pytest.param("  cp $kernel/lib/modules .", "kernel = pkgs.linux;", "attribute", id="an attribute"),
        pytest.param("  cp $kernel/lib/modules .", "env.kernel = pkgs.linux;", "attribute", id="one of env"),
        pytest.param("  cp $linux/lib/modules .", "inherit (pkgs) linux;", "attribute", id="an inherited one"),
    ],
)
def test_how_a_kernel_comes_into_a_word(script: str, attributes: str, through: str) -> None:
    ways = [
        way
        for way in ("direct", "variable", "attribute")
        if in_nix(script, attributes, denotes=["kernel"], paths=["lib/modules"], through=[way])
    ]
    assert ways == [through]


def test_code_that_asks_for_the_output_is_left_alone() -> None:
    script = "  cp ${if pkgs.linux ? modules then pkgs.linux.modules else pkgs.linux}/lib/modules ."
    assert in_nix(script, denotes=["kernel"]) == []


def test_strings_that_are_no_scripts_of_a_derivation_see_no_attributes() -> None:
    ev = evaluator("{ pkgs }: { kernel = pkgs.linux; text = ''\n  cp $kernel/lib/modules .\n''; }")
    assert list(Scripts(ev).uses()) == []


def test_a_script_that_is_given_the_new_output_too_is_left_alone() -> None:
    table: dict[str, Any] = {"denotes": ["kernel"], "commands": ["cp"], "alone": ["kernel:modules"]}
    one = "  cp -r ${pkgs.linux}/* $out"
    assert len(in_nix(one, **table)) == 1
    assert in_nix(one + "\n  cp -r ${pkgs.linux.modules}/* $out", **table) == []


def test_a_script_file_knows_its_variables_by_their_names() -> None:
    table: dict[str, Any] = {"denotes": ["kernel"], "paths": ["lib/modules"]}
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
    ("shell", "message"),
    [
        ({"a": 1}, "`[[shell]]` is a list of tables"),
        ([1], "`[[shell]]` is a list of tables"),
        ([{"denote": ["kernel"]}], "[[shell]] has no key `denote`; there are "),
        ([{"through": ["magic"]}], "[[shell]] through = one or more of attribute, direct, variable"),
        ([{"denotes": "kernel"}], "[[shell]] denotes is a list of strings"),
        ([{"commands": ["cp", 1]}], "[[shell]] commands is a list of strings"),
    ],
)
def test_a_table_that_says_what_it_cannot_mean(shell: object, message: str) -> None:
    with pytest.raises(RuleError) as error:
        wanted_by(PAGE._replace(front={"shell": shell}, path="page.md"))
    assert str(error.value).startswith(f"page.md: {message}")


def test_a_page_without_tables_wants_nothing() -> None:
    assert wanted_by(PAGE._replace(front={})) == ()


def test_what_an_attribute_brings_is_called_as_the_script_calls_it() -> None:
    code = "{ pkgs, stdenv }: stdenv.mkDerivation { k = pkgs.linux; buildPhase = ''cp $k/bzImage \"''${k}/lib\" .''; }"
    ev = evaluator(code)
    found = matches_in_nix(page(denotes=["kernel"]), NixView(ev), list(Scripts(ev).uses()))
    assert [one.notes.extra["package"] for one in found] == ["$k", "''${k}"]
