"""The list that says which module has which primitive, so that only the modules that a file needs are imported."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from splitlint.analysis.eval import primitives


def test_each_primitive_is_listed_with_the_module_that_has_it() -> None:
    found: dict[str, list[str]] = {}
    for path in Path(primitives.__file__).parent.glob("[a-z]*.py"):
        functions = getattr(import_module(f"{primitives.__name__}.{path.stem}"), "FUNCTIONS", None)
        if functions is not None:
            found[path.stem] = list(functions)
    assert {module: sorted(names) for module, names in found.items()} == {
        module: sorted(names.split()) for module, names in primitives.NAMES.items()
    }
