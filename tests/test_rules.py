"""Every page: it loads, it has cases, and its cases are true (see `splitlint/authoring/trials/`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from splitlint.authoring.trials import judging
from splitlint.authoring.trials.judging import Wrong, wrong_case, wrong_page
from splitlint.checking.check import check_source
from splitlint.checking.prepared import prepared
from splitlint.config import Config
from splitlint.files.source import Source
from splitlint.findings.finding import Finding
from splitlint.matching.query_match import compile_query
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import Case, Rule, RuleError, RuleSet

RULE_SET = load_rules([default_folder()])
#: The generic pages by themselves, about packages that are made up.
GENERIC = load_rules([f"{default_folder()}/generic"])
#: Each page with those that its cases are judged by.
PAGES = [(rule, rules) for rules in (RULE_SET, GENERIC) for rule in rules.rules if not rule.is_instance]


@cache
def findings_of(case: Case, of_generic: bool) -> tuple[Finding, ...]:
    """What a whole rule set has to say about a case, needles and suppression included."""
    return judging.findings_of(case, GENERIC if of_generic else RULE_SET)


def parameters() -> list[ParameterSet]:
    words = {"Breaks": "breaks", "Becomes": "becomes", "Leave alone": "trap"}
    return [
        pytest.param(rule, case, rules, id=f"{rule.name}-{word}-{number}-line-{case.line}")
        for kind, word in words.items()
        for rule, rules in PAGES
        for number, case in enumerate((case for case in rule.cases if case.kind == kind), 1)
    ]


def told(wrong: Sequence[Wrong]) -> str:
    return "\n".join("\n".join([f"{one.path}:{one.line}: {one}", *one.detail]) for one in wrong)


@pytest.mark.parametrize(("rule", "rules"), [pytest.param(*page, id=page[0].name) for page in PAGES])
class TestPage:
    def test_has_a_case_that_breaks_and_a_trap_and_pairs_fixed_cases(self, rule: Rule, rules: RuleSet) -> None:
        assert wrong_page(rule) == []

    def test_says_what_breaks_and_what_to_write(self, rule: Rule, rules: RuleSet) -> None:
        assert rule.definition.get("message"), f"{rule.path} has no message"
        assert rule.help, f"{rule.path} has no help"
        assert rule.patterns, f"{rule.path} names no pattern"
        assert re.search(r"^# .+\n\n\S", rule.body, re.MULTILINE), f"{rule.path} does not say why it breaks"

    def test_leaves_no_word_of_its_message_unfilled(self, rule: Rule, rules: RuleSet) -> None:
        mine = [one for case in rule.cases for one in findings_of(case, rules is GENERIC) if one.rule == rule.name]
        for finding in mine:
            for text in (finding.message, finding.help):
                assert not re.search(r"(?<!\$)\{(package|path|into|attribute|home|since|noun|instead)\}", text), text
                assert "``" not in text, text

    def test_has_queries_that_compile(self, rule: Rule, rules: RuleSet) -> None:
        for query in rule.queries:
            compile_query(rule, query)


@pytest.mark.parametrize(("rule", "case", "rules"), parameters())
def test_case(rule: Rule, case: Case, rules: RuleSet) -> None:
    wrong = wrong_case(rule, case, rules)
    assert wrong == [], told(wrong)


PAGE = """\
# A kernel is frobnicated

Nobody knows what will happen.

## Definition

```toml
language = "nix"
severity = "warning"
impact = ["build-failure"]
needles = [["frobnicate"]]
patterns = ["X1"]
message = "`{package}` is frobnicated"
help = "do not"
```

