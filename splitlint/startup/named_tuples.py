"""`NamedTuple` as `typing` has it, at a tenth of its price.

`typing.NamedTuple` compiles a constructor and every annotation of each class, 0.1 ms: with fifty classes on the way to
a finding, 5 ms of a hook's run. Here a constructor is compiled once many values of its class are made; until then a
shared one loops over the fields. Type checkers see `typing.NamedTuple`.
What is left out: generic ones, and `NamedTuple(name, fields)` as a call.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import NamedTuple, Self

__all__ = ["NamedTuple"]

#: So many values of a class are made before it is worth compiling a constructor (0.05 ms) that saves 0.5 µs each.
_MANY = 200
_create: Callable[..., Any] = tuple.__new__


def _constructor(names: tuple[str, ...], defaults: Mapping[str, Any]) -> Callable[..., Any]:
    """The `__new__` of a class until many of its values are made."""
    count = len(names)
    left = _MANY

    def new(cls: type, /, *given: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            made = next(one for one in cls.__mro__ if "_fields" in one.__dict__)
            type.__setattr__(made, "__new__", staticmethod(_compiled(made, names, defaults)))
        if len(given) == count and not named:
            return _create(cls, given)
        rest = names[len(given) :]
        values = {**defaults, **named}
        if len(given) > count or not all(name in values for name in rest) or not all(name in rest for name in named):
            # This says what is wrong with the arguments.
            return _compiled(cls, names, defaults)(cls, *given, **named)
        return _create(cls, (*given, *map(values.__getitem__, rest)))

    return new


def _compiled(cls: type, names: tuple[str, ...], defaults: Mapping[str, Any]) -> Callable[..., Any]:
    """The constructor written out, as `collections.namedtuple` makes it for every class."""
    listed = "".join(f"{name}, " for name in names)
    made: Any = eval(f"lambda _cls, {listed}: _create(_cls, ({listed}))", {"_create": _create})
    made.__name__, made.__qualname__ = "__new__", f"{cls.__qualname__}.__new__"
    made.__defaults__ = tuple(defaults.values())
    constructor: Callable[..., Any] = made
    return constructor


class _Named(tuple[Any, ...]):
    """What all named tuples can do."""

    __slots__ = ()
    _fields: tuple[str, ...]

    @classmethod
    def _make(cls, iterable: Iterable[Any]) -> Self:
        """A value of what an iterable gives, in the order of the fields."""
        made: Self = _create(cls, iterable)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _replace(self, /, **changes: Any) -> Self:
        """A copy with other values in some fields. Raises ValueError for names that are no fields."""
        made = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"Got unexpected field names: {list(changes)!r}")
        return made

    def _asdict(self) -> dict[str, Any]:
        """The fields by name."""
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({shown})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


if not TYPE_CHECKING:
    from collections import _tuplegetter

    @cache
    def _getter(place):
        return _tuplegetter(place, f"Alias for field number {place}")

    class _Maker(type):
        """Makes of a class whose annotated names are its fields a tuple with these names."""

        def __new__(cls, name, bases, body):
            names = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in names if field in body}
            if tuple(defaults) != names[len(names) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default follows one with a default")
            # All at once: each attribute that a class is given later takes as long as a tenth of the class.
            body |= {field: _getter(place) for place, field in enumerate(names)}
            body["__slots__"] = ()
            body["_fields"] = body["__match_args__"] = names
            body["_field_defaults"] = defaults
            body["__new__"] = _constructor(names, defaults)
            return type(name, (_Named,), body)

    NamedTuple = type.__new__(_Maker, "NamedTuple", (), {})
