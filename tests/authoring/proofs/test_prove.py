"""Fixes proved by Nix in worlds that are made from what packs say, and fixes that are not right in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.authoring.proofs.evaluation import EvaluationError
from splitlint.authoring.proofs.prove import Change, prove
from splitlint.authoring.proofs.verdict import Verdict
from splitlint.rulebook.pack_files import load_pack
from splitlint.rulebook.rule import Pack
from tests.tools import need

FACTS = """
name = "frob-split"
since = "25.11"

[families.frob]
noun = "frob"
roots = ["pkgs.frob", "pkgs.frob_*", "pkgs.**.frobnitz", "config.services.frob.package"]
names = ["frob"]
sets = ["pkgs.frobPackages", "pkgs.frobPackages_*"]
set_names = ["frobPackages"]
member = "frob"
makers = ["pkgs.buildFrob"]
set_makers = ["pkgs.frobPackagesFor"]
outputs = ["out", "dev", "data", "tools"]
new_outputs = ["data", "tools"]
has = ["frobFlags"]
evidence = ["frobVersion"]
lists = { makeFlags = ["NEW=1"] }

[families.frob.moved]
"share/{frob,frobs}/**" = "data"
"bin/frobctl" = { to = "tools", from = "dev" }
"include/**" = { to = "dev", from = "dev" }
"bin/frob-cli" = "pkgs.frob-cli"
"bin/frob-old" = ""

[families.later]
noun = "later"
roots = ["pkgs.later"]
names = ["later"]
outputs = ["bin", "out", "lib"]
new_outputs = ["lib"]

[families.later.moved]
"lib/**" = { to = "lib", from = "out", since = "26.05" }
"""


OTHERS = """
name = "others"

[families.tools]
roots = ["pkgs.tools"]
outputs = ["bin", "out"]

[families.tools.moved]
"bin/**" = "bin"

[families.frobctl]
roots = ["pkgs.frobctl", "pkgs.frob-cli"]
outputs = ["out", "bin"]

[families.frobctl.moved]
"lib/**" = "out"
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("frob-split")
    (folder / "pack.toml").write_text(FACTS)
    return load_pack(str(folder))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack about a package that has all of `bin`, and about those that another pack's fixes bring."""
    folder = tmp_path_factory.mktemp("others")
    (folder / "pack.toml").write_text(OTHERS)
    return load_pack(str(folder))


def verdicts(pack: Pack, *changes: Change) -> list[Verdict]:
    return prove(changes, [pack], need("nix-instantiate", "nix-bin"))


