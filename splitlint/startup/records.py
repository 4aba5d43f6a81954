"""`dataclass`, `field`, `replace` and `asdict` as the standard library has them, at a fiftieth of its price.

`import dataclasses` brings `inspect`, `ast` and `dis`, and each class costs up to a millisecond of generated source:
with sixty classes on the way to a finding that is a third of a hook's run. Here all classes share methods that loop
over the fields; a class of which many values are made gets a constructor of its own, which is then faster than the
standard library's. Type checkers see the standard library, so constructors and `replace` are checked in full.
What is left out: inheritance of fields, `InitVar`, `__post_init__`, keyword-only fields.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from dataclasses import asdict, dataclass, field, replace

__all__ = ["asdict", "dataclass", "field", "replace"]

_MISSING: Any = object()
#: So many values of a class are made before it is worth compiling a constructor (0.2 ms) that saves 1 µs each.
_MANY = 200
#: What Python gives a class whose values have attributes that it does not name.
_OF_INSTANCES = ("__dict__", "__weakref__")


class _Field:
    """What `field` was asked for."""

    def __init__(self, default: Any, factory: Any, shown: bool, compared: bool) -> None:
        self.default = default
        self.factory = factory
        self.shown = shown
        self.compared = compared


def _initialiser(names: tuple[str, ...], asked: Mapping[str, Any]) -> Callable[..., None]:
    store = object.__setattr__
    count = len(names)
    left = _MANY

    def initialise(self: object, *given: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0 and names:
            type.__setattr__(type(self), "__init__", _compiled(type(self), names, asked))
        values = given if len(given) == count and not named else _completed(type(self), names, asked, given, named)
        for name, value in zip(names, values, strict=False):
            store(self, name, value)

    return initialise


def _completed(
    cls: type, names: tuple[str, ...], asked: Mapping[str, Any], given: tuple[Any, ...], named: dict[str, Any]
) -> list[Any]:
    """A value for each field. Raises TypeError for values that are missing, unknown, or given twice."""
    values = list(given)
    for name in names[len(given) :]:
        if name in named:
            values.append(named.pop(name))
            continue
        default = asked.get(name, _MISSING)
        if isinstance(default, _Field):
            default = default.default if default.factory is _MISSING else default.factory()
        if default is _MISSING:
            raise TypeError(f"{cls.__name__}: `{name}` is missing")
        values.append(default)
    if named or len(values) > len(names):
        what = f"`{next(iter(named))}` is unknown or given twice" if named else f"more than {len(names)} values"
        raise TypeError(f"{cls.__name__}: {what}")
    return values


def _compiled(cls: type, names: tuple[str, ...], asked: Mapping[str, Any]) -> Callable[..., None]:
    """The constructor written out, as `dataclasses` makes it for every class."""
    scope: dict[str, Any] = {"store": object.__setattr__, "missing": _MISSING}
    parameters, stores = [], []
    for number, name in enumerate(names):
        default = asked.get(name, _MISSING)
        if isinstance(default, _Field) and default.factory is not _MISSING:
            scope[f"make{number}"] = default.factory
            parameters.append(f"{name}=missing")
            stores.append(f" {name} = make{number}() if {name} is missing else {name}")
        else:
            scope[f"default{number}"] = default = default.default if isinstance(default, _Field) else default
            parameters.append(name if default is _MISSING else f"{name}=default{number}")
        put = getattr(cls.__dict__.get(name), "__set__", None)
        if put is not None:
            scope[f"store{number}"] = put
            stores.append(f" store{number}(self, {name})")
        else:
            stores.append(f" store(self, {name!r}, {name})")
    exec("\n".join((f"def __init__(self, {', '.join(parameters)}):", *stores)), scope)
    made: Callable[..., None] = scope["__init__"]
    return made


def _read_only(self: object, name: str, value: object = None) -> None:
    raise AttributeError(f"cannot change `{name}`: {type(self).__name__} is frozen")


def _repr(self: Any) -> str:
    asked = self.__asked__
    names = [name for name in self.__match_args__ if not isinstance(one := asked.get(name), _Field) or one.shown]
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
    return f"{type(self).__qualname__}({shown})"


def _reduce(self: Any) -> tuple[Any, ...]:
    """For pickle and copy: the constructor's arguments; what was worked out since (cached properties) is not kept."""
    return type(self), tuple(getattr(self, name) for name in self.__match_args__)


def _equal(self: Any, other: Any) -> Any:
    if self is other:
        return True
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self.__key__(self) == self.__key__(other)


def _hash(self: Any) -> int:
    return hash(self.__key__(self))


def _less(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self.__key__(self) < self.__key__(other)


def _no_key(value: object) -> tuple[()]:
    return ()


def _made(cls: type, *, frozen: bool, slots: bool, eq: bool, order: bool) -> type:
    own = cls.__dict__
    names = tuple(cls.__annotations__)
    #: What the class says of its fields: defaults, and what `field` was asked for.
    asked = {name: own[name] for name in names if name in own}
    body: dict[str, Any] = {
        "__init__": _initialiser(names, asked),
        "__repr__": _repr,
        "__reduce__": _reduce,
        "__match_args__": names,
        "__asked__": asked,
    }
    if eq:
        compared = [name for name in names if not isinstance(one := asked.get(name), _Field) or one.compared]
        key = attrgetter(*compared) if compared else _no_key
        body |= {"__key__": staticmethod(key), "__eq__": _equal, "__hash__": _hash if frozen else None}
    if order:
        body["__lt__"] = _less
    if frozen:
        body |= {"__setattr__": _read_only, "__delattr__": _read_only}
    if not slots:
        for name, value in body.items():
            setattr(cls, name, value)
        return cls
    kept = {name: value for name, value in own.items() if name not in asked and name not in _OF_INSTANCES}
    return type(cls)(cls.__name__, cls.__bases__, {**kept, **body, "__slots__": names})


if not TYPE_CHECKING:

    def dataclass(cls=None, *, frozen=False, slots=False, eq=True, order=False):
        """A class whose annotated names are its fields."""

        def made(one):
            return _made(one, frozen=frozen, slots=slots, eq=eq, order=order)

        return made if cls is None else made(cls)

    def field(*, default=_MISSING, default_factory=_MISSING, repr=True, compare=True):
        """A field with a default that is made anew, or that is not shown or not compared."""
        return _Field(default, default_factory, repr, compare)

    def replace(value, /, **changes):
        """A copy with other values in some fields. Raises TypeError on a name that is no field."""
        for name in value.__match_args__:
            if name not in changes:
                changes[name] = getattr(value, name)
        return type(value)(**changes)

    def asdict(value):
        """The fields by name, also those of records inside it, in tuples and lists."""
        return {name: _plain(getattr(value, name)) for name in value.__match_args__}


def _plain(value: Any) -> Any:
    if hasattr(value, "__asked__"):
        return {name: _plain(getattr(value, name)) for name in value.__match_args__}
    if type(value) in (tuple, list):
        return type(value)(_plain(one) for one in value)
    return value
