"""flake.lock: the nixpkgs among a flake's inputs. Formats 5 to 7 (nix.dev, "nix flake", "Lock files")."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from splitlint.pins.pin import BrokenError, Pin, date_of
from splitlint.pins.references import UNKNOWN, is_nixpkgs, of_address, of_reference

Table = Mapping[str, Any]
#: Steps from input to input; a lock in which inputs follow each other in a circle has no end.
_MOST_STEPS = 50
#: Inputs of a flake that are looked at; fifty are many.
_MOST_INPUTS = 2000
#: Inputs of a lock that are told; nobody has as many.
MOST_PINS = 20


def loaded(data: bytes) -> Table:
    """A file that must hold a JSON object. Raises BrokenError."""
    try:
        document = json.loads(data)
    except RecursionError as error:
        raise BrokenError("is nested too deeply") from error
    except ValueError as error:
        raise BrokenError(f"is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise BrokenError("holds no JSON object")
    return document


def pins_of(data: bytes) -> tuple[Pin, ...]:
    """The nixpkgs of a flake: its own inputs, with `follows` followed; those of its inputs if it has none itself.

    Raises BrokenError.
    """
    lock = loaded(data)
    nodes, root = lock.get("nodes"), lock.get("root")
    if not isinstance(nodes, dict) or not isinstance(root, str) or not isinstance(nodes.get(root), dict):
        raise BrokenError("is no flake.lock of a known format: it has no `nodes` with a `root`")
    own = _own_inputs(nodes, root)
    found = [pin._replace(name=name) for name, node in own if (pin := _pin(name, node)) is not None]
    if not found:
        found = [pin._replace(name=key) for key, node in _tables(nodes) if (pin := _pin(key, node)) is not None]
    return tuple(found[:MOST_PINS])


def _tables(table: Table) -> Iterator[tuple[str, Table]]:
    return ((key, value) for key, value in table.items() if isinstance(value, dict))


def _inputs(node: Table) -> Table:
    inputs = node.get("inputs")
    return inputs if isinstance(inputs, dict) else {}


def _own_inputs(nodes: Table, root: str) -> Iterator[tuple[str, Table]]:
    """The inputs of the flake itself by their names."""
    for name in islice(_inputs(nodes[root]), _MOST_INPUTS):
        node = _followed(nodes, root, name)
        if node is not None:
            yield name, node


def _followed(nodes: Table, root: str, name: str) -> Table | None:
    """The node of an input of the root; what it follows is a path of inputs, which again begins at the root."""
    node: Table = nodes[root]
    path = [name]
    for _ in range(_MOST_STEPS):
        if not path:
            return node
        given = _inputs(node).get(path[0])
        if isinstance(given, list):
            if not 0 < len(given) <= _MOST_STEPS or not all(isinstance(step, str) for step in given):
                return None
            node, path = nodes[root], [*given, *path[1:]]
            continue
        if not isinstance(given, str) or not isinstance(nodes.get(given), dict):
            return None
        node, path = nodes[given], path[1:]
    return None


def _pin(name: str, node: Table) -> Pin | None:
    """The nixpkgs that a node is; None if it is none."""
    locked, original = _table(node, "locked"), _table(node, "original")
    pin = _named(locked, original)
    if pin is None:
        is_fork = "nixpkgs" in (str(locked.get("repo", "")).lower(), str(original.get("repo", "")).lower())
        return UNKNOWN if is_fork or name == "nixpkgs" else None
    revision = locked.get("rev")
    shown = revision if isinstance(revision, str) else ""
    return pin._replace(date=date_of(locked.get("lastModified")), revision=shown)


def _table(node: Table, key: str) -> Table:
    table = node.get(key)
    return table if isinstance(table, dict) else {}


def _named(locked: Table, original: Table) -> Pin | None:
    """The pin by what was asked for (`original`), as far as that says it, and by what is locked."""
    kind = original.get("type")
    if kind == "indirect":
        if original.get("id") != "nixpkgs" or _is_other(locked):
            return None
        # Without a branch it is the registry's, which may be the user's own.
        return of_reference(original["ref"]) if original.get("ref") and not original.get("rev") else Pin()
    if kind == "github":
        if not is_nixpkgs(original.get("owner"), original.get("repo")):
            return None
        return of_reference(original.get("ref") or original.get("rev") or "")
    if kind == "git":
        pin = of_address(original.get("url"))
        if pin is None or pin.branch != "master":
            return pin
        return of_reference(original.get("ref") or original.get("rev") or "")
    return (of_address(original.get("url")) or of_address(locked.get("url"))) if kind in ("tarball", "file") else None


def _is_other(locked: Table) -> bool:
    if locked.get("type") == "github":
        return not is_nixpkgs(locked.get("owner"), locked.get("repo"))
    return of_address(locked.get("url")) is None
