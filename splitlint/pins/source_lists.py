"""npins/sources.json, nix/sources.json (niv) and lon.lock.

None of them has dates, so that only a release can be told from most of their pins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from splitlint.pins.flake_lock import MOST_PINS, loaded
from splitlint.pins.pin import BrokenError, Pin
from splitlint.pins.references import UNKNOWN, is_nixpkgs, of_address, of_reference

Table = Mapping[str, Any]
_PinOf = Callable[[Table], Pin | None]


def npins(data: bytes) -> tuple[Pin, ...]:
    """The nixpkgs in npins/sources.json (formats 1 to 7). Raises BrokenError."""
    pins = loaded(data).get("pins")
    if not isinstance(pins, dict):
        raise BrokenError("is no list of npins: it has no `pins`")
    return _named(pins, _of_npins)


def niv(data: bytes) -> tuple[Pin, ...]:
    """The nixpkgs in nix/sources.json. Raises BrokenError."""
    return _named(loaded(data), _of_niv)


def lon(data: bytes) -> tuple[Pin, ...]:
    """The nixpkgs in lon.lock, whose sources are called as niv's are. Raises BrokenError."""
    sources = loaded(data).get("sources")
    if not isinstance(sources, dict):
        raise BrokenError("is no list of lon: it has no `sources`")
    return _named(sources, _of_niv)


def _named(tables: Table, pin_of: _PinOf) -> tuple[Pin, ...]:
    return tuple(_found(tables, pin_of))[:MOST_PINS]


def _found(tables: Table, pin_of: _PinOf) -> Iterator[Pin]:
    for name, table in tables.items():
        pin = pin_of(table) if isinstance(table, dict) else None
        if pin is not None:
            yield pin._replace(name=name)
        elif name == "nixpkgs":
            yield UNKNOWN._replace(name=name)


def _revision(table: Table, key: str) -> str:
    revision = table.get(key)
    return revision if isinstance(revision, str) else ""


def _of_npins(table: Table) -> Pin | None:
    kind = table.get("type")
    if kind == "Channel":
        built = of_address(table.get("url"))
        named = of_reference(table.get("name"))
        # The build says which release an unstable channel was on the way to.
        return named._replace(release=built.release, is_pre=built.is_pre) if built and built.is_pre else named
    if kind not in ("Git", "GitRelease"):
        return None
    repository = table.get("repository")
    repository = repository if isinstance(repository, dict) else {}
    github = is_nixpkgs(repository.get("owner"), repository.get("repo"))
    if not github and of_address(repository.get("url")) is None:
        return None
    return of_reference(table.get("branch") or table.get("version"))._replace(revision=_revision(table, "revision"))


def _of_niv(table: Table) -> Pin | None:
    if is_nixpkgs(table.get("owner"), table.get("repo")):
        return of_reference(table.get("branch") or table.get("ref"))._replace(
            revision=_revision(table, "rev") or _revision(table, "revision")
        )
    return of_address(table.get("url"))


#: By the end of a path, what reads the file.
FORMATS: Mapping[str, Callable[[bytes], tuple[Pin, ...]]] = {
    "npins/sources.json": npins,
    "nix/sources.json": niv,
    "lon.lock": lon,
}
