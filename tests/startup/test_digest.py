"""Fingerprints must not depend on where SHA-256 came from."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator

import pytest

from splitlint.startup import digest as module
from splitlint.startup.digest import sha256


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """Nobody knows which module it is, before or afterwards."""
    module._module.cache_clear()
    yield
    module._module.cache_clear()


@pytest.mark.parametrize("missing", [(), ("_sha256", "_sha2")])
def test_the_digest_is_that_of_hashlib(missing: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    digest = sha256(b"ker")
    digest.update(b"nel")
    assert digest.copy().hexdigest() == hashlib.sha256(b"kernel").hexdigest()


def test_a_python_without_sha256_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_sha256", "_sha2", "hashlib"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError):
        sha256(b"kernel")
