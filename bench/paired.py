"""Two commands in turn, many times: the ratio of their times does not depend on what else the machine does."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """One run: wall time and processor time in seconds, and the largest memory of any of its processes in MB."""

    seconds: float
    processor: float
    megabytes: float


class Pair(NamedTuple):
    """Medians of two commands, and the median of the ratios of the runs that stood side by side."""

    first: Run
    second: Run
    ratio: float
    spread: tuple[float, float]


def once(command: Sequence[str], *, folder: str | None = None, settings: Mapping[str, str] | None = None) -> Run:
    """Runs a command and throws its output away. Raises CalledProcessError if it ends with more than 1."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(settings or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def paired(
    first: Sequence[str], second: Sequence[str], rounds: int, *, settings: Mapping[str, str] | None = None
) -> Pair:
    """The first command against the second, each once in each round, and once before that for the page cache."""
    once(first, settings=settings)
    once(second, settings=settings)
    runs = [(once(first, settings=settings), once(second, settings=settings)) for _ in range(rounds)]
    ratios = sorted(one.seconds / other.seconds for one, other in runs)
    return Pair(
        _median([one for one, _ in runs]),
        _median([other for _, other in runs]),
        statistics.median(ratios),
        (ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]),
    )


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(run.seconds for run in runs),
        statistics.median(run.processor for run in runs),
        max(run.megabytes for run in runs),
    )


def table(rows: Sequence[tuple[str, Pair, float]]) -> str:
    """Rows of what was compared, and the ratio that it may have; the last column is the ratio."""
    lines = [f"{'':44}{'ours':>9}{'theirs':>9}{'memory':>9}{'budget':>8}{'ratio':>7}  half of the runs"]
    for name, pair, budget in rows:
        low, high = pair.spread
        lines.append(
            f"{name:44}{pair.first.seconds:8.3f}s{pair.second.seconds:8.3f}s{pair.first.megabytes:7.0f}MB"
            f"{budget:8.2f}{pair.ratio:7.2f}  {low:.2f} to {high:.2f}"
        )
    return "\n".join(lines)
