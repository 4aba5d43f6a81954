"""Changes of a work tree as people make them, at random: for tests that compare what is found before and after."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.scan_trees import make_tree, run_git

#: Each file with what it may hold: which of them break, and where, depends on what the others hold.
FILES: dict[str, tuple[str, ...]] = {
    "default.nix": (
        "{ pkgs ? import <nixpkgs> { } }: { a = pkgs.callPackage ./pkgs/a.nix { kernel = pkgs.linux; }; }\n",
        "{ pkgs ? import <nixpkgs> { } }: { a = pkgs.callPackage ./pkgs/a.nix { kernel = pkgs.hello; }; }\n",
        "{ pkgs ? import <nixpkgs> { overlays = [ (import ./overlay.nix) ]; } }: { inherit (pkgs) board; }\n",
        "{ pkgs ? import ./nixpkgs.nix { } }: rec { b = pkgs.callPackage ./pkgs { inherit (pkgs) linux; }; }\n",
    ),
    "pkgs/a.nix": (
        '{ stdenv, kernel }: stdenv.mkDerivation { name = "a"; installPhase = "cp ${kernel}/lib/modules/x $out"; }\n',
        '{ stdenv, kernel }:\nstdenv.mkDerivation { name = "a"; builder = ../build.sh; inherit kernel; }\n',
        '{ stdenv, kernel }: stdenv.mkDerivation { name = "a"; src = kernel; }\n',
        "{ stdenv, kernel }: kernel.override { modDirVersion = <<<\n",
    ),
    "pkgs/default.nix": (
        '{ runCommand, linux, board ? linux }: runCommand "b" { } "ls ${board}/lib/modules"\n',
        '{ runCommand, linux }: runCommand "b" { K = linux; } "source ${../build.sh}"\n',
        "{ callPackage, linux }: callPackage ./a.nix { kernel = linux; }\n",
    ),
    "build.sh": (
        "#!/bin/sh\ncp -r $kernel/lib/modules $out\n",
        "#!/bin/sh\nls $K/lib/modules # splitlint: ignore\n",
        "#!/bin/sh\necho nothing\n",
    ),
    "overlay.nix": (
        "final: prev: { board = prev.linux.override { }; }\n",
        'final: prev: { board = prev.stdenv.mkDerivation { name = "kernel"; }; linux = prev.hello; }\n',
        "final: prev: { modulesTree = prev.linux; }\n",
    ),
    "module.nix": (
        "{ config, pkgs, ... }: { boot.kernelPackages = pkgs.linuxPackages; my.kernel = pkgs.linux; }\n",
        '{ config, ... }: { my.kernel = "none"; }\n',
        "{ config, lib, pkgs, ... }: { options.my.kernel = lib.mkOption { default = pkgs.linux; }; }\n",
    ),
    "nixos/user.nix": (
        '{ config, ... }: { x = "${config.my.kernel}/lib/modules"; }\n',
        '{ config, ... }: { environment.etc.m.source = "${config.boot.kernelPackages.kernel}/lib/modules"; }\n',
        '{ config, board, ... }: { x = "${board}/lib/modules"; }\n',
    ),
    "test.py": ('machine.succeed("modinfo -b ${kernel} x")\n', "print()\n"),
    "README.md": ('```nix\n{ pkgs }: "${pkgs.linux}/lib/modules"\n```\n', "Nothing.\n"),
    "flake.nix": ('{ inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05"; outputs = _: { }; }\n', "{ }\n"),
    "nixpkgs.nix": ("import <nixpkgs>\n", '{ ... }: { linux = "text"; }\n'),
    "lib/plain.nix": ("{ }\n", "{ lib }: lib.id\n"),
    "made/kernel.nix": ("{ pkgs }: pkgs.linux\n", "{ pkgs }: pkgs.hello\n"),
    "uses.nix": ('{ pkgs }: let k = import ./made/kernel.nix { inherit pkgs; }; in "${k}/lib/modules"\n',),
    ".gitignore": ("result\n", "made\n", "*.py\n"),
    "pkgs/top-level/all-packages.nix": ("{ callPackage }: { linux = callPackage ../default.nix { }; }\n",),
}


def begin(folder: Path, random: Random) -> Path:
    """A repository with a commit of some of the files."""
    make_tree(folder, {name: random.choice(texts) for name, texts in FILES.items() if random.random() < 0.8})
    (folder / "lib").mkdir(exist_ok=True)
    (folder / "lib" / "kept.nix").write_text("{ }\n")
    run_git(folder, "init", "-q")
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", "all")
    return folder


def edit(folder: Path, random: Random, new: dict[str, tuple[str, ...]] = FILES) -> str:
    """Changes something, and says what."""
    act = random.choice((_write, _write, _write, _append, _delete, _move, _copy, _stage, _commit, _go_back, _link))
    return act(folder, random, new)


def _files(folder: Path) -> list[Path]:
    found = (Path(top, name) for top, inner, names in os.walk(folder) for name in names)
    return sorted(path for path in found if ".git" not in path.relative_to(folder).parts and not path.is_symlink())


def _written(folder: Path, name: str, text: str) -> None:
    path = folder / name
    if path.is_dir() or any(above.is_symlink() or above.is_file() for above in path.parents):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text)


def _write(folder: Path, random: Random, new: dict[str, tuple[str, ...]]) -> str:
    name = random.choice(sorted(new))
    _written(folder, name, random.choice(new[name]))
    return f"write {name}"


def _append(folder: Path, random: Random, new: object) -> str:
    path = random.choice(_files(folder))
    with path.open("ab") as stream:
        stream.write(b"\n# kernel %d\n" % random.randrange(1 << 30))
    return f"append to {path.relative_to(folder)}"


def _delete(folder: Path, random: Random, new: object) -> str:
    path = random.choice(_files(folder))
    path.unlink()
    return f"delete {path.relative_to(folder)}"


def _new_name(path: Path, random: Random) -> str:
    name = random.choice((path.name, "default.nix", f"other{path.suffix}"))
    return f"{random.choice(('', 'pkgs/', 'nixos/', 'other/'))}{name}"


def _move(folder: Path, random: Random, new: object) -> str:
    path = random.choice(_files(folder))
    name = _new_name(path, random)
    data = path.read_text(errors="surrogateescape")
    path.unlink()
    _written(folder, name, data)
    return f"move {path.relative_to(folder)} to {name}"


def _copy(folder: Path, random: Random, new: object) -> str:
    path = random.choice(_files(folder))
    name = _new_name(path, random)
    _written(folder, name, path.read_text(errors="surrogateescape"))
    return f"copy {path.relative_to(folder)} to {name}"


def _stage(folder: Path, random: Random, new: object) -> str:
    run_git(folder, "add", "-A")
    return "stage"


def _commit(folder: Path, random: Random, new: object) -> str:
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", "more", "--allow-empty")
    return "commit"


def _go_back(folder: Path, random: Random, new: object) -> str:
    commits: Sequence[str] = run_git(folder, "rev-list", "HEAD").split()
    commit = random.choice(commits[:5])
    run_git(folder, "reset", "-q", "--hard", commit)
    return f"go back to {commit[:8]}"


def _link(folder: Path, random: Random, new: object) -> str:
    """A link in the place of a folder, or of a file; or no more."""
    act: Callable[[Path, Path], str] = random.choice((_link_folder, _link_file))
    return act(folder, folder / "linked")


def _link_folder(folder: Path, link: Path) -> str:
    made = folder / "made"
    if made.is_symlink():
        made.unlink()
        return "made is gone"
    if made.is_dir():
        shutil.rmtree(folder / "really", ignore_errors=True)
        made.rename(folder / "really")
        made.symlink_to("really")
        return "made is a link"
    return "nothing"


def _link_file(folder: Path, link: Path) -> str:
    if link.is_symlink():
        link.unlink()
        return "linked is gone"
    link.symlink_to("default.nix")
    return "linked is a link"
