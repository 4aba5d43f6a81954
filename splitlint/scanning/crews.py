"""Who does the work: this process, others on this machine, a Dask cluster; each a `concurrent.futures.Executor`."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import ProcessPoolExecutor
from typing import Any, NamedTuple

#: Units in hand for each worker: one being worked on, and some so that it need not wait for the next.
IN_HAND = 3


class CrewError(Exception):
    """A crew that cannot be had. The message says why."""


class Crew(NamedTuple):
    """How to get an executor, and how many units it can have in hand.

    `renewable`: a new executor can be hired when the workers of the old one were killed.
    """

    hire: Callable[[], Executor]
    in_hand: int
    renewable: bool = False


class HereExecutor(Executor):
    """Does the work at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Calls `fn`, and gives a future that is done; whatever `fn` raises is in it, but for a wish to end."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            future.set_exception(error)
        return future


def crew(wanted: str, jobs: int) -> Crew:
    """The crew for `--executor`: `processes`, `here`, or `dask:ADDRESS`. Raises CrewError."""
    kind, _, address = wanted.partition(":")
    if kind == "dask" and address:
        return _dask(address)
    if wanted == "here" or (wanted == "processes" and jobs == 1):
        return Crew(HereExecutor, 1)
    if wanted == "processes":
        return Crew(lambda: _processes(jobs), jobs * IN_HAND, renewable=True)
    raise CrewError(f"there is no executor `{wanted}`: `processes`, `here` or `dask:ADDRESS`")


def default_jobs() -> int:
    """As many processes as this process may use processors."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processes(jobs: int) -> Executor:
    # Forked workers have the rules and all modules already: 2 ms each where a new interpreter takes 150.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(jobs, multiprocessing.get_context(method), initializer=_serve_the_parent)


def _serve_the_parent() -> None:
    """Leaves interrupts to the parent, and ends with it however it ends: a worker would wait for work for ever."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _dask(address: str) -> Crew:
    try:
        from distributed import Client
    except ImportError as error:
        raise CrewError("`--executor dask:ADDRESS` needs the extra `splitlint[dask]`") from error
    connect: Any = Client
    try:
        client = connect(address, timeout="5s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise CrewError(f"there is no Dask scheduler at {address}: {error}") from error
    cores = sum(client.ncores().values())
    if not cores:
        raise CrewError(f"the Dask cluster at {address} has no workers")
    return Crew(lambda: _DaskExecutor(client), cores * IN_HAND)


class _DaskExecutor(Executor):
    """The executor of a Dask client, which it closes at the end. Dask repeats what a lost worker had in hand."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._inner = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Sends a call to the cluster."""
        future: Future[Any] = self._inner.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Takes back what is not begun, and leaves the cluster running."""
        self._inner.shutdown(wait=wait)
        self._client.close()
