"""Command lines that build with Nix: what, and where it can be found then."""

from __future__ import annotations

import pytest

from splitlint.analysis.commands.results import Result, results
from splitlint.analysis.model.values import Package
from splitlint.checking.prepared import prepared
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.syntax.blocks import shell_blocks

WORLD = prepared(load_rules([default_folder()])).world


def built(text: str, path: str = "x.sh") -> list[Result]:
    data = text.encode()
    return results(shell_blocks(Source(path, data, language_of(path, data))), WORLD, lambda value: True)


def kernels(command: str) -> list[str]:
    """The names under which the kernels that a command builds are known, with the output."""
    shapes = [one.installable.value.shape for one in built(command)]
    return [f"{shape.root}^{shape.output or ''}" for shape in shapes if isinstance(shape, Package)]


@pytest.mark.parametrize(
    ("command", "root"),
    [
        ("nix build nixpkgs#linux", "pkgs.linux^"),
        ("nix build nixpkgs#linux.dev", "pkgs.linux^dev"),
        ("nix build nixpkgs#linux^out", "pkgs.linux^"),
        ("nix build 'nixpkgs#linuxPackages_6_12.kernel'", "pkgs.linuxPackages_6_12.kernel^"),
        ("nix build nixpkgs#linuxKernel.kernels.linux_zen -L", "pkgs.linuxKernel.kernels.linux_zen^"),
        ("nix build nixpkgs#legacyPackages.x86_64-linux.linux_6_6", "pkgs.linux_6_6^"),
        ("nix build nixpkgs#pkgsCross.aarch64-multiplatform.linux", "pkgs.linux^"),
        ('nix build "github:NixOS/nixpkgs/$rev#linux_latest"', "pkgs.linux_latest^"),
        ("nix build nixpkgs/nixos-unstable#linux", "pkgs.linux^"),
        ("nix --extra-experimental-features 'nix-command flakes' build nixpkgs#linux", "pkgs.linux^"),
        ("nix build --option substitute false -j 4 nixpkgs#linux", "pkgs.linux^"),
        ("sudo nix build nixpkgs#linux", "pkgs.linux^"),
        ("nom build nixpkgs#linux", "pkgs.linux^"),
        ("v=6_12; nix build nixpkgs#linux_$v", "pkgs.linux_6_12^"),
        ("nix build .#nixosConfigurations.a.config.boot.kernelPackages.kernel", "config.boot.kernelPackages.kernel^"),
        ("nix build -f '<nixpkgs>' linux_6_12", "pkgs.linux_6_12^"),
        ("nix-build '<nixpkgs>' -A linux_6_12", "pkgs.linux_6_12^"),
        ("nix-build -A linuxPackages.kernel.modules ~/src/nixpkgs", "pkgs.linuxPackages.kernel^modules"),
        ("nix-build '<nixpkgs/nixos>' -A config.system.build.kernel", "config.system.build.kernel^"),
        ("nix-build -E 'with import <nixpkgs> { }; linux_6_12'", "pkgs.linux_6_12^"),
        ("nix-build -E '(import <nixpkgs> { }).linuxPackages_6_12.kernel'", "pkgs.linuxPackages_6_12.kernel^"),
    ],
)
def test_kernel_of_nixpkgs_is_known(command: str, root: str) -> None:
    assert kernels(command) == [root]


@pytest.mark.parametrize(
    "command",
    [
        "nix build .#linux",
        "nix build .#packages.x86_64-linux.kernel",
        "nix build github:someone/kernels#linux",
        "nix build nixpkgs#linux-firmware",
        "nix build nixpkgs#hello",
        "nix build nixpkgs#$package",
        "nix build nixpkgs#linux^modules",
        "nix build nixpkgs#linux.version",
        "nix build",
        "nix-build -A linux",
        "nix-build . -A kernel",
        "nix run nixpkgs#linux",
        "nix develop nixpkgs#linux",
        "echo nix build nixpkgs#linux",
    ],
)
def test_what_may_be_something_else_is_not(command: str) -> None:
    assert kernels(command) == []


@pytest.mark.parametrize(
    ("command", "links"),
    [
        ("nix build nixpkgs#linux", ["result"]),
        ("nix build .#a .#b", ["result", "result-1"]),
        ("nix-build -A a -A b .", ["result", "result-2"]),
        ("nix build nixpkgs#linux.dev -o k", ["k-dev"]),
        ('nix build -o "$dir/k" .#a', ["$dir/k"]),
        ("nix build --no-link .#a", [""]),
        ("nix-build --no-out-link -A a .", [""]),
        ("nix build", ["result"]),
        ("nixos-rebuild build", ["result"]),
        ("nix eval --raw nixpkgs#linux", [""]),
    ],
)
def test_link_is_the_one_that_nix_makes(command: str, links: list[str]) -> None:
    assert [one.installable.link for one in built(command)] == links


def uses(text: str, path: str = "x.sh") -> list[list[str]]:
    return [[use.path for use in one.uses] for one in built(text, path)]


@pytest.mark.parametrize(
    ("script", "paths"),
    [
        ("nix build .#a && ls result/lib", ["/lib"]),
        ("nix build .#a; ls ./result/lib $PWD/result/bin", ["/lib", "/bin"]),
        ("nix build .#a; dir=result/lib; ls $dir/x", ["/lib", "/lib/x"]),
        ('nix build .#a; cp "$(readlink -f result)/lib/x" y', ["", "/lib/x"]),
        ("nix build .#a; dd if=result/image of=/dev/null", ["/image"]),
        ('nix build .#a -o $d/k; ls "${d}/k/lib"', ["/lib"]),
        ("x=$(nix build --no-link --print-out-paths .#a); ls $x/lib", ["/lib"]),
        ("x=$(nix-build -A a . 2>/dev/null | tail -n1)/lib; ls $x/m", ["/lib", "/lib/m"]),
        ("cp $(nix-build --no-out-link -A a .)/lib/x y", ["/lib/x"]),
        ('f() { ls "$1/lib"; }; f "$(nix path-info .#a)"', ["/lib", ""]),
        ("nix build .#a; echo 'look at result/lib now'", []),
        ("nix build .#a; ls results/lib other/result/lib", []),
    ],
)
def test_uses_of_a_result_are_followed(script: str, paths: list[str]) -> None:
    assert sorted(uses(script)[0]) == sorted(paths)


def test_result_belongs_to_the_latest_build() -> None:
    assert uses("nix build .#a; ls result/x; nix build .#b; ls result/y") == [["/x"], ["/y"]]


def test_recipe_that_stands_in_front_of_the_build_uses_it() -> None:
    assert uses("show: build\n\tls k/lib\nbuild:\n\tnix build .#a -o k\n", "Makefile") == [["/lib"]]


def test_jobs_have_folders_of_their_own() -> None:
    text = (
        "jobs:\n  a:\n    steps:\n      - run: nix build .#a\n      - run: ls result/x\n"
        "  b:\n    steps:\n      - run: ls result/y\n"
    )
    assert uses(text, "ci.yml") == [["/x"]]
