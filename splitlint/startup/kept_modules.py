"""splitlint's compiled modules in one file: most of what it costs to import 180 of them is not to run their code.

The file stands where Python keeps its own, and is as good: a module in it counts while its source has the size and time
that it had. Whoever cannot write there, or tells Python not to (`PYTHONDONTWRITEBYTECODE`), goes without.

What one `import` in a function brings is a *group*: a module and all that it imports, each after what it imports
itself. A group is read as one piece, in which a name that many modules have stands once, and its modules are loaded in
their order, past Python's machinery of imports, which would take longer than that. An `import` in them then meets a
module that is there. Whatever is not there, Python imports as ever, so that a group that lacks something costs time and
nothing else; the next run has it.
"""

from __future__ import annotations

import marshal
import os
import sys
from _thread import _count as other_threads
from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER
from types import CodeType, ModuleType

_PACKAGE = __name__.partition(".")[0]
_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
#: Another one whenever the file is laid out otherwise.
_MARK = b"splitlint 3 " + MAGIC_NUMBER
_HEAD = len(_MARK) + 8

#: Bytes and nanoseconds of a source.
Status = tuple[int, int]
#: A module's source in this package's folder, what that was, and what the module imports when it is loaded, in order.
Known = tuple[str, Status, tuple[str, ...]]
#: By module; and where a group begins behind the index, and how long it is, by the module that brings it.
Index = tuple[dict[str, Known], dict[str, tuple[int, int]]]
#: Modules in the order in which they are loaded, and their code.
Group = list[tuple[str, CodeType]]


