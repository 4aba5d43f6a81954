"""Primitives over versions and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.primitives.strings import of_texts, texts_of
from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.literals import integer, number
from splitlint.analysis.model.texts import known_text, plain
from splitlint.analysis.model.values import Attrs, Given, Listing, Piece, Text, Thunk, Value

Primitive = Callable[..., Value]


def _added(machine: Machine, first: Thunk, second: Thunk, site: Site) -> Value:
    left, right = number(first()), number(second())
    return integer(None if left is None or right is None else left + right)


def _compare_versions(first: str, second: str) -> int:
    """Versions as Nix compares them: part by part, what is missing is less than anything but `pre`."""
    left, right = (_components(text) for text in (first, second))
    length = max(len(left), len(right))
    for one, other in zip(left + [""] * (length - len(left)), right + [""] * (length - len(right)), strict=True):
        if _is_less(one, other):
            return -1
        if _is_less(other, one):
            return 1
    return 0


def _components(version: str) -> list[str]:
    return re.findall(r"[0-9]+|[^0-9.-]+", version)


def _is_less(left: str, right: str) -> bool:
    if left.isdigit() and right.isdigit():
        return int(left) < int(right)
    if not left and right.isdigit():
        return True
    if left == "pre" and right != "pre":
        return True
    if right == "pre":
        return False
    if right.isdigit():
        return True
    return False if left.isdigit() else left < right


def _split_version(machine: Machine, text: Thunk, site: Site) -> Value:
    value = known_text(text())
    return texts_of(_components(value), text) if value is not None else Value(Listing((), True))


def _as_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def _parse_drv_name(machine: Machine, text: Thunk, site: Site) -> Value:
    """The name of a derivation and its version: what begins with something else than a letter behind a dash."""
    value = known_text(text())
    if value is None:
        unknown = Given(Value(Text((Piece(HOLE),))))
        return Value(Attrs({"name": unknown, "version": unknown}))
    found = re.search(r"-(?![A-Za-z]|$)", value)
    name, version = (value[: found.start()], value[found.end() :]) if found else (value, "")
    return Value(Attrs({"name": Given(plain(name)), "version": Given(plain(version))}))


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "__add": (2, _added),
    "__compareVersions": (2, of_texts(_compare_versions, integer(None))),
    "__splitVersion": (1, _split_version),
    "__parseDrvName": (1, _parse_drv_name),
    "__toInt": (1, of_texts(_as_number, integer(None))),
}
