"""Files of a git revision without a checkout: one `git cat-file --batch` for many of them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING

from splitlint.files.git import GitError, Repository, repository_at, told
from splitlint.files.process import Process, ProcessError

if TYPE_CHECKING:
    from types import TracebackType

#: Questions asked before the first answer is read: their ids fit into a pipe, so that neither side waits for ever.
_AHEAD = 256


class Blobs:
    """Reads git objects of one repository. A context manager; git is started at the first question.

    `folder` is in the repository, or is a bare one.
    """

    def __init__(self, folder: str | Repository) -> None:
        self._folder = folder
        self._process: Process | None = None
        self._answers: IO[bytes] = io.BytesIO()
        self._unanswered = 0

    def __enter__(self) -> Blobs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        self._unanswered = 0
        if self._process is not None:
            self._process.kill()
            self._process = None

    def read(self, name: str, limit: int | None = None) -> bytes | None:
        """The content of one blob: as `read_many`."""
        return None if "\n" in name else next(self.read_many([name], limit))

    def read_many(self, names: Sequence[str], limit: int | None = None) -> Iterator[bytes | None]:
        """The contents of blobs, in their order; each is named by its id, or `COMMIT:path`.

        None stands for a blob that is not here, or that has more than `limit` bytes. Raises GitError if git fails.
        """
        try:
            yield from self._read_many(names, limit)
        finally:
            # Whoever stops in between must not leave answers to questions that nobody will ask again.
            if self._unanswered:
                self._end()

    def _read_many(self, names: Sequence[str], limit: int | None) -> Iterator[bytes | None]:
        for start in range(0, len(names), _AHEAD):
            wanted = names[start : start + _AHEAD]
            self._unanswered = len(wanted)
            try:
                self._running().write("".join(f"{name}\n" for name in wanted).encode("utf-8", "surrogateescape"))
                for _ in wanted:
                    answer = _answer(self._answers, limit)
                    self._unanswered -= 1
                    yield answer
            except ProcessError as error:
                raise told(error) from error

    def _running(self) -> Process:
        if self._process is None:
            repository = self._folder if isinstance(self._folder, Repository) else repository_at(self._folder)
            self._process = repository.start("cat-file", "--batch", asked=True)
            self._answers = io.BufferedReader(_Stream(self._process), 1 << 16)
        return self._process


class _Stream(io.RawIOBase):
    """What a process writes, as a stream."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._process.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _answer(stream: IO[bytes], limit: int | None) -> bytes | None:
    head = stream.readline()
    if not head:
        raise GitError("git cat-file ended before it had answered")
    words = head.rsplit(b" ", 2)
    if len(words) < 3 or not words[2].strip().isdigit():
        return None
    size = int(words[2])
    if limit is not None and size > limit:
        _pass_over(stream, size + 1)
        return None
    data = stream.read(size + 1)
    if len(data) != size + 1:
        raise GitError("git cat-file ended in the middle of a file")
    return data[:-1] if words[1] == b"blob" else None


def _pass_over(stream: IO[bytes], size: int) -> None:
    while size and (piece := stream.read(min(size, 1 << 16))):
        size -= len(piece)
