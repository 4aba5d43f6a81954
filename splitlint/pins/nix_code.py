"""nixpkgs that Nix code fetches itself, and the inputs of a flake that has no lock.

Only what is written as it stands counts: an address that is put together says nothing. What has a hash or a revision
stays what it is; a branch without them is whatever it is when Nix fetches it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from splitlint.pins.flake_lock import MOST_PINS
from splitlint.pins.pin import Pin
from splitlint.pins.references import UNKNOWN, is_nixpkgs, of_address, of_reference
from splitlint.syntax import nix
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding
from splitlint.syntax.nix_tree.lower import lower
from splitlint.syntax.nix_tree.nodes import Apply, Literal, Node, Select, walk
from splitlint.syntax.nix_tree.strings import Fragment, Str

#: Bytes of a file that is looked at; nobody fetches nixpkgs in the middle of a list that a program made.
_LARGEST = 1 << 17
#: Functions that fetch what an address names, and those that take the parts of one.
_BY_ADDRESS = frozenset({"fetchTarball", "fetchTree", "fetchzip", "fetchGit", "fetchgit", "getFlake", "fetchurl"})
_BY_NAME = frozenset({"fetchFromGitHub"})
#: Attributes by which an argument says which bytes it means.
_FIXES = frozenset({"sha256", "hash", "narHash", "rev"})


def fetched(data: bytes) -> tuple[Pin, ...]:
    """The nixpkgs that a Nix file fetches."""
    if len(data) > _LARGEST or not (b"fetch" in data or b"getFlake" in data):
        return ()
    found = [pin for node in walk(_tree(data)) if isinstance(node, Apply) and (pin := _call(node)) is not None]
    return tuple(dict.fromkeys(found))[:MOST_PINS]


def inputs_of(data: bytes) -> tuple[Pin, ...]:
    """The nixpkgs among the inputs of a flake.nix, by their names; they move, as there is no lock."""
    if len(data) > _LARGEST:
        return ()
    tree = _tree(data)
    if not isinstance(tree, AttrSet):
        return ()
    found = []
    for path, value in _bound(tree, ()):
        if len(path) == 3 and path[0] == "inputs" and path[2] == "url":
            pin = of_address(_text(value))
            if pin is not None:
                found.append(pin._replace(name=path[1], moves=not pin.revision))
            elif path[1] == "nixpkgs":
                found.append(UNKNOWN._replace(name=path[1]))
    return tuple(found[:MOST_PINS])


def _tree(data: bytes) -> Node:
    return lower(nix.parse(data).root_node, data)


def _bound(node: AttrSet, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    """What is bound in a set and in the sets in it, by the whole path; three names deep, as inputs are."""
    for entry in node.entries:
        if not isinstance(entry, Binding) or not all(isinstance(step, str) for step in entry.path):
            continue
        path = (*above, *(step for step in entry.path if isinstance(step, str)))
        if path[0] == "inputs" and len(path) <= 3:
            yield path, entry.value
            if isinstance(entry.value, AttrSet):
                yield from _bound(entry.value, path)


def _call(call: Apply) -> Pin | None:
    """The nixpkgs that a call fetches; None if it fetches something else."""
    name = call.function.path[-1] if isinstance(call.function, Select) else getattr(call.function, "name", None)
    if name not in _BY_ADDRESS and name not in _BY_NAME:
        return None
    argument = call.arguments[0]
    if not isinstance(argument, AttrSet):
        pin = of_address(_text(argument)) if name in _BY_ADDRESS else None
        return pin and pin._replace(moves=not pin.revision)
    given = _attributes(argument)
    if name in _BY_NAME:
        is_it = is_nixpkgs(given.get("owner"), given.get("repo")) and "rev" in given
        pin = of_reference(given["rev"]) if is_it else None
    else:
        pin = of_address(given.get("url"))
        if pin is not None and pin.branch == "master" and (asked := given.get("ref") or given.get("rev", "")):
            pin = of_reference(asked)
    return pin and pin._replace(moves=not pin.revision and not _FIXES & given.keys())


def _attributes(node: AttrSet) -> Mapping[str, str]:
    """The attributes of a set that are written as text; the others as ""."""
    entries = (entry for entry in node.entries if isinstance(entry, Binding) and len(entry.path) == 1)
    return {entry.path[0]: _text(entry.value) or "" for entry in entries if isinstance(entry.path[0], str)}


def _text(node: Node) -> str | None:
    """The text of a string without interpolations, or of a URI; None for anything else."""
    if isinstance(node, Str):
        pieces = [part.text for part in node.parts if isinstance(part, Fragment)]
        return "".join(pieces) if len(pieces) == len(node.parts) else None
    return node.text if isinstance(node, Literal) and node.kind == "uri" else None
