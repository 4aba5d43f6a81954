"""SHA-256 without `hashlib`, which loads OpenSSL: 4 ms for the fingerprints of a hook's two findings."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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
    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            made: Digest = import_module(name).sha256(data)
        except ModuleNotFoundError:
            continue
        return made
    raise ModuleNotFoundError("this Python has no SHA-256")