```query nix
((apply_expression argument: (_) @package)
  (#denotes? @package "kernel")
  (#into? @package "*.frobnicate"))
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str, name: str = "frobnicated.md") -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path

    return write


def complaint(folder: Path) -> str:
    with pytest.raises(RuleError) as caught:
        load_rules([str(folder)])
    return str(caught.value)


def said_by(rule_set: RuleSet, text: str) -> list[str]:
    return [one.rule for one in check_source(Source("case.nix", text.encode()), rule_set, Config()).findings]


class TestOwnPages:
    def test_a_new_page_beside_the_shipped_ones_works(self, page: Callable[[str], Path]) -> None:
        rule_set = load_rules([default_folder(), str(page(PAGE))])
        assert said_by(rule_set, "{ pkgs }: pkgs.frobnicate pkgs.linux") == ["frobnicated"]
        assert said_by(rule_set, "{ pkgs }: pkgs.frobnicate pkgs.hello") == []

    def test_a_folder_of_packs_is_taken_pack_by_pack(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "pack.toml").write_text(f'name = "{name}"\n')
            (tmp_path / name / f"rule-{name}.md").write_text(PAGE)
        rule_set = load_rules([str(tmp_path)])
        assert [(rule.pack, rule.name) for rule in rule_set.rules] == [("one", "rule-one"), ("two", "rule-two")]

    def test_pages_of_one_name_in_two_packs_are_told_with_their_packs(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "pack.toml").write_text(f'name = "{name}"\n')
            (tmp_path / name / "frobnicated.md").write_text(PAGE)
        rule_set = load_rules([default_folder(), str(tmp_path)])
        assert said_by(rule_set, "{ pkgs }: pkgs.frobnicate pkgs.linux") == ["one/frobnicated", "two/frobnicated"]
        assert rule_set.named("frobnicated") == ()
        assert [rule.pack for rule in rule_set.named("frobnicated", "two")] == ["two"]
        assert [rule.name for rule in rule_set.named("one/frobnicated")] == ["one/frobnicated"]
        assert rule_set.rule("kernel-modules/modules-path") == rule_set.rule("modules-path")

    def test_what_another_pack_knows_of_nixpkgs_need_not_be_said_again(self, tmp_path: Path) -> None:
        (tmp_path / "pack.toml").write_text(
            'knows = ["kernel-modules"]\n[families.kernel]\nroots = ["pkgs.own-kernel"]\nhas = ["frob"]\n'
        )
        (tmp_path / "frobnicated.md").write_text(PAGE)
        for folders in ([str(tmp_path)], [default_folder(), str(tmp_path)]):
            rule_set = load_rules(folders)
            family = prepared(rule_set).world.family("kernel")
            assert family is not None
            assert {"commonMakeFlags", "frob"} <= family.has
            assert said_by(rule_set, "{ pkgs }: pkgs.frobnicate pkgs.own-kernel") == ["frobnicated"]
            assert said_by(rule_set, "{ pkgs }: pkgs.frobnicate pkgs.linux") == ["frobnicated"]

    def test_a_family_of_its_own_needs_no_python(self, tmp_path: Path) -> None:
        (tmp_path / "pack.toml").write_text(
            '[families.frob]\nnoun = "frob"\nroots = ["pkgs.frob"]\noutputs = ["out", "data"]\n'
        )
        text = PAGE.replace('"kernel")', '"frob")').replace("(apply_expression argument: (_) @package)", "(_) @package")
        (tmp_path / "frobnicated.md").write_text(text)
        rule_set = load_rules([str(tmp_path)])
        assert prepared(rule_set).world.family("frob") is not None
        assert said_by(rule_set, "{ pkgs }: pkgs.frobnicate pkgs.frob") == ["frobnicated"]
        assert said_by(rule_set, "{ pkgs }: pkgs.frobnicate pkgs.frob.data") == []

    def test_a_page_may_say_that_nothing_fails(self, page: Callable[[str], Path]) -> None:
        rule_set = load_rules([str(page(PAGE.replace('["build-failure"]', "[]")))])
        assert [one.impact for one in rule_set.rules] == [()]

    def test_an_unknown_predicate_is_named_with_its_line(self, page: Callable[[str], Path]) -> None:
        folder = page(PAGE.replace("#into?", "#thinks?"))
        with pytest.raises(RuleError, match=r"frobnicated\.md:18: .*#thinks\?"):
            said_by(load_rules([str(folder)]), "{ pkgs }: pkgs.frobnicate pkgs.linux")

    def test_a_query_that_does_not_compile_is_named_with_its_line(self, page: Callable[[str], Path]) -> None:
        folder = page(PAGE.replace("apply_expression", "no_such_node"))
        with pytest.raises(RuleError, match=r"frobnicated\.md:18: the query does not compile"):
            said_by(load_rules([str(folder)]), "{ pkgs }: pkgs.frobnicate pkgs.linux")


class TestBrokenPages:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            pytest.param("# A k", "+++\n+++\n# A k", ".md:1: move the TOML between the `+++`", id="TOML as the head"),
            pytest.param("```toml", "```ini", ".md: there is no ```toml block under `## Definition`", id="no TOML"),
            pytest.param("## Definition\n", "## Match\n", ".md:17: a ```query block belongs under", id="other heading"),
            pytest.param("## Definition\n", "## Definition\n```toml\n```\n", ".md:9: a page has only one", id="two"),
            pytest.param('severity = "warning"', "severity = ", ".md: Invalid value (at line 9", id="not TOML"),
            pytest.param('"warning"', '"bad"', "severity = 'bad' is not one of error, warning, info", id="severity"),
            pytest.param('["build-failure"]', '["boom"]', "impact = 'boom' is not one of", id="impact"),
            pytest.param('language = "nix"', 'language = "nyx"', "language = 'nyx' is not one of nix", id="language"),
            pytest.param('language = "nix"', "language = 3", "language = 3 is not one of nix", id="a number"),
            pytest.param('impact = ["build-failure"]\n', "", "`impact` is missing", id="no impact"),
            pytest.param('[["frobnicate"]]', '["frobnicate"]', "`needles` is a list of lists", id="flat needles"),
            pytest.param('needles = [["frobnicate"]]\n', "", "`needles` is a list of lists", id="no needles"),
            pytest.param("help =", "halp =", "unknown key `halp`", id="unknown key"),
            pytest.param("# A kernel is frobnicated\n", "", "the page has no title", id="no title"),
        ],
    )
    def test_are_refused_with_the_reason(self, page: Callable[[str], Path], old: str, new: str, message: str) -> None:
        assert old in PAGE
        said = complaint(page(PAGE.replace(old, new)))
        assert message in said
        assert "frobnicated.md" in said

    def test_two_packs_of_one_name(self, page: Callable[[str], Path], tmp_path: Path) -> None:
        page(PAGE)
        (tmp_path / "more").mkdir()
        (tmp_path / "more" / "frobnicated.md").write_text(PAGE)
        (tmp_path / "more" / "pack.toml").write_text(f'name = "{tmp_path.name}"\n')
        with pytest.raises(RuleError, match=f"another pack named {tmp_path.name}"):
            load_rules([str(tmp_path), str(tmp_path / "more")])

    def test_a_pack_that_knows_one_that_is_not_there(self, page: Callable[[str], Path], tmp_path: Path) -> None:
        page(PAGE)
        (tmp_path / "pack.toml").write_text('knows = ["kernel-moduls"]\n')
        assert "knows the pack `kernel-moduls`, which does not exist" in complaint(tmp_path)

    def test_two_packs_with_a_family_of_one_name(self, page: Callable[[str], Path], tmp_path: Path) -> None:
        page(PAGE)
        (tmp_path / "pack.toml").write_text('[families.kernel]\nroots = ["pkgs.frob"]\n')
        with pytest.raises(RuleError, match=r"the family `kernel` is one of the pack `kernel-[a-z]+` too: say `knows"):
            prepared(load_rules([default_folder(), str(tmp_path)]))

    def test_a_folder_without_pages(self, tmp_path: Path) -> None:
        assert "no rule pages here" in complaint(tmp_path)

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert "cannot be read: No such file or directory" in complaint(tmp_path / "nowhere")

    def test_a_page_that_is_not_text(self, tmp_path: Path) -> None:
        (tmp_path / "page.md").write_bytes(b"# A\n\xff\xfe")
        assert "page.md: is not UTF-8" in complaint(tmp_path)

    def test_a_pack_that_is_not_toml(self, tmp_path: Path) -> None:
        (tmp_path / "pack.toml").write_text("name = \n")
        assert "pack.toml: Invalid value (at line 1" in complaint(tmp_path)
