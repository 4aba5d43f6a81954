"""The shipped rule pages as they were when they were last read, kept beside them as Python keeps its own modules.

Reading forty pages takes 6 ms of each run; with `tomllib`, which nothing else may need, 10. What is kept is used while
every page has the size and time that it had, never for a user's own pages, and whoever cannot write there goes without.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Sequence
from typing import Any

from splitlint import __version__
from splitlint.findings.addresses import SITE

#: Another one whenever something else is made of the same pages.
_FORMAT = 6
_MARK = b"splitlint pages "

Plain = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def signature(folder: str) -> tuple[Any, ...]:
    """What tells whether a page was changed: names, sizes in bytes and times in nanoseconds. Raises OSError."""
    found: list[tuple[str, int, int]] = []
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            path = os.path.join(top, name)
            status = os.stat(path)
            found.append((path, status.st_size, status.st_mtime_ns))
    return (__version__, SITE, _FORMAT, marshal.version, *found)


def read(folder: str) -> Plain | None:
    """The packs and rules of a folder as tuples, None if they are not kept or were changed since."""
    try:
        with open(_path(folder), "rb") as stream:
            data = stream.read()
        if not data.startswith(_MARK):
            return None
        known, packs, rules = marshal.loads(memoryview(data)[len(_MARK) :])
        return (packs, rules) if known == signature(folder) else None
    except (OSError, ValueError, EOFError, TypeError):
        return None


def write(folder: str, packs: Sequence[tuple[Any, ...]], rules: Sequence[tuple[Any, ...]]) -> None:
    """Keeps the packs and rules of a folder, if that can be done; unless Python may not write bytecode either."""
    if sys.dont_write_bytecode:
        return
    from splitlint.files.drafts import replace_file

    path = _path(folder)
    try:
        plain = ([tuple(pack) for pack in packs], [tuple(rule) for rule in rules])
        data = marshal.dumps((signature(folder), *_shared(plain, {})))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        replace_file(path, _MARK + data)
    except (OSError, ValueError):
        return


def _shared(value: Any, known: dict[tuple[type, Any], Any]) -> Any:
    """The same, in which texts that are equal are one object: that is written, and read, once."""
    if isinstance(value, (str, bytes)):
        return known.setdefault((type(value), value), value)
    if isinstance(value, dict):
        return {_shared(key, known): _shared(one, known) for key, one in value.items()}
    if type(value) in (tuple, list):
        return type(value)(_shared(one, known) for one in value)
    return value


def _path(folder: str) -> str:
    return os.path.join(folder, "__pycache__", f"pages.{sys.implementation.cache_tag}.marshal")
