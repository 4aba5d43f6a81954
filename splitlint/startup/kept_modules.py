"""splitlint's compiled modules in one file: half of what it costs to import 160 of them is to find and open each.

The file stands where Python keeps its own, and is as good: a module in it counts while its source has the size and time
that it had. Whoever cannot write there, or tells Python not to (`PYTHONDONTWRITEBYTECODE`), goes without.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER
from types import CodeType, ModuleType

_PACKAGE = __name__.partition(".")[0]
_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: Another one whenever the file is laid out otherwise.
_MARK = b"splitlint 2 " + MAGIC_NUMBER
_HEAD = len(_MARK) + 8

#: By module: where its code begins behind the index, and how long it is; its source in this package's folder, and what
#: that was: bytes, nanoseconds.
Index = dict[str, tuple[int, int, str, tuple[int, int]]]
#: The code of a module, and the last two of those.
Kept = tuple[bytes, str, tuple[int, int]]


class KeptModules:
    """A finder for `sys.meta_path`. `file`: the descriptor of what is kept; `begins`: where the index in it ends."""

    def __init__(self, file: int, begins: int, index: Index) -> None:
        self._file = file
        self._begins = begins
        self._index = index
        self._known = set(sys.modules)

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """How to load a module; None where Python's own finders have to tell."""
        if name not in self._index:
            return None
        start, length, file, status = self._index[name]
        source = os.path.join(_FOLDER, file)
        if _status(source) != status:
            return None
        self._known.add(name)
        spec = ModuleSpec(name, _Loader(name, source, self._read(start, length)), origin=source)
        spec.has_location = True
        if source.endswith("__init__.py"):
            spec.submodule_search_locations = [os.path.dirname(source)]
        return spec

    def keep(self, write: Callable[[str, bytes], None]) -> None:
        """Adds what was imported in this run and is not kept yet; `write` puts bytes at a path, or raises OSError."""
        new = [name for name in sys.modules if name.partition(".")[0] == _PACKAGE and name not in self._known]
        if not new or sys.dont_write_bytecode:
            return
        kept = {name: (self._read(at, size), file, told) for name, (at, size, file, told) in self._index.items()}
        kept |= {name: one for name in new if (one := _compiled(name)) is not None}
        try:
            os.makedirs(os.path.dirname(_path()), exist_ok=True)
            write(_path(), _written(kept))
        except OSError:
            return

    def _read(self, start: int, length: int) -> bytes:
        return os.pread(self._file, length, self._begins + start)


class _Loader(SourceFileLoader):
    """Loads a module of which the code was read already."""

    def __init__(self, name: str, source: str, code: bytes) -> None:
        super().__init__(name, source)
        self._code = code

    def get_code(self, fullname: str) -> CodeType | None:
        try:
            code = marshal.loads(self._code)
        except (ValueError, EOFError, TypeError):
            code = None
        return code if isinstance(code, CodeType) else super().get_code(fullname)


def use() -> KeptModules:
    """Loads the modules that are kept from where they are kept, from now on in this process."""
    kept = _opened()
    sys.meta_path.insert(0, kept)
    return kept


def _opened() -> KeptModules:
    try:
        file = os.open(_path(), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return KeptModules(-1, 0, {})
    head = os.read(file, _HEAD)
    length = int.from_bytes(head[len(_MARK) :], "little")
    try:
        index = marshal.loads(os.read(file, length)) if head.startswith(_MARK) else {}
    except (ValueError, EOFError, TypeError):
        index = {}
    return KeptModules(file, _HEAD + length, index)


def _written(kept: dict[str, Kept]) -> bytes:
    index: Index = {}
    at = 0
    for name, (code, file, status) in kept.items():
        index[name] = (at, len(code), file, status)
        at += len(code)
    head = marshal.dumps(index)
    return b"".join((_MARK, len(head).to_bytes(8, "little"), head, *(code for code, _, _ in kept.values())))


def _compiled(name: str) -> Kept | None:
    """A module that was imported; None if it does not come from a file of this package."""
    loader = sys.modules[name].__loader__
    if not isinstance(loader, SourceFileLoader):
        return None
    status, code = _status(loader.path), loader.get_code(name)
    if status is None or code is None:
        return None
    return marshal.dumps(code), os.path.relpath(loader.path, _FOLDER), status


def _status(source: str) -> tuple[int, int] | None:
    try:
        status = os.stat(source)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _path() -> str:
    optimised = f".opt-{sys.flags.optimize}" if sys.flags.optimize else ""
    return os.path.join(_FOLDER, "__pycache__", f"modules.{sys.implementation.cache_tag}{optimised}.marshal")
