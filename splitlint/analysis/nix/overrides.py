"""The overridden attributes of packages (`overrideAttrs`), and where their values are written."""

from __future__ import annotations

from collections.abc import Iterator

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.uses import Override
from splitlint.analysis.model.values import Attrs, Listing, Package, Text, Thunk
from splitlint.analysis.nix.record import Overridden, Recorder

_MOST_NAMES = 60


def overrides(recorder: Recorder, path: str) -> Iterator[Override]:
    """The attributes of packages that a file (`path`) overrides."""
    for one in recorder.overrides:
        if one.how == "override" or one.site.place is None:
            continue
        for given in alternatives(one.given):
            if isinstance(given.shape, Attrs):
                yield from _overrides(one, given.shape, path)


def _overrides(one: Overridden, attributes: Attrs, path: str, prefix: str = "") -> Iterator[Override]:
    assert one.site.place is not None
    for name, thunk in list(attributes.names.items())[:_MOST_NAMES]:
        places = tuple(dict.fromkeys(_places(thunk)))
        if any(place.path == path for place in places):
            for package in alternatives(one.package):
                if isinstance(package.shape, Package):
                    yield Override(package, prefix + name, places, one.site.place, one.how)
            for inner in alternatives(thunk()):
                if isinstance(inner.shape, Attrs) and not prefix:
                    yield from _overrides(one, inner.shape, path, f"{name}.")


def _places(thunk: Thunk, depth: int = 3) -> Iterator[Place]:
    """Where a value is written: the expression, and what its text or list is put together from."""
    if thunk.place is not None:
        yield thunk.place
    if depth == 0:
        return
    for option in alternatives(thunk()):
        shape = option.shape
        if isinstance(shape, Text):
            yield from (part.place for part in shape.parts if part.place is not None)
        elif isinstance(shape, Listing):
            for item in shape.items:
                yield from _places(item, depth - 1)
