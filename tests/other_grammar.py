"""The Nix grammar as nixpkgs packages it: release 0.3 of it, and a binding that gives an address.

Built from the crate `tree-sitter-nix`, which has the generated C sources: cargo fetches it, a C compiler builds it.
"""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

VERSION = "0.3.0"
_CARGO = f"""\
[package]
name = "fetch"
version = "0.0.0"
edition = "2018"

[dependencies]
tree-sitter-nix = "={VERSION}"
"""
#: The grammar is loaded first, so that the binding finds its symbol.
_INIT = """\
import ctypes

ctypes.CDLL("{parser}", mode=ctypes.RTLD_GLOBAL)

from ._binding import language

__all__ = ["language"]
"""
_BINDING = """\
#include <Python.h>

const void *tree_sitter_nix(void);

static PyObject *language(PyObject *self, PyObject *arguments) { return PyLong_FromVoidPtr((void *)tree_sitter_nix()); }

static PyMethodDef methods[] = {{"language", language, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_binding", NULL, -1, methods};

PyMODINIT_FUNC PyInit__binding(void) { return PyModule_Create(&module); }
"""


def built(folder: Path, *, linked: bool) -> Path:
    """A folder for `PYTHONPATH` in which `tree_sitter_nix` is the other grammar; skips the test if it cannot be built.

    `linked`: the binding is linked to the grammar. Otherwise only the package's `__init__` finds it.
    """
    crate = _fetched(folder / "crate")
    package = folder / ("linked" if linked else "preloaded") / "tree_sitter_nix"
    package.mkdir(parents=True)
    parser = package / "parser"
    sources = [str(crate / "src/parser.c"), str(crate / "src/scanner.c")]
    _run(["cc", "-O1", "-w", "-shared", "-fPIC", "-I", str(crate / "src"), *sources, "-o", str(parser)])
    (package / "__init__.py").write_text(_INIT.format(parser=parser))
    (package / "binding.c").write_text(_BINDING)
    include = sysconfig.get_paths()["include"]
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    target = str(package / f"_binding{suffix}")
    with_parser = [str(parser)] if linked else []
    _run(["cc", "-w", "-shared", "-fPIC", "-I", include, str(package / "binding.c"), *with_parser, "-o", target])
    return package.parent


def _fetched(folder: Path) -> Path:
    """The sources of the crate."""
    if not (folder / "vendor").exists():
        (folder / "src").mkdir(parents=True)
        (folder / "src/lib.rs").write_text("")
        (folder / "Cargo.toml").write_text(_CARGO)
        _run(["cargo", "vendor", "--quiet", "--manifest-path", str(folder / "Cargo.toml"), str(folder / "vendor")])
    return folder / "vendor/tree-sitter-nix"


def _run(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed, so the other grammar cannot be built")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        pytest.skip(f"the other grammar cannot be built: {done.stderr.strip().splitlines()[-1:]}")