RIGHT = {
    "output": (
        '{ lib, pkgs }: pkgs.runCommand "x" { } "cp -r ${pkgs.frob}/share/frob/a $out"',
        '{ lib, pkgs }: pkgs.runCommand "x" { } "cp -r ${lib.getOutput "data" pkgs.frob}/share/frob/a $out"',
    ),
    "or": ('{ frob }: frob + "/share/frobs/x"', '{ frob }: (frob.data or frob) + "/share/frobs/x"'),
    "question": (
        '"${pkgs.frob}/share/frob/x"',
        '"${if pkgs.frob ? data then pkgs.frob.data else pkgs.frob}/share/frob/x"',
    ),
    "between other outputs": (
        '{ frob }: "${frob.dev}/bin/frobctl"',
        '{ frob }: "${frob.tools or frob.dev}/bin/frobctl"',
    ),
    "another package": ('"${pkgs.frob}/bin/frob-cli x"', '"${pkgs.frob-cli}/bin/frob-cli x"'),
    "a name of several": (
        'with pkgs; [ "${frob_2}/share/frob/x" ]',
        'with pkgs; [ "${lib.getOutput "data" frob_2}/share/frob/x" ]',
    ),
    "below any set": (
        '"${pkgs.somePackages.frobnitz}/share/frob/x"',
        '"${lib.getOutput "data" pkgs.somePackages.frobnitz}/share/frob/x"',
    ),
    "member of a set": (
        '{ pkgs }: "${pkgs.frobPackages_3.frob}/share/frob/x"',
        '{ pkgs }: "${pkgs.lib.getOutput "data" pkgs.frobPackages_3.frob}/share/frob/x"',
    ),
    "option": (
        """{ config, lib, ... }: let cfg = config.services.frob; in {
             environment.etc.x.source = "${cfg.package}/share/frob/x";
           }""",
        """{ config, lib, ... }: let cfg = config.services.frob; in {
             environment.etc.x.source = "${lib.getOutput "data" cfg.package}/share/frob/x";
           }""",
    ),
    "made": (
        '{ buildFrob, lib }: let k = buildFrob { x = 1; }; in "${k}/share/frob/x"',
        '{ buildFrob, lib }: let k = buildFrob { x = 1; }; in "${lib.getOutput "data" k}/share/frob/x"',
    ),
    "made for a set": (
        '{ frobPackagesFor, buildFrob, lib }: let s = frobPackagesFor (buildFrob { }); in "${s.frob}/share/frob/x"',
        """{ frobPackagesFor, buildFrob, lib }: let s = frobPackagesFor (buildFrob { }); in
           "${lib.getOutput "data" s.frob}/share/frob/x\"""",
    ),
    "overlay": (
        'final: prev: { x = prev.runCommand "x" { } "ls ${final.frob}/share/frob/x"; }',
        'final: prev: { x = prev.runCommand "x" { } "ls ${final.lib.getOutput "data" final.frob}/share/frob/x"; }',
    ),
    "variable of a derivation": (
        '{ stdenv, frob }: stdenv.mkDerivation { name = "x"; inherit frob; buildPhase = "ls $frob/share/frob/x"; }',
        """{ stdenv, frob }: stdenv.mkDerivation {
             name = "x"; frobData = frob.data or frob; buildPhase = "ls $frobData/share/frob/x";
           }""",
    ),
    "looked at while evaluating": (
        '{ lib, frob }: lib.optional (builtins.pathExists "${frob}/share/frob/x") "y"',
        '{ lib, frob }: lib.optional (builtins.pathExists "${lib.getOutput "data" frob}/share/frob/x") "y"',
    ),
    "list of an attribute": (
        '{ frob }: [ "A" ] ++ frob.makeFlags',
        '{ frob }: [ "A" ] ++ (frob.frobFlags or frob.makeFlags)',
    ),
    "override": (
        '{ frob, lib }: "${frob.overrideAttrs { X = 1; }}/share/frob/x"',
        '{ frob, lib }: "${lib.getOutput "data" (frob.overrideAttrs { X = 1; })}/share/frob/x"',
    ),
    "the package itself is not `out`": (
        '{ later, lib }: "${later.out}/lib/x"',
        '{ later, lib }: "${later.lib or later.out}/lib/x"',
    ),
    "release": (
        """{ lib, frob }:
           if lib.versionOlder lib.version "25.11" then "${frob}/share/frob/x" else "${frob}/share/frobs/y\"""",
        """{ lib, frob }:
           if lib.versionOlder lib.version "25.11" then "${frob}/share/frob/x" else "${frob.data}/share/frobs/y\"""",
    ),
    "characters by which the stand-in shows shapes": (
        '{ frob }: { a = "a⟨b ≔ ⟧ ‖"; b = "⟪${frob}/share/frob/x⸴"; }',
        '{ frob }: { a = "a⟨b ≔ ⟧ ‖"; b = "⟪${frob.data or frob}/share/frob/x⸴"; }',
    ),
    "a name that no store path can have": (
        '''"${pkgs."some thing".frobnitz}/share/frob/x"''',
        '''"${pkgs."some thing".frobnitz.data or pkgs."some thing".frobnitz}/share/frob/x"''',
    ),
    "what nobody knows": (
        '"${pkgs.frob}/share/frob/x ${somethingElse} ${pkgs.some.thing { a = 1; }}"',
        '"${pkgs.lib.getOutput "data" pkgs.frob}/share/frob/x ${somethingElse} ${pkgs.some.thing { a = 1; }}"',
    ),
}

