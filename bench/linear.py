"""Whether a scan of twice the files takes twice the time, and a check of twice the findings that stand in each other.

    .venv/bin/python -m bench.linear [--tree PATH] [--files 10000 20000 40000] [--nested 250 500 1000 2000]

With `--tree` the files are taken from a real tree in turn, else they are made up.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.paired import once
from bench.startup import IRRELEVANT, RELEVANT


def made_up() -> Iterator[bytes]:
    """Files of 4 KB; one in fifty has needles, as in nixpkgs."""
    for number in itertools.count():
        text = RELEVANT if number % 50 == 0 else IRRELEVANT
        yield f"# {number}\n".encode() + text.encode() + b"# " + b"x" * 3500 + b"\n"


def taken_from(tree: str) -> Iterator[bytes]:
    """The Nix files of a tree, again and again."""
    paths = sorted(Path(tree).rglob("*.nix"))
    for path in itertools.cycle(paths):
        if path.is_file() and path.stat().st_size < 100_000:
            yield path.read_bytes()


def nested(findings: int) -> str:
    """Sets in each other, each with a finding beside the next."""
    finding = 'x = "${config.boot.kernelPackages.kernel}/lib/modules";'
    return "{ config, ... }:\n" + f"{{ {finding} a =\n" * findings + "1" + "; }" * findings + "\n"


def in_each_other(numbers: list[int], rounds: int) -> None:
    """Prints the time for each number of findings, and at last the ratio of the two largest numbers, per finding."""
    each = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "nested.nix")
        for findings in sorted(numbers):
            path.write_text(nested(findings))
            command = [sys.executable, "-m", "splitlint", "check", "--isolated", "--quiet", str(path)]
            runs = [once(command) for _ in range(rounds)]
            seconds = statistics.median(run.seconds for run in runs)
            each.append(seconds / findings)
            sys.stdout.write(f"{findings:8} nested {seconds:7.3f} s {1e6 * each[-1]:8.1f} us each\n")
    sys.stdout.write(f"ratio per finding, most to second most: {each[-1] / each[-2]:.2f}\n")


def main() -> None:
    """Prints the time for each number of files, and at last the ratio of the largest to the smallest, per file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree")
    parser.add_argument("--files", type=int, nargs="+", default=[10_000, 20_000, 40_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--nested", type=int, nargs="+", default=[250, 500, 1000, 2000])
    given = parser.parse_args()
    in_each_other(given.nested, given.rounds)
    per_file = []
    with tempfile.TemporaryDirectory() as folder:
        texts = taken_from(given.tree) if given.tree else made_up()
        written = 0
        for files in sorted(given.files):
            for number in range(written, files):
                path = Path(folder, str(number // 1000), str(number // 20 % 50), f"{number}.nix")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(next(texts))
            written = files
            os.sync()
            command = [sys.executable, "-m", "splitlint", "scan", "--isolated", "--no-history", "--no-cache", folder]
            runs = [once(command) for _ in range(given.rounds)]
            seconds = statistics.median(run.seconds for run in runs)
            memory = max(run.megabytes for run in runs)
            per_file.append(seconds / files)
            sys.stdout.write(
                f"{files:8} files {seconds:8.3f} s {1e6 * seconds / files:8.1f} us each {memory:6.0f} MB\n"
            )
    sys.stdout.write(f"ratio per file, most to fewest: {per_file[-1] / per_file[0]:.2f}\n")


if __name__ == "__main__":
    main()
