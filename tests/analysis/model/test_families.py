"""The world outside a file: which names are kernels, sets, places; paths without detours."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.families import World, name_pattern, normalised
from splitlint.analysis.model.values import Global, Package, PackageSet, Tree
from splitlint.analysis.nix.analyse import analyse
from splitlint.files.source import Source
from splitlint.matching.packs import world_of
from splitlint.rulebook.rule import Pack
from tests.asking import WORLD


@pytest.mark.parametrize(
    "name",
    [
        "pkgs.linux",
        "pkgs.linux_latest",
        "pkgs.linux-rpi4",
        "pkgs.linuxKernel.kernels.linux_6_6",
        "config.boot.kernelPackages.kernel",
        "config.system.build.kernel",
    ],
)
def test_a_kernel(name: str) -> None:
    assert WORLD.shape_of(tuple(name.split("."))) == Package("kernel", root=name)


@pytest.mark.parametrize(
    "name",
    ["pkgs.linux-firmware", "pkgs.linux_logo", "pkgs.linux-pam", "pkgs.hello", "config.boot.kernel", "lib.linux"],
)
def test_no_kernel(name: str) -> None:
    assert WORLD.shape_of(tuple(name.split("."))) == Global(tuple(name.split(".")))


@pytest.mark.parametrize("name", ["pkgs.linuxPackages", "pkgs.linuxPackages_6_6", "config.boot.kernelPackages"])
def test_a_set(name: str) -> None:
    assert WORLD.shape_of(tuple(name.split("."))) == PackageSet("kernel", name)


def test_a_place() -> None:
    assert WORLD.shape_of(("config", "system", "modulesTree")) == Tree("modules-tree")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pkgs.buildPackages.linux", "pkgs.linux"),
        ("pkgs.pkgsCross.riscv64.linux", "pkgs.linux"),
        ("pkgs.pkgs.pkgsStatic.linux", "pkgs.linux"),
        ("pkgs.lib.getDev", "lib.getDev"),
        ("pkgs.buildPackages", "pkgs"),
        ("pkgs", "pkgs"),
        ("config.pkgs.linux", "config.pkgs.linux"),
    ],
)
def test_detours_are_left_out(path: str, expected: str) -> None:
    assert ".".join(normalised(tuple(path.split(".")))) == expected


@pytest.mark.parametrize(
    ("glob", "name", "fits"),
    [
        ("pkgs.linux_*", "pkgs.linux_6_6", True),
        ("pkgs.linux_*", "pkgs.linux_6_6.dev", False),
        ("pkgs.**", "pkgs.a.b", True),
        ("*.f", "pkgs.f", True),
        ("*.f", "pkgs.a.f", False),
        ("pkgs.f", "pkgsXf", False),
    ],
)
def test_globs_for_names(glob: str, name: str, fits: bool) -> None:
    pattern = name_pattern((glob,))
    assert pattern is not None
    assert (pattern.fullmatch(name) is not None) is fits


def test_no_globs_fit_nothing() -> None:
    assert not any(name_pattern(()).fullmatch(name) for name in ("", "a", "pkgs.a"))


def test_makers() -> None:
    family = WORLD.family("kernel")
    assert WORLD.made_by("pkgs.buildLinux") == (family, False)
    assert WORLD.made_by("pkgs.linuxPackagesFor") == (family, True)
    assert WORLD.made_by("pkgs.hello") is None


def test_files_that_hold_a_maker() -> None:
    assert WORLD.maker_in("nixpkgs/pkgs/os-specific/linux/kernel/build.nix") == "pkgs.linuxManualConfig"
    assert WORLD.maker_in("./kernel/build.nix") is None


def test_families_that_there_are_not() -> None:
    assert WORLD.family("libfoo") is None
    assert (WORLD.by_name("foo"), WORLD.by_set_name("foo")) == (None, None)


def test_a_world_without_packs_knows_only_names() -> None:
    assert World().shape_of(("pkgs", "linux")) == Global(("pkgs", "linux"))
    assert (World().made_by("pkgs.buildLinux"), World().maker_in("/os-specific/linux/kernel/build.nix")) == (None, None)


@pytest.mark.parametrize(
    "guarded",
    [
        'if pkgs.data ? assets then "x" else "${pkgs.data}/share"',
        'pkgs.data.assets or "${pkgs.data}/share"',
        'lib.optionalString (!(pkgs.data ? assets)) "${pkgs.data}/share"',
    ],
)
def test_code_may_ask_for_the_new_output_of_whichever_package_was_split(guarded: str) -> None:
    pack = Pack("assets", "", "", "", {"families": {"data": {"roots": ["pkgs.data"], "new_outputs": ["assets"]}}}, "p")
    source = Source("case.nix", f"{{ lib, pkgs }}: {guarded}".encode())
    start = source.data.rindex(b"pkgs.data}")

    def is_run(packs: list[Pack]) -> bool:
        return analyse(source, world_of(packs)).places.is_run(start, start + len(b"pkgs.data"))

    assert not is_run([pack])
    assert is_run([pack._replace(data={})])
