"""One bad file costs one file: what is done for it ends in time, and what goes wrong is told instead of raised.

The clock is a timer of the operating system that interrupts Python code wherever it is (also in `re`, which looks for
signals while it searches). Only the main thread of a process can be interrupted so; in other threads (Dask's workers)
`check_time` is called from time to time. Code in C that calls back may take an exception badly: see `uninterrupted`.
On the start-up path: imports nothing that costs, sets a timer only where something is checked.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

T = TypeVar("T")

#: Seconds that one file may take. The slowest file of nixpkgs takes half a second.
FILE_TIMEOUT = 20.0
#: With this in the environment, what went wrong is shown with its traceback, too.
DEBUG = "SPLITLINT_DEBUG"

#: Seconds after which the timer strikes again: an exception that is raised in a destructor is lost.
_AGAIN = 0.5
#: Seconds between questions whether something is still wanted.
_OFTEN = 0.02
_SOON = 0.001
_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))
_may_interrupt: ContextVar[bool] = ContextVar("may_interrupt", default=True)


class OutOfTimeError(BaseException):
    """The time for a file is over. No `Exception`, because no library is to catch it."""


class Failure(NamedTuple):
    """Why something could not be done, as the end of a sentence that names it."""

    message: str


def contained(
    act: Callable[[], T],
    seconds: float = 0,
    *,
    raised: tuple[type[Exception], ...] = (),
    unwanted: Callable[[], bool] | None = None,
) -> T | Failure:
    """What `act` gives; a Failure instead of whatever it raises, and when `seconds` have gone by (0: no limit).

    `raised` are errors that are the caller's business, and not those of a single file. `unwanted` says whether nobody
    waits for the result any longer: it is asked every now and then where there is a limit, and ends `act` as that does.
    This is the only place that catches everything. Under SPLITLINT_DEBUG the traceback is written to standard error.
    """
    clock = _Clock(seconds, unwanted)
    try:
        clock.start()
        try:
            return act()
        finally:
            clock.stop()
    except raised:
        raise
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        # The timer may have struck while it was being stopped.
        clock.stop()
        if os.environ.get(DEBUG):
            import traceback

            traceback.print_exception(error)
        return Failure(_why(error, seconds))


def is_over() -> bool:
    """Whether the time for the file that is being checked is over."""
    return monotonic() > _deadline.get()


def check_time() -> None:
    """Raises OutOfTimeError if the time for the file that is being checked is over."""
    if is_over():
        raise OutOfTimeError


def uninterrupted(act: Callable[[], T]) -> T:
    """What `act` gives, during which no timer raises anything: it has to ask `is_over` itself.

    Raises OutOfTimeError afterwards if the time is over, whatever `act` gave or raised.
    """
    before = _may_interrupt.set(False)
    try:
        return act()
    finally:
        _may_interrupt.reset(before)
        check_time()


def _why(error: BaseException, seconds: float) -> str:
    if isinstance(error, OutOfTimeError):
        return f"it takes more than {seconds:g} s (see --file-timeout)"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    said = " ".join(str(error).split())
    return f"internal error: {type(error).__name__}{': ' * bool(said)}{said[:200]}"


class _Clock:
    """Raises OutOfTimeError in the thread that started it. Can be stopped more than once."""

    def __init__(self, seconds: float, unwanted: Callable[[], bool] | None) -> None:
        self._seconds = seconds
        self._unwanted = unwanted
        self._running = False
        self._earlier = float("inf")
        self._restore: Callable[[], None] | None = None

    def start(self) -> None:
        """Starts it, unless there is no limit. One that is running already is not made to run longer."""
        if not self._seconds:
            return
        self._earlier = _deadline.get()
        _deadline.set(min(self._earlier, monotonic() + self._seconds))
        self._running = True
        self._interrupt(_deadline.get())

    def _interrupt(self, deadline: float) -> None:
        from splitlint.startup.signals import signal

        if not hasattr(signal, "setitimer"):
            return
        try:
            before = signal.signal(signal.SIGALRM, self._strike)
        except ValueError:
            # Not the main thread.
            return
        wait, again = max(deadline - monotonic(), _SOON), _AGAIN
        if self._unwanted is not None:
            wait, again = min(wait, _OFTEN), _OFTEN
        left, every = signal.setitimer(signal.ITIMER_REAL, wait, again)
        earlier = self._earlier

        def restore() -> None:
            wait = max(earlier - monotonic(), _SOON)
            # The earlier one may have a question to ask before its time is over.
            signal.setitimer(signal.ITIMER_REAL, (wait if every >= _AGAIN else min(wait, every)) if left else 0, every)
            signal.signal(signal.SIGALRM, before)

        self._restore = restore

    def _strike(self, number: int, frame: FrameType | None) -> None:
        if not self._running:
            return
        if self._unwanted is not None and not is_over():
            if not self._unwanted():
                return
            _deadline.set(float("-inf"))
        if _may_interrupt.get():
            raise OutOfTimeError

    def stop(self) -> None:
        """Stops it, and lets an earlier one run on."""
        if not self._running:
            return
        self._running = False
        _deadline.set(self._earlier)
        if self._restore is not None:
            self._restore()
