"""What stands in a pack.toml, and which packs others know. On the start-up path: nothing heavy imported."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from splitlint.rulebook.moved_needles import any_of
from splitlint.rulebook.rule import Pack, RuleError, mistake
from splitlint.rulebook.texts import read, toml, unknown

#: The lists of words in a pack.toml, in the order of the fields of Pack.
_WORDS = ("needles", "keywords", "unless", "related")
_PACK_TEXTS = ("name", "title", "since", "url", "merged")
_PACK_LISTS = frozenset({*_WORDS, "references", "own_copy", "knows", "generic", "tells"})
_PACK_KEYS = frozenset({*_PACK_TEXTS, *_PACK_LISTS, "words", "families", "places", "texts", "files", "read_back"})


def load_pack(folder: str, fence: str | None = "") -> Pack:
    """The pack.toml of a folder; a folder without one is a pack of its own name with nothing in it."""
    path = os.path.join(folder, "pack.toml")
    if not os.path.exists(path):
        return Pack(os.path.basename(folder), os.path.basename(folder), "", "", {}, path)
    data = toml(path, read(path, fence), 1)
    for key, given in data.items():
        if key not in _PACK_KEYS:
            raise unknown(path, f"a pack has no key `{key}`", key, _PACK_KEYS)
        if key in _PACK_TEXTS and not isinstance(given, str):
            raise mistake(path, f"{key} is a string", key)
        if key in _PACK_LISTS and not (isinstance(given, list) and all(isinstance(word, str) for word in given)):
            raise mistake(path, f"{key} is a list of strings", key)
    return Pack(
        str(data.get("name", os.path.basename(folder))),
        str(data.get("title", "")),
        str(data.get("since", "")),
        str(data.get("url", "")),
        data,
        path,
        *(tuple(word.encode() for word in any_of(data.get(key, ()), data)) for key in _WORDS),
    )


def known_by(packs: Sequence[Pack], fence: str | None, shipped: str) -> list[Pack]:
    """The packs that others `know`, but that are not among them: their facts count, nothing is looked for.

    They stand beside the pack that knows them, or in the folder of those that are `shipped`.
    Raises RuleError if there is no such pack.
    """
    found: list[Pack] = []
    waiting = list(packs)
    while waiting:
        pack = waiting.pop(0)
        known = pack.data.get("knows", ())
        for name in known:
            if any(one.name == name for one in (*packs, *found)):
                continue
            beside = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(pack.path))), name)
            folders = [(beside, fence), (os.path.join(shipped, name), None)]
            there = [one for one in folders if os.path.exists(os.path.join(one[0], "pack.toml"))]
            if not there:
                raise RuleError(f"{pack.path}: knows the pack `{name}`, which does not exist")
            made = load_pack(*there[0])
            found.append(made)
            waiting.append(made)
    return found


def combined(first: Any, second: Any) -> Any:
    """Facts and more facts: tables by key, lists one behind the other, and of two words the second."""
    if isinstance(first, dict) and isinstance(second, dict):
        both = {key: combined(value, second[key]) if key in second else value for key, value in first.items()}
        return both | {key: value for key, value in second.items() if key not in first}
    if isinstance(first, list) and isinstance(second, list):
        return first + [one for one in second if one not in first]
    return second
