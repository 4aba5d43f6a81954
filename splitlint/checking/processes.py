"""Work that is done by copies of this process, which have read and indexed what it has.

A copy takes a load whenever it has done one, and sends what came of it. What a copy did not do, because it was killed
or something went wrong in it, is left to whoever asked for it. It is no `ProcessPoolExecutor`, as a scan has one: that
gives up everything in hand when one worker is killed, and can only call what can be pickled.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from splitlint.startup.collector import keep_what_is_loaded

T = TypeVar("T")

#: Numbers of loads are written into a pipe ahead: no more than the smallest that there are can hold.
_MOST_LOADS = 4096 // 4
_PIECE = 1 << 16


def default_jobs() -> int:
    """As many processes as this one may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_copy() -> bool:
    """Whether this process can be copied: not where there is no such thing, nor while it has threads."""
    threads = sys.modules.get("threading")
    return hasattr(os, "fork") and (threads is None or threads.active_count() == 1)


def in_processes(do: Callable[[int], T], loads: Sequence[Sequence[int]], jobs: int) -> dict[int, T]:
    """What `do` gives for the numbers in some loads, of those that were done; what it gives has to be picklable."""
    if jobs < 2 or len(loads) < 2 or len(loads) > _MOST_LOADS:
        return {}
    # Copies share what nobody writes to, as the collector does.
    keep_what_is_loaded()
    tickets, issued = os.pipe()
    os.write(issued, b"".join(number.to_bytes(4, "little") for number in range(len(loads))))
    os.close(issued)
    copies: dict[int, int] = {}
    try:
        for _ in range(min(jobs, len(loads))):
            told, tells = os.pipe()
            copy = os.fork()
            if copy == 0:
                os.close(told)
                _work(do, loads, tickets, tells)
            os.close(tells)
            copies[told] = copy
        return _gathered(list(copies))
    finally:
        os.close(tickets)
        _end(copies)


def _work(do: Callable[[int], T], loads: Sequence[Sequence[int]], tickets: int, tells: int) -> None:
    """What a copy does, and then ends: whatever goes wrong in it, it never goes on with what the original does."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        while ticket := os.read(tickets, 4):
            load = loads[int.from_bytes(ticket, "little")]
            sent = pickle.dumps([(number, do(number)) for number in load])
            left = memoryview(len(sent).to_bytes(8, "little") + sent)
            while left:
                left = left[os.write(tells, left) :]
        code = 0
    finally:
        os._exit(code)


def _gathered(told: Sequence[int]) -> dict[int, T]:
    """What the copies send, until all of them have ended."""
    import select

    found: dict[int, T] = {}
    pieces: dict[int, bytearray] = {one: bytearray() for one in told}
    # `select` itself refuses descriptors above 1023.
    ready = select.poll()
    for one in told:
        ready.register(one, select.POLLIN)
    while pieces:
        for one, _ in ready.poll():
            piece = os.read(one, _PIECE)
            if not piece:
                ready.unregister(one)
                del pieces[one]
                continue
            pieces[one] += piece
            while (taken := _first(pieces[one])) is not None:
                found.update(pickle.loads(taken))
    return found


def _first(sent: bytearray) -> bytes | None:
    """The first whole message of what was sent, which is taken out of it; None if it is not all there."""
    end = 8 + int.from_bytes(sent[:8], "little")
    if len(sent) < 8 or len(sent) < end:
        return None
    message = bytes(sent[8:end])
    del sent[:end]
    return message


def _end(copies: dict[int, int]) -> None:
    """Ends the copies that still run, as after an interruption."""
    for told, copy in copies.items():
        os.close(told)
        with contextlib.suppress(ProcessLookupError):
            os.kill(copy, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(copy, 0)
