"""Nothing that a page or pack says is passed over in silence: what nothing would come of is an error with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.authoring.check_rules import check_rules
from splitlint.authoring.queries import WORDS
from splitlint.checking.prepared import prepared
from splitlint.cli.main import main
from splitlint.fixes.make.make import ASKED_FOR, KINDS
from splitlint.matching.predicates import PREDICATES
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import RuleError

PACK = """\
name = "foo"
since = "26.05"
merged = "2026-02-28"
needles = ["foo"]

[words]
foo = ["libfoo", "foo_"]

[families.foo]
noun = "foo"
roots = ["pkgs.libfoo", "pkgs.libfoo_*"]
sets = ["pkgs.fooPackages"]
member = "libfoo"
outputs = ["out", "data"]
new_outputs = ["data"]

[families.foo.moved]
"share/**" = "data"

[places]
store = ["config.foo.store"]
"""

PAGE = """\
# Foo's data is looked for in foo

It is elsewhere.

## Breaks

```nix file=x.nix
a
```

## Leave alone

```nix nixpkgs=26.05 unproved="why"
a
```

## Definition

```toml
language = ["nix", "shell", "python", "text"]
severity = "warning"
impact = ["build-failure"]
needles = [["<foo>"]]
patterns = ["X1"]
message = "`{package}` has no data"
help = "take `data`"
fix = { kind = "output", output = "data", safety = "safe" }

[[use]]
value = ["foo:whole", "set:foo", "place:store", "call:pkgs.makeFoo", "foo.version"]
path = ["share/**"]

[[use]]
value = ["foo"]
into = ["*.frob{foo}[]", "option:foo.package", "pkgs.frob(1)", "?.frob>*.x", "absent:read"]
alone = ["foo:data"]
severity = "info"
fix = { kind = "text", from = "a", to = "b" }

[[commands]]
builds = ["foo"]
uses = ["share/**"]

[python]
paths = ["**/foo/share/**"]
writes = true

[text]
paths = ["**/foo/share/**"]
unless_first = "-e"
```

```query nix
((apply_expression argument: (_) @package)
  (#denotes? @package "foo")
  (#not-into? @package "*.frob")
  (#source-matches? @package "x")
  (#set! severity "info"))
```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path)
    return tmp_path


def written(folder: Path, page: str = PAGE, pack: str = PACK) -> None:
    (folder / "pack.toml").write_text(pack)
    (folder / "foo-data.md").write_text(page)


def complaint(folder: Path) -> str:
    """What is wrong with the pack in a folder: the name of the file, without its path, and the rest."""
    with pytest.raises(RuleError) as caught:
        check_rules(load_rules([str(folder)]))
    return str(caught.value).replace(f"{folder}/", "")


