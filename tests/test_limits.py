"""What is done for one file ends in time, and what goes wrong in it is told instead of raised."""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from splitlint.limits import Failure, OutOfTimeError, check_time, contained, is_over, uninterrupted
from splitlint.syntax import nix, shell

OUT_OF_TIME = Failure("it takes more than 0.05 s (see --file-timeout)")


def for_ever() -> None:
    while True:
        pass


def until_asked() -> None:
    while True:
        check_time()


def test_what_is_given_is_given_on() -> None:
    assert contained(lambda: 3, 20) == 3
    assert contained(lambda: None, 0) is None


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KeyError("x"), "internal error: KeyError: 'x'"),
        (ValueError("one\n  two"), "internal error: ValueError: one two"),
        (AssertionError(), "internal error: AssertionError"),
        (RecursionError("maximum depth"), "it is nested too deeply"),
        (MemoryError(), "there is not enough memory"),
        (BaseException("a panic of another language"), "internal error: BaseException: a panic of another language"),
    ],
)
def test_whatever_is_raised_is_told(error: BaseException, message: str) -> None:
    def act() -> None:
        raise error

    assert contained(act, 20) == Failure(message)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(2), LookupError()])
def test_what_is_the_business_of_the_caller_is_raised(error: BaseException) -> None:
    def act() -> None:
        raise error

    with pytest.raises(type(error)):
        contained(act, 20, raised=(LookupError,))


def test_the_traceback_is_shown_to_those_who_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    contained(list[int]().pop)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("SPLITLINT_DEBUG", "1")
    contained(list[int]().pop)
    assert "IndexError: pop from empty list" in capsys.readouterr().err


def test_a_loop_without_end_ends() -> None:
    assert contained(for_ever, 0.05) == OUT_OF_TIME


def test_a_regular_expression_that_backtracks_without_end_ends() -> None:
    assert contained(lambda: re.match("(a+)+$", "a" * 60 + "b"), 0.05) == OUT_OF_TIME


def test_an_interruption_that_gets_lost_is_repeated() -> None:
    def act() -> None:
        try:
            for_ever()
        except OutOfTimeError:
            # As a destructor does.
            for_ever()

    assert contained(act, 0.05) == OUT_OF_TIME


def test_no_library_can_take_the_interruption_for_an_error_of_its_own() -> None:
    def act() -> str:
        # What a callback raises is logged, and the work goes on.
        done: Future[None] = Future()
        done.add_done_callback(lambda _: for_ever())
        done.set_result(None)
        return "went on"

    assert contained(act, 0.05) == OUT_OF_TIME


def test_code_that_must_not_be_interrupted_ends_by_itself() -> None:
    ended = []

    def act() -> None:
        while not is_over():
            pass
        time.sleep(0.6)
        ended.append("by itself")
        raise LookupError

    assert contained(lambda: uninterrupted(act), 0.05, raised=(LookupError,)) == OUT_OF_TIME
    assert ended == ["by itself"]


@pytest.mark.parametrize(("parse", "text"), [(nix.parse, b"a."), (shell.parse, b"a=(")])
def test_a_parser_that_takes_quadratic_time_is_interrupted(parse: object, text: bytes) -> None:
    assert callable(parse)
    started = time.monotonic()
    assert contained(lambda: parse(text * 50_000), 0.05) == OUT_OF_TIME
    assert time.monotonic() - started < 5


def test_in_a_thread_time_is_over_when_it_is_asked_for() -> None:
    done: list[object] = []
    thread = threading.Thread(target=lambda: done.append(contained(until_asked, 0.05)))
    thread.start()
    thread.join(10)
    assert done == [OUT_OF_TIME]


def test_outside_of_a_file_no_clock_runs() -> None:
    contained(for_ever, 0.05)
    check_time()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, None)


def test_a_limit_within_a_limit_ends_at_the_earlier_of_both() -> None:
    def inner_first() -> object:
        first = contained(for_ever, 0.05)
        until_asked()
        return first

    started = time.monotonic()
    assert contained(inner_first, 0.4) == Failure("it takes more than 0.4 s (see --file-timeout)")
    assert 0.3 < time.monotonic() - started < 3
    started = time.monotonic()
    contained(lambda: contained(for_ever, 60), 0.05)
    assert time.monotonic() - started < 3


def after_something_shorter() -> None:
    contained(lambda: None, 5)
    for_ever()


@pytest.mark.parametrize("act", [for_ever, until_asked, after_something_shorter])
def test_what_nobody_waits_for_is_ended_long_before_its_time(act: Callable[[], None]) -> None:
    asked = iter([False, False, False, True])
    started = time.monotonic()
    assert isinstance(contained(act, 60, unwanted=lambda: next(asked, True)), Failure)
    assert time.monotonic() - started < 5
    assert not is_over()


def test_a_parser_is_ended_when_nobody_waits_for_it() -> None:
    text = b"{ a = [ " + b"( ( " * 2_000_000
    started = time.monotonic()
    assert isinstance(contained(lambda: nix.parse(text), 60, unwanted=lambda: True), Failure)
    assert time.monotonic() - started < 5


def test_what_somebody_waits_for_is_done() -> None:
    def act() -> str:
        time.sleep(0.1)
        return "done"

    assert contained(act, 20, unwanted=lambda: False) == "done"
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
