"""Files of a git revision without a checkout: one `git cat-file --batch` for many of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import IO

from splitlint.scan.targets.targets import TargetError, git_environment

#: Questions asked before the first answer is read: their ids fit into a pipe, so that neither side waits for ever.
_AHEAD = 256


class Blobs:
    """Reads git objects of one repository. A context manager; git is started at the first question."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Blobs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def read(self, name: str, limit: int | None = None) -> bytes | None:
        """The content of one blob: as `read_many`."""
        return None if "\n" in name else next(self.read_many([name], limit))

    def read_many(self, names: Sequence[str], limit: int | None = None) -> Iterator[bytes | None]:
        """The contents of blobs, in their order; each is named by its id, or `COMMIT:path`.

        None stands for a blob that is not here, or that has more than `limit` bytes. Raises TargetError if git fails.
        """
        for start in range(0, len(names), _AHEAD):
            wanted = names[start : start + _AHEAD]
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write("".join(f"{name}\n" for name in wanted).encode("utf-8", "surrogateescape"))
                process.stdin.flush()
                for _ in wanted:
                    yield _answer(process.stdout, limit)
            except OSError as error:
                raise TargetError(f"git cat-file failed: {error.strerror}") from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            try:
                self._process = subprocess.Popen(
                    ["git", "-C", self._folder, "cat-file", "--batch"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=git_environment(),
                )
            except OSError as error:
                raise TargetError(f"git cannot be started: {error.strerror}") from error
        return self._process


def _answer(stream: IO[bytes], limit: int | None) -> bytes | None:
    head = stream.readline()
    if not head:
        raise TargetError("git cat-file ended before it had answered")
    words = head.rsplit(b" ", 2)
    if len(words) < 3 or not words[2].strip().isdigit():
        return None
    size = int(words[2])
    if limit is not None and size > limit:
        _pass_over(stream, size + 1)
        return None
    data = stream.read(size + 1)
    if len(data) != size + 1:
        raise TargetError("git cat-file ended in the middle of a file")
    return data[:-1] if words[1] == b"blob" else None


def _pass_over(stream: IO[bytes], size: int) -> None:
    while size and (piece := stream.read(min(size, 1 << 16))):
        size -= len(piece)