def line_with(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_page_and_a_pack_that_say_all_that_can_be_said(folder: Path) -> None:
    check_rules(load_rules([str(folder)]))


def test_the_shipped_pages_and_packs() -> None:
    check_rules(load_rules([default_folder()]), shipped=True)


IN_A_PAGE = {
    "when": ('severity = "warning"', 'when = "later"\nseverity = "warning"', "when", 'it can only be "unknown"'),
    "a day of a page": ('severity = "warning"', 'merged = "now"\nseverity = "warning"', "merged", "is no day, such as"),
    "a key of the definition": (
        'help = "take',
        'halp = "take',
        "halp",
        "unknown key `halp` in the definition; did you mean `help`?",
    ),
    "a language": ('"shell", "python"', '"shel", "python"', "language =", "did you mean `shell`?"),
    "a severity": ('severity = "warning"', 'severity = "warn"', "severity", "did you mean `warning`?"),
    "an impact": ('["build-failure"]', '["build-fail"]', "impact", "did you mean `build-failure`?"),
    "a word of the pack": (
        '"<foo>"',
        '"<fou>"',
        "needles",
        "the pack has no [words] called `fou`; did you mean `foo`?",
    ),
    "a rule": ('patterns = ["X1"]', 'instead_of = ["modules-pth"]', "instead_of", "there is no rule `modules-pth`"),
    "a confidence": ('patterns = ["X1"]', 'confidence = "hi"', "confidence", "is not one of low, medium, high"),
    "a release": ('patterns = ["X1"]', 'nixpkgs = "befor 25.11"', "nixpkgs =", 'is neither a release ("25.11")'),
    "what is silent": ('patterns = ["X1"]', 'silent = "empty"', "silent", "is not one of boot-failure"),
    "a kind of fix": (
        'kind = "output"',
        'kind = "outptu"',
        "outptu",
        "fix: there is no kind `outptu`; did you mean `output`?",
    ),
    "a key of a fix": ('output = "data"', 'output = "data", tittle = "x"', "tittle", "did you mean `title`?"),
    "an output of a fix": ('output = "data", s', 'output = "dta", s', '"dta"', "no package has an output `dta`"),
    "a family of a fix": (
        'kind = "text", from = "a", to = "b"',
        'kind = "companion", family = "fou", attribute = "a"',
        '"fou"',
        "there is no family `fou`; did you mean `foo`?",
    ),
    "how safe a fix is": ('safety = "safe"', 'safety = "save"', 'safety = "save"', "is not one of unsafe, safe"),
    "a fix that lacks a key": (
        'output = "data", ',
        "",
        "fix =",
        "`output` is missing, which the kind `output` asks for",
    ),
    "a key of a table": ("alone =", "alown =", "alown", "[[use]] has no key `alown`; did you mean `alone`?"),
    "a way of a table": ('alone = ["foo:data"]', 'way = ["direkt"]', "way =", "did you mean `direct`?"),
    "a family": ('["foo:whole"', '["fou:whole"', "fou:whole", "there is no family `fou`; did you mean `foo`?"),
    "a family on its own": (
        'value = ["foo"]',
        'value = ["fop"]',
        '["fop"]',
        "there is no family `fop`; did you mean `foo`?",
    ),
    "an output": (
        '["foo:data"]',
        '["foo:dta"]',
        "foo:dta",
        "the family `foo` has no output `dta`; did you mean `data`?",
    ),
    "a place": ('"place:store"', '"place:stoer"', "place:stoer", "there is no place `stoer`; did you mean `store`?"),
    "a kind of value": ('"set:foo"', '"sett:foo"', "sett:foo", "there is no family `sett`; did you mean `set`?"),
    "a family in a set": ('"set:foo"', '"set:fou"', "set:fou", "there is no family `fou`; did you mean `foo`?"),
    "a global name": (
        '"call:pkgs.makeFoo"',
        '"call:pkg.makeFoo"',
        "call:pkg.",
        "is no global name; did you mean `pkgs`?",
    ),
    "a table without a value": ('value = ["foo"]\n', "", "[[use]]\ninto", "[[use]] `value` is missing"),
    "a kind of receiver": ('"option:foo', '"optoin:foo', "into =", "`optoin:foo.package` is no receiver"),
    "a root of a receiver": (
        '"pkgs.frob(1)"',
        '"pkg.frob(1)"',
        "pkg.frob",
        "no function is called `pkg..`; did you mean `pkgs`?",
    ),
    "how something is absent": ('"absent:read"', '"absent:red"', "into =", "behind `absent:` stands `read`"),
    "a severity of a table": ('severity = "info"\nfix', 'severity = "inf"\nfix', 'severity = "inf"', "is not one of"),
    "a kind of fix of a table": (
        'kind = "text"',
        'kind = "txt"',
        '"txt"',
        "there is no kind `txt`; did you mean `text`?",
    ),
    "a regex of a fix": ('from = "a"', 'from = "("', 'from = "("', "`(` is no regular expression"),
    "a key of commands": ("builds =", "bilds =", "bilds", "[[commands]] has no key `bilds`; did you mean `builds`?"),
    "a family of commands": (
        'builds = ["foo"]',
        'builds = ["fo"]',
        "builds",
        "there is no family `fo`; did you mean `foo`?",
    ),
    "a key of python": (
        "writes = true",
        "write = true",
        "write = ",
        "[python] has no key `write`; did you mean `writes`?",
    ),
    "a key of text": ("unless_first", "unless_frist", "unless_frist", "did you mean `unless_first`?"),
    "a language of a query": ("query nix", "query shell", "((apply", "a query in `shell` is never asked"),
    "a fence that is no query": (
        "query nix",
        "querry nix",
        "```querry",
        "is no query; queries are fenced as `query nix`",
    ),
    "a predicate": ("#denotes?", "#denote?", "(#denote?", "unknown predicate `#denote?`; did you mean `denotes?`?"),
    "the opposite of a predicate": ("#not-into?", "#not-inot?", "(#not-inot?", "did you mean `not-into?`?"),
    "a predicate without its mark": (
        '(#denotes? @package "foo")',
        '(#denotes! @package "foo")',
        "(#denotes!",
        "did you mean `denotes?`?",
    ),
    "a predicate that tree-sitter alone knows": (
        '(#denotes? @package "foo")',
        '(#is? @package "foo")',
        "(#is?",
        "unknown predicate `#is?`",
    ),
    "a predicate outside of a pattern": (
        '  (#set! severity "info"))',
        ')\n(#denotes? @package "foo")',
        '(#denotes? @package "foo")\n```',
        "stands outside of the parentheses of a pattern",
    ),
    "a capture": (
        "#denotes? @package",
        "#denotes? @packag",
        "(#denotes? @packag",
        "the pattern captures no `@packag`; did you mean `package`?",
    ),
    "a predicate of nothing": (
        "#denotes? @package",
        "#denotes?",
        "(#denotes?",
        "the first thing behind it is a capture",
    ),
    "too many words": ('@package "x")', '@package "x" "y")', "(#source-matches?", "it takes 1 strings, not 2"),
    "a family of a predicate": (
        '@package "foo")',
        '@package "fou")',
        "(#denotes?",
        "there is no family `fou`; did you mean `foo`?",
    ),
    "a receiver of a predicate": ('"*.frob")', '"frobb:x")', "(#not-into?", "`frobb:x` is no receiver"),
    "a regex of a predicate": ('@package "x")', '@package "(")', "(#source-matches?", "`(` is no regular expression"),
    "a setting of a pattern": (
        "#set! severity",
        "#set! severty",
        "(#set!",
        "`severty` cannot be set; did you mean `severity`?",
    ),
    "a setting without a value": (
        '#set! severity "info"',
        "#set! severity",
        "(#set!",
        "a key and one value stand behind it",
    ),
    "a severity of a pattern": (
        '#set! severity "info"',
        '#set! severity "inf"',
        "(#denotes?",
        "severity = 'inf' is not one of",
    ),
    "a heading": (
        "## Leave alone",
        "## Leave alon",
        "```nix nixpkgs",
        "nothing is done with the code under `## Leave alon`",
    ),
    "a heading in small letters": ("## Breaks", "## breaks", "```nix file", "is it `## Breaks`?"),
    "a word of a fence": (
        "nix file=",
        "nix fiel=",
        "```nix fiel",
        "`fiel` means nothing behind a fence; did you mean `file`?",
    ),
    "a word of a fence without its value": ("nix file=x.nix", "nix file", "```nix file", "write `file=..`"),
    "a release of a fence": ("nixpkgs=26.05", "nixpkgs=26", "```nix nixpkgs", "names no release of nixpkgs"),
}


@pytest.mark.parametrize(("old", "new", "place", "message"), IN_A_PAGE.values(), ids=IN_A_PAGE)
def test_a_page_got_wrong(folder: Path, old: str, new: str, place: str, message: str) -> None:
    assert PAGE.count(old) >= 1
    page = PAGE.replace(old, new, 1)
    written(folder, page)
    said = complaint(folder)
    assert message in said
    assert said.startswith(f"foo-data.md:{line_with(page, place)}: ")


IN_A_PACK = {
    "a key": ("since =", "sinse =", "sinse", "a pack has no key `sinse`; did you mean `since`?"),
    "a table": ("[places]", "[place]", "[place]", "a pack has no key `place`; did you mean `places`?"),
    "a day": ('"2026-02-28"', '"28.02.2026"', "merged", "is no day, such as"),
    "a day that is a TOML date": ('"2026-02-28"', "2026-02-28", "merged", "merged is a string"),
    "a day of another release": ('"2026-02-28"', '"2023-02-28"', "merged", "is not first in 26.05"),
    "a release of which there is none": ('"26.05"', '"26.13"', "since", "is no release of nixpkgs"),
    "a release of one path": (
        '= "data"',
        '= { to = "data", since = "later" }',
        '"share/**"',
        'since = "later" is no release of nixpkgs',
    ),
    "a release": ('"26.05"', '"2605"', "since", "is no release of nixpkgs"),
    "words that are no list": ('["foo"]', '"foo"', "needles", "needles is a list of strings"),
    "a list of words that is none": (
        '["libfoo", "foo_"]',
        '"libfoo"',
        "words",
        "[words] is a table of lists of strings",
    ),
    "a key of a family": (
        "new_outputs",
        "new_output",
        "new_output",
        "a family has no key `new_output`; did you mean `new_outputs`?",
    ),
    "a root": ('"pkgs.libfoo_*"', '"pkg.libfoo_*"', "roots", "`pkg.libfoo_*` is no global name; did you mean `pkgs`?"),
    "a root and no more": ('"pkgs.libfoo",', '"pkgs.",', "roots", "something stands behind `pkgs.`"),
    "an output to which something moved": (
        '= "data"',
        '= "dta"',
        '"share/**"',
        "has no output `dta`; did you mean `data`?",
    ),
    "a new output": ('new_outputs = ["data"]', 'new_outputs = ["dat"]', "new_outputs", "did you mean `data`?"),
    "a set without a member": ('member = "libfoo"\n', "", "sets", "`member` is missing"),
    "what a place stands for": ("config.foo.store", "confg.foo.store", "store =", "did you mean `config`?"),
    "a family with a dot in its name": (
        "[families.foo]",
        '[families."f.oo"]\n[families.foo]',
        '[families."f.oo"]',
        "no family can be called `f.oo`: its name begins with a letter",
    ),
    "a family that is called like a kind": (
        "[families.foo]",
        "[families.place]\n[families.foo]",
        "[families.place]",
        "no family can be called `place`",
    ),
}


@pytest.mark.parametrize(("old", "new", "place", "message"), IN_A_PACK.values(), ids=IN_A_PACK)
def test_a_pack_got_wrong(folder: Path, old: str, new: str, place: str, message: str) -> None:
    assert PACK.count(old) >= 1
    pack = PACK.replace(old, new, 1)
    written(folder, pack=pack)
    said = complaint(folder)
    assert message in said
    assert said.startswith(f"pack.toml:{line_with(pack, place)}: ")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda page: page.replace('"nix", "shell", ', ""), "a query is never asked: language has no `nix`"),
        (lambda page: page.replace('"shell", ', ""), "is about script files, and `shell` is not among"),
        (lambda page: page.replace(', "text"]', "]").replace('"shell", ', ""), "[[commands]] is never asked"),
        (lambda page: without(page, "python"), "language has `python`, but the page has none of: [python]"),
        (
            lambda page: page[: page.index("[[use]]")] + "```\n",
            "looks for nothing",
        ),
    ],
)
def test_parts_of_a_page_that_no_file_is_asked_about(folder: Path, change: Callable[[str], str], message: str) -> None:
    page = PAGE.replace('alone = ["foo:data"]', "files_only = true") if "script files" in message else PAGE
    written(folder, change(page))
    with pytest.raises(RuleError, match=re.escape(message)):
        check_rules(load_rules([str(folder)]))


