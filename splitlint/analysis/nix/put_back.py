"""Whether an override of a package puts a file where nixpkgs' own package does not have it, or no longer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from splitlint.analysis.eval.elements import items_of
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.families import World
from splitlint.analysis.model.texts import flat
from splitlint.analysis.model.values import Attrs, Call, Derivation, Listing, Package, Text, Thunk, Unknown, Value
from splitlint.startup.patterns import lazy_pattern

#: Attributes of a derivation that its build runs, late enough to install something.
_RUNS = lazy_pattern(r"Phase$|[iI]nstall|[fF]ixup|buildCommand")
#: The one that installs everything.
_INSTALLS_ALL = "installPhase"
_MOST_ITEMS = 40


def is_put_back(world: World, value: Value, path: str) -> bool:
    """Whether an override of the package itself puts what is looked for (`path`, "" for all of it) where it was.

    What installs it may stand in a phase or in a script that the build is handed (`INSTALL=${writeScript ..}`). Of an
    installation that is somebody else's and unknown, the same is believed.
    """
    shape = value.shape
    attributes = shape.attributes if isinstance(shape, Package) else None
    family = world.family(shape.family) if isinstance(shape, Package) else None
    if attributes is None or family is None:
        return False
    scripts = [thunk() for key, thunk in attributes.names.items() if _RUNS.search(key)]
    if path:
        name = path.strip("/").split("/")[0]
        return (
            any(_installs(one, name) for one in scripts)
            or _is_unknown(attributes.names.get(_INSTALLS_ALL))
            or any(_puts(name).search(line) for line in _handed_scripts(attributes))
        )
    # All of it is meant: then what came out of the new output is.
    folders = {glob.split("/")[0] for glob in family.moved}
    return any(_installs(one, name, family.new_outputs) for one in scripts for name in folders)


def _installs(value: Value, name: str, outputs: frozenset[str] = frozenset()) -> bool:
    """Whether a script installs something of a name into `$out`, and out of one of some other outputs."""
    texts = (flat(one.shape) for one in alternatives(value) if isinstance(one.shape, Text))
    put = _puts(name)
    lines = [line for text in texts for line in text.splitlines() if "$out" in line and put.search(line)]
    return any(not outputs or any(f"${one}" in line for one in outputs) for line in lines)


def _puts(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:cp|ln|mv|install|rsync)\b[^\n]*(?<![\w.-]){re.escape(name)}\b")


def _is_unknown(thunk: Thunk | None) -> bool:
    """Whether a phase is given, but by nobody knows whom: some function's result."""
    return thunk is not None and any(isinstance(one.shape, Unknown | Call) for one in alternatives(thunk()))


def _handed_scripts(attributes: Attrs) -> Iterator[str]:
    """The lines of scripts that are written for the build in its other attributes, as in its lists of flags."""
    for key, thunk in attributes.names.items():
        if key.endswith("Flags"):
            for one in alternatives(thunk()):
                items = items_of(one)[:_MOST_ITEMS] if isinstance(one.shape, Listing) else ()
                for value in (one, *(item() for item in items)):
                    yield from _lines_of(value)


def _lines_of(value: Value) -> Iterator[str]:
    for one in alternatives(value):
        for part in one.shape.parts if isinstance(one.shape, Text) else ():
            made = part.content.shape if isinstance(part.content, Value) else None
            written = made.attributes.names.get("text") if isinstance(made, Derivation) and made.attributes else None
            for text in alternatives(written()) if written is not None else ():
                if isinstance(text.shape, Text):
                    yield from flat(text.shape).splitlines()
