#!/usr/bin/env python3
"""Write entries for a boot manager that follows the Boot Loader Specification."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SYSTEM_DIR = "/nix/var/nix/profiles/system-%d-link"
MODULES = "kernel-modules/lib/modules"


def profile_path(generation: int, name: str) -> str:
    return os.path.realpath("%s/%s" % (SYSTEM_DIR % generation, name))  # noqa: UP031


def describe(generation: int) -> str:
    """`NixOS 25.05, Linux 6.12.8`: shown in the menu."""
    system = SYSTEM_DIR % generation
    with open(os.path.join(system, "nixos-version")) as file:
        version = file.read().strip()
    releases = sorted(os.listdir(os.path.join(system, MODULES)))
    return f"NixOS {version}, Linux {releases[-1]}"


def from_document(generation: int) -> dict[str, str] | None:
    path = os.path.join(SYSTEM_DIR % generation, "boot.json")
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)["org.nixos.bootspec.v1"]


def image(generation: int) -> str:
    """The kernel: from the document, or from the link beside it."""
    document = from_document(generation)
    return document["kernel"] if document else profile_path(generation, "kernel")


def same_kernel(one: int, other: int) -> bool:
    return all(profile_path(one, part) == profile_path(other, part) for part in ("initrd", "kernel", "kernel-modules"))


def running_release() -> str:
    return subprocess.run(["uname", "-r"], check=True, capture_output=True, text=True).stdout.strip()


def needs_reboot(generation: int) -> bool:
    """Whether the modules of the running kernel are gone from a generation."""
    folder = os.path.join(SYSTEM_DIR % generation, MODULES, running_release())
    return not os.path.isdir(folder)


if __name__ == "__main__":
    number = int(sys.argv[1])
    sys.stdout.write(f"{describe(number)}\n{image(number)}\n")
    sys.exit(3 if needs_reboot(number) else 0)
