"""How long a scan takes after one file has changed, against one after which nothing has.

.venv/bin/python -m bench.incremental --tree PATH [--file NAME ...] [--rounds 5]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.paired import Pair, Run, once, table

BUDGET = 1.3
#: Seconds after which a file is known by its time of change (`scan.targets.stamps`).
_SETTLED = 2.2
#: Files of nixpkgs, under the names that they have had: the first that is there is changed.
KINDS = (
    ("pkgs/by-name/he/hello/package.nix", "pkgs/applications/misc/hello/default.nix"),
    ("nixos/modules/programs/systemtap.nix",),
    ("nixos/modules/services/torrent/transmission.nix",),
    ("pkgs/os-specific/linux/acpi-call/default.nix",),
    ("nixos/modules/system/boot/kernel.nix",),
    ("pkgs/top-level/all-packages.nix",),
)


def copied(tree: Path, folder: Path) -> Path:
    """A copy of a tree, as a work tree of which all is committed."""
    copy = folder / "tree"
    shutil.copytree(tree, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", ".gitmodules"))
    git = ["git", "-C", str(copy), "-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    for words in (["init", "-q"], ["add", "-A", "-f"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *words], check=True, stdout=subprocess.DEVNULL)
    return copy


def measured(tree: Path, names: Sequence[str], rounds: int) -> Iterator[tuple[str, Pair, float]]:
    """For each file: a scan after a comment was added to it, and one when nothing is new. The tree is not touched."""
    with tempfile.TemporaryDirectory() as made:
        copy = copied(tree, Path(made))
        scan = [sys.executable, "-m", "splitlint", "scan", "--isolated", "--no-history", "--quiet"]
        scan += ["--cache-dir", f"{made}/cache", str(copy)]
        once(scan)
        for name in names:
            yield name, _pair(scan, copy / name, rounds), BUDGET


def _pair(scan: Sequence[str], path: Path, rounds: int) -> Pair:
    runs: list[tuple[Run, Run]] = []
    for number in range(rounds):
        with path.open("a") as stream:
            stream.write(f"\n# {number}\n")
        runs.append((once(scan), _unchanged(scan)))
    ratios = sorted(changed.seconds / same.seconds for changed, same in runs)
    quarter = rounds // 4
    return Pair(
        _median([changed for changed, _ in runs]),
        _median([same for _, same in runs]),
        statistics.median(ratios),
        (ratios[quarter], ratios[-1 - quarter]),
    )


def _unchanged(scan: Sequence[str]) -> Run:
    """A scan of a tree in which nothing has changed for a while: what is newer is not told by its time yet."""
    time.sleep(_SETTLED)
    once(scan)
    return once(scan)


def _median(runs: Sequence[Run]) -> Run:
    return Run(*(statistics.median(values) for values in zip(*runs, strict=True)))


def main() -> None:
    """Prints one row for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", required=True, type=Path)
    parser.add_argument("--file", action="append", metavar="NAME", help="a file of the tree; else some of nixpkgs")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    there = (next((name for name in names if (given.tree / name).is_file()), "") for names in KINDS)
    names = given.file or [name for name in there if name]
    sys.stdout.write("`ours` is a scan after a change, `theirs` one after none.\n")
    sys.stdout.write(table(list(measured(given.tree, names, given.rounds))) + "\n")


if __name__ == "__main__":
    main()
