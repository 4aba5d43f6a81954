"""What `splitlint test` says of the fixes of pages: proved, wrong at a line of the page, or beyond proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.authoring.skeleton import skeleton
from splitlint.authoring.trials import judging, proving
from splitlint.authoring.trials.proving import proofs_of
from splitlint.authoring.trials.trial import packs_in, tried
from splitlint.findings.finding import Safety
from splitlint.rulebook.pages import default_folder
from tests.tools import need


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack about `pkgs.frob`, all cases of which are true."""
    need("nix-instantiate", "nix-bin")
    folder = tmp_path / "frob-split"
    folder.mkdir()
    for name, text in skeleton("frob-split", "frob", str(folder)).items():
        (folder / name).write_text(text)
    return folder


def change(pack: Path, old: str, new: str, name: str = "moved-data.md") -> None:
    text = (pack / name).read_text()
    assert old in text
    (pack / name).write_text(text.replace(old, new))


def proofs(pack: Path) -> proving.Proofs:
    found = tried(packs_in([str(pack)], with_shipped=False), with_proofs=True).proofs
    assert found is not None
    return found


def test_the_fixes_of_a_new_pack_are_proved(pack: Path) -> None:
    found = proofs(pack)
    assert found.proved > 0
    assert (found.wrong, found.unproved, found.left_out) == ((), (), "")


def test_a_fix_with_the_wrong_output_is_wrong_at_its_line(pack: Path) -> None:
    change(pack, 'outputs = ["out", "data"]', 'outputs = ["out", "data", "docs"]', "pack.toml")
    change(pack, "\nmessage = ", '\nfix = { kind = "output", output = "docs", safety = "safe" }\nmessage = ')
    outcome = tried(packs_in([str(pack)], with_shipped=False), with_proofs=True)
    assert outcome.proofs is not None
    (one, *_) = outcome.proofs.wrong
    text = (pack / "moved-data.md").read_text().splitlines()
    assert "${frob}/share/frob/data" in text[one.line - 1]
    assert one.path == str(pack / "moved-data.md")
    assert "of the output `docs` of `frob`, which is not there" in one.found
    assert any(row.startswith("+") and "docs" in row for row in one.detail)
    assert {one} <= {failed.wrong for failed in outcome.failed}


def test_a_package_that_the_fix_of_one_use_brings_is_proved(pack: Path) -> None:
    fix = 'fix = { kind = "package", name = "frob-data", safety = "safe" }'
    use = f'[[use]]\nvalue = ["frob"]\npath = ["share/frob/**"]\n{fix}'
    change(pack, 'since nixpkgs 26.11: it is in the output `data`"\n', f'since 26.11"\n\n{use}\n')
    packs = packs_in([str(pack)], with_shipped=False)
    (page,) = [rule for rule in packs.alone.rules if rule.path == str(pack / "moved-data.md")]
    assert "${pkgs.frob-data}/share" in judging.fixed(page.cases[1], packs.alone, Safety.SAFE)
    found = proofs(pack)
    assert found.proved > 1
    assert found.wrong == ()


def test_a_case_can_be_excused_with_a_reason(pack: Path) -> None:
    before = proofs(pack)
    change(pack, "## Breaks\n\n```nix\n", '## Breaks\n\n```nix unproved="the stand-in has no moon"\n')
    after = proofs(pack)
    assert [one.why for one in after.unproved] == ["the stand-in has no moon"]
    assert after.proved == before.proved - 1


def test_without_nix_it_is_said_how_to_get_it(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "find_nix", lambda: None)
    found = proofs(pack)
    assert (found.proved, found.wrong) == (0, ())
    assert "install Nix (Debian: nix-bin)" in found.left_out


def test_every_safe_fix_of_the_shipped_pages_is_proved_or_excused() -> None:
    need("nix-instantiate", "nix-bin")
    packs = packs_in([default_folder()])
    found = proofs_of(packs.alone.rules, packs.alone)
    assert found.wrong == ()
    assert found.proved >= 60
    assert len(found.unproved) <= found.proved // 4
    assert not [one for one in found.unproved if "evaluate" in one.why]
