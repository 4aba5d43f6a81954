"""The cases of an author's packs: what is told where a page promises what is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.authoring.skeleton import skeleton
from splitlint.authoring.trials.trial import ALONE, SHIPPED, TOGETHER, Failed, packs_in, tried
from splitlint.rulebook.pages import default_folder
from splitlint.rulebook.rule import RuleError

PAGE = "moved-data.md"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack about `pkgs.frob`, all cases of which are true."""
    folder = tmp_path / "frob-split"
    folder.mkdir()
    for name, text in skeleton("frob-split", "frob", str(folder)).items():
        (folder / name).write_text(text)
    return folder


def changed(pack: Path, old: str, new: str, name: str = PAGE) -> int:
    """Replaces a text of the pack; gives the line of the page in which it stood."""
    text = (pack / name).read_text()
    assert old in text
    (pack / name).write_text(text.replace(old, new, 1))
    return text.count("\n", 0, text.index(old)) + 1


def failed(pack: Path, *, with_shipped: bool = False) -> list[Failed]:
    return list(tried(packs_in([str(pack)], with_shipped=with_shipped)).failed)


def told(pack: Path) -> list[tuple[int, str]]:
    """The lines of the page at which something is wrong, and under which heading."""
    found = failed(pack)
    assert {Path(one.wrong.path).name for one in found} <= {PAGE}
    assert {one.where for one in found} <= {ALONE}
    return [(one.wrong.line, one.wrong.kind) for one in found]


def test_a_pack_whose_cases_are_true(pack: Path) -> None:
    outcome = tried(packs_in([str(pack)]))
    assert outcome.failed == ()
    assert (outcome.pages, outcome.cases) == (1, 7)
    assert outcome.shipped_cases > 400


def test_a_marked_line_that_is_not_found(pack: Path) -> None:
    line = changed(pack, "${frob}/share/frob/data $out # breaks", "${frob}/share/frob/other $out # breaks")
    (one, *_) = failed(pack)
    assert (one.wrong.line, one.wrong.kind, one.wrong.found) == (line, "Breaks", "nothing")
    assert one.wrong.expected == "a finding of `moved-data` with medium confidence or higher"


def test_a_line_that_is_found_and_not_marked(pack: Path) -> None:
    line = changed(pack, 'data/default"; # breaks', 'data/default";')
    (one, *_) = failed(pack)
    assert (one.wrong.line, one.wrong.kind) == (line - 2, "Breaks"), "no line of the case is marked"
    assert (line, "Breaks") in told(pack)


def test_a_line_that_promises_only_low_confidence(pack: Path) -> None:
    changed(pack, "$out # breaks", "$out # breaks (low)")
    assert [kind for _, kind in told(pack)] == ["Becomes"], "the comment is in the fixed case, too"


def test_code_to_leave_alone_that_is_found(pack: Path) -> None:
    line = changed(pack, "${hello}/share", "${pkgs.frob}/share")
    (one,) = failed(pack)
    assert (one.wrong.line, one.wrong.kind, one.wrong.expected) == (line, "Leave alone", "no finding")
    assert one.wrong.found.startswith("`moved-data` (high confidence): `pkgs.frob` has had no `share/frob/data`")


def test_a_fix_that_makes_something_else_is_shown_as_a_diff(pack: Path) -> None:
    changed(pack, '${lib.getOutput "data" frob}/share/frob/data', "${frob.data}/share/frob/data")
    (one,) = failed(pack)
    text = (pack / PAGE).read_text()
    assert one.wrong.line == text.count("\n", 0, text.index("${frob.data}")) + 1
    assert one.wrong.kind == "Becomes"
    assert [row.strip() for row in one.wrong.detail if row.startswith(("-  ", "+  "))] == [
        "-  cp -r ${frob.data}/share/frob/data $out # breaks",
        '+  cp -r ${lib.getOutput "data" frob}/share/frob/data $out # breaks',
    ]


def test_a_case_that_no_fix_changes_and_a_page_says_becomes_something(pack: Path) -> None:
    changed(pack, 'generic = "moved-path"\n', 'generic = "moved-path"\nfix = { kind = "manual", title = "by hand" }\n')
    assert {one.wrong.found for one in failed(pack) if one.wrong.detail} == {"it is not changed"}


def test_more_fixed_cases_than_broken_ones(pack: Path) -> None:
    changed(pack, "```nix\n{ lib, runCommand", "```nix unfixed\n{ lib, runCommand")
    assert failed(pack)[0].wrong.expected == "a case under `## Breaks` that becomes this, and is not `unfixed`"


def test_a_page_without_cases(pack: Path) -> None:
    text = (pack / PAGE).read_text()
    start, end = text.index("## Breaks"), text.index("## Definition")
    (pack / PAGE).write_text(text[:start] + text[end:])
    assert told(pack) == [(1, "Breaks"), (1, "Leave alone")]


def test_a_rule_that_finds_something_in_the_pages_of_others(pack: Path) -> None:
    changed(pack, "\n[families.frob]", '\nknows = ["kernel-modules"]\n\n[families.frob]', "pack.toml")
    text = (pack / "pack.toml").read_text().replace('["frob"]\nkeywords = ["frob"]', '["kernel"]')
    (pack / "pack.toml").write_text(text)
    changed(pack, 'needles = [["share/frob"]]', 'needles = [["bzImage"]]')
    use = '\n[[use]]\nvalue = ["kernel"]\npath = ["bzImage"]\n```\n'
    (pack / PAGE).write_text((pack / PAGE).read_text().removesuffix("```\n") + use)
    every = failed(pack, with_shipped=True)
    found = [one for one in every if one.where == SHIPPED and one.wrong.kind == "Leave alone"]
    assert found
    assert {Path(one.wrong.path).parent.parent for one in found} == {Path(default_folder())}
    assert all("moved-data" in one.wrong.found for one in found)


def test_a_shipped_rule_that_finds_something_in_the_pages_of_an_author(pack: Path) -> None:
    added = "${pkgs.linux}/lib/modules"
    line = changed(pack, "  cp ${pkgs.frob}/bin/frob $out\n", f"  cp -r {added} $out\n")
    (one,) = failed(pack, with_shipped=True)
    assert (one.where, one.wrong.line, one.wrong.kind) == (TOGETHER, line, "Leave alone")
    assert one.wrong.found.startswith("`modules-path`")
    assert failed(pack, with_shipped=False) == []


def test_a_shipped_pack_beside_the_others() -> None:
    outcome = tried(packs_in([str(Path(default_folder()) / "kernel-platform")]))
    assert outcome.failed == ()
    assert outcome.pages < 20
    assert outcome.shipped_cases > 300


def test_a_mistake_in_a_page_is_told_with_its_line(pack: Path) -> None:
    line = changed(pack, 'generic = "moved-path"\n', 'severity = "bad"\ngeneric = "moved-path"\n')
    with pytest.raises(RuleError, match=rf"{PAGE}:{line}: severity = 'bad'"):
        packs_in([str(pack)])


def test_a_case_that_cannot_be_checked_is_told(pack: Path) -> None:
    changed(pack, "```nix\n{ lib, runCommand", "```python\nif:\n```\n\n```nix\n{ lib, runCommand")
    assert told(pack)[0][1] == "Breaks"
