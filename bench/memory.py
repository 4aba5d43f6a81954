"""How much memory the largest process takes for a whole tree, against the budget.

.venv/bin/python -m bench.memory --tree PATH
"""

from __future__ import annotations

import argparse
import sys

from bench.paired import once

#: Megabytes.
BUDGET = 150


def main() -> None:
    """Prints one row for each command, and at last the ratio of the largest to the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", required=True)
    given = parser.parse_args()
    most = 0.0
    for told in (
        "check --jobs 1",
        "check --jobs 2",
        "scan --no-cache --no-history --jobs 1",
        "scan --no-cache --no-history",
    ):
        command = [sys.executable, "-m", "splitlint", *told.split(), "--isolated", "--quiet", given.tree]
        run = once(command)
        most = max(most, run.megabytes)
        sys.stdout.write(f"{told:48}{run.megabytes:7.0f} MB\n")
    sys.stdout.write(f"ratio of the largest to {BUDGET} MB: {most / BUDGET:.2f}\n")


if __name__ == "__main__":
    main()
