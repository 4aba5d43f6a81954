"""What is worked out once for an object and let go of with it, without `weakref`, which takes 1 ms to import.

The object holds it, so that what is worked out must not hold the object: such a circle stays until the collector comes.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol, TypeVar

    class Holder(Protocol):
        """An object that keeps what others know of it."""

        beside: dict[object, Any]

    # A name as a bound is compiled, which makes Python load all of its syntax trees' classes: 1 ms.
    H = TypeVar("H", bound="Holder")
    T = TypeVar("T")


def beside(make: Callable[[H], T]) -> Callable[[H], T]:
    """`make`, which is asked once for each object."""

    @wraps(make)
    def known(holder: H) -> T:
        if known not in holder.beside:
            holder.beside[known] = make(holder)
        made: T = holder.beside[known]
        return made

    return known
