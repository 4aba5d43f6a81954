#!/usr/bin/env python3
"""Write /boot/extlinux/extlinux.conf for the generations of a system profile."""

from __future__ import annotations

import argparse
import glob
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

ENTRY = """\
LABEL {label}
  MENU LABEL {title}
  LINUX ../nixos/{kernel}
  INITRD ../nixos/{initrd}
  APPEND init={init} {parameters}
  FDTDIR ../nixos/{dtbs}
"""


@dataclass(frozen=True)
class Generation:
    number: int
    link: Path

    @property
    def label(self) -> str:
        return f"nixos-{self.number}"


def kernel_release(generation: Generation) -> str:
    """The release of the kernel, for the title of the menu entry."""
    kernel_dir = os.path.dirname(os.path.realpath(generation.link / "kernel"))
    module_dir = glob.glob(f"{kernel_dir}/lib/modules/*")[0]
    return os.path.basename(module_dir)


def device_trees(generation: Generation) -> Path:
    """The folder of device trees that belongs to the kernel."""
    if (generation.link / "dtbs").exists():
        return generation.link / "dtbs"
    return generation.link / "kernel-modules" / "dtbs"


def copy_once(source: Path, target_dir: Path) -> str:
    """Copy a store file (or folder) under a name made of its store path; answer the name."""
    resolved = source.resolve()
    name = "-".join(resolved.parts[-2:])
    target = target_dir / name
    if target.exists():
        return name
    if resolved.is_dir():
        shutil.copytree(resolved, target)
    else:
        shutil.copyfile(resolved, target)
    return name


def entry(generation: Generation, target_dir: Path) -> str:
    parameters = (generation.link / "kernel-params").read_text().strip()
    return ENTRY.format(
        label=generation.label,
        title=f"NixOS {generation.number} (Linux {kernel_release(generation)})",
        kernel=copy_once(generation.link / "kernel", target_dir),
        initrd=copy_once(generation.link / "initrd", target_dir),
        init=(generation.link / "init").resolve(),
        parameters=parameters,
        dtbs=copy_once(device_trees(generation), target_dir),
    )


def generations(profile: Path, limit: int) -> list[Generation]:
    found = [Generation(int(link.name.split("-")[-2]), link) for link in profile.parent.glob(f"{profile.name}-*-link")]
    return sorted(found, key=lambda one: one.number, reverse=True)[:limit]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boot", type=Path, default=Path("/boot"))
    parser.add_argument("--profile", type=Path, default=Path("/nix/var/nix/profiles/system"))
    parser.add_argument("--limit", type=int, default=20)
    arguments = parser.parse_args(argv)

    target_dir = arguments.boot / "nixos"
    target_dir.mkdir(parents=True, exist_ok=True)
    entries = [entry(one, target_dir) for one in generations(arguments.profile, arguments.limit)]
    if not entries:
        sys.stderr.write(f"no generations of {arguments.profile}\n")
        return 1

    config = arguments.boot / "extlinux" / "extlinux.conf"
    config.parent.mkdir(exist_ok=True)
    config.write_text("TIMEOUT 30\nDEFAULT " + generations(arguments.profile, 1)[0].label + "\n\n" + "\n".join(entries))
    return 0


if __name__ == "__main__":
    sys.exit(main())