class KeptModules:
    """A finder for `sys.meta_path`. `file`: the descriptor of what is kept; `begins`: where the index in it ends."""

    def __init__(self, file: int, begins: int, index: Index) -> None:
        self._file = file
        self._begins = begins
        self._known, self._groups = index
        #: What was imported by Python's machinery in this run, and where: by module, "" for functions.
        self._seen: dict[str, dict[str, None]] = {}

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """How to load a module with its group; None where Python's own finders have to tell."""
        if name.partition(".")[0] != _PACKAGE:
            return None
        self._seen.setdefault(_importer(), {})[name] = None
        return self._spec(name) if name in self._groups and name in self._known else None

    def load(self, module: ModuleType) -> bool:
        """Loads a module after all others of its group; False if that is not kept."""
        for name, code in self._group(module.__name__):
            if name == module.__name__:
                exec(code, module.__dict__)
                return True
            # Another thread could meet a module that is loaded in part: only Python's own imports wait for each other.
            if not other_threads():
                self._load_beside(name, code)
        return False

    def keep(self, write: Callable[[str, bytes], None]) -> None:
        """Adds what was imported in this run and is not kept yet; `write` puts bytes at a path, or raises OSError."""
        known, roots = self._now()
        if sys.dont_write_bytecode or (known == self._known and roots == self._groups.keys()):
            return
        # What has been written to since it was loaded is left to the next run.
        known = {name: one for name, one in known.items() if _status(_FOLDER + one[0]) == one[1]}
        try:
            os.makedirs(os.path.dirname(_path()), exist_ok=True)
            write(_path(), _written(known, roots & known.keys()))
        except OSError:
            return

    def _now(self) -> tuple[dict[str, Known], set[str]]:
        """What is known of modules at the end of a run, and which of them functions have imported."""
        known = dict(self._known)
        asked = {name: None for names in self._seen.values() for name in names}
        for name in asked:
            loader = getattr(sys.modules.get(name), "__loader__", None)
            if not isinstance(loader, SourceFileLoader) or (status := _status(loader.path)) is None:
                known.pop(name, None)
            elif name not in known or known[name][1] != status:
                still = tuple(one for one in known[name][-1] if _names(loader, one)) if name in known else ()
                known[name] = (os.path.relpath(loader.path, _FOLDER), status, still)
        for name, more in self._seen.items():
            if name in known:
                file, status, imports = known[name]
                known[name] = (file, status, tuple(dict.fromkeys((*imports, *more))))
        return known, {name for name in (*self._groups, *self._seen.get("", ())) if name in known}

    def _group(self, name: str) -> Group:
        start, length = self._groups[name]
        try:
            group: Group = marshal.loads(os.pread(self._file, length, self._begins + start))
        except (ValueError, EOFError, TypeError):
            return []
        return group

    def _load_beside(self, name: str, code: CodeType) -> None:
        """Loads a module of a group, unless it is there, or is not what it was."""
        package, _, last = name.rpartition(".")
        if name in sys.modules or package not in sys.modules or name not in self._known:
            return
        if (spec := self._spec(name)) is None:
            return
        module = sys.modules[name] = _module(spec)
        try:
            exec(code, module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
        setattr(sys.modules[package], last, module)

    def _spec(self, name: str) -> ModuleSpec | None:
        """How to load a module; None if its source is not what it was."""
        file, status, _ = self._known[name]
        source = _FOLDER + file
        if _status(source) != status:
            return None
        spec = ModuleSpec(name, _Loader(name, source, self), origin=source)
        spec.has_location = True
        if file.endswith("__init__.py"):
            spec.submodule_search_locations = [os.path.dirname(source)]
        return spec


class _Loader(SourceFileLoader):
    """Loads a module from what is kept."""

    def __init__(self, name: str, source: str, kept: KeptModules) -> None:
        super().__init__(name, source)
        self._kept = kept

    def exec_module(self, module: ModuleType) -> None:
        if not self._kept.load(module):
            super().exec_module(module)


def use() -> KeptModules:
    """Loads the modules that are kept from where they are kept, from now on in this process."""
    kept = _opened()
    sys.meta_path.insert(0, kept)
    return kept


def _opened() -> KeptModules:
    try:
        file = os.open(_path(), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return KeptModules(-1, 0, ({}, {}))
    head = os.read(file, _HEAD)
    length = int.from_bytes(head[len(_MARK) :], "little")
    try:
        index: Index = marshal.loads(os.read(file, length)) if head.startswith(_MARK) else ({}, {})
    except (ValueError, EOFError, TypeError):
        index = ({}, {})
    return KeptModules(file, _HEAD + length, index)


def _written(known: dict[str, Known], roots: set[str]) -> bytes:
    """The file: a mark, the length of the index, the index, groups."""
    places: dict[str, tuple[int, int]] = {}
    groups: list[bytes] = []
    at = 0
    for root in sorted(roots):
        groups.append(marshal.dumps([(name, code) for name in _in_order(root, known) if (code := _code(name, known))]))
        places[root] = (at, len(groups[-1]))
        at += len(groups[-1])
    head = marshal.dumps((known, places))
    return b"".join((_MARK, len(head).to_bytes(8, "little"), head, *groups))


def _in_order(root: str, known: Mapping[str, Known]) -> list[str]:
    """A module and all that it imports, each after its package and what it imports itself."""
    begun: set[str] = set()
    done: list[str] = []

    def visit(name: str) -> None:
        if name in begun or name not in known:
            return
        begun.add(name)
        visit(name.rpartition(".")[0])
        for imported in known[name][-1]:
            visit(imported)
        done.append(name)

    visit(root)
    return done


def _code(name: str, known: Mapping[str, Known]) -> CodeType | None:
    """The code of a module, unless its source is not what it was."""
    file, status, _ = known[name]
    try:
        code = SourceFileLoader(name, _FOLDER + file).get_code(name)
    except (OSError, ImportError, SyntaxError):
        return None
    return code if _status(_FOLDER + file) == status else None


def _names(loader: SourceFileLoader, other: str) -> bool:
    """Whether the code of a module, which has changed, still has an import of another, or of a module below it."""
    code = loader.get_code(loader.name)
    names = () if code is None else code.co_names
    package, _, last = other.rpartition(".")
    return other in names or {package, last} <= set(names) or any(name.startswith(other + ".") for name in names)


def _module(spec: ModuleSpec) -> ModuleType:
    """A module that is to be loaded, with what Python's own imports give it."""
    module = ModuleType(spec.name)
    module.__dict__.update(__spec__=spec, __loader__=spec.loader, __file__=spec.origin, __package__=spec.parent)
    if spec.submodule_search_locations is not None:
        module.__path__ = spec.submodule_search_locations
    return module


def _importer() -> str:
    """The module that imports another as it is loaded; "" where a function does."""
    frame = sys._getframe()
    while frame.f_code.co_name != "<module>" and frame.f_back is not None:
        frame = frame.f_back
    name: str = frame.f_globals.get("__name__", "")
    return name if name.partition(".")[0] == _PACKAGE else ""


def _status(source: str) -> Status | None:
    try:
        status = os.stat(source)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _path() -> str:
    optimised = f".opt-{sys.flags.optimize}" if sys.flags.optimize else ""
    return os.path.join(_FOLDER, "__pycache__", f"modules.{sys.implementation.cache_tag}{optimised}.marshal")
