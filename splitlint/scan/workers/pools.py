"""Who does the work: this process, others on this machine, a Dask cluster; each a `concurrent.futures.Executor`."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, InvalidStateError
from typing import Any

from splitlint.startup.named_tuples import NamedTuple

#: Units in hand for each worker: one being worked on, and some so that it need not wait for the next.
IN_HAND = 3
#: Seconds between looks at a Dask cluster, and for how many it may be without a worker, as while it is restarted.
PULSE = 2.0
PATIENCE = 30.0


class WorkerPoolError(Exception):
    """A pool that cannot be had. The message says why."""


class WorkerPool(NamedTuple):
    """How to get an executor, and how many units it can have in hand.

    `renewable`: a new executor can be started when the workers of the old one were killed. `elsewhere`: the workers may
    see other files than this process. `copies`: they are copies of this process, and have what it has read.
    """

    start: Callable[[], Executor]
    in_hand: int
    renewable: bool = False
    elsewhere: bool = False
    copies: bool = False


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


def worker_pool(wanted: str, jobs: int) -> WorkerPool:
    """The pool for `--executor`: `processes`, `here`, or `dask:ADDRESS`. Raises WorkerPoolError."""
    kind, _, address = wanted.partition(":")
    if kind == "dask" and address:
        return _dask(address)
    if wanted == "here" or (wanted == "processes" and jobs == 1):
        return WorkerPool(HereExecutor, 1)
    if wanted == "processes":
        return WorkerPool(lambda: _processes(jobs), jobs * IN_HAND, renewable=True, copies=hasattr(os, "fork"))
    raise WorkerPoolError(f"there is no executor `{wanted}`: `processes`, `here` or `dask:ADDRESS`")


def _processes(jobs: int) -> Executor:
    # Where nothing has changed nobody has to be started, and these take 20 ms.
    import multiprocessing
    from concurrent.futures.process import ProcessPoolExecutor

    # Forked workers have the rules and all modules already: 2 ms each where a new interpreter takes 150.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(jobs, multiprocessing.get_context(method), initializer=_serve_the_parent)


def _serve_the_parent() -> None:
    """Leaves interrupts to the parent, and ends with it however it ends: a worker would wait for work for ever."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # What the parent does at a request to end is not the workers' business.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _dask(address: str) -> WorkerPool:
    try:
        from distributed import Client
    except ImportError as error:
        raise WorkerPoolError("`--executor dask:ADDRESS` needs the extra `splitlint[dask]`") from error
    connect: Any = Client
    try:
        client = connect(address, timeout="5s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise WorkerPoolError(f"there is no Dask scheduler at {address}: {error}") from error
    cores = sum(client.ncores().values())
    if not cores:
        raise WorkerPoolError(f"the Dask cluster at {address} has no workers")
    return WorkerPool(lambda: _DaskExecutor(client), cores * IN_HAND, elsewhere=True)


class _DaskExecutor(Executor):
    """The executor of a Dask client, which it closes at the end.

    Dask repeats what a lost worker had in hand, and waits for ever if there is no other: then all is given up here.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._inner = client.get_executor(pure=False)
        self._open: set[Future[Any]] = set()
        self._closing = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Sends a call to the cluster."""
        # Dask's own future would complain at length if it were given up.
        future: Future[Any] = Future()
        self._open.add(future)
        self._inner.submit(fn, *args, **kwargs).add_done_callback(lambda theirs: self._settle(future, theirs))
        return future

    def _settle(self, future: Future[Any], theirs: Future[Any]) -> None:
        self._open.discard(future)
        with contextlib.suppress(InvalidStateError):
            error = CancelledError() if theirs.cancelled() else theirs.exception()
            if error is None:
                future.set_result(theirs.result())
            else:
                future.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Takes back what is not done, unless it is to be waited for, and leaves the cluster running."""
        self._closing.set()
        self._inner.shutdown(wait=wait and not cancel_futures)
        self._client.close()

    def _watch(self) -> None:
        last_seen = time.monotonic()
        while not self._closing.wait(PULSE):
            if self._has_workers():
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > PATIENCE:
                for future in tuple(self._open):
                    with contextlib.suppress(InvalidStateError):
                        future.set_exception(BrokenExecutor(f"no worker for {PATIENCE:.0f} s"))
                return

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.ncores())
        except (OSError, TimeoutError, ValueError):
            return False
