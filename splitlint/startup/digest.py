"""SHA-256 without `hashlib`, which loads OpenSSL: 4 ms for the fingerprints of a hook's two findings."""

from __future__ import annotations

from importlib import import_module


def sha256(data: bytes) -> str:
    """The digest in hexadecimal digits."""
    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            return str(import_module(name).sha256(data).hexdigest())
        except ModuleNotFoundError:
            continue
    raise ModuleNotFoundError("this Python has no SHA-256")
