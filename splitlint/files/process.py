"""Another program whose output is read, and that is given up when it waits for something that never comes.

Without subprocess, which costs 10 ms on the start-up path.
"""

from __future__ import annotations

import os
import select
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache

_BLOCK = 1 << 16
#: The program is looked at after so many milliseconds without a word.
_LOOK = 500
#: It is given up after so many looks at which all of it slept without having done anything: nobody will wake it.
_MOST_ASLEEP = 6
#: And where nobody can say whether it sleeps, after so many looks without a word (ten minutes).
_MOST_SILENT = 1200
_KILL = 9


class ProcessError(Exception):
    """A program that could not be started, has failed, or waited for ever. The message says why.

    `status` is what it ended with, None if it did not end by itself; `said` what it wrote to standard error.
    """

    def __init__(self, message: str, said: bytes = b"", status: int | None = None) -> None:
        super().__init__(message)
        self.said = said
        self.status = status


class Process:
    """A program that runs; iterating gives what it writes, in blocks. A context manager that leaves nothing running."""

    def __init__(self, command: list[str], environment: Mapping[str, str], *, asked: bool = False) -> None:
        """Starts `command` (an absolute path, and arguments). `asked`: it reads what `write` is given, else nothing.

        Raises ProcessError.
        """
        self._status: int | None = None
        self._said = b""
        self._output = self._errors = self._input = -1
        theirs: list[int] = []
        actions: list[tuple[object, ...]] = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
        try:
            if asked:
                reading, self._input = os.pipe()
                theirs.append(reading)
                actions = [(os.POSIX_SPAWN_DUP2, reading, 0)]
            self._output, writing = os.pipe()
            theirs.append(writing)
            self._errors, complaining = os.pipe()
            theirs.append(complaining)
            actions += [(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, complaining, 2)]
            self._pid = os.posix_spawn(command[0], command, environment, file_actions=actions)
        except OSError as error:
            self._status = 0
            self.kill()
            raise ProcessError(f"cannot be started: {error.strerror}") from error
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self._poll = select.poll()
        self._poll.register(self._output, select.POLLIN)
        self._poll.register(self._errors, select.POLLIN)

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *about: object) -> None:
        self.kill()

    def __iter__(self) -> Iterator[bytes]:
        while block := self.read():
            yield block

    def read(self, most: int = _BLOCK) -> bytes:
        """The next bytes that it writes, b"" at the end. Raises ProcessError if it is given up."""
        silent = asleep = 0
        before = -1
        while True:
            for descriptor, _ in self._poll.poll(_LOOK):
                if descriptor == self._output:
                    return os.read(descriptor, most)
                self._listen()
                silent = asleep = 0
            silent += 1
            now = spent_asleep(self._pid)
            asleep = asleep + 1 if now >= 0 and now == before else 0
            before = now
            if asleep > _MOST_ASLEEP or silent > _MOST_SILENT:
                self.kill()
                raise ProcessError("was stopped: it is waiting, perhaps for a FIFO instead of a file", self._said)

    def _listen(self) -> bool:
        """Reads what it complains of, keeping the end of it; False when it will say no more."""
        said = os.read(self._errors, _BLOCK)
        self._said = (self._said + said)[-_BLOCK:]
        if not said:
            self._poll.unregister(self._errors)
        return bool(said)

    def end(self) -> None:
        """Reads what is left and waits for its end. Raises ProcessError if it ends with another status than 0."""
        while self.read():
            pass
        with suppress(KeyError, OSError):
            while self._listen():
                pass
        status = self._wait()
        if status:
            raise ProcessError(f"ended with status {status}", self._said, status)

    def write(self, data: bytes) -> None:
        """Gives it something to read. Raises ProcessError if it no longer accepts input."""
        try:
            while data:
                data = data[os.write(self._input, data) :]
        except OSError as error:
            raise ProcessError(f"no longer accepts input: {error.strerror}", self._said) from error

    def kill(self) -> None:
        """Ends it, if it still runs, and closes what leads to it."""
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, _KILL)
            self._wait()
        for descriptor in (self._output, self._errors, self._input):
            if descriptor >= 0:
                os.close(descriptor)
        self._output = self._errors = self._input = -1

    def _wait(self) -> int:
        if self._status is None:
            # Somebody may have set SIGCHLD aside, so that nobody is told.
            with suppress(ChildProcessError):
                self._status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self._status or 0


def find_program(name: str) -> str | None:
    """The path of a program that is installed, None if it is not.

    Never one that is relative to the current folder, as PATH may have it: that may be a stranger's.
    """
    return _found(name, os.environ.get("PATH", os.defpath))


@cache
def _found(name: str, places: str) -> str | None:
    for place in places.split(os.pathsep):
        path = os.path.join(place, name)
        if os.path.isabs(place) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def spent_asleep(pid: int) -> int:
    """The processor time that a process has spent, in ticks, if all of its threads sleep; -1 if one does not.

    Also -1 where the system does not tell (it is asked as on Linux: proc(5), `/proc/PID/task/TID/stat`).
    """
    spent = 0
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/stat", "rb") as stream:
                # The name of the program, in brackets, may hold anything.
                fields = stream.read().rpartition(b") ")[2].split()
            if fields[0] != b"S":
                return -1
            spent += int(fields[11]) + int(fields[12])
    except (OSError, ValueError, IndexError):
        return -1
    return spent
