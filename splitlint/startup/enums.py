"""`IntEnum` as `enum` has it, at a tenth of its price: each takes 0.15 ms to make there, and a finding needs four.

Members are what the class binds to whole numbers, each to another. Type checkers see `enum.IntEnum`. What is left out:
aliases, `auto`, flags, making one by a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["IntEnum"]

if TYPE_CHECKING:
    from enum import IntEnum
else:

    class _Maker(type):
        """Makes of the numbers of a class its members."""

        def __new__(cls, name, bases, body):
            numbers = {key: value for key, value in body.items() if type(value) is int}
            made = super().__new__(cls, name, bases, {key: one for key, one in body.items() if key not in numbers})
            made.__members__ = {}
            for key, number in numbers.items():
                member = int.__new__(made, number)
                member.name = key
                made.__members__[key] = member
                setattr(made, key, member)
            return made

        def __call__(cls, value):
            for member in cls.__members__.values():
                if member == value:
                    return member
            raise ValueError(f"{value!r} is not a valid {cls.__name__}")

        def __getitem__(cls, name):
            return cls.__members__[name]

        def __iter__(cls):
            return iter(cls.__members__.values())

        def __len__(cls):
            return len(cls.__members__)

    class IntEnum(int, metaclass=_Maker):
        """Whole numbers with names."""

        @property
        def value(self):
            """The number."""
            return int(self)

        def __repr__(self):
            return f"<{type(self).__name__}.{self.name}: {int(self)}>"

        __str__ = int.__repr__

        def __reduce__(self):
            return type(self), (int(self),)

        def __copy__(self):
            return self

        def __deepcopy__(self, known):
            return self
