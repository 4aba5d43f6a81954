"""tree-sitter grammars without the packages around them.

`import tree_sitter_nix` runs an `__init__` that imports `importlib.resources` for query files nobody here reads:
10 ms of a hook's 60. The grammar itself is one extension module in that package, and loads in 1 ms.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.machinery import ExtensionFileLoader, PathFinder
from typing import TYPE_CHECKING

from tree_sitter import Language

if TYPE_CHECKING:
    from types import ModuleType


#: What the address of a grammar is called in a capsule; CPython keeps a pointer to it.
_CAPSULE = b"tree_sitter.Language"


@cache
def grammar(package: str) -> Language:
    """The grammar in an installed package such as `tree_sitter_nix`. Raises ImportError if it is not installed."""
    language = (_binding(package) or import_module(package)).language()
    return Language(_capsule(language) if isinstance(language, int) else language)


def _binding(package: str) -> ModuleType | None:
    """The extension module in a package, the package not imported; None where it cannot be had that way."""
    around = PathFinder.find_spec(package)
    spec = around and PathFinder.find_spec(f"{package}._binding", around.submodule_search_locations)
    if spec is None or not isinstance(spec.loader, ExtensionFileLoader):
        return None
    try:
        module = spec.loader.create_module(spec)
        spec.loader.exec_module(module)
    except ImportError:
        # Its package may have to load the grammar before.
        return None
    return module


def _capsule(address: int) -> object:
    """The address of a grammar as tree-sitter takes it: bindings of nixpkgs give a number, which is deprecated."""
    import ctypes

    make = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    capsule: object = make(address, _CAPSULE, None)
    return capsule