WRONG = {
    "right after only": (
        ('{ frob }: "${frob}/share/frob/x"', '{ frob }: "${frob.data}/share/frob/x"'),
        "before nixpkgs 25.11 it does not evaluate: attribute 'data' missing",
    ),
    "the wrong output": (
        ('{ frob }: "${frob}/share/frob/x"', '{ frob }: "${frob.tools or frob}/share/frob/x"'),
        "in nixpkgs 25.11 it takes `share/frob/x` of the output `tools` of `frob`, which is not there",
    ),
    "a no-op": (
        ('{ frob }: "${frob}/share/frob/x"', '{ frob }: "${frob.out}/share/frob/x"'),
        "it takes `share/frob/x` of the output `out` of `frob`, which is not there",
    ),
    "one place too many": (
        (
            '{ frob }: "${frob.dev}/include ${frob}/share/frob/x"',
            '{ frob }: let d = frob.data or frob; in "${d}/include ${d}/share/frob/x"',
        ),
        "before nixpkgs 25.11 it takes `include` of the output `out` of `frob`",
    ),
    "another text": (
        ('{ frob }: "cp ${frob}/share/frob/x $out"', '{ frob }: "cp ${frob.data or frob}/share/frob/x $dev"'),
        "before nixpkgs 25.11 it gives `cp ${frob}/share/frob/x $dev` instead of `cp ${frob}/share/frob/x $out`",
    ),
    "characters by which the stand-in shows shapes": (
        ('{ frob }: "⟨${frob}/share/frob/x"', '{ frob }: "⟩${frob.data or frob}/share/frob/x"'),
        "before nixpkgs 25.11 it gives",
    ),
    "an element lost": (
        ("{ frob, zfs }: [ frob zfs ]", "{ frob, zfs }: [ (frob.data or frob) ]"),
        "before nixpkgs 25.11 it gives `[ ${frob} ]` instead of `[ ${frob}, ${zfs} ]`",
    ),
    "another package": (
        ('{ frob, frob_2 }: "${frob}/share/x"', '{ frob, frob_2 }: "${frob_2}/share/x"'),
        "before nixpkgs 25.11 it gives `${frob_2}/share/x` instead of `${frob}/share/x`",
    ),
    "another text deep in a system": (
        (
            '{ pkgs, ... }: { systemd.services.a.serviceConfig.ExecStart = "${pkgs.frob}/share/frob/run"; }',
            """{ pkgs, ... }: {
                 systemd.services.a.serviceConfig.ExecStart = "${pkgs.frob.data or pkgs.frob}/share/frob/stop";
               }""",
        ),
        "before nixpkgs 25.11 it gives `${frob}/share/frob/stop` instead of `${frob}/share/frob/run` "
        "for `systemd.services.a.serviceConfig.ExecStart`",
    ),
    "another script of what is built": (
        (
            '{ frob, runCommand }: { a = [ (runCommand "x" { } "ls ${frob}/share/frob") ]; }',
            '{ frob, runCommand }: { a = [ (runCommand "x" { } "ls ${frob.data or frob}/share/frobs") ]; }',
        ),
        "it gives `ls ${frob}/share/frobs` instead of `ls ${frob}/share/frob` for `a[].buildCommand`",
    ),
    "context lost": (
        (
            '{ frob }: "${frob}/share/frob/x"',
            '{ frob }: builtins.unsafeDiscardStringContext "${frob.data or frob}/share/frob/x"',
        ),
        "it has lost the string context of `share/frob/x`",
    ),
    "of a later change": (
        ('{ later }: "${later.out}/lib/x"', '{ later }: "${later.lib}/lib/x"'),
        "before nixpkgs 25.11 it does not evaluate: attribute 'lib' missing",
    ),
    "gone": (
        ('{ frob }: "${frob}/bin/frob-old"', '{ frob }: "${frob.tools or frob}/bin/frob-old"'),
        "in nixpkgs 25.11 it takes `bin/frob-old` of the output `tools` of `frob`, which is not there",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_fix_that_is_right(pack: Pack, name: str) -> None:
    assert verdicts(pack, Change(*RIGHT[name])) == [Verdict()]


def test_all_at_once_as_one_by_one(pack: Pack) -> None:
    right = [Change(*change) for change in RIGHT.values()]
    wrong = [Change(*change) for change, _ in WRONG.values()]
    found = verdicts(pack, *right, *wrong)
    assert [bool(one.wrong) for one in found] == [False] * len(right) + [True] * len(wrong)


@pytest.mark.parametrize("name", WRONG)
def test_a_fix_that_is_wrong(pack: Pack, name: str) -> None:
    change, why = WRONG[name]
    (one,) = verdicts(pack, Change(*change))
    assert why in one.wrong


def test_a_fix_for_new_releases_only(pack: Pack) -> None:
    change = Change('{ frob }: "${frob}/share/frob/x"', '{ frob }: "${frob.data}/share/frob/x"')
    assert verdicts(pack, change._replace(oldest="25.11")) == [Verdict()]


def test_a_package_that_a_fix_brings_is_what_it_says(pack: Pack) -> None:
    change = Change('{ frob }: "${frob.dev}/bin/frobctl"', '{ frobctl }: "${frobctl}/bin/frobctl"')
    assert "it gives" in verdicts(pack, change)[0].wrong
    assert verdicts(pack, change._replace(others=frozenset({"frobctl"}))) == [Verdict()]


@pytest.mark.parametrize("is_first", [True, False])
def test_packs_together_as_alone(pack: Pack, others: Pack, *, is_first: bool) -> None:
    brought = '{ frob }: "${frob.dev}/bin/frobctl"', '{ frobctl }: "${frobctl}/bin/frobctl"'
    wrong = Change(brought[0], '{ tools }: "${tools}/bin/frobctl"')
    right = [Change(*RIGHT["another package"]), Change(*brought, others=frozenset({"frobctl"}))]
    packs = [pack, others] if is_first else [others, pack]
    found = prove([*right, wrong], packs, need("nix-instantiate", "nix-bin"))
    assert found[:2] == [Verdict(), Verdict()]
    assert "it gives `${tools}/bin/frobctl` instead of `${frob}/bin/frobctl`" in found[2].wrong


def test_what_evaluates_in_no_world_says_nothing(pack: Pack) -> None:
    change = Change('{ frob }: throw "${frob}/share/frob/x"', '{ frob }: throw "${frob.data or frob}/share/frob/x"')
    (one,) = verdicts(pack, change)
    assert not one.wrong
    assert "does not evaluate" in one.unknown


@pytest.mark.parametrize(
    "code",
    [
        'builtins.readFile "/etc/passwd"',
        "builtins.readDir /etc",
        'builtins.fetchurl "https://example.org/x"',
        'builtins.fetchTarball "https://example.org/x.tar.gz"',
        'import (builtins.toFile "x.nix" "1")',
    ],
)
def test_code_of_a_page_reads_nothing_of_the_machine(pack: Pack, code: str) -> None:
    old = f'{{ frob }}: [ "${{frob}}/share/frob/x" ({code}) ]'
    change = Change(old, old.replace("${frob}", "${frob.data or frob}"))
    (one,) = verdicts(pack, change)
    assert "root:" not in one.wrong + one.unknown
    assert "does not evaluate" in one.unknown


def test_a_nix_that_does_not_start_is_an_error(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="could not be run"):
        prove([Change("1", "2")], [pack], str(tmp_path / "none"))
