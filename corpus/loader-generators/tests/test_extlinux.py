"""The extlinux builder over generations that were laid out by hand."""

from __future__ import annotations

from pathlib import Path

RELEASE = "6.6.31"


def lay_out(profile: Path, number: int) -> Path:
    """A generation with all links that the builder reads."""
    generation = profile.parent / f"{profile.name}-{number}-link"
    modules = generation / "kernel-modules" / "lib" / "modules" / RELEASE
    modules.mkdir(parents=True)
    (generation / "kernel-modules" / "Image").write_bytes(b"\x7fkernel")
    (generation / "dtbs").mkdir()
    (generation / "initrd").write_bytes(b"initrd")
    (generation / "kernel-params").write_text("console=ttyS2,1500000n8\n")
    (generation / "init").write_text("#!/bin/sh\n")
    return generation


def test_newest_generation_is_the_default(tmp_path: Path) -> None:
    profile = tmp_path / "system"
    for number in (1, 2):
        lay_out(profile, number)
    links = sorted(path.name for path in tmp_path.glob("system-*-link"))
    assert links == ["system-1-link", "system-2-link"]


def test_modules_of_a_generation_are_found(tmp_path: Path) -> None:
    generation = lay_out(tmp_path / "system", 7)
    assert (generation / "kernel-modules" / "lib" / "modules" / RELEASE).is_dir()
