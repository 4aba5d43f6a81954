"""Which files a kernel's outputs have, by release: before and after the split (NixOS/nixpkgs#423933).

Known of nixpkgs' `buildLinux` and `linuxManualConfig` kernels with modules, on x86.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.serialised import KERNEL, LINKED_IMAGE, UNSPLIT

_PATH = re.compile(r"(?:/[^\s/\"'`;,:)}|&<>≔‖⸴⁏⟦⟧⟨⟩⟪⟫]*)*")
_IMAGE = re.compile(r"/\*?(?:bzImage|Image|Image\.gz|zImage|vmlinuz(?:\.efi)?|System\.map|dtbs)(?:/.*)?$")
_BUILD_TREE = re.compile(r"/lib/modules/[^/]+/(?:build|source)(?:/.*)?$")
_MODULE_TREE = re.compile(r"/lib(?:/.*)?$")
_DEVELOPER_FILE = re.compile(r"/vmlinux$")
_CONFIG = re.compile(r"/(?:boot/)?(?:\.config|config(?:-.*)?)$")
_AGGREGATED_IMAGE = re.compile(r"⟪kernel-modules‖[^⟪⟫]*⟫(/\*?(?:bzImage|Image|zImage|System\.map|dtbs)\b)")
# What an overridden kernel does with its own `out`.
_OVERRIDDEN = re.compile(rf"⟪{KERNEL.pattern}‖([^⟪⟫]*)⟫")
_OWN_MODULES = re.compile(r"\$[({]?out[)}]?/+(lib\b[^\s\"']*)|(?:INSTALL_MOD_PATH=|find +)(\$[({]?out\b)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A path in an output of a kernel; `path` is empty where the whole output is meant."""

    output: str
    path: str

    def __str__(self) -> str:
        return f"{self.path or 'all'} of `{self.output}`"


def references(text: str) -> list[Reference]:
    """What a symbolic text takes from kernels with modules."""
    found = [one for one in KERNEL.finditer(text) if not one[1].startswith("linux-monolithic")]
    return [Reference(one[2] or "out", _path_at(text, one.end())) for one in found]


def _path_at(text: str, at: int) -> str:
    found = _PATH.match(text, at)
    return found[0].rstrip("/.") if found else ""


def missing(text: str, world: str) -> list[Reference]:
    """What a symbolic text takes from kernels, and from aggregated module trees, that is not there in a world."""
    gone = [one for one in references(text) if not _is_there(one, world)]
    if world != UNSPLIT:
        gone += [Reference("modules", found[1]) for found in _AGGREGATED_IMAGE.finditer(text)]
        gone += [Reference("modules", found[0]) for found in LINKED_IMAGE.finditer(text)]
        bodies = (found[3] for found in _OVERRIDDEN.finditer(text))
        gone += [Reference("out", f"/{own[1] or own[2]}") for body in bodies for own in _OWN_MODULES.finditer(body)]
    return gone


def _is_there(one: Reference, world: str) -> bool:
    if not one.path or re.fullmatch(r"/[*.]*", one.path):
        return True
    if _BUILD_TREE.fullmatch(one.path) or _DEVELOPER_FILE.fullmatch(one.path):
        return one.output == "dev"
    if _MODULE_TREE.fullmatch(one.path):
        return one.output == ("out" if world == UNSPLIT else "modules")
    if _IMAGE.fullmatch(one.path):
        return one.output == "out"
    return not _CONFIG.fullmatch(one.path)
