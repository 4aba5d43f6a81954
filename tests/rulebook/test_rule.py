"""Pages and packs as values: fences, needles, selection."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.matching.packs import world_of
from splitlint.rulebook.pack_files import load_pack
from splitlint.rulebook.pages import default_folder, load_page, load_rules
from splitlint.rulebook.rule import Pack, RuleError, fences

PAGE = """\
# A title

Why.

## Definition

```toml
language = ["nix", "shell"]
severity = "info"
impact = ["eval-error"]
needles = %s
```

```query nix
(string_expression) @at
```

## Breaks

````nix file=x.nix
a
```
## Not a heading
````

```sh
b
```

## Leave alone

```nix
c
```
"""


def page(folder: Path, needles: str = '[["a", "b"], ["c"]]', pack: str = "") -> Path:
    (folder / "pack.toml").write_text(pack)
    (folder / "page.md").write_text(PAGE % needles)
    return folder / "page.md"


def test_fences_stand_under_their_headings_and_know_their_lines(tmp_path: Path) -> None:
    rule = load_page(str(page(tmp_path)), load_pack(str(tmp_path)))
    assert [(case.kind, case.language, case.text) for case in rule.cases] == [
        ("Breaks", "nix", "a\n```\n## Not a heading\n"),
        ("Breaks", "sh", "b\n"),
        ("Leave alone", "nix", "c\n"),
    ]
    lines = (tmp_path / "page.md").read_text().splitlines()
    assert [lines[case.line - 1] for case in rule.cases] == ["a", "b", "c"]
    assert rule.cases[0].info == "nix file=x.nix"


def test_a_query_has_the_language_that_its_fence_names(tmp_path: Path) -> None:
    [query] = load_page(str(page(tmp_path)), load_pack(str(tmp_path))).queries
    assert (query.language, query.text) == ("nix", "(string_expression) @at\n")


def test_a_fence_before_any_heading_belongs_to_none() -> None:
    assert [case.kind for case in fences("```nix\nx\n```\n\n## Breaks\n\n```nix\ny\n```\n")] == ["", "Breaks"]


@pytest.mark.parametrize(
    ("data", "hit"), [(b"a b", True), (b"a", False), (b"b", False), (b"c", True), (b"", False), (b"xaxbx", True)]
)
def test_any_set_of_needles_and_all_of_it(tmp_path: Path, data: bytes, hit: bool) -> None:
    assert load_page(str(page(tmp_path)), load_pack(str(tmp_path))).hit(data) is hit


def test_a_needle_can_be_any_of_the_words_of_the_pack(tmp_path: Path) -> None:
    file = page(tmp_path, '[["a", "<k>"], ["<angle"]]', '[words]\nk = ["x", "y"]\n')
    assert load_page(str(file), load_pack(str(tmp_path))).needles == ((b"a", b"x"), (b"a", b"y"), (b"<angle",))


def test_selection_is_by_name_and_keeps_the_packs() -> None:
    rule_set = load_rules([default_folder()])
    names = [rule.name for rule in rule_set.rules]
    assert [rule.name for rule in rule_set.only(names[:2], names[:1]).rules] == names[1:2]
    assert [rule.name for rule in rule_set.only((), names[1:]).rules] == names[:1]
    assert rule_set.only(names[:1], ()).packs == rule_set.packs


def test_a_rule_is_found_by_its_name() -> None:
    rule_set = load_rules([default_folder()])
    assert rule_set.rule("modules-path") is not None
    assert rule_set.rule("no-such-rule") is None


def test_only_rules_of_the_language_are_relevant(tmp_path: Path) -> None:
    page(tmp_path)
    rule_set = load_rules([str(tmp_path)])
    assert [rule.name for rule in rule_set.relevant(b"a b", "shell")] == ["page"]
    assert rule_set.relevant(b"a b", "python") == ()


def test_readme_is_no_rule(tmp_path: Path) -> None:
    page(tmp_path)
    (tmp_path / "README.md").write_text("nothing")
    assert [rule.name for rule in load_rules([str(tmp_path)]).rules] == ["page"]


@pytest.mark.parametrize(
    ("pack", "message"),
    [
        pytest.param("families = 1", r"\[families\.NAME\] are tables", id="families are no table"),
        pytest.param('[families.k]\nroots = "x"', r"families\.k\.roots is a list of strings", id="roots are no list"),
        pytest.param("[families.k]\nmoved = 1", r"\[families\.k\.moved\] is a table", id="moved is no table"),
        pytest.param("[families.k.maker_files]\na = 1", r"\[families\.k\.maker_files\] is a table", id="no words"),
    ],
)
def test_a_pack_that_means_nothing_is_refused(tmp_path: Path, pack: str, message: str) -> None:
    page(tmp_path, pack=pack)
    with pytest.raises(RuleError, match=message):
        world_of(load_rules([str(tmp_path)]).packs)


def test_a_page_may_call_what_it_is_about_by_the_name_of_the_family(tmp_path: Path) -> None:
    page = tmp_path / "frobs.md"
    query = '((select_expression expression: (_) @frob)\n  (#denotes? @frob "frob"))'
    page.write_text(
        f'# Frobs\n\n## Definition\n\n```toml\nlanguage = "nix"\nseverity = "info"\nimpact = []\nneedles = [["frob"]]\n'
        f'message = "`{{frob}}` is a frob"\nhelp = "`${{lib.f {{frob}}}} ${{frob}}`"\n```\n\n'
        f"```query nix\n{query}\n```\n"
    )
    rule = load_page(str(page), Pack("p", "", "", "", {"families": {"frob": {}}}, ""))
    assert (rule.message, rule.help) == ("`{package}` is a frob", "`${lib.f {package}} ${frob}`")
    assert rule.queries[0].text.strip() == query.replace("@frob", "@package")
