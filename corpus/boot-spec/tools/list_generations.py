#!/usr/bin/env python3
"""List the generations of a profile, with what each of them would boot."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

IMAGES = ("bzImage", "Image", "vmlinuz.efi")


def generations(profile: Path) -> list[Path]:
    """The links of a profile (`system-12-link` ...), oldest first."""
    links = profile.parent.glob(f"{profile.name}-*-link")
    return sorted(links, key=lambda link: int(link.name.split("-")[-2]))


def specification(generation: Path) -> dict[str, str] | None:
    document = generation / "boot.json"
    if not document.exists():
        return None
    return json.loads(document.read_text())["org.nixos.bootspec.v1"]


def image_of(generation: Path) -> Path:
    """The kernel image: from the specification, else from the links of the top level."""
    described = specification(generation)
    if described is not None:
        return Path(described["kernel"])
    machine = os.uname().machine
    name = "bzImage" if machine == "x86_64" else "Image"
    return generation / "kernel-modules" / name


def release_of(generation: Path) -> str:
    """What `uname -r` will say."""
    folder = generation / "kernel-modules" / "lib" / "modules"
    names = sorted(os.listdir(folder))
    return names[0] if names else "unknown"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", type=Path, default=Path("/nix/var/nix/profiles/system"))
    arguments = parser.parse_args(argv)
    for generation in generations(arguments.profile):
        sys.stdout.write(f"{generation.name}\t{release_of(generation)}\t{image_of(generation)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
