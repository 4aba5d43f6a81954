"""What git's index knows of the files of a work tree, and which of them are as it knows them.

git can answer that itself (`ls-files -m`, `diff`), but not without running the filters that the repository sets up for
its files. So only the index is asked of git; times and sizes are compared, and contents hashed, here.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator

from splitlint.files.git import GitError, Repository
from splitlint.startup.named_tuples import NamedTuple

#: One file as `git ls-files -s -v -z --debug` tells of it (builtin/ls-files.c, `show_ce` and `print_debug`).
_ROW = re.compile(
    rb"([A-Za-z?]) (\d{6}) ([0-9a-f]{40,64}) ([0-3])\t([^\0]+)\0"
    rb"  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n"
    rb"  dev: \d+\tino: (\d+)\n  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: [0-9a-f]+\n"
)
LINK, SUBMODULE = 0o120000, 0o160000
#: The index keeps the low 32 bits of numbers.
_LOW = 0xFFFFFFFF


class Entry(NamedTuple):
    """A file of the index: `name` relative to the folder that was asked about, `blob` its id, in hexadecimal.

    `size`: bytes in the work tree when git last looked. `plain`: not in conflict, and git was not told to take it for
    unchanged or absent. `settled`: the file is there, and its times and sizes are those of the index, so that what it
    holds is what git knows.
    """

    name: str
    blob: str
    mode: int
    size: int
    plain: bool
    settled: bool

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file to git."""
        return self.mode not in (LINK, SUBMODULE)


def entries(repository: Repository) -> Iterator[Entry]:
    """The files of the index in the folder that is meant.

    Raises GitError, also where git tells of them in words that are not known here.
    """
    written = _time(repository.index)
    try:
        top = os.open(repository.top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise GitError(f"{repository.top} cannot be read: {error.strerror}") from error
    rest = b""
    try:
        for block in repository.blocks("ls-files", "-s", "-v", "-z", "--debug", *repository.inside()):
            text = rest + block
            at = 0
            for found in _ROW.finditer(text):
                if found.start() != at:
                    break
                at = found.end()
                tag, mode, blob, stage, full, *numbers = found.groups()
                name = repository.inner(full)
                if name is not None:
                    plain = tag == b"H" and stage == b"0"
                    settled = _settled(full, numbers, top, written)
                    yield Entry(name, blob.decode(), int(mode, 8), int(numbers[-1]), plain, settled)
            rest = text[at:]
    finally:
        os.close(top)
    if rest:
        raise GitError("git describes its index in an unknown format")


def _settled(name: bytes, numbers: list[bytes], top: int, written: int) -> bool:
    ctime, ctime_ns, mtime, mtime_ns, ino, size = map(int, numbers)
    modified = mtime * 10**9 + mtime_ns
    if modified >= written:
        # It may have been written to once more after the index was, at what the clock takes for the same time.
        return False
    try:
        now = os.lstat(name, dir_fd=top)
    except OSError:
        return False
    return (
        now.st_mtime_ns == modified
        and now.st_ctime_ns == ctime * 10**9 + ctime_ns
        and now.st_size & _LOW == size
        and now.st_ino & _LOW == ino
    )


def _time(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def holds(data: bytes, blob: str) -> bool:
    """Whether a file with these bytes is what git knows by a blob id."""
    return blob in blob_ids(data, len(blob))


def blob_ids(data: bytes, length: int) -> Iterator[str]:
    """The ids that git may know some bytes by: as they are, and with the line ends that git may have made of them.

    `length`: digits of an id, which tells whether the repository uses SHA-1 or SHA-256.
    """
    yield blob_id(data, length)
    if b"\r\n" in data:
        yield blob_id(data.replace(b"\r\n", b"\n"), length)


def blob_id(data: bytes, length: int = 40) -> str:
    """The name that git gives to a file's content (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).

    `length`: digits of the ids of the repository; 64 where it uses SHA-256.
    """
    digest = hashlib.sha1(usedforsecurity=False) if length == 40 else hashlib.sha256()
    digest.update(b"blob %d\0" % len(data) + data)
    return digest.hexdigest()
