"""Reads every file once and keeps those that a rule may have something to say about. On the start-up path."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from splitlint.files.discover import File, Trouble
from splitlint.files.languages import NIX, TEXT, is_text_file, language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from splitlint.rulebook.rule import Rule, RuleBook

#: Larger files are not source code; they are named and left out.
LARGEST = 32 * 1024 * 1024
#: A file with this in it may have a suppression comment that is unused or misspelt, whatever its needles.
MARK = b"splitlint:"


class Hit(NamedTuple):
    """A file that has to be parsed: its bytes, its language, the rules whose needles it has."""

    file: File
    data: bytes
    language: str
    rules: tuple[Rule, ...]


class Sifted(NamedTuple):
    """The files to parse; how many were read, left out, and could not be read; what went wrong.

    `kin`: the paths of Nix files that may name a package of a family: where answers about other files can come from.
    """

    hits: tuple[Hit, ...]
    files: int
    skipped: int
    unreadable: int
    problems: tuple[Trouble, ...]
    kin: tuple[str, ...] = ()


class UnreadableError(Exception):
    """A file that cannot or should not be read. `fatal` if whoever ran the command should do something about it."""

    def __init__(self, message: str, *, fatal: bool = True) -> None:
        super().__init__(message)
        self.fatal = fatal


class AbsentError(Exception):
    """A file that was listed and is not there: deleted since, or a link."""


def sift(
    files: Iterable[File],
    book: RuleBook,
    *,
    languages: Collection[str],
    read: Callable[[File], bytes] | None = None,
) -> Sifted:
    """Reads each file and asks the rules' needles. Files in none of `languages` are left out.

    `read` gives the bytes of a file, or raises UnreadableError or AbsentError.
    """
    read = read or read_file
    hits: list[Hit] = []
    problems: list[Trouble] = []
    kin: list[str] = []
    count = skipped = unreadable = 0
    for file in files:
        try:
            data = read(file)
        except AbsentError:
            skipped += 1
            continue
        except UnreadableError as error:
            problems.append(Trouble(file.path, str(error), error.fatal))
            unreadable += error.fatal
            skipped += not error.fatal
            continue
        language = language_of(file.path, data)
        if language not in languages or (language == TEXT and not is_text_file(file.path, data)):
            skipped += file.named
            continue
        rules, tells = book.asked(data, language)
        if language == NIX and (rules or tells):
            kin.append(file.path)
        if not rules and MARK not in data:
            count += 1
            continue
        if b"\0" in data:
            problems.append(Trouble(file.path, "is binary: not checked", fatal=False))
            skipped += 1
            continue
        count += 1
        hits.append(Hit(file, data, language, rules))
    return Sifted(tuple(hits), count, skipped, unreadable, tuple(problems), tuple(kin))


def read_file(file: File) -> bytes:
    """The bytes of a regular file. Links are followed only where the caller named them.

    Raises UnreadableError, or AbsentError for what discovery listed and is no file (any more).
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if file.named else os.O_NOFOLLOW)
    try:
        descriptor = os.open(file.full, flags)
    except OSError as error:
        if not file.named and (isinstance(error, FileNotFoundError) or os.path.islink(file.full)):
            raise AbsentError from error
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    try:
        return _read(descriptor, file)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _read(descriptor: int, file: File) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        if not file.named:
            raise AbsentError
        raise UnreadableError("is not a regular file: not checked")
    if status.st_size > LARGEST:
        raise UnreadableError(f"has more than {LARGEST >> 20} MB: not checked", fatal=False)
    pieces = []
    # A file of /proc says that its size is 0; a file that grows says too little.
    while piece := os.read(descriptor, max(status.st_size + 1, 65536)):
        pieces.append(piece)
        if sum(map(len, pieces)) > LARGEST:
            raise UnreadableError(f"grew beyond {LARGEST >> 20} MB: not checked", fatal=False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
