"""Two listings of a package's outputs, before and after a change, to the facts of a family in a pack.toml."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache

from splitlint.authoring.listings import Listing
from splitlint.startup.named_tuples import NamedTuple

Path = tuple[str, ...]
#: A number of entries, and these: globs and outputs.
_Told = tuple[int, tuple[tuple[str, str], ...]]
_NEVER: _Told = (1 << 30, ())
_FREE: _Told = (0, ())


class Learned(NamedTuple):
    """The facts of a family. `moved`: globs and outputs, the last that matches counts. `gone`: outputs."""

    outputs: tuple[str, ...]
    new_outputs: tuple[str, ...]
    gone: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]


def learned(old: Listing, new: Listing, *, everything: bool = False) -> Learned:
    """The shortest table that says where each path is now that has changed its output.

    A path of which nothing is said, or the output that it is in, has not. `everything`: also where each path is that is
    not in the first output, whether it has moved or not.
    """
    outputs = tuple(dict.fromkeys(name for name in (*old.outputs, *new.outputs) if name in new.outputs))
    first = "out" if "out" in outputs else outputs[0]
    wanted = {path: _now(path, old, held, first, everything) for path, held in new.paths.items()}
    return Learned(
        outputs,
        tuple(name for name in outputs if name not in old.outputs),
        tuple(name for name in old.outputs if name not in new.outputs),
        _table({path: to for path, to in wanted.items() if to}, new),
    )


def _now(path: Path, old: Listing, held: frozenset[str], first: str, everything: bool) -> frozenset[str]:
    """The outputs, one of which the table has to name for a path; none if nothing need be said of it."""
    before = old.paths.get(path, frozenset())
    if before - held:
        return held - before or held
    return held if everything and first not in held else frozenset()


def _table(wanted: Mapping[Path, frozenset[str]], new: Listing) -> tuple[tuple[str, str], ...]:
    """The least number of entries: for one path, or for a path and all below it, the deeper ones overriding."""
    below: dict[Path, list[Path]] = {}
    for path in new.paths:
        below.setdefault(path[:-1], []).append(path)
    # Only what lies on the way to something wanted, or beside it below the same entry, can cost anything.
    for paths in below.values():
        paths.sort()
    concerned = {path[:length] for path in wanted for length in range(len(path) + 1)}

    @cache
    def told(path: Path, label: str) -> _Told:
        """The cheapest entries for a path and what is below it, where entries above say `label` ("" nothing)."""
        if not label and path not in concerned:
            return _FREE
        right = wanted.get(path)
        held = new.paths.get(path, frozenset())
        best = _NEVER
        for glob, here, inner in _entries(path, label, right or held, below):
            fits = here in right if right else not here or here in held or not path
            if not fits or best[0] <= bool(glob):
                continue
            cost, entries = (1, ((glob, here),)) if glob else _FREE
            for child in below.get(path, ()):
                more = told(child, inner)
                cost, entries = cost + more[0], entries + more[1]
                if cost >= best[0]:
                    break
            if cost < best[0]:
                best = (cost, entries)
        return best

    return told((), "")[1]


def _entries(
    path: Path, label: str, outputs: frozenset[str], below: Mapping[Path, list[Path]]
) -> Iterator[tuple[str, str, str]]:
    """The entries that may be made at a path: a glob ("" none), what is said of the path, of those below it.

    A folder at the top (`lib`) is taken as a whole only if there is more than one thing in it.
    """
    yield "", label, label
    if not path:
        return
    inside = below.get(path, ())
    glob = "/".join(path)
    for output in sorted(outputs):
        if inside and (len(path) > 1 or len(inside) > 1):
            yield f"{glob}/**", output, output
        yield glob, output, label


def as_toml(facts: Learned, family: str) -> str:
    """The facts as a part of a pack.toml, about a family."""
    rows = [f"[families.{family}]", f"outputs = {_list(facts.outputs)}", f"new_outputs = {_list(facts.new_outputs)}"]
    if facts.gone:
        rows += ["# Outputs that are no longer there.", f"gone = {_list(facts.gone)}"]
    rows += ["", f"[families.{family}.moved]", *(f"{_text(glob)} = {_text(to)}" for glob, to in facts.moved)]
    return "\n".join(rows) + "\n"


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_text, words)) + "]"


def _text(text: str) -> str:
    """A string as TOML writes it, which is as JSON does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
