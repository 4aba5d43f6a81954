"""What each pack costs: a whole tree checked with all packs, and with all but one.

.venv/bin/python -m bench.packs --tree PATH [--rounds 3]
"""

from __future__ import annotations

import argparse
import sys

from bench.paired import paired
from splitlint.rulebook.pages import default_folder, load_rules


def main() -> None:
    """Prints for each pack which part of the processor's time goes to it: 0.10 is a tenth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rules = load_rules([default_folder()]).rules
    check = [
        sys.executable,
        "-m",
        "splitlint",
        "check",
        "--isolated",
        "--quiet",
        "--exit-zero",
        "--jobs",
        "1",
        given.tree,
    ]
    for pack in sorted({rule.pack for rule in rules}):
        names = ",".join(rule.full_name for rule in rules if rule.pack == pack)
        pair = paired([*check, "--ignore", names], check, given.rounds)
        share = 1 - pair.first.processor / pair.second.processor
        sys.stdout.write(f"{pack:28}{sum(rule.pack == pack for rule in rules):4} rules  {share:5.2f}\n")


if __name__ == "__main__":
    main()
