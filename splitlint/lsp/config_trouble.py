"""Where in a configuration something is wrong, as far as the message says."""

from __future__ import annotations

import re

from splitlint.files.discover import File
from splitlint.files.reading import AbsentError, UnreadableError, read_file
from splitlint.lsp.settings import Settings
from splitlint.startup.named_tuples import NamedTuple


class Trouble(NamedTuple):
    """A message, the file that it is about, and the line there (0-based; the first if nobody knows)."""

    path: str
    line: int
    message: str


def trouble_of(settings: Settings) -> Trouble:
    """What is wrong with settings that have a `trouble`."""
    return Trouble(settings.path, _line(settings), settings.trouble)


def _line(settings: Settings) -> int:
    told = re.search(r"\(at line (\d+)", settings.trouble)
    if told is not None:
        return int(told[1]) - 1
    try:
        data = read_file(File(settings.path, settings.path, named=True))
    except (UnreadableError, AbsentError):
        return 0
    for key in re.findall(r"`([^`]+)`", settings.trouble):
        found = re.search(rb"^[ \t]*" + re.escape(key.encode()) + rb"[ \t]*=", data, re.MULTILINE)
        if found is not None:
            return data.count(b"\n", 0, found.start())
    return 0