def without(page: str, table: str) -> str:
    start = page.index(f"[{table}]")
    return page[:start] + page[page.index("[text]") :]


def test_each_predicate_says_what_its_words_are() -> None:
    assert WORDS.keys() == PREDICATES.keys()


def test_each_kind_of_fix_says_what_it_asks_for() -> None:
    assert ASKED_FOR.keys() == {*KINDS, "manual"}


def test_each_kind_of_fix_is_documented() -> None:
    told = (Path(__file__).parents[2] / "docs/fixes.md").read_text()
    assert [kind for kind in ASKED_FOR if f"| `{kind}` |" not in told] == []


def test_a_rule_of_the_shipped_packs_can_be_named_without_them(folder: Path) -> None:
    written(folder, PAGE.replace('patterns = ["X1"]', 'instead_of = ["modules-path"]'))
    check_rules(load_rules([str(folder)]))


def test_a_family_of_a_pack_that_is_known_can_be_named(folder: Path) -> None:
    page = PAGE.replace('value = ["foo"]', 'value = ["kernel:modules"]')
    written(folder, page, f'knows = ["kernel-modules"]\n{PACK}')
    rule_set = load_rules([str(folder)])
    check_rules(rule_set)
    assert prepared(rule_set).world.family("kernel") is not None


@pytest.mark.parametrize("command", [["check", "."], ["scan", "."], ["rules"], ["explain", "foo-data"]])
def test_every_command_refuses_such_rules(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    written(folder, PAGE.replace('value = ["foo"]', 'value = ["fou"]'))
    tree = folder / "tree"
    tree.mkdir()
    monkeypatch.chdir(tree)
    assert main([*command, "--rules", str(folder)]) == 2
    line = line_with(PAGE, 'value = ["foo"]')
    assert f"foo-data.md:{line}: [[use]] value: there is no family `fou`" in capsys.readouterr().err
