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


class _Field:
    """What `field` was asked for."""

    def __init__(self, default: Any, factory: Any, shown: bool, compared: bool) -> None:
        self.default = default
        self.factory = factory
        self.shown = shown
        self.compared = compared


def _asked(cls: type, name: str) -> _Field:
    given = cls.__dict__.get(name, _MISSING)
    return given if isinstance(given, _Field) else _Field(given, _MISSING, True, True)


def _initialiser(names: tuple[str, ...], fields: tuple[_Field, ...]) -> Callable[..., None]:
    store = object.__setattr__
    count = len(names)
    left = _MANY
    makers = {name: one.factory for name, one in zip(names, fields, strict=True) if one.factory is not _MISSING}
    defaults = tuple(one.default for one in fields)

    def completed(self: object, given: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        """A value for each field. Raises TypeError for values that are missing, unknown, or given twice."""
        rest = names[len(given) :]
        values = list(given)
        for name, default in zip(rest, defaults[len(given) :], strict=True):
            if name in named:
                default = named.pop(name)
            elif name in makers:
                default = makers[name]()
            elif default is _MISSING:
                raise TypeError(f"{type(self).__name__}: `{name}` is missing")
            values.append(default)
        if named or len(values) > count:
            what = f"`{next(iter(named))}` is unknown or given twice" if named else f"more than {count} values"
            raise TypeError(f"{type(self).__name__}: {what}")
        return values

    def initialise(self: object, *given: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0 and names:
            type.__setattr__(type(self), "__init__", _compiled(type(self), names, defaults, makers))
        values = given if len(given) == count and not named else completed(self, given, named)
        for name, value in zip(names, values, strict=False):
            store(self, name, value)

    return initialise


def _compiled(
    cls: type, names: tuple[str, ...], defaults: tuple[Any, ...], makers: Mapping[str, Any]
) -> Callable[..., None]:
    """The constructor written out, as `dataclasses` makes it for every class."""
    scope: dict[str, Any] = {"store": object.__setattr__, "missing": _MISSING}
    parameters, stores = [], []
    for number, (name, default) in enumerate(zip(names, defaults, strict=True)):
        scope[f"default{number}"] = default
        if name in makers:
            scope[f"make{number}"] = makers[name]
            parameters.append(f"{name}=missing")
            stores.append(f" {name} = make{number}() if {name} is missing else {name}")
        else:
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
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__shown__)
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
    names = tuple(cls.__annotations__)
    fields = tuple(_asked(cls, name) for name in names)
    compared = [name for name, one in zip(names, fields, strict=True) if one.compared]
    body: dict[str, Any] = {
        "__init__": _initialiser(names, fields),
        "__repr__": _repr,
        "__reduce__": _reduce,
        "__match_args__": names,
        "__shown__": tuple(name for name, one in zip(names, fields, strict=True) if one.shown),
    }
    if eq:
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
    kept = {name: value for name, value in cls.__dict__.items() if name not in (*names, "__dict__", "__weakref__")}
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
    if hasattr(value, "__shown__"):
        return {name: _plain(getattr(value, name)) for name in value.__match_args__}
    if type(value) in (tuple, list):
        return type(value)(_plain(one) for one in value)
    return value
