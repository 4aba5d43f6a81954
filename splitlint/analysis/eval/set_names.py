"""The attributes of sets that are put together, as mappings from names to thunks that stay lazy."""

from __future__ import annotations

from abc import abstractmethod
from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from splitlint.analysis.eval.environment import Delayed
from splitlint.analysis.model.alternatives import union
from splitlint.analysis.model.literals import unsure
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.values import Thunk, Value

#: Layers of a set before those that are small are put into one.
_MOST_LAYERS = 16
#: Names of several sets of which one is meant, from which on their values are put together when they are read.
_MANY_NAMES = 200
Names = Mapping[str, Thunk]


class Unsure:
    """A thunk of which the value is likely, but something else may be meant."""

    __slots__ = ("_thunk", "place")

    def __init__(self, thunk: Thunk) -> None:
        self._thunk = thunk
        self.place: Place | None = thunk.place

    def __call__(self) -> Value:
        return unsure(self._thunk())


class LazyNames(Mapping[str, Thunk]):
    """Attributes of which each thunk is made when it is first asked for: `_make` gives it, None if there is none."""

    __slots__ = ("_keys", "_made")

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = keys
        self._made: dict[str, Thunk] = {}

    @abstractmethod
    def _make(self, name: str) -> Thunk | None: ...

    def __getitem__(self, name: str) -> Thunk:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Thunk | None = None) -> Thunk | None:  # type: ignore[override]
        known = self._made.get(name)
        if known is None:
            known = self._make(name)
            if known is None:
                return default
            self._made[name] = known
        return known

    def __contains__(self, name: object) -> bool:
        return name in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Seen(LazyNames):
    """Attributes seen through a function of thunks, which is asked when they are read."""

    __slots__ = ("_names", "_through")

    def __init__(self, names: Names, through: Callable[[str, Thunk], Thunk]) -> None:
        super().__init__(names)
        self._names = names
        self._through = through

    def _make(self, name: str) -> Thunk | None:
        thunk = self._names.get(name)
        return self._through(name, thunk) if thunk is not None else None


class _UnsureNames(Seen):
    """Attributes of which each may be another."""

    __slots__ = ()

    def __init__(self, names: Names) -> None:
        super().__init__(names, lambda name, thunk: Unsure(thunk))


class _Layers(ChainMap[str, Thunk]):
    """A chain of attributes that is asked more quickly: no attribute is None."""

    def __getitem__(self, name: str) -> Thunk:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Thunk | None = None) -> Thunk | None:  # type: ignore[override]
        for layer in self.maps:
            found = layer.get(name)
            if found is not None:
                return found
        return default


class _OneOf(LazyNames):
    """The attributes of several large sets of which one is meant."""

    __slots__ = ("_layers",)

    def __init__(self, layers: Sequence[Names]) -> None:
        super().__init__(dict.fromkeys(name for layer in layers for name in layer))
        self._layers = layers

    def _make(self, name: str) -> Thunk | None:
        thunks = [thunk for layer in self._layers if (thunk := layer.get(name)) is not None]
        return any_of(thunks) if thunks else None


def unsure_names(names: Names) -> Names:
    """The same attributes, of which each may be another."""
    if isinstance(names, ChainMap):
        return _Layers(*map(unsure_names, names.maps))  # type: ignore[arg-type]
    return _UnsureNames(names) if names and not isinstance(names, _UnsureNames) else names


def layered(*layers: Names) -> Names:
    """Attributes of which those further in front come first.

    A chain keeps large sets as they are; only its first layer is ever written to. Of hundreds of small ones, as
    `a // b // ..` has them, many are put into one, and none has another chain in it, which would be a recursion.
    """
    flat = [one for layer in layers for one in (layer.maps if isinstance(layer, ChainMap) else (layer,))]
    small = next((at for at, one in enumerate(flat) if not isinstance(one, dict)), len(flat))
    if len(flat) > _MOST_LAYERS and small > 1:
        whole: dict[str, Thunk] = {}
        for one in reversed(flat[:small]):
            whole.update(one)
        flat[:small] = [whole]
    return _Layers(*flat)  # type: ignore[arg-type]


def any_of(thunks: Sequence[Thunk]) -> Thunk:
    """A thunk for one of several."""
    if len(thunks) == 1:
        return thunks[0]
    return Delayed(lambda: union(tuple(thunk() for thunk in thunks)), thunks[0].place)


def either_names(layers: Sequence[Names]) -> tuple[Names, set[str]]:
    """The attributes of several sets of which one is meant, and the names that not all of them have."""
    if sum(len(layer) for layer in layers) >= _MANY_NAMES:
        whole = _OneOf(layers)
        return whole, set(whole).difference(set(layers[0]).intersection(*layers[1:]))
    by_name: dict[str, list[Thunk]] = {}
    for layer in layers:
        for name, thunk in layer.items():
            by_name.setdefault(name, []).append(thunk)
    optional = {name for name, thunks in by_name.items() if len(thunks) < len(layers)}
    return {name: any_of(thunks) for name, thunks in by_name.items()}, optional
