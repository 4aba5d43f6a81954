"""The proofs by Nix: the worlds, the harness, and every fix that the rule pages promise."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from splitlint.rule import Case, default_folder, load_rules
from tests.worlds import evaluate, prove, prove_all

PROVED = {
    "interpolated path": (
        '{ lib, kernel, runCommand }: runCommand "x" { } "cp ${kernel}/lib/modules/*/x.ko ."',
        '{ lib, kernel, runCommand }: runCommand "x" { } "cp ${lib.getOutput "modules" kernel}/lib/modules/*/x.ko ."',
    ),
    "without lib": (
        '{ kernel }: "${kernel}/lib/modules"',
        '{ kernel }: "${kernel.modules or kernel}/lib/modules"',
    ),
    "beside the image": (
        '"cp ${kernel}/bzImage $out; cp -r ${kernel}/lib/modules $out"',
        '"cp ${kernel}/bzImage $out; cp -r ${lib.getOutput "modules" kernel}/lib/modules $out"',
    ),
    "out was spelled out": (
        '"${kernel.out}/lib/modules"',
        '"${lib.getOutput "modules" kernel}/lib/modules"',
    ),
    "no-op getOutput": (
        '"${lib.getOutput "modules" kernel.out}/lib/modules"',
        '"${lib.getOutput "modules" kernel}/lib/modules"',
    ),
    "concatenation": ('kernel + "/lib"', 'lib.getOutput "modules" kernel + "/lib"'),
    "pathExists": (
        'lib.optional (builtins.pathExists "${kernel}/lib/modules") "loop"',
        'lib.optional (builtins.pathExists "${lib.getOutput "modules" kernel}/lib/modules") "loop"',
    ),
    "readDir": (
        'builtins.attrNames (builtins.readDir "${kernel}/lib/modules")',
        'builtins.attrNames (builtins.readDir "${lib.getOutput "modules" kernel}/lib/modules")',
    ),
    "modules closure": (
        'makeModulesClosure { inherit kernel firmware; rootModules = [ "loop" ]; }',
        'makeModulesClosure { inherit firmware; kernel = lib.getOutput "modules" kernel; rootModules = [ "loop" ]; }',
    ),
    "closure read back in an initrd": (
        """{ pkgs, ... }: let c = pkgs.makeModulesClosure { kernel = pkgs.linux; rootModules = [ ]; }; in
           pkgs.makeInitrd { contents = [ { object = "${c.kernel}/lib/modules"; symlink = "/lib/modules"; } ]; }""",
        """{ pkgs, ... }: let
             c = pkgs.makeModulesClosure { kernel = pkgs.lib.getOutput "modules" pkgs.linux; rootModules = [ ]; }; in
           pkgs.makeInitrd { contents = [ { object = "${c.kernel}/lib/modules"; symlink = "/lib/modules"; } ]; }""",
    ),
    "list under with": (
        "aggregateModules (with config.boot.kernelPackages; [ kernel zfs ])",
        'aggregateModules (with config.boot.kernelPackages; [ (lib.getOutput "modules" kernel) zfs ])',
    ),
    "NixOS module": (
        """{ config, lib, pkgs, ... }: {
             system.modulesTree = lib.mkForce [ config.boot.kernelPackages.kernel ];
           }""",
        """{ config, lib, pkgs, ... }: {
             system.modulesTree = lib.mkForce [ (lib.getOutput "modules" config.boot.kernelPackages.kernel) ];
           }""",
    ),
    "option of a module": (
        """{ config, lib, pkgs, ... }: let cfg = config.board.boot; in {
             options.board.boot.kernelPackage = lib.mkOption { default = pkgs.linux_6_6; };
             config.environment.etc.modules.source = "${cfg.kernelPackage}/lib/modules";
           }""",
        """{ config, lib, pkgs, ... }: let cfg = config.board.boot; in {
             options.board.boot.kernelPackage = lib.mkOption { default = pkgs.linux_6_6; };
             config.environment.etc.modules.source = "${lib.getOutput "modules" cfg.kernelPackage}/lib/modules";
           }""",
    ),
    "overlay": (
        'final: prev: { board = prev.runCommand "b" { } "ln -s ${final.linux}/lib $out"; }',
        """final: prev: {
             board = prev.runCommand "b" { } "ln -s ${final.lib.getOutput "modules" final.linux}/lib $out";
           }""",
    ),
    "list that needs both": (
        "closureInfo { rootPaths = [ kernel toplevel ]; }",
        'closureInfo { rootPaths = [ kernel (lib.getOutput "modules" kernel) toplevel ]; }',
    ),
    "derivation attribute": (
        'stdenv.mkDerivation { name = "x"; inherit kernel; buildCommand = "cp -r $kernel/lib/modules $out"; }',
        """stdenv.mkDerivation {
             name = "x";
             inherit kernel;
             kernelModules = lib.getOutput "modules" kernel;
             buildCommand = "cp -r $kernelModules/lib/modules $out";
           }""",
    ),
    "image in the module tree": (
        '{ config, ... }: { x = "${config.system.modulesTree}/bzImage"; }',
        '{ config, ... }: { x = "${config.system.build.kernel}/bzImage"; }',
    ),
    "build tree": (
        '"make -C ${kernel}/lib/modules/${kernel.modDirVersion}/build"',
        '"make -C ${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"',
    ),
    "configuration": ('"grep BTF ${kernel}/config-${kernel.version}"', '"grep BTF ${kernel.configfile}"'),
    "hard modules": ('"${kernel.modules}/lib/modules"', '"${lib.getOutput "modules" kernel}/lib/modules"'),
    "environment of an override": (
        'kernel.overrideAttrs { KCFLAGS = "-O3"; }',
        'kernel.overrideAttrs (old: { env = (old.env or { }) // { KCFLAGS = "-O3"; }; })',
    ),
    "make flags": (
        'stdenv.mkDerivation { name = "m"; makeFlags = kernel.makeFlags ++ [ "KDIR=x" ]; }',
        'stdenv.mkDerivation { name = "m"; makeFlags = (kernel.commonMakeFlags or kernel.makeFlags) ++ [ "KDIR=x" ]; }',
    ),
    "phase of an override": (
        """kernel.overrideAttrs (old: {
             postInstall = (old.postInstall or "") + "rm -r $out/lib/modules/*/kernel";
           })""",
        """kernel.overrideAttrs (old: let
             isSplit = lib.elem "modules" (old.outputs or [ ]);
             modules = if isSplit then placeholder "modules" else "$out";
           in {
             postInstall = (old.postInstall or "") + "rm -r ${modules}/lib/modules/*/kernel";
           })""",
    ),
    "names that nobody knows": (
        '"${kernel}/lib/modules ${somethingElse} ${someFunction { a = 1; }}"',
        '"${lib.getOutput "modules" kernel}/lib/modules ${somethingElse} ${someFunction { a = 1; }}"',
    ),
    "import of nixpkgs": (
        'let pkgs = import <nixpkgs> { }; in "${pkgs.linux}/lib/modules"',
        'let pkgs = import <nixpkgs> { }; in "${pkgs.lib.getOutput "modules" pkgs.linux}/lib/modules"',
    ),
    "bindings": (
        "system.modulesTree = [ kernel ];",
        'system.modulesTree = [ (lib.getOutput "modules" kernel) ];',
    ),
}

NOT_PROVED = {
    "only right after": (
        ('"${kernel}/lib/modules"', '"${kernel.modules}/lib/modules"'),
        "fails before the split: attribute 'modules' missing",
    ),
    "the wrong output": (
        ('"${kernel}/lib/modules"', '"${kernel.dev}/lib/modules"'),
        "looks for /lib/modules of `dev`",
    ),
    "a no-op": (
        ('"${kernel.out}/lib/modules"', '"${lib.getOutput "modules" kernel.out}/lib/modules"'),
        "looks for /lib/modules of `out`, which is not there after",
    ),
    "one place too many": (
        (
            '"cp ${kernel}/bzImage ${kernel}/lib/modules"',
            'let m = lib.getOutput "modules" kernel; in "cp ${m}/bzImage ${m}/lib/modules"',
        ),
        "looks for /bzImage of `modules`, which is not there after",
    ),
    "something else changed": (
        ('"cp ${kernel}/lib/modules $out"', '"cp ${lib.getOutput "modules" kernel}/lib/modules $dev"'),
        "before the split the mended text gives",
    ),
    "an element lost": (
        ("aggregateModules [ kernel zfs ]", 'aggregateModules [ (lib.getOutput "modules" kernel) ]'),
        "before the split the mended text gives",
    ),
    "another package taken from the with": (
        (
            "with linuxPackages_latest; [ kernel zfs ]",
            'with linuxPackages_latest; [ (lib.getOutput "modules" kernel) perf ]',
        ),
        "before the split the mended text gives",
    ),
    "context lost": (
        (
            '"${kernel}/lib/modules"',
            'builtins.unsafeDiscardStringContext "${lib.getOutput "modules" kernel}/lib/modules"',
        ),
        "lost the string context",
    ),
    "nothing mended": (
        ('"cp ${kernel}/bzImage $out"', '"cp ${kernel}/bzImage $out"'),
        "broken text is not broken",
    ),
    "the attribute dropped": (
        (
            'runCommand "x" { inherit kernel; } "cp -r $kernel/lib/modules $out"',
            'runCommand "x" { k = lib.getOutput "modules" kernel; } "cp -r $kernel/lib/modules $out"',
        ),
        "before the split the mended text gives",
    ),
    "evaluates nowhere": (('(throw "never")', '"${kernel}/bzImage"'), "evaluates in neither world: never"),
}


def test_right_fixes_are_proved() -> None:
    verdicts = dict(zip(PROVED, prove_all(list(PROVED.values())), strict=True))
    assert {name: verdict.reason for name, verdict in verdicts.items() if not verdict.proved} == {}


@pytest.mark.parametrize("name", NOT_PROVED)
def test_wrong_fixes_are_not_proved(name: str) -> None:
    (broken, mended), reason = NOT_PROVED[name]
    verdict = prove(broken, mended)
    assert not verdict.proved
    assert reason in verdict.reason


@pytest.mark.parametrize(
    ("expression", "before", "after"),
    [
        ('lib.getOutput "modules" kernel', "<linux-6.12.59>", "<linux-6.12.59-modules>"),
        ('lib.getOutput "modules" kernel.out', "<linux-6.12.59>", "<linux-6.12.59>"),
        ('lib.getOutput "modules" kernel.dev', "<linux-6.12.59-dev>", "<linux-6.12.59-dev>"),
        (
            'lib.getOutput "modules" linuxManualConfigMonolithic',
            "<linux-monolithic-6.12.59>",
            "<linux-monolithic-6.12.59>",
        ),
        ('lib.getOutput "modules" "text"', "text", "text"),
        ('lib.getOutput "modules" null', "null", "null"),
        ("kernel.modules or kernel", "<linux-6.12.59>", "<linux-6.12.59-modules>"),
        ("kernel.dev.modules or kernel.dev", "<linux-6.12.59-dev>", "<linux-6.12.59-modules>"),
        ("lib.getLib kernel", "<linux-6.12.59>", "<linux-6.12.59>"),
        ("lib.getDev kernel", "<linux-6.12.59-dev>", "<linux-6.12.59-dev>"),
        ('(linuxManualConfig { configfile = writeText "c" ""; }).outputs', "⟦out⟧", "⟦out⟧"),
        ("(linuxManualConfig { config = { }; }).outputs", "⟦out⸴dev⟧", "⟦out⸴dev⸴modules⟧"),
    ],
)
def test_the_worlds_answer_as_nixpkgs_does(expression: str, before: str, after: str) -> None:
    (outcome,) = evaluate([expression])
    assert {world: one.text or one.error for world, one in outcome.items()} == {"before": before, "after": after}


# The promises of the rule pages


@dataclass(frozen=True, slots=True)
class Promise:
    """A `Breaks` case of a page, and what the page says that it becomes."""

    rule: str
    broken: Case
    mended: Case

    @property
    def name(self) -> str:
        return f"{self.rule}:{self.broken.line}"

    @property
    def excuse(self) -> str:
        """Why Nix cannot prove it: ```` ```nix unproved="it is built by make" ```` in the page."""
        found = re.search(r'unproved="([^"]+)"', f"{self.broken.info} {self.mended.info}")
        if found:
            return found[1]
        return "" if self.broken.language == "nix" else f"it is {self.broken.language}"


def promises() -> list[Promise]:
    """In each page the n-th `Becomes` belongs to the n-th `Breaks` whose fence does not say `manual`."""
    found = []
    for rule in load_rules([default_folder()]).rules:
        broken = [case for case in rule.cases if case.kind == "Breaks" and "manual" not in case.info.split()]
        mended = [case for case in rule.cases if case.kind == "Becomes"]
        if mended:
            assert len(broken) == len(mended), f"{rule.path}: {len(broken)} cases break, {len(mended)} are mended"
            found += [Promise(rule.name, *pair) for pair in zip(broken, mended, strict=True)]
    return found


def test_every_promised_fix_is_proved() -> None:
    evaluable = [promise for promise in promises() if not promise.excuse]
    verdicts = prove_all([(promise.broken.text, promise.mended.text) for promise in evaluable])
    unproved = {
        promise.name: verdict.reason for promise, verdict in zip(evaluable, verdicts, strict=True) if not verdict.proved
    }
    assert unproved == {}


def test_few_promised_fixes_in_nix_are_beyond_proof() -> None:
    in_nix = [promise for promise in promises() if promise.broken.language == "nix"]
    assert sum(bool(promise.excuse) for promise in in_nix) <= len(in_nix) // 10
