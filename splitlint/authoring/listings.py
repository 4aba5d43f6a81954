"""Listings of what outputs of a package hold: `OUTPUT<TAB>PATH` a line, paths below the output."""

from __future__ import annotations

import re
from collections.abc import Mapping

from splitlint.startup.named_tuples import NamedTuple

_OUTPUT = re.compile(r"[A-Za-z_][\w'-]*")
_VERSION = re.compile(r"(.*-)?v?\d+(?:\.\d+)+(?:[-+.\w]*)")
_LIBRARY = re.compile(r"(.+\.so)(?:\.\d+)*")
#: Names in a path; no package has a tenth as many.
_MOST_NAMES = 60
_MOST_TOLD = 10


class ListingError(Exception):
    """Lines of a listing that say nothing. `messages` name the file and the line, one each."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(messages[0])
        self.messages = messages


class Listing(NamedTuple):
    """The outputs of a package in their order, and for each path, with the folders above it, those that have it."""

    outputs: tuple[str, ...]
    paths: Mapping[tuple[str, ...], frozenset[str]]


def listing(name: str, text: str) -> Listing:
    """What a listing says; versions in its paths are `*`. `name` is that of its file. Raises ListingError."""
    wrong: list[str] = []
    outputs: dict[str, None] = {}
    paths: dict[tuple[str, ...], set[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        output, tab, path = line.rstrip("\r").partition("\t")
        if not (output or tab):
            continue
        told = _wrong(output, tab, path)
        if told is not None:
            wrong.append(f"{name}:{number}: {told}")
            continue
        outputs.setdefault(output)
        names = tuple(map(_general, _names(path)))
        for length in range(1, len(names) + 1):
            paths.setdefault(names[:length], set()).add(output)
    if wrong:
        more = len(wrong) - _MOST_TOLD
        raise ListingError(wrong[:_MOST_TOLD] + [f"{name}: and {more} more lines"] * (more > 0))
    if not outputs:
        raise ListingError([f"{name}: no line says anything: a line is OUTPUT, a tab and PATH"])
    return Listing(tuple(outputs), {path: frozenset(held) for path, held in paths.items()})


def _wrong(output: str, tab: str, path: str) -> str | None:
    if not tab:
        return "there is no tab: a line is OUTPUT, a tab and PATH"
    if not _OUTPUT.fullmatch(output):
        return f"`{output}` is no name of an output"
    if path.startswith("/nix/store/"):
        return "the path is one of the store: it has to be below the output, as `find -printf '%P'` gives it"
    names = _names(path)
    if ".." in names:
        return "the path has `..` in it"
    return f"the path has more than {_MOST_NAMES} names in it" if len(names) > _MOST_NAMES else None


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name not in ("", ".")]


def _general(name: str) -> str:
    """A name as a glob: with `*` for a version, and for what a glob cannot say."""
    library = _LIBRARY.fullmatch(name)
    version = _VERSION.fullmatch(name)
    if library:
        return _literally(library[1]) + "*"
    return _literally(version[1] or "") + "*" if version else _literally(name)


def _literally(text: str) -> str:
    return re.sub(r"[{},\\]+", "*", text) if re.search(r"[{},\\]", text) else text.replace("*", "\\*")
