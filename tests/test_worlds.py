"""The proofs by Nix: the worlds, the harness, and every fix that the rule pages promise."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from splitlint.authoring.trials.cases import options
from splitlint.checking.check import check_files, check_source
from splitlint.config import Config
from splitlint.files.discover import File
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Result, Safety
from splitlint.fixes.apply.apply import fix_file, fix_files
from tests.test_rules import RULE_SET
from tests.worlds import evaluate, prove, prove_all

CORPUS = Path(__file__).parent.parent / "corpus"

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
    "image through a generation's links": (
        '"kexec -l /run/booted-system/kernel-modules/bzImage --initrd=/run/booted-system/initrd"',
        '"kexec -l /run/booted-system/kernel --initrd=/run/booted-system/initrd"',
    ),
    "copy of all that a kernel is": (
        '"cp -r ${kernel}/* $out"',
        '"cp -r ${kernel}/* ${lib.getOutput "modules" kernel}/* $out"',
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
    "another file of a generation": (
        ('"kexec /run/booted-system/kernel-modules/bzImage"', '"kexec /run/booted-system/initrd"'),
        "in 25.05 the mended text gives",
    ),
    "a copy of something else, too": (
        ('"cp -r ${kernel}/* $out"', '"cp -r ${kernel}/* ${lib.getOutput "modules" kernel}/lib $out"'),
        "in 25.05 the mended text gives",
    ),
    "only right after": (
        ('"${kernel}/lib/modules"', '"${kernel.modules}/lib/modules"'),
        "fails in 25.05: attribute 'modules' missing",
    ),
    "the wrong output": (
        ('"${kernel}/lib/modules"', '"${kernel.dev}/lib/modules"'),
        "looks for /lib/modules of `dev`",
    ),
    "a no-op": (
        ('"${kernel.out}/lib/modules"', '"${lib.getOutput "modules" kernel.out}/lib/modules"'),
        "as broken as before",
    ),
    "one place too many": (
        (
            '"cp ${kernel}/bzImage ${kernel}/lib/modules"',
            'let m = lib.getOutput "modules" kernel; in "cp ${m}/bzImage ${m}/lib/modules"',
        ),
        "looks for /bzImage of `modules`, which is not there in 25.11",
    ),
    "something else changed": (
        ('"cp ${kernel}/lib/modules $out"', '"cp ${lib.getOutput "modules" kernel}/lib/modules $dev"'),
        "in 25.05 the mended text gives",
    ),
    "an element lost": (
        ("aggregateModules [ kernel zfs ]", 'aggregateModules [ (lib.getOutput "modules" kernel) ]'),
        "in 25.05 the mended text gives",
    ),
    "another package taken from the with": (
        (
            "with linuxPackages_latest; [ kernel zfs ]",
            'with linuxPackages_latest; [ (lib.getOutput "modules" kernel) perf ]',
        ),
        "in 25.05 the mended text gives",
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
        "in 25.05 the mended text gives",
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
    told = {world: one.text or one.error for world, one in outcome.items()}
    assert told == {"25.05": before, "25.11": after, "26.11": after}


# What --fix makes of the rule pages and of the corpus


@dataclass(frozen=True, slots=True)
class Mended:
    """A text that breaks, and what `--fix --unsafe-fixes` makes of it; `excuse` says why Nix cannot prove it."""

    name: str
    broken: str | Path
    mended: str | Path
    excuse: str = ""
    pack: str = ""


def fixed(path: str, text: str, nixpkgs: str = "any") -> str:
    def check(data: bytes) -> tuple[Finding, ...]:
        return check_source(Source(path, data, language_of(path, data)), RULE_SET, Config(nixpkgs=nixpkgs)).findings

    return fix_file(path, text.encode(), check, Safety.UNSAFE).data(path, text.encode()).decode()


@cache
def pages() -> tuple[Mended, ...]:
    """Every case in Nix of every page that --fix changes. ```` ```nix unproved="why" ```` excuses a case from proof."""
    found = []
    for rule in RULE_SET.rules:
        for case in rule.cases:
            if case.kind != "Breaks" or case.language != "nix":
                continue
            said = options(case)
            text = fixed(said.get("file", "case.nix"), case.text, said.get("nixpkgs", "any"))
            if text != case.text:
                excuse = "it takes out what is there twice" if rule.fix.get("kind") == "remove" else ""
                told = said.get("unproved", excuse)
                # These worlds know more of kernels than a pack says.
                why = "" if told.startswith("pack.toml does not say") else told
                found.append(Mended(f"{rule.name}:{case.line}", case.text, text, why, rule.pack))
    return tuple(found)


def unproved(cases: Sequence[Mended]) -> dict[str, str]:
    packs = [case.pack for case in cases if case.pack]
    verdicts = prove_all([(case.broken, case.mended) for case in cases], packs)
    return {case.name: verdict.reason for case, verdict in zip(cases, verdicts, strict=True) if not verdict.proved}


#: The packs of which these worlds know more than the packs say, and prove unsafe fixes, too. Those of all packs are
#: proved by `splitlint test` (tests/authoring/proofs).
IN_THE_WORLDS = ("kernel-modules", "kernel-platform")


def test_every_fix_of_the_pages_about_kernels_is_proved() -> None:
    assert unproved([case for case in pages() if not case.excuse and case.pack in IN_THE_WORLDS]) == {}


def test_few_fixes_of_the_pages_are_beyond_proof() -> None:
    cases = [case for case in pages() if case.pack in IN_THE_WORLDS]
    assert len(cases) >= 20
    assert sum(bool(case.excuse) for case in cases) <= len(cases) // 10


def corpus(folder: Path) -> list[Mended]:
    """The Nix files of the corpus that --fix changes, in copies of their repositories before and after."""
    found = []
    for repository in sorted(path.parent for path in CORPUS.glob("*/expected.toml")):
        copies = [folder / side / repository.name for side in ("broken", "mended")]
        for copy in copies:
            shutil.copytree(repository, copy)
        changed = fix_repository(copies[1])
        assert fix_repository(copies[1]) == [], "fixing twice changes something"
        for path in changed:
            if path.endswith(".nix"):
                found.append(Mended(f"{repository.name}/{path}", copies[0] / path, copies[1] / path))
    return found


def fix_repository(folder: Path) -> list[str]:
    """Run --fix --unsafe-fixes over a folder; the files that changed, relative to it."""
    files = [File(str(path), str(path)) for path in sorted(folder.rglob("*")) if path.is_file()]
    texts = {file.path: Path(file.path).read_bytes() for file in files}

    def check(now: Mapping[str, bytes]) -> Result:
        return check_files(files, RULE_SET, Config(root=str(folder)), read=lambda file: {**texts, **now}[file.path])

    done = fix_files(check({}).findings, texts.__getitem__, check, Safety.UNSAFE)
    assert done.refused == {}
    for change in done.changes:
        Path(change.path).write_bytes(change.new)
    return [str(Path(change.path).relative_to(folder)) for change in done.changes]


#: What Nix cannot prove of the corpus, and why.
BEYOND_PROOF = {
    "board-kernels/kernel/generic.nix": "the kernel that it makes does not show its configuration",
    "board-kernels/lib/toolchain.nix": "nobody overrides the stand-in's compilers",
    "disk-image/lib/make-installer.nix": "the machine is not part of the result",
    "micro-runners/images/builder.nix": "another machine in it is for one side only",
    "micro-runners/runners/qemu.nix": "the machine is one that needs another file",
    "kernel-lab/kernels/silent.nix": "it is given its kernel as `base`",
    "kernel-lab/kernels/tuned.nix": "it is given its kernel as `base`",
    "kernel-lab/kernels/tiny.nix": "the flag that goes was right as long as the kernel had one output",
    "other-splits/hosts/deck.nix": "the stand-in for nixpkgs has no Mesa",
    "other-splits/hosts/desk.nix": "the stand-in for nixpkgs has no glibc",
    "other-splits/pkgs/geo-extension.nix": "the stand-in for nixpkgs has no PostgreSQL",
    "other-splits/pkgs/gl-run.nix": "the stand-in for nixpkgs has no NVIDIA driver",
    "other-splits/pkgs/shell.nix": "the stand-in for nixpkgs has none of these packages",
    "rescue-stick/stick/initrd.nix": "an argument that nobody passes must be a list",
    "service-os/modules/boot/initrd.nix": "the closure that is mended is not part of the result",
    "skewed-hosts/lib/kernels.nix": "another line of the file fails, and is left to a human",
    "virtual-machines/modules/zfs-guest.nix": "the image builder's own kernel becomes a list that is not shown",
}


def test_every_fix_of_the_corpus_is_proved(tmp_path: Path) -> None:
    cases = corpus(tmp_path)
    assert len(cases) >= 30
    assert sorted(unproved(cases)) == sorted(BEYOND_PROOF)
