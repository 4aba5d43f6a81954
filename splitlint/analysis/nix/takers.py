"""Functions that take any tree as their package (`{ frob, rootNames }: ..`): who calls them is judged, not they.

A parameter of such a function is marked where it is called (`values.Taken`). What the function does with it shows
whether it has to be the tree that moved.
"""

from __future__ import annotations

from collections.abc import Iterator

from splitlint.analysis.model import paths
from splitlint.analysis.model.alternatives import alternatives, packages_in, with_package
from splitlint.analysis.model.families import World
from splitlint.analysis.model.texts import flat
from splitlint.analysis.model.uses import Argument, Use
from splitlint.analysis.model.values import Attrs, Literal, Package, Text, Thunk, Value
from splitlint.analysis.nix.record import Called, Recorder

#: How many pieces of a text are looked at for the path that follows a value.
_MOST_PIECES = 20


def is_taken(value: Value) -> bool:
    """Whether a package is seen as a parameter that takes any tree."""
    return isinstance(value.shape, Package) and value.shape.taken is not None


def uses(world: World, recorder: Recorder, path: str, sinks: frozenset[str]) -> Iterator[Use]:
    """What stands in a file (`path`) and is given to such functions; `sinks`: last names of ones that do the same."""
    for value in (*_read(world, recorder), *_built(recorder)):
        yield from _use(value, path, None)
    for call in list(recorder.calls):
        if call.name.rpartition(".")[2] in sinks:
            for name, value in _attributes(call):
                yield from _use(value, path, Argument(call.name, attribute=(name,)))


def _use(value: Value, path: str, sink: Argument | None) -> Iterator[Use]:
    """The use at the place where the caller wrote what the function takes."""
    shape = value.shape
    taken = shape.taken if isinstance(shape, Package) else None
    if taken is not None and taken.place is not None and taken.place.path == path:
        receiver = sink or Argument(f"taker.{taken.function}", attribute=(taken.name,))
        yield Use(with_package(value, taken=None), "", receiver, taken.place)


def _read(world: World, recorder: Recorder) -> Iterator[Value]:
    """The packages below which such a function reads what has moved."""
    for composed in list(recorder.texts):
        for number, part in enumerate(composed.text.parts):
            for value in packages_in(part.content) if isinstance(part.content, Value) else ():
                if is_taken(value) and isinstance(value.shape, Package):
                    after = Text(composed.text.parts[number + 1 : number + 1 + _MOST_PIECES])
                    if _is_moved(world, value.shape, paths.word(flat(after))[0]):
                        yield value


def _is_moved(world: World, package: Package, variants: list[str]) -> bool:
    family = world.family(package.family)
    if family is None or not family.is_first(package.output):
        return False
    return any(family.output_of(path) in family.new_outputs for path in variants if path)


def _built(recorder: Recorder) -> Iterator[Value]:
    """The packages that such a function gives to a derivation with a script of its own, which reads them."""
    for call in list(recorder.calls):
        if call.row is not None and call.row.facts.builder and any(map(_has_builder, call.arguments)):
            for _, value in _attributes(call):
                if isinstance(value.shape, Package) and value.shape.output in (None, "out"):
                    yield value


def _has_builder(thunk: Thunk) -> bool:
    shape = thunk().shape
    builder = shape.names.get("builder") if isinstance(shape, Attrs) else None
    found = builder().shape if builder is not None else None
    return isinstance(found, Literal) and found.kind == "path"


def _attributes(call: Called) -> Iterator[tuple[str, Value]]:
    """What a call is given by name that is taken."""
    for thunk in call.arguments:
        shape = thunk().shape
        for name, inner in shape.names.items() if isinstance(shape, Attrs) else ():
            yield from ((name, value) for value in alternatives(inner()) if is_taken(value))
