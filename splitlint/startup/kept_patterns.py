"""Regular expressions as they were compiled in the last run: to compile the fifty that a finding needs takes 4 ms.

They stand in a file beside the modules that Python keeps, and only the program uses them (`use`), for all expressions
of its process. What is kept is what `re` itself made, for this very Python, which looks whether it can be run. Whoever
cannot write there, or tells Python not to, goes without, and so does a Python whose `re` is made otherwise.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
from collections.abc import Callable
from typing import Any

_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: Another one whenever the file is laid out otherwise.
_FORMAT = 1
#: A run that compiles more than so many looks for what stands in the files that it checks, and takes its time.
_MOST_NEW = 200
#: When so many are kept, some have not been asked for in a long time.
_MOST = 1000

#: Whether it is for bytes, the expression, and flags.
Key = tuple[bool, str | bytes, int]
#: What `re` makes of it: flags, code, how many groups, the names of groups and in which order they are.
Compiled = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]


class KeptPatterns:
    """Compiles expressions as `re` does, but for those that are kept. `compiler`: the module that does it for `re`."""

    def __init__(self, compiler: Any, kept: dict[Key, Compiled]) -> None:
        self._compiler = compiler
        self._compile = compiler.compile
        self._kept = kept
        self._new: dict[Key, None] = {}

    def compile(self, text: Any, flags: int = 0) -> Any:
        """What `re` compiles, from what is kept. Raises re.error."""
        key = (isinstance(text, bytes), text, flags)
        if not isinstance(text, (str, bytes)) or flags & re.DEBUG:
            return self._compile(text, flags)
        if key not in self._kept:
            made = self._compile(text, flags)
            self._new[key] = None
            return made
        flags, code, groups, names, order = self._kept[key]
        return self._compiler._sre.compile(text, flags, list(memoryview(code).cast("I")), groups, names, order)

    def keep(self, write: Callable[[str, bytes], None]) -> None:
        """Adds what was compiled in this run; `write` puts bytes at a path, or raises OSError."""
        if sys.dont_write_bytecode or not 0 < len(self._new) <= _MOST_NEW:
            return
        kept = self._kept if len(self._kept) < _MOST else {}
        try:
            new = {key: _compiled(self._compiler, key) for key in self._new}
            os.makedirs(os.path.dirname(_path()), exist_ok=True)
            write(_path(), _mark() + marshal.dumps({**kept, **new}))
        except (OSError, OverflowError):
            return


def use() -> KeptPatterns | None:
    """Takes what is kept for all expressions of this process; None where this Python's `re` is not made for that."""
    compiler: Any = getattr(re, "_compiler", None)
    if not all(hasattr(compiler, name) for name in ("compile", "_code", "_parser", "_sre")):
        return None
    if compiler._sre.CODESIZE != 4:
        return None
    patterns = KeptPatterns(compiler, _read())
    compiler.compile = patterns.compile
    return patterns


def _compiled(compiler: Any, key: Key) -> Compiled:
    """What `re` makes of an expression, as its `_compiler.compile` does."""
    _, text, flags = key
    parsed = compiler._parser.parse(text, flags)
    code = b"".join(word.to_bytes(4, sys.byteorder) for word in compiler._code(parsed, flags))
    names = parsed.state.groupdict
    order = {place: name for name, place in names.items()}
    groups = parsed.state.groups
    return flags | parsed.state.flags, code, groups - 1, names, tuple(order.get(place) for place in range(groups))


def _read() -> dict[Key, Compiled]:
    mark = _mark()
    try:
        with open(_path(), "rb") as stream:
            data = stream.read()
        kept = marshal.loads(memoryview(data)[len(mark) :]) if data.startswith(mark) else {}
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _mark() -> bytes:
    return f"splitlint patterns {_FORMAT} {sys.version} ".encode()


def _path() -> str:
    return os.path.join(_FOLDER, "__pycache__", f"patterns.{sys.implementation.cache_tag}.marshal")
