"""How much is done for a tree, counted: the same on every machine, however busy.

    .venv/bin/python -m bench.work [--tree PATH]      # without a tree: the made-up one of the tests

`tests/test_work.py` holds the counts of the made-up tree against those in `bench/work.toml`; `--write` writes them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import pkgutil
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.startup import IRRELEVANT, RELEVANT
from splitlint.cli.main import main as splitlint

RECORDED = Path(__file__).parent / "work.toml"
_OPTIONS = """{ config, lib, pkgs, ... }:
with lib;
let cfg = config.hardware.board; in
{
  options.hardware.board.kernel = mkOption { type = types.package; default = pkgs.linux_latest; };
  config = mkIf cfg.enable {
    boot.kernelPackages = pkgs.linuxPackagesFor cfg.kernel;
    system.build.image = pkgs.callPackage ./image%d.nix { inherit (cfg) kernel; };
  };
}
"""
_IMAGE = """{ stdenv, kernel, kmod, vmTools }:
stdenv.mkDerivation {
  name = "image";
  buildPhase = ''
    for module in ${kernel}/lib/modules/*/kernel/drivers; do cp -r "$module" $out/; done
    ${kmod}/bin/depmod -b ${kernel} -a
    sh -c "find $src -name '*.ko' | xargs install -t $out"
  '';
  installPhase = ''bash ${./install%d.sh} '';
}
"""
_SCRIPT = """#!/usr/bin/env bash
set -e
root=$(mktemp -d)
ln -s "$kernel/lib/modules" "$root/lib/modules"
modprobe -d "$root" loop
"""
_PACKAGE = """{ lib, stdenv, fetchurl, kernel ? null }:
stdenv.mkDerivation rec {
  pname = "package%d"; version = "1.%d";
  preInstall = "mkdir -p $out/lib";
  makeFlags = [ "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build" ];
  meta.platforms = lib.platforms.linux;
}
"""
_PROGRAM = 'import os\n\ndef modules(kernel):\n    return os.path.join(kernel, "lib/modules")\n'


def write_tree(folder: Path) -> None:
    """Two hundred files as there are in a tree with modules, packages and scripts; most have nothing to tell."""
    packages = "".join(f"  package{number} = callPackage ./package{number}.nix {{ }};\n" for number in range(20))
    (folder / "default.nix").write_text(f"{{ pkgs }}: with pkgs; rec {{\n{packages}  kernel = pkgs.linux;\n}}\n")
    for number in range(20):
        (folder / f"board{number}.nix").write_text(_OPTIONS % number)
        (folder / f"image{number}.nix").write_text(_IMAGE % number)
        (folder / f"install{number}.sh").write_text(_SCRIPT)
        (folder / f"package{number}.nix").write_text(_PACKAGE % (number, number))
    for number in range(4):
        (folder / f"tree{number}.nix").write_text(RELEVANT)
        (folder / f"program{number}.py").write_text(_PROGRAM)
    for number in range(110):
        (folder / f"hello{number}.nix").write_text(IRRELEVANT)


def counted(folder: Path) -> dict[str, int]:
    """What `splitlint check` does for a folder, in one process."""
    counts: Counter[str] = Counter()
    with contextlib.ExitStack() as stack:
        for name, (target, weight) in _COUNTED.items():
            stack.enter_context(_counting(target, name, weight, counts))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.chdir(folder))
        splitlint(["check", "--isolated", "--exit-zero", "--format", "json", "--jobs", "1"])
    return {name: counts[name] for name in _COUNTED}


def _one(*given: Any) -> int:
    return 1


#: By what is counted: the function, and how much a call of it counts.
_COUNTED: dict[str, tuple[str, Callable[..., int]]] = {
    "files_asked": ("splitlint.rulebook.rule_index.RuleIndex.asked", _one),
    "files_checked": ("splitlint.checking.check.check_source", _one),
    "nix_files_parsed": ("splitlint.syntax.nix.parse", _one),
    "nix_bytes_parsed": ("splitlint.syntax.nix.parsed", lambda language, data: len(data)),
    "nodes_lowered": ("splitlint.syntax.nix_tree.lowering.Lowering.of", _one),
    "evaluation_steps": ("splitlint.analysis.eval.engine.Engine.value", _one),
    "scripts_parsed": ("splitlint.syntax.shell.parse", _one),
    "queries_run": ("splitlint.matching.query_match._found", _one),
}


@contextlib.contextmanager
def _counting(target: str, name: str, weight: Callable[..., int], counts: Counter[str]) -> Iterator[None]:
    """Counts the calls of a function while it is open."""
    holder: Any = pkgutil.resolve_name(target.rpartition(".")[0])
    last = target.rpartition(".")[2]
    original = getattr(holder, last)

    def call(*given: Any, **named: Any) -> Any:
        counts[name] += weight(*given)
        return original(*given, **named)

    setattr(holder, last, call)
    try:
        yield
    finally:
        setattr(holder, last, original)


def recorded() -> dict[str, int]:
    """The counts of the made-up tree when they were last written."""
    return tomllib.loads(RECORDED.read_text(encoding="utf-8"))


def main() -> None:
    """Prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path)
    parser.add_argument("--write", action="store_true", help="write them to bench/work.toml")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made_up:
        if given.tree is None:
            write_tree(Path(made_up))
        found = counted(given.tree or Path(made_up))
    text = "".join(f"{name} = {count}\n" for name, count in found.items())
    if given.write and given.tree is None:
        RECORDED.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
