"""SHA-256 without `hashlib`, which loads OpenSSL: 4 ms for the fingerprints of a hook's two findings."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Protocol

    class Digest(Protocol):
        """What `hashlib.sha256` gives, as far as it is used here."""

        def update(self, data: bytes, /) -> None:
            """Goes on with these bytes."""

        def copy(self) -> Digest:
            """Another one that has seen the same bytes."""

        def hexdigest(self) -> str:
            """The digest of all bytes, in hexadecimal digits."""


def sha256(data: bytes) -> Digest:
    """A digest that has seen these bytes."""
    made: Digest = _module().sha256(data)
    return made


@cache
def _module() -> Any:
    """Python's own module for it, which is called otherwise since 3.12. Raises ModuleNotFoundError."""
    for name in ("_sha2" if sys.version_info >= (3, 12) else "_sha256", "hashlib"):
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise ModuleNotFoundError("this Python has no SHA-256")
