"""Variants in two files: what was one is a package that another file calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from splitlint.syntax import nix
from tests.test_worlds import fix_repository
from tests.variants.calls import without_operators
from tests.variants.generate import Variant
from tests.variants.syntax import formals, is_module
from tests.worlds import prove_all

#: Of a kernel that nobody passes, only the callers that do so say what it is.
_CALLERS = (
    "{{ pkgs, ... }}: pkgs.{scope}callPackage ./package.nix {{ }}\n",
    "final: prev: {{ thing = final.{scope}callPackage ./package.nix {{ }}; }}\n",
    "{{ pkgs }}: let call = pkgs.{scope}callPackage; in rec {{ thing = call ./package.nix {{ }}; }}\n",
    "{{ pkgs, lib }}: lib.mapAttrs (_: file: pkgs.{scope}callPackage file {{ }}) {{ thing = ./package.nix; }}\n",
    "{{ pkgs }}: {{ thing = pkgs.callPackage (import ./package.nix) {{ {given} }}; }}\n",
    "{{ pkgs, ... }}: with pkgs; {{ thing = {scope}callPackage ./package.nix {{ {given} }}; }}\n",
)


def wrong_in_two_files(made: Sequence[Variant], folder: Path) -> tuple[int, list[str]]:
    """How many of some variants are fixed as a package that another file calls, and what is wrong with them."""
    jobs = list(_fixed(made, folder))
    pairs = [(before / "default.nix", after / "default.nix") for before, after, _ in jobs]
    verdicts = prove_all(pairs, [one.pack for _, _, one in jobs], range(len(jobs)))
    told = []
    for (_, after, one), verdict in zip(jobs, verdicts, strict=True):
        if not verdict.proved:
            texts = [(after / name).read_text() for name in ("default.nix", "package.nix")]
            told.append("\n".join(["---", one.name, *texts, verdict.reason]))
    return len(jobs), told


def _fixed(made: Sequence[Variant], folder: Path) -> Iterator[tuple[Path, Path, Variant]]:
    for number, one in enumerate(made):
        root = nix.parse(one.text.encode()).root_node
        taken = formals(root)
        whole = root.child_by_field_name("expression")
        is_package = whole is not None and whole.child_by_field_name("formals") is not None
        if not is_package or is_module(root) or {"pkgs", "nixpkgs", "final", "prev"} & taken or one.nixpkgs != "any":
            continue
        # The stand-in answers what a kernel has in the first file only.
        if any(name in one.text for name in ("pathExists", "readDir", "readFile")):
            continue
        before, after = folder / f"{number}-before", folder / f"{number}-after"
        has_kernel = "kernel" in taken
        caller = _CALLERS[number % len(_CALLERS)].format(
            scope="linuxPackages." if has_kernel else "", given="inherit (pkgs.linuxPackages) kernel;" * has_kernel
        )
        for copy in (before, after):
            copy.mkdir()
            (copy / "default.nix").write_text(caller)
            (copy / "package.nix").write_bytes(one.text.encode())
        if fix_repository(after):
            for copy in (before, after):
                package = copy / "package.nix"
                package.write_text(without_operators(package.read_bytes().decode()))
            yield before, after, one
